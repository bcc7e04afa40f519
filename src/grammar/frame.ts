/**
 * Where a walk through an object stands: frames of open maps, lists and loops. A pattern is walked once but stands for one
 * value per combination of the items of the loops around it, a *scope*; what is there is therefore counted per scope.
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import { listOf } from '../tokens/pattern.ts';

export type Items = readonly { value: Json; index: number }[];
/** What the grammar asks of the context. */
export interface Values {
  /** Items of a class, or of a whole list without classes; undefined when there is no such class here. */
  items(over: string): Items | undefined;
  /** Value of a slot text given the current items, undefined when absent. */
  resolve(text: string, items: Bound): Json | undefined;
}
export interface Loop { over: string; items: Items }
/** The item of each open loop of whose list a text speaks, by list. */
export type Bound = Record<string, { value: Json; index: number }>;
/** How many values stand in each scope, in the order of the outermost loop first. */
export type Counts = readonly number[];

export interface Entry {
  key: string;
  counts: Counts;
  /** The names a key with slots stands for, per scope. */
  names?: readonly (readonly string[])[];
}

export interface Frame {
  type: 'root' | 'map' | 'list' | 'loop';
  /** Resolved schema of the map or list; of the loop's body, or of the object, as it was found. */
  schema: JsonObject;
  parent: Frame | undefined;
  loops: readonly Loop[];
  /** Order key of the last entry of a map: keys come in code unit order, which also rules out duplicates. */
  last: string;
  entries: readonly Entry[];
  /** The entry whose value comes next, and where its key stands for something at all. */
  pending: { key: string; names?: readonly (readonly string[])[]; mask?: Counts } | undefined;
  /** A loop announced for the next entry. */
  pendingLoop: string | undefined;
  /** Values of a list so far; whether there has been any element, also one that stands for nothing here. */
  counts: Counts;
  started: boolean;
  /** In a loop over map entries: the scopes in which the entry's key stands for something. */
  mask: Counts | undefined;
}

export const scopesOf = (loops: readonly Loop[]): number => loops.reduce((n, l) => n * l.items.length, 1);

export const frame = (type: Frame['type'], schema: JsonObject, parent: Frame | undefined, loops: readonly Loop[], mask?: Counts): Frame => ({
  type, schema, parent, loops, last: '', entries: [], pending: undefined, pendingLoop: undefined,
  counts: everywhere(loops, 0), started: false, mask,
});

export const everywhere = (loops: readonly Loop[], count: number): Counts => new Array<number>(scopesOf(loops)).fill(count);
export const sum = (a: Counts, b: Counts): Counts => a.map((n, i) => n + b[i]!);
export const masked = (counts: Counts, mask: Counts | undefined): Counts => (mask ? counts.map((n, i) => n * mask[i]!) : counts);

/** Counts inside the innermost of `loops` as counts around it. */
export function outside<T>(loops: readonly Loop[], inner: readonly T[], join: (part: T[]) => T): T[] {
  const n = loops.at(-1)!.items.length;
  return Array.from({ length: scopesOf(loops.slice(0, -1)) }, (_, i) => join(inner.slice(i * n, (i + 1) * n)));
}
export const total = (part: number[]): number => part.reduce((a, b) => a + b, 0);

const lists = new Map<string, string[]>();
/** Lists of whose items a text speaks; texts are those of the vocabulary. */
function listsIn(text: string): string[] {
  let found = lists.get(text);
  if (!found) lists.set(text, found = [...new Set([...text.matchAll(/\$\{([^}[]+)\[\]/g)].map(m => m[1]!))]);
  return found;
}

/** One answer per scope for a text with slots; undefined when it uses the item of a loop that is not open. */
export function perScope<T>(loops: readonly Loop[], text: string, ask: (bound: Bound) => T): T[] | undefined {
  const lists = listsIn(text);
  if (!lists.length) return new Array<T>(scopesOf(loops)).fill(ask({}));
  const used = lists.map(list => loops.findLastIndex(l => listOf(l.over) === list));
  if (used.includes(-1)) return undefined;
  const known = new Map<string, T>();
  return Array.from({ length: scopesOf(loops) }, (_, scope) => {
    const at: number[] = [];
    for (let l = loops.length - 1, rest = scope; l >= 0; l--) { const n = loops[l]!.items.length; at[l] = rest % n; rest = Math.floor(rest / n); }
    const key = used.map(l => at[l]).join(',');
    if (!known.has(key)) known.set(key, ask(Object.fromEntries(used.map((l, i) => [lists[i]!, loops[l]!.items[at[l]!]!]))));
    return known.get(key)!;
  });
}
