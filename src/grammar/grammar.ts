/**
 * The grammar of one object: which raw tokens may come next so that the object stays legal under the schema this very
 * cluster serves. It is compiled lazily, node by node, from the snapshot's OpenAPI; states are immutable, so that a run of
 * merged tokens can be tried and dropped.
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import { listsThere, mapsThere } from './close.ts';
import { conforms, isOpen, isQuantityRef, resolved } from './conforms.ts';
import { keySchema, namesOf } from './entry.ts';
import { everywhere, frame, masked, outside, sum, total } from './frame.ts';
import type { Counts, Frame, Loop } from './frame.ts';
import type { Questions } from './questions.ts';
import { isIntOrString } from './scalars.ts';

export type { Values } from './frame.ts';

export interface State {
  /** What comes next: a value for `schema`, a key or `}`, an item or `]`, or nothing more. */
  expect: 'value' | 'entry' | 'item' | 'done';
  frame: Frame;
  schema: JsonObject;
}

/**
 * Where a field is that this cluster does not know. It may be written as long as it stands for nothing here: slots whose values
 * are absent, and what becomes empty by that, so that nothing of it reaches the object.
 */
const UNKNOWN: JsonObject = {};

/** Fields of metadata that say which object it is, or that the server writes. */
const NOT_WRITTEN = new Set([
  'name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'generation', 'selfLink', 'managedFields',
  'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds',
]);

export class ObjectGrammar {
  readonly #index: OpenApiIndex;
  readonly #document: string;
  readonly #asked: Questions;
  readonly #where: string;
  readonly #root: JsonObject;

  constructor(index: OpenApiIndex, document: string, schema: JsonObject, asked: Questions, where: string) {
    this.#index = index; this.#document = document; this.#asked = asked; this.#where = where;
    // Identity and status are not the model's to write.
    const s = this.#resolved(schema);
    const { apiVersion: _a, kind: _k, status: _s, metadata, ...rest } = (s['properties'] ?? {}) as Record<string, JsonObject>;
    const required = ((s['required'] ?? []) as string[]).filter(k => k !== 'apiVersion' && k !== 'kind' && k !== 'metadata');
    this.#root = { ...s, properties: { ...rest, ...(metadata ? { metadata: this.#written(metadata) } : {}) }, required };
  }

  #resolved(schema: JsonObject): JsonObject { return resolved(this.#index, this.#document, schema, this.#where).schema; }

