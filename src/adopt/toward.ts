/** The written value made to say what the live one says, staying as it was written wherever both say the same. */
import { isDeepStrictEqual } from 'node:util';
import { isMap } from '../import/json.ts';
import type { Json, JsonObject } from '../kubernetes.ts';

const names = (list: readonly Json[]): string => list.map(item => (isMap(item) ? item['name'] : undefined)).join('\n');
const named = (list: readonly Json[]): boolean => list.length > 0 && list.every(item => isMap(item) && typeof item['name'] === 'string');

/** @param plain the written value without API defaults; `live` has none either */
export function toward(written: Json | undefined, plain: Json | undefined, live: Json): Json {
  if (written !== undefined && isDeepStrictEqual(plain, live)) return written;
  if (isMap(written) && isMap(plain) && isMap(live)) {
    // What only says a default stays; what says more, and is not live, goes.
    const usual = Object.entries(written).filter(([key]) => live[key] === undefined && plain[key] === undefined);
    return Object.fromEntries([...Object.entries(live).map(([key, member]): [string, Json] => [key, toward(written[key], plain[key], member)]), ...usual]);
  }
  if (Array.isArray(written) && Array.isArray(plain) && Array.isArray(live) && named(plain) && named(live) && names(plain) === names(live)) return live.map((item, i) => toward(written[i], plain[i], item));
  return structuredClone(live);
}

/** Every map by which written pods are selected becomes one that selects the live ones. */
export function relabelled<T extends Json>(value: T, moved: readonly { written: JsonObject; live: JsonObject }[], key = ''): T {
  if (Array.isArray(value)) return value.map(item => relabelled(item, moved, key)) as T;
  if (!isMap(value)) return value;
  const found = key === 'matchLabels' || key === 'selector' ? moved.find(m => isDeepStrictEqual(m.written, value)) : undefined;
  return (found ? structuredClone(found.live) : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, relabelled(member, moved, name)]))) as T;
}
