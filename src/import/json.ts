/** Reading and walking objects that nobody has checked: what is not of the wanted type is empty. */
import { isMap } from '../kubernetes.ts';
import type { Json } from '../kubernetes.ts';
import { asList, asObject, asText, at } from '../verdict/types.ts';

export { asList, asObject, asText, at, isMap };

/** A map without the members that are undefined or empty; undefined when none is left. */
export function filled<T extends object>(members: T): T | undefined {
  const kept = Object.entries(members).filter(([, v]) => v !== undefined && !(typeof v === 'object' && v !== null && Object.keys(v).length === 0));
  return kept.length ? Object.fromEntries(kept) as T : undefined;
}

/** Every scalar, and every empty map and list, with the steps that lead to it. */
export function leaves(value: Json, steps: readonly string[] = []): { steps: readonly string[]; value: Json }[] {
  const members = Array.isArray(value) ? value.map((item, i): [string, Json] => [String(i), item]) : isMap(value) ? Object.entries(value) : [];
  return members.length ? members.flatMap(([key, member]) => leaves(member, [...steps, key])) : [{ steps, value }];
}

export const textsOf = (value: Json | undefined): string[] =>
  typeof value === 'string' ? [value] : value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(member => textsOf(member));
