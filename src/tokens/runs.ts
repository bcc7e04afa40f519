/**
 * Runs: raw tokens between two decisions become one token. A token starts a run's continuation when, at that place in that
 * object, it is always followed by one and the same token over the whole corpus. A run is therefore the outcome of one
 * decision and everything that follows from it; outputs shrink to one token per decision and nothing is lost, since a token
 * is its parts. Runs that swallow decisions (as byte-pair encoding would make them) were measured to stall learning.
 */
import { depthOf } from './serialize.ts';

export const SEPARATOR = '\n';
/** There are as many as a vocabulary has, and every decoding asks for them again. */
const parts = new Map<string, readonly string[]>();
export const partsOf = (token: string): readonly string[] => {
  let known = parts.get(token);
  if (!known) parts.set(token, known = token.split(SEPARATOR));
  return known;
};

/** The places after which nothing is decided. */
export type Runs = ReadonlySet<string>;

/** So many keys of the path tell what is decided, whichever object holds them: pod templates are alike in every workload. */
const LOCAL = 3;

/**
 * A raw token's place: the steps above it (keys, loops, and whether a list item is the first) and the token itself. Near the
 * root the object counts too; deeper, only the nearest keys do, so that what one kind never showed (a combination of
 * features that training lacks) is not taken for settled when other kinds show that it is not.
 */
function* places(sequence: readonly string[]): Generator<string> {
  const path: string[] = [];
  /** Where the path stood when each bracket opened; for lists, whether an item has been seen. */
  const opened: { path: number; list: boolean; items: number }[] = [];
  for (let i = 1; i < sequence.length; i++) {
    const raw = sequence[i]!, around = opened.at(-1);
    if (depthOf(raw) < 0) path.length = opened.pop()!.path;
    else if (around?.list && path.length === around.path) path.push(around.items++ ? '[+]' : '[0]');
    const near = nearest(path);
    yield near < 0 ? `${sequence[0]}|${path.join('')}|${raw}` : `${path.slice(near).join('')}|${raw}`;
    if (depthOf(raw) > 0) opened.push({ path: path.length, list: raw === '[', items: 0 });
    // A key or loop stays on the path until its value is complete.
    else if (raw.startsWith('.') || raw.startsWith('*')) path.push(raw);
    else path.length = opened.at(-1)?.path ?? 0;
  }
}

/** Where the last LOCAL keys of a path begin; -1 when it has fewer. */
function nearest(path: readonly string[]): number {
  let keys = 0;
  for (let i = path.length - 1; i >= 0; i--) if (path[i]!.startsWith('.') && ++keys === LOCAL) return i;
  return -1;
}

/** Learns after which places a run goes on; places seen fewer than `minCount` times decide on their own. */
export function learnRuns(sequences: Iterable<readonly string[]>, minCount: number): Runs {
  const next = new Map<string, { raw: string; count: number; always: boolean }>();
  const unique = new Map<string, { sequence: readonly string[]; count: number }>();
  for (const sequence of sequences) {
    const key = sequence.join(SEPARATOR), known = unique.get(key);
    if (known) known.count++; else unique.set(key, { sequence, count: 1 });
  }
  for (const { sequence, count } of unique.values()) {
    let i = 1;
    for (const place of places(sequence)) {
      const raw = sequence[++i] ?? '';
      const known = next.get(place);
      if (!known) next.set(place, { raw, count, always: true });
      else { known.count += count; if (known.raw !== raw) known.always = false; }
    }
  }
  return new Set([...next].filter(([, n]) => n.always && n.raw !== '' && n.count >= minCount).map(([place]) => place));
}

/**
 * Runs for sequences of another origin: the known ones where these go on as the known sequences do, and their own at places that
 * no known sequence has.
 */
export function agreedRuns(runs: Runs, known: Iterable<readonly string[]>, others: readonly (readonly string[])[], minCount: number): Runs {
  const nexts = new Map<string, string>(), own = learnRuns(others, minCount), out = new Set<string>();
  for (const sequence of known) { let i = 1; for (const place of places(sequence)) { i++; if (!nexts.has(place)) nexts.set(place, sequence[i] ?? ''); } }
  const broken = new Set<string>(), met = new Set<string>();
  for (const sequence of others) { let i = 1; for (const place of places(sequence)) { i++; met.add(place); if (nexts.has(place) && nexts.get(place) !== (sequence[i] ?? '')) broken.add(place); } }
  for (const place of met) if (nexts.has(place) ? runs.has(place) && !broken.has(place) : own.has(place)) out.add(place);
  return out;
}

export class RunEncoder {
  readonly #runs: Runs;
  readonly #known: (token: string) => boolean;
  readonly #cache = new Map<string, string[]>();
  /** Runs for which `known` is false are written out in their raw tokens. */
  constructor(runs: Runs, known: (token: string) => boolean = () => true) { this.#runs = runs; this.#known = known; }

  /** The sequence in runs. */
  encode(sequence: readonly string[]): string[] {
    const key = sequence.join(SEPARATOR);
    let out = this.#cache.get(key);
    if (!out) {
      if (this.#cache.size > 200_000) this.#cache.clear();
      this.#cache.set(key, out = this.#encode(sequence));
    }
    return out;
  }

  #encode(sequence: readonly string[]): string[] {
    const out = [sequence[0]!];
    let run: string[] = [], i = 1;
    const end = (): void => {
      const token = run.join(SEPARATOR);
      if (this.#known(token)) out.push(token); else out.push(...run);
      run = [];
    };
    for (const place of places(sequence)) {
      run.push(sequence[i++]!);
      if (!this.#runs.has(place)) end();
    }
    if (run.length) end();
    return out;
  }
}
