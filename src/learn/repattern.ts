/**
 * A pattern that stands for another graph than it did: slots and loops stay where their values are still right, and what differs
 * is written as a literal. Each difference is put to `admit` first; where it says no, the pattern stays as it was.
 */
import { isDeepStrictEqual } from 'node:util';
import { expandPattern } from '../candidate/expand.ts';
import type { Bound } from '../grammar/frame.ts';
import type { Context } from '../context/context.ts';
import { isMap } from '../import/json.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { listOf } from '../tokens/pattern.ts';
import type { Entry, Pattern } from '../tokens/pattern.ts';

export interface Given {
  context: Context;
  align(value: Json): Pattern;
  /** Whether a difference is to be written; without a pattern it is that nothing stands there. `path` has `[]` for items. */
  admit(path: string, pattern: Pattern | undefined): boolean;
}

export function repattern(p: Pattern, wanted: Json, path: string, given: Given, bound: Bound = {}): Pattern {
  if (isDeepStrictEqual(expandPattern(p, given.context, bound), wanted)) return p;
  if (p.k === 'map' && isMap(wanted)) return inMap(p, wanted, path, given, bound);
  if (p.k === 'list' && Array.isArray(wanted)) return inList(p, wanted, path, given, bound);
  return instead(wanted, path, given) ?? p;
}

const instead = (wanted: Json, path: string, given: Given): Pattern | undefined => {
  const pattern = given.align(wanted);
  return given.admit(path, pattern) ? pattern : undefined;
};

function inMap(p: Extract<Pattern, { k: 'map' }>, wanted: JsonObject, path: string, given: Given, bound: Bound): Pattern {
  const entries: Entry[] = [], seen = new Set<string>(), below = (key: string): string => (path ? `${path}.${key}` : key);
  const taken: Entry[] = [];
  let refused = false;
  for (const entry of p.e) {
    if (entry.over) {
      for (const item of given.context.items(entry.over) ?? []) seen.add(String(given.context.resolve(entry.key, { ...bound, [listOf(entry.over)]: item }) ?? ''));
      entries.push(entry);
      continue;
    }
    const key = entry.key.includes('${') ? String(given.context.resolve(entry.key, bound) ?? '') : entry.key, was = expandPattern(entry.value, given.context, bound), want = wanted[key];
    seen.add(key);
    if (want === undefined) {
      if (was === undefined || !given.admit(below(key), undefined)) entries.push(entry);
      else if (typeof was === 'object') taken.push(entry);
    } else if (was === undefined) {
      const added = instead(want, below(key), given);
      refused ||= !added && typeof want === 'object';
      entries.push(added ? { ...entry, value: added } : entry);
    } else entries.push({ ...entry, value: repattern(entry.value, want, below(key), given, bound) });
  }
  for (const [key, want] of Object.entries(wanted)) {
    if (seen.has(key)) continue;
    const added = instead(want, below(key), given);
    if (added) entries.push({ key, value: added }); else refused ||= typeof want === 'object';
  }
  // One handler for another: where the other cannot be said, the one stays, with what is said beside it.
  return { ...p, e: refused ? [...entries, ...taken] : entries };
}

const nameOf = (value: Json | undefined): string | undefined => (isMap(value) && typeof value['name'] === 'string' ? value['name'] : undefined);

function inList(p: Extract<Pattern, { k: 'list' }>, wanted: readonly Json[], path: string, given: Given, bound: Bound): Pattern {
  const slices = p.i.map(item => (expandPattern({ k: 'list', i: [item] }, given.context, bound) ?? []) as Json[]), all = slices.flat();
  if (!all.every(item => nameOf(item) !== undefined) || !wanted.every(item => nameOf(item) !== undefined)) return instead([...wanted], path, given) ?? p;
  const wants = new Map(wanted.map(item => [nameOf(item)!, item])), items: Pattern[] = [];
  for (const [i, item] of p.i.entries()) {
    const was = slices[i]!;
    if (item.k === 'each') { items.push(looped(item, was.map(w => wants.get(nameOf(w)!) ?? w), path, given, bound)); continue; }
    const want = was.length ? wants.get(nameOf(was[0])!) : undefined;
    if (!was.length) items.push(item);
    else if (want === undefined) { if (!given.admit(`${path}[]`, undefined)) items.push(item); } else items.push(repattern(item, want, `${path}[]`, given, bound));
  }
  const known = new Set(all.map(nameOf));
  for (const item of wanted) {
    const added = known.has(nameOf(item)) ? undefined : instead(item, `${path}[]`, given);
    if (added) items.push(added);
  }
  return { ...p, i: items };
}

/** A loop writes the same into every item, or stays as it is. */
function looped(each: Extract<Pattern, { k: 'each' }>, wants: readonly Json[], path: string, given: Given, bound: Bound): Pattern {
  const items = given.context.items(each.over) ?? [];
  if (each.body.k === 'each' || items.length !== wants.length || !items.length) return each;
  const scope = (i: number): Bound => ({ ...bound, [listOf(each.over)]: items[i]! });
  const body = repattern(each.body, wants[0]!, `${path}[]`, given, scope(0));
  if (body === each.body) return each;
  // Where the others ask for nothing else, as far as it is admitted.
  const shared = wants.every((want, i) => i === 0 || isDeepStrictEqual(repattern(body, want, `${path}[]`, given, scope(i)), body));
  return shared ? { ...each, body } : each;
}
