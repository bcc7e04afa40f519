/**
 * Patterns as raw tree tokens, pre-order, map keys in one canonical (code unit) order:
 *   `{` entries `}` · `[` items `]` · `.key` · `=json` literal · `$text` slot · `*class` loop (before its body, or before
 *   the `.key` of the entry it repeats).
 * A plan is a list of `+group/Kind name` (or `!rule` for a refusal) and an end; an object is its plan token and its body,
 * which ends where its brackets do.
 */
import type { ObjectPattern, Pattern, Scalar } from './pattern.ts';
import { objectKey } from './pattern.ts';

export const END = '<end>';
export const PLAN = '<plan>';

export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function bodyTokens(p: Pattern, out: string[] = []): string[] {
  switch (p.k) {
    case 'lit': out.push('=' + JSON.stringify(p.v)); break;
    case 'slot': out.push('$' + p.s); break;
    case 'each': out.push('*' + p.over); bodyTokens(p.body, out); break;
    case 'list': out.push('['); for (const i of p.i) bodyTokens(i, out); out.push(']'); break;
    case 'map':
      out.push('{');
      for (const e of [...p.e].sort((a, b) => byCodeUnit(a.key, b.key) || byCodeUnit(a.over ?? '', b.over ?? ''))) {
        if (e.over) out.push('*' + e.over);
        out.push('.' + e.key);
        bodyTokens(e.value, out);
      }
      out.push('}');
  }
  return out;
}

export const planToken = (o: Pick<ObjectPattern, 'group' | 'kind' | 'name' | 'over'>): string => '+' + objectKey(o);

/** How far a raw token opens (positive) or closes brackets; a body ends where the sum is zero again. */
export const depthOf = (raw: string): number => (raw === '{' || raw === '[' ? 1 : raw === '}' || raw === ']' ? -1 : 0);

/** Reads `+group/Kind name [*class]` back. */
export function parsePlanToken(token: string): Omit<ObjectPattern, 'body'> {
  const m = /^\+([^/]*)\/(\S+) (\S+?)(?: \*(.+))?$/.exec(token);
  if (!m) throw new Error(`not a plan token: ${token}`);
  return { group: m[1]!, kind: m[2]!, name: m[3]!, ...(m[4] ? { over: m[4] } : {}) };
}

/** Reads raw body tokens back into a pattern, telling which token each leaf came from. Throws on malformed input: the grammar never lets such a sequence through. */
export function parseBody(tokens: readonly string[], onLeaf: (node: Pattern, token: number) => void = () => {}): Pattern {
  let at = 0;
  const value = (): Pattern => {
    const t = tokens[at++];
    if (t === undefined) throw new Error('truncated body');
    if (t === '{') {
      const e: { key: string; value: Pattern; over?: string }[] = [];
      while (tokens[at] !== '}') {
        const over = tokens[at]?.startsWith('*') ? tokens[at++]!.slice(1) : undefined;
        const key = tokens[at++];
        if (!key?.startsWith('.')) throw new Error(`expected a key, found ${key}`);
        e.push({ key: key.slice(1), value: value(), ...(over ? { over } : {}) });
      }
      at++;
      return { k: 'map', e };
    }
    if (t === '[') {
      const i: Pattern[] = [];
      while (tokens[at] !== ']') i.push(value());
      at++;
      return { k: 'list', i };
    }
    if (t.startsWith('=') || t.startsWith('$')) {
      const leaf: Pattern = t.startsWith('=') ? { k: 'lit', v: JSON.parse(t.slice(1)) as Scalar } : { k: 'slot', s: t.slice(1) };
      onLeaf(leaf, at - 1);
      return leaf;
    }
    if (t.startsWith('*')) return { k: 'each', over: t.slice(1), body: value() };
    throw new Error(`unexpected token ${t}`);
  };
  const p = value();
  if (at !== tokens.length) throw new Error('tokens after the end of the body');
  return p;
}