  #written(metadata: JsonObject): JsonObject {
    const s = this.#resolved(metadata);
    return { ...s, properties: Object.fromEntries(Object.entries((s['properties'] ?? {}) as JsonObject).filter(([k]) => !NOT_WRITTEN.has(k))) };
  }

  /** The state before the body; `loop` when the object itself is repeated. */
  start(loop?: Loop): State {
    return { expect: 'value', frame: frame('root', this.#root, undefined, loop ? [loop] : []), schema: this.#root };
  }

  complete(s: State): boolean { return s.expect === 'done'; }

  /** The state after a raw token, or undefined when it is illegal here. */
  step(s: State, token: string): State | undefined {
    if (s.expect === 'value') return this.#value(s, token);
    if (s.expect === 'entry') return token === '}' ? this.#close(s.frame, mapsThere(s.frame)) : this.#entry(s, token);
    if (s.expect === 'item') return token === ']' ? this.#close(s.frame, listsThere(s.frame)) : this.#value({ expect: 'value', schema: s.frame.schema === UNKNOWN ? UNKNOWN : (s.frame.schema['items'] ?? {}) as JsonObject, frame: s.frame }, token);
    return undefined;
  }

  #value(s: State, token: string): State | undefined {
    if (token.startsWith('*')) return this.#loop(s, token.slice(1));
    if (token.startsWith('$')) return this.#slot(s, token.slice(1));
    if (s.schema === UNKNOWN) return token === '{' || token === '[' ? { expect: token === '{' ? 'entry' : 'item', schema: UNKNOWN, frame: frame(token === '{' ? 'map' : 'list', UNKNOWN, s.frame, s.frame.loops) } : undefined;
    if (token.startsWith('=')) return conforms(this.#index, this.#document, s.schema, JSON.parse(token.slice(1)) as Json, this.#where) ? this.#after(s.frame, everywhere(s.frame.loops, 1)) : undefined;
    if (token !== '{' && token !== '[' || isQuantityRef(s.schema)) return undefined;
    const schema = this.#resolved(s.schema), untyped = schema['type'] === undefined;
    const open = !isIntOrString(schema) && isOpen(schema);
    if (token === '[') {
      return schema['type'] === 'array' || (untyped && schema['items']) || open
        ? { expect: 'item', schema, frame: frame('list', schema, s.frame, s.frame.loops) } : undefined;
    }
    return schema['type'] === 'object' || (untyped && (schema['properties'] || schema['additionalProperties'])) || open
      ? { expect: 'entry', schema, frame: frame('map', schema, s.frame, s.frame.loops) } : undefined;
  }

  #slot(s: State, text: string): State | undefined {
    const fits = this.#asked.fits(s.schema === UNKNOWN ? undefined : s.schema, text, s.frame.loops);
    return fits && !fits.includes(-1) ? this.#after(s.frame, fits) : undefined;
  }

  #loop(s: State, over: string): State | undefined {
    if (s.frame.type !== 'list' && !(s.frame.type === 'loop' && inList(s.frame))) return undefined;
    const items = this.#asked.items(over);
    return items && { expect: 'value', frame: frame('loop', s.schema, s.frame, [...s.frame.loops, { over, items }]), schema: s.schema };
  }

  #entry(s: State, token: string): State | undefined {
    const around = s.frame;
    if (token.startsWith('*')) {
      if (around.pendingLoop || !this.#asked.items(token.slice(1))) return undefined;
      return { ...s, frame: { ...around, pendingLoop: token.slice(1) } };
    }
    if (!token.startsWith('.')) return undefined;
    const key = token.slice(1), over = around.pendingLoop, last = `${key}\u0000${over ?? ''}`;
    if (byCodeUnit(last, around.last) <= 0) return undefined;
    const loops = over ? [...around.loops, { over, items: this.#asked.items(over)! }] : around.loops;
    const named = namesOf(this.#asked, around, key, loops, over !== undefined);
    if (!named) return undefined;
    const inner = around.schema === UNKNOWN ? UNKNOWN : keySchema(around.schema, key, named.names !== undefined) ?? UNKNOWN;
    const next: Frame = { ...around, last, pendingLoop: undefined, pending: { key, names: named.names, mask: over ? undefined : named.mask } };
    return { expect: 'value', frame: over ? frame('loop', inner, next, loops, named.mask) : next, schema: inner };
  }

  #close(closed: Frame, there: Counts | undefined): State | undefined {
    return there && !(closed.schema === UNKNOWN && there.some(n => n > 0)) ? this.#after(closed.parent!, there) : undefined;
  }

  /** After a value inside `around`: its next entry or item, or what follows the loop or object. */
  #after(around: Frame, counts: Counts): State | undefined {
    switch (around.type) {
      // A body that stands for nothing lacks whatever the object requires.
      case 'root': return counts.includes(0) && ((this.#root['required'] ?? []) as string[]).length ? undefined : { expect: 'done', frame: around, schema: {} };
      case 'loop': return this.#after(around.parent!, outside(around.loops, masked(counts, around.mask), total));
      case 'list': return { expect: 'item', frame: { ...around, counts: sum(around.counts, counts), started: true }, schema: around.schema };
      case 'map': {
        const { key, names, mask } = around.pending!;
        return { expect: 'entry', frame: { ...around, entries: [...around.entries, { key, names, counts: masked(counts, mask) }], pending: undefined }, schema: around.schema };
      }
    }
  }
}

const inList = (loop: Frame): boolean => loop.parent!.type === 'list' || (loop.parent!.type === 'loop' && inList(loop.parent!));
