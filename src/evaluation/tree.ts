/** Decision trees over sets of tokens: binary splits by information gain until pure, on bit sets so that thousands are cheap. */

export class Bits {
  readonly words: Uint32Array;
  constructor(words: Uint32Array) { this.words = words; }
  static of(size: number, has: (i: number) => boolean): Bits {
    const words = new Uint32Array(Math.ceil(size / 32));
    for (let i = 0; i < size; i++) if (has(i)) words[i >> 5]! |= 1 << (i & 31);
    return new Bits(words);
  }
  static full(size: number): Bits { return Bits.of(size, () => true); }
  and(other: Bits): Bits { return new Bits(this.words.map((w, i) => w & other.words[i]!)); }
  without(other: Bits): Bits { return new Bits(this.words.map((w, i) => w & ~other.words[i]!)); }
  count(): number { let n = 0; for (let i = 0; i < this.words.length; i++) n += ones(this.words[i]!); return n; }
  /** How many members both have. */
  shared(other: Bits): number { let n = 0; for (let i = 0; i < this.words.length; i++) n += ones(this.words[i]! & other.words[i]!); return n; }
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** For each token, in which rows it stands. */
export const bitColumns = (rows: readonly (readonly string[])[], tokens: readonly string[]): Bits[] => {
  const sets = rows.map(r => new Set(r));
  return tokens.map(t => Bits.of(rows.length, i => sets[i]!.has(t)));
};

type Node = { label: string } | { column: number; yes: Node; no: Node };
const DEEPEST = 24;

const entropy = (counts: readonly number[], total: number): number => counts.reduce((n, c) => (c ? n - c * Math.log2(c / total) : n), 0);

export class BitTree {
  readonly #root: Node;

  /** Learns from the rows in `within`; `labels` holds one label per row. */
  constructor(columns: readonly Bits[], within: Bits, labels: readonly string[]) {
    const values = [...new Set(labels)].sort().map(label => ({ label, rows: within.and(Bits.of(labels.length, i => labels[i] === label)) }));
    this.#root = grow(columns, within, values.filter(v => v.rows.count() > 0), DEEPEST);
  }

  decide(has: (column: number) => boolean): string {
    let node = this.#root;
    while ('column' in node) node = has(node.column) ? node.yes : node.no;
    return node.label;
  }
}

function grow(columns: readonly Bits[], rows: Bits, values: readonly { label: string; rows: Bits }[], depth: number): Node {
  const counts = values.map(v => v.rows.count()), total = counts.reduce((a, b) => a + b, 0);
  const label = values[counts.indexOf(Math.max(...counts))]?.label ?? '';
  if (values.length < 2 || depth === 0) return { label };
  let best = -1, least = entropy(counts, total) - 1e-9;
  columns.forEach((column, i) => {
    const yes = values.map(v => v.rows.shared(column)), sum = yes.reduce((a, b) => a + b, 0);
    if (sum === 0 || sum === total) return;
    const left = entropy(yes, sum) + entropy(counts.map((c, j) => c - yes[j]!), total - sum);
    if (left < least) { least = left; best = i; }
  });
  if (best < 0) return { label };
  const column = columns[best]!, part = (cut: (b: Bits) => Bits): Node =>
    grow(columns, cut(rows), values.map(v => ({ label: v.label, rows: cut(v.rows) })).filter(v => v.rows.count() > 0), depth - 1);
  return { column: best, yes: part(b => b.and(column)), no: part(b => b.without(column)) };
}
