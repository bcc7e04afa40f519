/** Equality of JSON values, and the same values in one canonical spelling. */
import type { Json } from '../kubernetes.ts';

/** JSON with sorted keys: equal values give equal text. Undefined members are left out. */
export const canonical = (value: Json | undefined): string => {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.keys(value).filter(key => value[key] !== undefined).sort().map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  return JSON.stringify(value);
};

export const same = (left: Json | undefined, right: Json | undefined): boolean => canonical(left) === canonical(right);

/** Equality where order does not matter, e.g. of ports. */
export const sameSet = (left: Json[], right: Json[]): boolean => {
  const sorted = (list: Json[]) => list.map(canonical).sort().join('\n');
  return sorted(left) === sorted(right);
};
