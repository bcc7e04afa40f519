/**
 * Merging the patterns of examples that apply together. Maps merge by key; list items with the same `name` merge, others
 * are appended; a scalar written twice comes from the example with more conditions, equal numbers are a conflict.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Entry, Origin, Pattern } from '../tokens/pattern.ts';

export class MergeConflict extends Error {}

/** Marks every node with the example that wrote it. */
export function withOrigin(p: Pattern, from: Origin): Pattern {
  switch (p.k) {
    case 'lit': case 'slot': return { ...p, from };
    case 'each': return { ...p, from, body: withOrigin(p.body, from) };
    case 'list': return { ...p, from, i: p.i.map(i => withOrigin(i, from)) };
    case 'map': return { ...p, from, e: p.e.map(e => ({ ...e, value: withOrigin(e.value, from) })) };
  }
}

/** The pattern without origins: what is compared and serialised. */
export function bare(p: Pattern): Pattern {
  switch (p.k) {
    case 'lit': return { k: 'lit', v: p.v };
    case 'slot': return { k: 'slot', s: p.s };
    case 'each': return { k: 'each', over: p.over, body: bare(p.body) };
    case 'list': return { k: 'list', i: p.i.map(bare) };
    case 'map': return { k: 'map', e: p.e.map(e => ({ ...e, value: bare(e.value) })) };
  }
}

const same = (a: Pattern, b: Pattern): boolean => isDeepStrictEqual(bare(a), bare(b));

/** The identity of a list item: its `name`; of a repeated one, its loop and name. */
const identity = (p: Pattern): string | undefined => {
  if (p.k === 'each') { const inside = identity(p.body); return inside && `*${p.over} ${inside}`; }
  if (p.k !== 'map') return undefined;
  const name = p.e.find(e => e.key === 'name')?.value;
  return name?.k === 'lit' ? `=${String(name.v)}` : name?.k === 'slot' ? `$${name.s}` : undefined;
};

export function merge(a: Pattern, b: Pattern, path = ''): Pattern {
  if (a.k === 'map' && b.k === 'map') {
    const entries: Entry[] = [...a.e];
    for (const e of b.e) {
      const i = entries.findIndex(x => x.key === e.key && x.over === e.over);
      if (i < 0) entries.push(e);
      else entries[i] = { ...e, value: merge(entries[i]!.value, e.value, `${path}.${e.key}`) };
    }
    return { ...a, e: entries };
  }
  if (a.k === 'each' && b.k === 'each' && a.over === b.over) return { ...a, body: merge(a.body, b.body, path) };
  if (a.k === 'list' && b.k === 'list') {
    const items = [...a.i];
    for (const item of b.i) {
      const id = identity(item);
      const i = id === undefined ? -1 : items.findIndex(x => identity(x) === id);
      if (i >= 0) items[i] = merge(items[i]!, item, `${path}[${id}]`);
      else if (!items.some(x => same(x, item))) items.push(item);
    }
    return { ...a, i: items };
  }
  if (same(a, b)) return (a.from?.weight ?? 0) >= (b.from?.weight ?? 0) ? a : b;
  const [wa, wb] = [a.from?.weight ?? 0, b.from?.weight ?? 0];
  if (wa === wb) throw new MergeConflict(`${path}: examples ${a.from?.example} and ${b.from?.example} write different values with equally many conditions`);
  return wa > wb ? a : b;
}
