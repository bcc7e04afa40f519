/**
 * The grammar of one object: which raw tokens may come next so that the object stays legal under the schema this very
 * cluster serves. It is compiled lazily, node by node, from the snapshot's OpenAPI; states are immutable, so that a run of
 * merged tokens can be tried and dropped.
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import { listOf } from '../tokens/pattern.ts';
import { conforms, isIntOrString, isOpen, isQuantityRef, keepsUnknown, resolved, scalarFits } from './conforms.ts';

/** What the grammar asks of the context. */
export interface Values {
  /** Items of a class, or of a whole list without classes; undefined when there is no such class here. */
  items(over: string): readonly { value: Json; index: number }[] | undefined;
  /** Value of a slot text given the current items, undefined when absent. */
  resolve(text: string, items: Record<string, { value: Json; index: number }>): Json | undefined;
}

interface Frame {
  type: 'root' | 'map' | 'list' | 'loop';
  /** Schema of the map, of the list's items, or of the loop's body, with its document. */
  schema: JsonObject;
  parent: Frame | undefined;
  /** Last key of a map: keys come in code unit order, which also rules out duplicates. */
  last: string;
  seen: readonly string[];
  /** A loop announced for the next entry. */
  pendingLoop: string | undefined;
  /** A required key had an absent value: legal only if the whole map turns out absent. */
  lacking: boolean;
  content: boolean;
  /** Lists being looped over here, with the items of the loop. */
  loops: readonly Loop[];
}
interface Loop { over: string; items: readonly { value: Json; index: number }[] }

export interface State {
  /** What comes next: a value for `schema`, a key or `}`, an item or `]`, or nothing more. */
  expect: 'value' | 'entry' | 'item' | 'done';
  frame: Frame;
  schema: JsonObject;
  /** Whether the value stands at a required key. */
  required: boolean;
}

/** Marks a list that has had an item. */
const ITEM = ['-'] as const;

export class ObjectGrammar {
  readonly #index: OpenApiIndex;
  readonly #document: string;
  readonly #values: Values;
  readonly #where: string;
  readonly #root: JsonObject;

  constructor(index: OpenApiIndex, document: string, schema: JsonObject, values: Values, where: string) {
    this.#index = index; this.#document = document; this.#values = values; this.#where = where;
    // Identity and status are not the model's to write.
    const { schema: s } = resolved(index, document, schema, where);
    const { apiVersion: _a, kind: _k, status: _s, ...properties } = (s['properties'] ?? {}) as Record<string, JsonObject>;
    const required = ((s['required'] ?? []) as string[]).filter(k => k !== 'apiVersion' && k !== 'kind' && k !== 'metadata');
    this.#root = { ...s, properties, required };
  }

