/** What became of every decision of the original. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { decisions, isAtOrBelow } from './differences.ts';
import type { Part } from './differences.ts';
import type { Class } from './harden.ts';
import { isMap } from './json.ts';

export interface Figures {
  leaves: { total: number; inferred: number; copied: number; override: number; lost: number };
  differences: { equal: number; hardened: number; changed: number };
}
export interface Classed extends Part { class: Class }

export const noFigures = (): Figures => ({ leaves: { total: 0, inferred: 0, copied: 0, override: 0, lost: 0 }, differences: { equal: 0, hardened: 0, changed: 0 } });

export function added(a: Figures, b: Figures): Figures {
  const sum = <T extends Record<string, number>>(x: T, y: T): T => Object.fromEntries(Object.entries(x).map(([k, v]) => [k, v + y[k]!])) as T;
  return { leaves: sum(a.leaves, b.leaves), differences: sum(a.differences, b.differences) };
}

/** Scalars that an intent states: long texts and numbers by value, words and flags only under the same field. */
function statedBy(spec: Json): (key: string, value: Json) => boolean {
  const values = new Set<string>(), fields = new Set<string>();
  const walk = (value: Json, key: string): void => {
    if (Array.isArray(value)) { values.add(JSON.stringify(value)); value.forEach(item => walk(item, key)); } else if (isMap(value)) Object.entries(value).forEach(([k, member]) => { values.add(k); walk(member, k); });
    else { fields.add(`${key}=${String(value)}`); if (typeof value === 'number' || (typeof value === 'string' && value.length > 3)) values.add(String(value)); }
  };
  walk(spec, '');
  return (key, value) => fields.has(`${key}=${String(value)}`) || values.has(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** Whether two containers look into one volume is told by the mounts themselves. */
const counts = (steps: readonly string[]): boolean => steps.at(-1) !== 'shared';
/** Of a port the number is the decision, and the key of the leaf. */
const told = (steps: readonly string[], value: Json): [string, Json] => (steps.at(-1) === 'open' ? ['containerPort', Number(steps.at(-2)!.split('/')[0])] : [steps.at(-1) ?? '', value]);

/**
 * @param parts how the synthesised graph differs without overrides, @param left with them
 * @param spec of the intent, without its overrides
 */
export function figuresOf(original: JsonObject, spec: JsonObject, parts: readonly Classed[], left: readonly Classed[]): Figures {
  const f = noFigures(), stated = statedBy(spec);
  const covering = (list: readonly Classed[], steps: readonly string[]): Classed | undefined => list.find(p => isAtOrBelow(steps, p.steps));
  for (const { steps, value } of decisions(original, [])) {
    if (!counts(steps)) continue;
    const part = covering(parts, steps), still = covering(left, steps);
    f.leaves.total++;
    if (still && still.class !== 'hardened') { f.leaves.lost++; if (still.class === 'changed') f.differences.changed++; continue; }
    if (part && part.class !== 'hardened') { f.leaves.override++; f.differences.equal++; continue; }
    if (part) { f.leaves.inferred++; f.differences.hardened++; continue; }
    f.differences.equal++;
    if (stated(...told(steps, value))) f.leaves.copied++; else f.leaves.inferred++;
  }
  // What only the platform says: hardened, or taken out again by an override, which is a decision too.
  for (const part of parts.filter(p => p.original === undefined)) {
    const n = decisions(part.synthesised, part.steps).filter(d => counts(d.steps)).length;
    if (part.class === 'hardened') f.differences.hardened += n;
    else if (left.some(p => p.class !== 'hardened' && isAtOrBelow(part.steps, p.steps))) { f.differences.changed += n; } else { f.leaves.override += n; f.leaves.total += n; }
  }
  return f;
}

/** Decisions of one kind: how many there are, and what became of them in a graph that no override mends. */
export interface Share { total: number; equal: number; hardened: number }
export interface Shares { stated: Share; unstated: Share; surplus: number }

/** The decisions of an original that a graph has too, those that the intent states apart from all others; `surplus`: what only the graph says and is no hardening. */
export function sharesOf(original: JsonObject, spec: JsonObject, parts: readonly Classed[]): Shares {
  const out: Shares = { stated: { total: 0, equal: 0, hardened: 0 }, unstated: { total: 0, equal: 0, hardened: 0 }, surplus: 0 }, stated = statedBy(spec);
  for (const { steps, value } of decisions(original, [])) {
    if (!counts(steps)) continue;
    const share = stated(...told(steps, value)) ? out.stated : out.unstated, part = parts.find(p => isAtOrBelow(steps, p.steps));
    share.total++;
    if (!part) share.equal++; else if (part.class === 'hardened') share.hardened++;
  }
  for (const part of parts) if (part.original === undefined && part.class !== 'hardened') out.surplus += decisions(part.synthesised, part.steps).filter(d => counts(d.steps)).length;
  return out;
}

/** Decisions of an object that is carried whole: not its labels, selectors and names. */
export function decisionsOfObject(object: KubeObject): number {
  const { apiVersion: _a, kind: _k, metadata, ...rest } = object;
  const plain = (value: Json): Json => (Array.isArray(value) ? value.map(plain) : isMap(value) ? Object.fromEntries(Object.entries(value).filter(([k]) => !['selector', 'podSelector', 'matchLabels', 'name'].includes(k)).map(([k, v]) => [k, plain(v)])) : value);
  return decisions(plain(rest as JsonObject), []).length + Object.keys(metadata.annotations ?? {}).length;
}
