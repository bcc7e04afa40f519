/**
 * Loops: where an aligned pattern uses fields of a list's sample item, the smallest list element (or map entry) around all
 * of these uses repeats for every item. Uses with no common element repeat each in the element that is nearest to it.
 */
import type { Entry, Pattern } from '../tokens/pattern.ts';
import { slotsOf } from '../tokens/pattern.ts';

const uses = (text: string, list: string): number => slotsOf(text).filter(s => s.startsWith(`${list}[]`)).length;

/** How often a pattern uses the list's item. */
export function itemUses(p: Pattern, list: string): number {
  switch (p.k) {
    case 'lit': return 0;
    case 'slot': return uses(p.s, list);
    case 'each': return itemUses(p.body, list);
    case 'list': return p.i.reduce((n, i) => n + itemUses(i, list), 0);
    case 'map': return p.e.reduce((n, e) => n + uses(e.key, list) + itemUses(e.value, list), 0);
  }
}

const entryUses = (e: Entry, list: string): number => uses(e.key, list) + itemUses(e.value, list);

/**
 * Puts the loop over `list` into a pattern; undefined when a use lies outside any list element or keyed map entry. With `at`,
 * it is the elements of the list under that key that repeat.
 */
export function loopOver(p: Pattern, list: string, at?: string): Pattern | undefined {
  const total = itemUses(p, list);
  if (total === 0) return p;
  if (at) return placeAt(p, list, at);
  return place(p, list, total) ?? place(p, list, 0);
}

function placeAt(p: Pattern, list: string, at: string): Pattern | undefined {
  if (itemUses(p, list) === 0) return p;
  switch (p.k) {
    case 'lit': case 'slot': return undefined;
    case 'each': { const body = placeAt(p.body, list, at); return body && { ...p, body }; }
    case 'list': { const items = p.i.map(i => placeAt(i, list, at)); return items.includes(undefined) ? undefined : { ...p, i: items as Pattern[] }; }
    case 'map': {
      const entries: Entry[] = [];
      for (const e of p.e) {
        if (uses(e.key, list)) return undefined;
        const value: Pattern | undefined = e.key === at && e.value.k === 'list'
          ? { ...e.value, i: e.value.i.map((i): Pattern => (itemUses(i, list) ? { k: 'each', over: list, body: i } : i)) }
          : placeAt(e.value, list, at);
        if (!value) return undefined;
        entries.push({ ...e, value });
      }
      return { ...p, e: entries };
    }
  }
}

/** With `need` > 0 an element is repeated only if it holds that many uses, the deepest such; with 0 the nearest to each use. */
function place(p: Pattern, list: string, need: number): Pattern | undefined {
  const enough = (n: number): boolean => (need ? n === need : n > 0);
  switch (p.k) {
    case 'lit': case 'slot': return itemUses(p, list) ? undefined : p;
    case 'each': { const body = place(p.body, list, need); return body && { ...p, body }; }
    case 'list': {
      const items: Pattern[] = [];
      for (const i of p.i) {
        const n = itemUses(i, list);
        if (n === 0) { items.push(i); continue; }
        const deeper = place(i, list, need);
        if (deeper) items.push(deeper);
        else if (enough(n)) items.push({ k: 'each', over: list, body: i });
        else return undefined;
      }
      return { ...p, i: items };
    }
    case 'map': {
      const entries: Entry[] = [];
      for (const e of p.e) {
        if (uses(e.key, list) && enough(entryUses(e, list))) { entries.push({ ...e, over: list }); continue; }
        if (uses(e.key, list)) return undefined;
        const value = itemUses(e.value, list) ? place(e.value, list, need) : e.value;
        if (!value) return undefined;
        entries.push({ ...e, value });
      }
      return { ...p, e: entries };
    }
  }
}