  /** The state before the body; `loop` when the object itself is repeated. */
  start(loop?: Loop): State {
    const frame: Frame = { type: 'root', schema: this.#root, parent: undefined, last: '', seen: [], pendingLoop: undefined, lacking: false, content: false, loops: loop ? [loop] : [] };
    return { expect: 'value', frame, schema: this.#root, required: true };
  }

  complete(s: State): boolean { return s.expect === 'done'; }

  /** The state after a raw token, or undefined when it is illegal here. */
  step(s: State, token: string): State | undefined {
    if (s.expect === 'value') return this.#value(s, token);
    if (s.expect === 'entry') return this.#entry(s, token);
    if (s.expect === 'item') return token === ']' ? this.#close(s.frame) : this.#value({ expect: 'value', schema: s.frame.schema, required: false, frame: { ...s.frame, seen: ITEM } }, token);
    return undefined;
  }

  #value(s: State, token: string): State | undefined {
    if (token.startsWith('*')) return this.#loop(s, token.slice(1));
    const quantity = isQuantityRef(s.schema);
    const { schema } = resolved(this.#index, this.#document, s.schema, this.#where);
    const open = isOpen(schema) && !quantity && !isIntOrString(schema);
    const child = (type: 'map' | 'list', inner: JsonObject): State => ({
      expect: type === 'map' ? 'entry' : 'item', schema: inner, required: false,
      frame: { type, schema: inner, parent: s.frame, last: '', seen: [], pendingLoop: undefined, lacking: false, content: false, loops: s.frame.loops },
    });
    if (token === '{') return (schema['type'] === 'object' || open || keepsUnknown(schema)) && !quantity ? child('map', schema) : undefined;
    if (token === '[') return schema['type'] === 'array' || open ? child('list', (schema['items'] ?? {}) as JsonObject) : undefined;
    if (token.startsWith('=')) {
      const v = JSON.parse(token.slice(1)) as Json;
      return open || scalarFits(schema, v, quantity) ? this.#after({ ...s.frame, content: true }) : undefined;
    }
    if (token.startsWith('$')) return this.#slot(s, token.slice(1));
    return undefined;
  }

  #slot(s: State, text: string): State | undefined {
    let any = false, absent = false;
    for (const items of this.#scopes(s.frame.loops, text)) {
      if (items === null) return undefined;
      const v = this.#values.resolve(text, items);
      if (v === undefined) { absent = true; continue; }
      any = true;
      if (!conforms(this.#index, this.#document, s.schema, v, this.#where)) return undefined;
    }
    return this.#after({ ...s.frame, content: s.frame.content || any, lacking: s.frame.lacking || (absent && !any && s.required) });
  }

  /** The item bindings under which a slot text must hold: every item of every loop it uses; null when it uses a loop that is not open. */
  *#scopes(loops: readonly Loop[], text: string): Generator<Record<string, { value: Json; index: number }> | null> {
    const used = [...text.matchAll(/\$\{([^}[]+)\[\]/g)].map(m => m[1]!);
    const open = [...new Set(used)].map(list => loops.findLast(l => listOf(l.over) === list));
    if (open.includes(undefined)) { yield null; return; }
    // Slots rarely use two loops at once; then each is tried against the first item of the other.
    const first = Object.fromEntries(open.flatMap(l => (l!.items[0] ? [[listOf(l!.over), l!.items[0]]] : [])));
    if (!open.length) { yield {}; return; }
    for (const l of open) for (const item of l!.items) yield { ...first, [listOf(l!.over)]: item };
  }

  #loop(s: State, over: string): State | undefined {
    if (s.frame.type !== 'list' && s.frame.type !== 'loop') return undefined;
    const items = this.#values.items(over);
    if (!items) return undefined;
    const frame: Frame = { type: 'loop', schema: s.schema, parent: s.frame, last: '', seen: [], pendingLoop: undefined, lacking: false, content: false, loops: [...s.frame.loops, { over, items }] };
    return { expect: 'value', frame, schema: s.schema, required: false };
  }

  #entry(s: State, token: string): State | undefined {
    const frame = s.frame;
    if (token === '}') {
      if (frame.pendingLoop) return undefined;
      const required = (frame.schema['required'] ?? []) as string[];
      if (required.some(k => !frame.seen.includes(k))) return undefined;
      if (frame.lacking && frame.content) return undefined;
      return this.#close(frame);
    }
    if (token.startsWith('*')) {
      if (frame.pendingLoop || !this.#values.items(token.slice(1))) return undefined;
      return { ...s, frame: { ...frame, pendingLoop: token.slice(1) } };
    }
    if (!token.startsWith('.')) return undefined;
    const key = token.slice(1), over = frame.pendingLoop;
    const order = byCodeUnit(`${key}\u0000${over ?? ''}`, frame.last);
    if (order <= 0) return undefined;
    const inner = this.#keySchema(frame.schema, key, !!over);
    if (!inner) return undefined;
    const next: Frame = { ...frame, last: `${key}\u0000${over ?? ''}`, seen: [...frame.seen, key], pendingLoop: undefined };
    const required = ((frame.schema['required'] ?? []) as string[]).includes(key);
    if (!over) return { expect: 'value', frame: next, schema: inner, required };
    const loop: Frame = { type: 'loop', schema: inner, parent: next, last: '', seen: [], pendingLoop: undefined, lacking: false, content: false, loops: [...frame.loops, { over, items: this.#values.items(over)! }] };
    return { expect: 'value', frame: loop, schema: inner, required: false };
  }

  /** The schema of a key: a property, or any key of a map. Keys with slots only fit maps. */
  #keySchema(schema: JsonObject, key: string, looped: boolean): JsonObject | undefined {
    const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
    if (Object.hasOwn(properties, key)) return looped ? undefined : properties[key];
    const extra = schema['additionalProperties'];
    if (extra && typeof extra === 'object') return extra as JsonObject;
    if (extra === true || keepsUnknown(schema) || isOpen(schema)) return {};
    return undefined;
  }

  /** After a value inside `frame`: its next entry or item, or the end of the loop around it. */
  #after(frame: Frame): State {
    if (frame.type === 'root') return { expect: 'done', frame, schema: {}, required: false };
    if (frame.type === 'loop') return this.#after({ ...frame.parent!, content: frame.parent!.content || frame.content });
    return { expect: frame.type === 'map' ? 'entry' : 'item', frame, schema: frame.schema, required: false };
  }

  /** After `}` or `]`. An empty literal is content too. */
  #close(frame: Frame): State {
    const content = frame.content || frame.seen.length === 0;
    return this.#after({ ...frame.parent!, content: frame.parent!.content || content });
  }
}
