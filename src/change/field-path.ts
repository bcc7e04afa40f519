/**
 * Paths into an object as server-side apply speaks of them: items of a list by their keys, values of a set by
 * themselves. https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
import { isMap } from '../kubernetes.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';

/** A member of a map, an item with these keys, a value of a set, or a position. */
export type Step = string | { key: JsonObject } | { value: Json } | { index: number };
export type FieldPath = readonly Step[];


/** `spec.containers[name=app].image`, `metadata.labels["a.b/c"]`, `spec.finalizers[="x"]`. */
export const pathText = (path: FieldPath): string => path.map((step, at) => {
  if (typeof step === 'string') return /^[\w-]+$/.test(step) ? `${at ? '.' : ''}${step}` : `[${JSON.stringify(step)}]`;
  if ('key' in step) return `[${Object.entries(step.key).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(',')}]`;
  return 'value' in step ? `[=${JSON.stringify(step.value)}]` : `[${step.index}]`;
}).join('');

const sameStep = (a: Step, b: Step): boolean => (typeof a === 'string' || typeof b === 'string' ? a === b : same(a as JsonObject, b as JsonObject));
/** Whether one path leads to the other, or both are the same. */
export const overlaps = (a: FieldPath, b: FieldPath): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.every((step, at) => sameStep(step, long[at]!));
};

/** A key that the server would default may be missing in what was written, such as a port's protocol. */
const position = (list: readonly Json[], step: Exclude<Step, string>): number => {
  if ('index' in step) return step.index < list.length ? step.index : -1;
  if ('value' in step) return list.findIndex(item => same(item, step.value));
  const keys = Object.entries(step.key);
  const exact = list.findIndex(item => isMap(item) && keys.every(([name, value]) => same(item[name], value)));
  return exact >= 0 ? exact : list.findIndex(item => isMap(item) && keys.some(([name, value]) => same(item[name], value)) && keys.every(([name, value]) => item[name] === undefined || same(item[name], value)));
};

/** The value at a path; undefined where there is none. */
export const valueAt = (root: Json | undefined, path: FieldPath): Json | undefined => path.reduce<Json | undefined>((value, step) => {
  if (typeof step === 'string') return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return Array.isArray(value) ? value[position(value, step)] : undefined;
}, root);

/** A copy without these fields. A map or list that becomes empty goes too; the keys of a list item stay, since they are what it is found by. */
export const without = <T extends Json>(root: T, paths: readonly FieldPath[]): T => {
  const copy = structuredClone(root);
  for (const path of paths) {
    const last = path.at(-1)!, parent = path.at(-2);
    const holdsKey = typeof last === 'string' && parent !== undefined && typeof parent !== 'string' && 'key' in parent && last in parent.key;
    if (!holdsKey) remove(copy, path);
  }
  return copy;
};

const remove = (value: Json | undefined, path: FieldPath): void => {
  const [step, ...rest] = path;
  const inner = valueAt(value, [step!]);
  if (inner === undefined) return;
  if (rest.length) {
    remove(inner, rest);
    // An item of a list holds at least its keys.
    if (typeof step !== 'string' || inner === null || typeof inner !== 'object' || Object.keys(inner).length) return;
  }
  if (typeof step === 'string') delete (value as JsonObject)[step];
  else (value as Json[]).splice(position(value as Json[], step!), 1);
};
