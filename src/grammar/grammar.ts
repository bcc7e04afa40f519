/**
 * The grammar of one object: which raw tokens may come next so that the object stays legal under the schema this very
 * cluster serves. It is compiled lazily, node by node, from the snapshot's OpenAPI; states are immutable, so that a run of
 * merged tokens can be tried and dropped.
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import { conforms, isOpen, isQuantityRef, keepsUnknown, propertyOf, resolved } from './conforms.ts';
import { everywhere, frame, masked, outside, perScope, sum, total } from './frame.ts';
import type { Counts, Frame, Items, Loop } from './frame.ts';
import { branchesAllow } from './keys.ts';
import { isIntOrString } from './scalars.ts';

/** What the grammar asks of the context. */
export interface Values {
  /** Items of a class, or of a whole list without classes; undefined when there is no such class here. */
  items(over: string): Items | undefined;
  /** Value of a slot text given the current items, undefined when absent. */
  resolve(text: string, items: Record<string, { value: Json; index: number }>): Json | undefined;
}

export interface State {
  /** What comes next: a value for `schema`, a key or `}`, an item or `]`, or nothing more. */
  expect: 'value' | 'entry' | 'item' | 'done';
  frame: Frame;
  schema: JsonObject;
}

/** Fields of metadata that say which object it is, or that the server writes. */
const NOT_WRITTEN = new Set([
  'name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'generation', 'selfLink', 'managedFields',
  'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds',
]);

export class ObjectGrammar {
  readonly #index: OpenApiIndex;
  readonly #document: string;
  readonly #values: Values;
  readonly #where: string;
  readonly #root: JsonObject;

  constructor(index: OpenApiIndex, document: string, schema: JsonObject, values: Values, where: string) {
    this.#index = index; this.#document = document; this.#values = values; this.#where = where;
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
    if (s.expect === 'entry') return token === '}' ? this.#closeMap(s.frame) : this.#entry(s, token);
    if (s.expect === 'item') return token === ']' ? this.#closeList(s.frame) : this.#value({ expect: 'value', schema: (s.frame.schema['items'] ?? {}) as JsonObject, frame: s.frame }, token);
    return undefined;
  }

  #value(s: State, token: string): State | undefined {
    if (token.startsWith('*')) return this.#loop(s, token.slice(1));
    if (token.startsWith('$')) return this.#slot(s, token.slice(1));
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
    const fits = perScope(s.frame.loops, text, bound => {
      const v = this.#values.resolve(text, bound);
      return v === undefined ? 0 : conforms(this.#index, this.#document, s.schema, v, this.#where) ? 1 : -1;
    });
    return fits && !fits.includes(-1) ? this.#after(s.frame, fits) : undefined;
  }

  #loop(s: State, over: string): State | undefined {
    if (s.frame.type !== 'list' && !(s.frame.type === 'loop' && inList(s.frame))) return undefined;
    const items = this.#values.items(over);
    return items && { expect: 'value', frame: frame('loop', s.schema, s.frame, [...s.frame.loops, { over, items }]), schema: s.schema };
  }

  #entry(s: State, token: string): State | undefined {
    const around = s.frame;
    if (token.startsWith('*')) {
      if (around.pendingLoop || !this.#values.items(token.slice(1))) return undefined;
      return { ...s, frame: { ...around, pendingLoop: token.slice(1) } };
    }
    if (!token.startsWith('.')) return undefined;
    const key = token.slice(1), over = around.pendingLoop, last = `${key}\u0000${over ?? ''}`;
    if (byCodeUnit(last, around.last) <= 0) return undefined;
    const loops = over ? [...around.loops, { over, items: this.#values.items(over)! }] : around.loops;
    const named = this.#names(around, key, loops, over !== undefined);
    const inner = named && this.#keySchema(around.schema, key, named.names !== undefined);
    if (!named || !inner) return undefined;
    const next: Frame = { ...around, last, pendingLoop: undefined, pending: { key, names: named.names, mask: over ? undefined : named.mask } };
    return { expect: 'value', frame: over ? frame('loop', inner, next, loops, named.mask) : next, schema: inner };
  }

  /** What a key stands for in each scope; undefined when two entries of one map would have the same key. */
  #names(around: Frame, key: string, loops: readonly Loop[], looped: boolean): { names?: string[][]; mask?: Counts } | undefined {
    const taken = (scope: number, name: string): boolean => around.entries.some(e => (e.names ? e.names[scope]!.includes(name) : e.key === name));
    if (!key.includes('${')) {
      // A plain key repeated for several items would be one entry written over and over.
      if (looped && loops.at(-1)!.items.length > 1) return undefined;
      const scopes = everywhere(around.loops, 0).map((_, scope) => scope);
      return scopes.some(scope => taken(scope, key)) ? undefined : looped ? { names: outside(loops, everywhere(loops, 0).map(() => [key]), p => p.flat()) } : {};
    }
    const resolvedKeys = perScope(loops, key, bound => this.#values.resolve(key, bound));
    if (!resolvedKeys || resolvedKeys.some(k => k !== undefined && typeof k !== 'string')) return undefined;
    const inside = resolvedKeys.map(k => (k === undefined ? [] : [k as string]));
    const names = looped ? outside(loops, inside, p => p.flat()) : inside;
    const clash = names.some((own, scope) => new Set(own).size < own.length || own.some(name => taken(scope, name) || propertyOf(around.schema, name)));
    return clash ? undefined : { names, mask: inside.map(k => k.length) };
  }

  /** The schema of a key: a property, or any key of a map. Keys with slots, or repeated, only fit maps. */
  #keySchema(schema: JsonObject, key: string, free: boolean): JsonObject | undefined {
    const property = propertyOf(schema, key);
    if (property) return free ? undefined : property;
    const extra = schema['additionalProperties'];
    if (extra && typeof extra === 'object') return extra as JsonObject;
    if (extra === true || (extra !== false && keepsUnknown(schema)) || isOpen(schema)) return {};
    return undefined;
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

  /** An empty list stays; one whose elements all stand for nothing here goes. */
  #closeList({ schema, parent, counts, started }: Frame): State | undefined {
    const min = (schema['minItems'] ?? 0) as number, max = (schema['maxItems'] ?? Infinity) as number;
    if (!started) return min > 0 ? undefined : this.#after(parent!, counts.map(() => 1));
    if (counts.some(n => n > 0 && (n < min || n > max))) return undefined;
    return this.#after(parent!, counts.map(n => (n > 0 ? 1 : 0)));
  }

  /** A map whose entries all stand for nothing goes; one that stays has all that is required of it. */
  #closeMap({ schema, parent, loops, entries, pendingLoop }: Frame): State | undefined {
    if (pendingLoop) return undefined;
    const required = (schema['required'] ?? []) as string[];
    if (required.some(k => !entries.some(e => e.key === k))) return undefined;
    const min = (schema['minProperties'] ?? 0) as number, max = (schema['maxProperties'] ?? Infinity) as number;
    const there: number[] = [];
    for (const scope of everywhere(loops, 0).keys()) {
      const own = entries.filter(e => e.counts[scope]! > 0), size = own.reduce((n, e) => n + e.counts[scope]!, 0);
      there.push(size > 0 || !entries.length ? 1 : 0);
      if (entries.length && size === 0) continue;
      const has = (key: string): boolean => own.some(e => e.key === key);
      if (size < min || size > max || !required.every(has) || branchesAllow(schema, has) === 'no') return undefined;
    }
    return this.#after(parent!, there);
  }
}

const inList = (loop: Frame): boolean => loop.parent!.type === 'list' || (loop.parent!.type === 'loop' && inList(loop.parent!));
