/**
 * Runs that hold no decision become one token: a and b are merged only where, over the whole corpus, a is always followed
 * by b or b always preceded by a. Nothing is lost (a merged token is its parts) and nothing is decided; outputs get several
 * times shorter. Further merging, as byte-pair encoding would do, was measured to stall learning.
 */

/** [left, right] in the order learnt; the merged token's text is left + SEPARATOR + right. */
export type Merges = [string, string][];
export const SEPARATOR = '\n';

export const partsOf = (token: string): string[] => token.split(SEPARATOR);

const pairKey = (a: number, b: number): number => a * 65536 + b;

/** Learns merges from sequences with counts; the first token of a sequence (the plan token) is context, never merged. */
export function learnMerges(sequences: Iterable<readonly string[]>, minCount = 2): Merges {
  const ids = new Map<string, number>(), names: string[] = [];
  const id = (t: string): number => { let i = ids.get(t); if (i === undefined) { i = names.length; ids.set(t, i); names.push(t); } return i; };
  let rows = [...new Map([...sequences].map(s => [s.join(SEPARATOR), s])).values()].map(s => s.map(id));
  const merges: Merges = [];
  for (;;) {
    const single = new Map<number, number>(), pairs = new Map<number, number>();
    for (const r of rows) for (let i = 1; i < r.length; i++) {
      single.set(r[i]!, (single.get(r[i]!) ?? 0) + 1);
      if (i + 1 < r.length) { const k = pairKey(r[i]!, r[i + 1]!); pairs.set(k, (pairs.get(k) ?? 0) + 1); }
    }
    const chosen = new Map<number, number>(), busy = new Set<number>();
    for (const [k, n] of [...pairs].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
      const a = Math.floor(k / 65536), b = k % 65536;
      if (n < minCount || a === b || busy.has(a) || busy.has(b)) continue;
      if (n !== single.get(a) && n !== single.get(b)) continue;
      busy.add(a); busy.add(b);
      merges.push([names[a]!, names[b]!]);
      chosen.set(k, id(names[a]! + SEPARATOR + names[b]!));
      if (names.length > 60000) throw new Error('more than 60000 tokens');
    }
    if (!chosen.size) return merges;
    rows = rows.map(r => {
      const out = [r[0]!];
      for (let i = 1; i < r.length; i++) {
        const z = i + 1 < r.length ? chosen.get(pairKey(r[i]!, r[i + 1]!)) : undefined;
        out.push(z ?? r[i]!);
        if (z !== undefined) i++;
      }
      return out;
    });
  }
}

/** Applies merges in the order learnt. `skip` drops a merge at random, so that the parts of runs stay known in training. */
export class MergeEncoder {
  readonly #rank = new Map<string, number>();
  readonly #cache = new Map<string, string[]>();
  constructor(merges: Merges) { merges.forEach(([a, b], i) => this.#rank.set(`${a}\t${b}`, i)); }

  encode(sequence: readonly string[], skip?: () => boolean): string[] {
    if (skip) return this.#apply(sequence, skip);
    const key = sequence.join(SEPARATOR);
    let out = this.#cache.get(key);
    if (!out) this.#cache.set(key, out = this.#apply(sequence));
    return out;
  }

  #apply(sequence: readonly string[], skip?: () => boolean): string[] {
    let row = [...sequence];
    const dropped = new Set<number>();
    for (;;) {
      let best = Infinity;
      for (let i = 1; i + 1 < row.length; i++) {
        const r = this.#rank.get(`${row[i]}\t${row[i + 1]}`);
        if (r !== undefined && r < best && !dropped.has(r)) best = r;
      }
      if (best === Infinity) return row;
      if (skip?.()) { dropped.add(best); continue; }
      const out = [row[0]!];
      for (let i = 1; i < row.length; i++) {
        if (i + 1 < row.length && this.#rank.get(`${row[i]}\t${row[i + 1]}`) === best) out.push(row[i]! + SEPARATOR + row[++i]!);
        else out.push(row[i]!);
      }
      row = out;
    }
  }
}
