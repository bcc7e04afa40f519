/** Keys of map entries: the schema they lead to, and the names they stand for. */
import type { JsonObject } from '../kubernetes.ts';
import { isOpen, keepsUnknown, propertyOf } from './conforms.ts';
import { everywhere, outside } from './frame.ts';
import type { Counts, Frame, Loop } from './frame.ts';
import type { Questions } from './questions.ts';

/** The schema of a key: a property, or any key of a map. Keys with slots, or repeated (`free`), only fit maps. */
export function keySchema(schema: JsonObject, key: string, free: boolean): JsonObject | undefined {
  const property = propertyOf(schema, key);
  if (property) return free ? undefined : property;
  const extra = schema['additionalProperties'];
  if (extra && typeof extra === 'object') return extra as JsonObject;
  if (extra === true || (extra !== false && keepsUnknown(schema)) || isOpen(schema)) return {};
  return undefined;
}

/** Names per scope of the map, and where the key stands for something; neither for a plain key. */
export interface Names { names?: string[][]; mask?: Counts }

/** What a key stands for in each scope; undefined when two entries of one map would have the same key. */
export function namesOf(asked: Questions, around: Frame, key: string, loops: readonly Loop[], looped: boolean): Names | undefined {
  const taken = (scope: number, name: string): boolean => around.entries.some(e => (e.names ? e.names[scope]!.includes(name) : e.key === name));
  const all = (inside: string[][]): string[][] => (looped ? outside(loops, inside, part => part.flat()) : inside);
  if (!key.includes('${')) {
    // A plain key repeated for several items would be one entry written over and over.
    if (looped && loops.at(-1)!.items.length > 1) return undefined;
    const names = all(everywhere(loops, 0).map(() => [key]));
    return names.some((own, scope) => own.some(name => taken(scope, name))) ? undefined : looped ? { names } : {};
  }
  const found = asked.names(key, loops);
  if (!found || found.some(k => k !== undefined && typeof k !== 'string')) return undefined;
  const inside = found.map(k => (k === undefined ? [] : [k as string])), names = all(inside);
  const clash = names.some((own, scope) => new Set(own).size < own.length || own.some(name => taken(scope, name) || propertyOf(around.schema, name)));
  return clash ? undefined : { names, mask: inside.map(k => k.length) };
}
