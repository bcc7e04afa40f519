/** Equality of JSON values, and the same values in one canonical spelling. */
import type { Json, JsonObject } from '../kubernetes.ts';

/** JSON with sorted keys: equal values give equal text. Undefined members are left out. */
export const canonical = (value: Json | undefined): string => {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.keys(value).filter(key => value[key] !== undefined).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value);
};

/** Equality of values: of maps whatever the order of their keys, a member that is undefined is none. */
export const same = (left: Json | undefined, right: Json | undefined): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) return Array.isArray(left) && Array.isArray(right) && left.length === right.length && left.every((item, i) => same(item, right[i]));
  const keys = stated(left);
  return keys.length === stated(right).length && keys.every(key => Object.hasOwn(right, key) && same(left[key], right[key]));
};
const stated = (map: JsonObject): string[] => Object.keys(map).filter(key => map[key] !== undefined);

/** Equality where order does not matter, e.g. of ports. */
export const sameSet = (left: Json[], right: Json[]): boolean => {
  const sorted = (list: Json[]) => list.map(canonical).sort().join('\n');
  return sorted(left) === sorted(right);
};
