/** The grammar of a plan: served kinds in canonical order, each once, or refusals; never both. */
import type { Context } from '../context/context.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { listOf } from '../tokens/pattern.ts';
import { byCodeUnit, END, parsePlanToken } from '../tokens/serialize.ts';
import type { Stepper } from './row.ts';

export interface PlanState { last: string; refused: readonly string[]; ended: boolean }

export function planGrammar(index: OpenApiIndex, context: Context): Stepper<PlanState> {
  const possible = (token: string): boolean => {
    const o = parsePlanToken(token);
    if (!index.find(o.group, o.kind)) return false;
    if (!o.over) return context.resolve(o.name, {}) !== undefined;
    const items = context.items(o.over);
    return items !== undefined && items.every(item => context.resolve(o.name, { [listOf(o.over!)]: item }) !== undefined);
  };
  return {
    start: { last: '', refused: [], ended: false },
    done: s => s.ended,
    step(s, raw) {
      if (s.ended) return undefined;
      if (raw === END) return s.last === '' ? undefined : { ...s, ended: true };
      if (raw.startsWith('!')) return s.last === '' || (s.refused.length && !s.refused.includes(raw)) ? { ...s, last: raw, refused: [...s.refused, raw] } : undefined;
      if (!raw.startsWith('+') || s.refused.length || byCodeUnit(raw, s.last) <= 0 || !possible(raw)) return undefined;
      return { ...s, last: raw };
    },
  };
}
