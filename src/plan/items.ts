/** What differs between two states of a list: by keys, as a set, or as one value whose items are told apart all the same. */
import type { FieldPath, Step } from '../change/field-path.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';
import { resolve } from '../verdict/schema.ts';
import { asObject } from '../verdict/types.ts';
import { compare } from './difference.ts';
import type { Difference, Walk } from './difference.ts';

export function listDifferences(from: Json[], to: Json[], schema: JsonObject, path: FieldPath, walk: Walk): Difference[] {
  const items = asObject(schema['items']), keys = schema['x-kubernetes-list-map-keys'];
  switch (schema['x-kubernetes-list-type']) {
    case 'map': return Array.isArray(keys) ? paired(from, to, keyed(keys as string[], asObject(resolve(items, walk.schemas).schema['properties'])), items, path, walk) : ordered(from, to, items, path, walk);
    case 'set': return paired(from, to, value => ({ value }), items, path, walk);
    default: return ordered(from, to, items, path, { ...walk, whole: true });
  }
}

/** The keys of an item, with the defaults of those that it leaves out. */
const keyed = (keys: readonly string[], properties: JsonObject) => (item: Json): Step => ({
  key: Object.fromEntries(keys.flatMap(key => { const value = asObject(item)[key] ?? asObject(properties[key])['default']; return value === undefined ? [] : [[key, value]]; })),
});

function paired(from: readonly Json[], to: readonly Json[], stepOf: (item: Json) => Step, items: JsonObject, path: FieldPath, walk: Walk): Difference[] {
  const left = from.map(item => ({ item, step: stepOf(item) }));
  const found = to.flatMap(item => {
    const step = stepOf(item), at = left.findIndex(other => same(other.step as JsonObject, step as JsonObject));
    const partner = at < 0 ? undefined : left.splice(at, 1)[0]!.item;
    return partner === undefined ? [{ path: [...path, step], from: undefined, to: item }] : compare(partner, item, items, [...path, step], walk);
  });
  return [...found, ...left.map(({ item, step }) => ({ path: [...path, step], from: item, to: undefined }))];
}

/** Equal items pair first, what is left pairs in order; only where nothing is left is another order the difference. */
function ordered(from: Json[], to: Json[], items: JsonObject, path: FieldPath, walk: Walk): Difference[] {
  const equal = (a: Json, b: Json): boolean => compare(a, b, items, [...path, { index: 0 }], walk).length === 0;
  const free = new Set(from.keys()), theirs: number[] = [], mine: number[] = [];
  to.forEach((item, i) => {
    const at = free.has(i) && equal(from[i]!, item) ? i : [...free].find(j => equal(from[j]!, item));
    if (at === undefined) mine.push(i); else { free.delete(at); theirs.push(at); }
  });
  const gone = [...free];
  if (!mine.length && !gone.length) return theirs.every((at, i) => at === i) ? [] : [{ path, from, to }];
  const both = Math.min(mine.length, gone.length);
  return [
    ...mine.slice(0, both).flatMap((i, n) => compare(from[gone[n]!], to[i], items, [...path, { index: i }], walk)),
    ...mine.slice(both).map(i => ({ path: [...path, { index: i }], from: undefined, to: to[i] })),
    ...gone.slice(both).map(i => ({ path: [...path, { index: i }], from: from[i], to: undefined })),
  ];
}
