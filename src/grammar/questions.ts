/**
 * What the grammar asks of the values behind slots. They reach it in no other way, so other values that give the same answers to
 * the same questions make the same tokens legal, which can be known without walking through an object again.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../kubernetes.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { conforms } from './conforms.ts';
import { perScope } from './frame.ts';
import type { Items, Loop, Values } from './frame.ts';

export interface Questions {
  /** Items of a class, or of a whole list without classes; undefined when there is no such class here. */
  items(over: string): Items | undefined;
  /** Per scope of the loops whether a text's value fits: 1, or -1 where it does not, or 0 where it is absent; undefined as for `perScope`. */
  fits(schema: JsonObject | undefined, text: string, loops: readonly Loop[]): number[] | undefined;
  /** Per scope the value of a key with slots. */
  names(key: string, loops: readonly Loop[]): (Json | undefined)[] | undefined;
}

export const questionsOf = (index: OpenApiIndex, document: string, { items, resolve }: Values, where: string): Questions => ({
  items,
  fits: (schema, text, loops) => perScope(loops, text, bound => {
    const value = resolve(text, bound);
    return value === undefined ? 0 : schema && conforms(index, document, schema, value, where) ? 1 : -1;
  }),
  names: (key, loops) => perScope(loops, key, bound => resolve(key, bound)),
});

/** A question that was asked: whether others answer it in the same way. */
export type Note = (others: Questions) => boolean;

/** The same questions, noted as they are asked. To be asked again in the same order: what loops there are is known before what stands in them. */
export function noted(asked: Questions, notes: Note[]): Questions {
  const opened = (others: Questions, loops: readonly Loop[]): Loop[] => loops.map(({ over }) => ({ over, items: others.items(over) ?? [] }));
  return {
    items(over) {
      const items = asked.items(over);
      notes.push(others => others.items(over)?.length === items?.length);
      return items;
    },
    fits(schema, text, loops) {
      const fits = asked.fits(schema, text, loops);
      notes.push(others => isDeepStrictEqual(others.fits(schema, text, opened(others, loops)), fits));
      return fits;
    },
    names(key, loops) {
      const names = asked.names(key, loops);
      notes.push(others => isDeepStrictEqual(others.names(key, opened(others, loops)), names));
      return names;
    },
  };
}
