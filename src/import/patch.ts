/** The smallest overrides that turn one graph into another, by the merge that overrides are applied with. */
import { isDeepStrictEqual } from 'node:util';
import { mergePatch } from '../candidate/overrides.ts';
import { keyOf, refOf } from '../change/paths.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { isMap } from './json.ts';

export interface Overrides { patches: { target: { kind: string; name?: string }; patch: JsonObject }[]; objects: KubeObject[] }

const names = (list: Json[]): string[] | undefined => (list.length && list.every(item => isMap(item) && typeof item['name'] === 'string') ? list.map(item => (item as JsonObject)['name'] as string) : undefined);
const unique = (list: string[]): boolean => new Set(list).size === list.length;

/** A list that the merge by name cannot turn into another: one patch has to take it away before the next writes it. */
const needsReset = (base: Json[], want: Json[]): boolean => {
  const before = names(base), after = names(want);
  if (!before || !after) return false;
  return !unique(before) || !unique(after) || !isDeepStrictEqual(after.slice(0, before.length), before);
};

/** Undefined: nothing to do. `resets` asks for the removals that must come first, and for nothing else. */
function step(base: Json | undefined, want: Json, resets: boolean): Json | undefined {
  if (isDeepStrictEqual(base, want)) return undefined;
  if (isMap(base) && isMap(want)) {
    const out: JsonObject = {};
    for (const [key, value] of Object.entries(want)) {
      const old = base[key];
      if (Array.isArray(old) && Array.isArray(value) && !isDeepStrictEqual(old, value) && needsReset(old, value)) { if (resets) out[key] = null; continue; }
      const inner = step(old, value, resets);
      if (inner !== undefined) out[key] = inner;
    }
    if (!resets) for (const key of Object.keys(base)) if (want[key] === undefined) out[key] = null;
    return Object.keys(out).length ? out : undefined;
  }
  if (Array.isArray(base) && Array.isArray(want) && names(base) && names(want) && !needsReset(base, want)) {
    const changed = want.flatMap((item, i): Json[] => { const inner = step(base[i], item, resets); return inner === undefined ? [] : [isMap(inner) ? { name: (item as JsonObject)['name']!, ...inner } : inner]; });
    return changed.length ? changed : undefined;
  }
  return resets ? undefined : want;
}

/** Patches which, applied one after the other, make `want` of `base`. */
export function patchesTo(base: KubeObject, want: KubeObject): JsonObject[] {
  const reset = step(base as Json, want as Json, true);
  const between = reset === undefined ? base as Json : mergePatch(base as Json, reset);
  const rest = step(between, want as Json, false);
  return [reset, rest].filter(p => p !== undefined) as JsonObject[];
}

export function overridesTo(graph: readonly KubeObject[], wanted: readonly KubeObject[]): Overrides {
  const known = new Map(graph.map(o => [keyOf(refOf(o)), o])), out: Overrides = { patches: [], objects: [] };
  for (const object of wanted) {
    const base = known.get(keyOf(refOf(object)));
    if (!base) { out.objects.push(object); continue; }
    const alone = graph.filter(o => o.kind === object.kind).length === 1;
    for (const patch of patchesTo(base, object)) out.patches.push({ target: { kind: object.kind, ...(alone ? {} : { name: object.metadata.name }) }, patch });
  }
  return out;
}

/** Nothing to override: no field at all. */
export const stated = ({ patches, objects }: Overrides): Partial<Overrides> | undefined =>
  patches.length || objects.length ? { ...(patches.length ? { patches } : {}), ...(objects.length ? { objects } : {}) } : undefined;
