/**
 * A pattern is an object graph before its values are known: literals, slots (pointers to values of the context) and
 * loops over a class of list items. The model writes patterns, one tree token at a time; `expand` turns a pattern and
 * a scope into plain JSON. A slot whose value is absent leaves its field out.
 */

export type Scalar = string | number | boolean | null;

export type Pattern =
  | { k: 'lit'; v: Scalar; from?: Origin }
  /** `${path}` alone copies the value with its type; text around it, or several of them, makes a string. */
  | { k: 'slot'; s: string; from?: Origin }
  | { k: 'map'; e: Entry[]; from?: Origin }
  | { k: 'list'; i: Pattern[]; from?: Origin }
  /** Repeats `body` for every item of the class; in a map, `key` is the pattern of the entry's key. */
  | { k: 'each'; over: string; body: Pattern; from?: Origin };

/** A map entry; a looped entry has `over` and a key that may contain slots. */
export interface Entry { key: string; value: Pattern; over?: string }

/** Which playbook example wrote a node, and with how many conditions (more conditions win). */
export interface Origin { example: string; weight: number }

export interface ObjectPattern {
  group: string;
  kind: string;
  /** Slot text, e.g. `${metadata.name}-files`. */
  name: string;
  /** The list class when there is one object per item. */
  over?: string;
  /** Everything but apiVersion, kind, metadata.name and metadata.namespace. */
  body: Pattern;
}

const SLOT = /\$\{([^}]+)\}/g;
/** The slot paths in a text. */
export const slotsOf = (text: string): string[] => [...text.matchAll(SLOT)].map(m => m[1]!);
/** The path when the text is exactly one slot, else undefined. */
export const soleSlot = (text: string): string | undefined => /^\$\{([^}]+)\}$/.exec(text)?.[1];
/** Replaces each slot; undefined when any value is absent. */
export const fillSlots = (text: string, value: (path: string) => unknown): string | undefined => {
  let absent = false;
  const out = text.replace(SLOT, (_, path: string) => {
    const v = value(path);
    if (v === undefined || v === null) absent = true;
    return String(v);
  });
  return absent ? undefined : out;
};

/** `list{a=b,c}` → list. */
export const listOf = (over: string): string => over.replace(/\{.*$/, '');

export const isEmptyPattern = (p: Pattern): boolean => (p.k === 'map' && p.e.length === 0) || (p.k === 'list' && p.i.length === 0);

/** Identity of an object of the plan: one per group, kind, name and loop. */
export const objectKey = (o: Pick<ObjectPattern, 'group' | 'kind' | 'name' | 'over'>): string =>
  `${o.group}/${o.kind} ${o.name}${o.over ? ` *${o.over}` : ''}`;

/** Every slot text in a pattern, keys included. */
export function* slotTexts(p: Pattern): Generator<string> {
  if (p.k === 'slot') yield p.s;
  else if (p.k === 'list') for (const i of p.i) yield* slotTexts(i);
  else if (p.k === 'each') yield* slotTexts(p.body);
  else if (p.k === 'map') for (const e of p.e) { if (e.key.includes('${')) yield e.key; yield* slotTexts(e.value); }
}
