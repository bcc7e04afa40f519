/** What differs between two views, part by part. A part is the highest place that only one side has, else a leaf. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { isDeepStrictEqual } from 'node:util';
import { isMap, leaves } from './json.ts';

export interface Part {
  steps: readonly string[];
  original: Json | undefined;
  synthesised: Json | undefined;
}

const same = (a: Json | undefined, b: Json | undefined): boolean => isDeepStrictEqual(a, b) || (typeof a !== 'object' && typeof b !== 'object' && a !== undefined && b !== undefined && String(a) === String(b));
/** Lists whose order means nothing, by the name of the field. */
const sets = new Set(['accessModes', 'add', 'drop', 'supplementalGroups', 'tolerations', 'imagePullSecrets', 'topologySpreadConstraints', 'hostAliases', 'values', 'sources', 'items']);
const ordered = (key: string, value: Json): Json => (sets.has(key) && Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value);

/** Places that are there whether or not anything is in them: each entry is a part of its own. */
const collections = new Set(['workload', 'job', 'pod', 'annotations', 'podAnnotations', 'podSecurity', 'containers', 'init']), within = new Set(['env', 'ports', 'mounts', 'files', 'security']);
const isCollection = (steps: readonly string[]): boolean => (steps.length === 1 && collections.has(steps[0]!)) || (steps.length === 3 && ['containers', 'init'].includes(steps[0]!) && within.has(steps[2]!));

export function differences(original: Json | undefined, synthesised: Json | undefined, steps: readonly string[] = []): Part[] {
  const key = steps.at(-1) ?? '';
  if (original === undefined && isMap(synthesised) && isCollection(steps)) return differences({}, synthesised, steps);
  if (synthesised === undefined && isMap(original) && isCollection(steps)) return differences(original, {}, steps);
  if (original !== undefined && synthesised !== undefined) {
    if (isMap(original) && isMap(synthesised)) {
      return [...new Set([...Object.keys(original), ...Object.keys(synthesised)])].flatMap(k => differences(original[k], synthesised[k], [...steps, k]));
    }
    if (same(ordered(key, original), ordered(key, synthesised))) return [];
  }
  return [{ steps, original, synthesised }];
}

/** A list of scalars is one decision, such as a command; anything else is as many as it has leaves. */
export function decisions(value: Json | undefined, steps: readonly string[]): { steps: readonly string[]; value: Json }[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(item => item === null || typeof item !== 'object')) return [{ steps, value }];
  if (Array.isArray(value) && value.length) return value.flatMap((item, i) => decisions(item, [...steps, String(i)]));
  if (isMap(value) && Object.keys(value).length) return Object.entries(value).flatMap(([key, member]) => decisions(member, [...steps, key]));
  return leaves(value, steps);
}

export const isAtOrBelow = (steps: readonly string[], above: readonly string[]): boolean => above.every((s, i) => steps[i] === s);
export type View = JsonObject;
