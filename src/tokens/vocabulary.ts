/** Token text ↔ id. Ids 0 to 2 are fixed; the rest are in code unit order, so that the same corpus gives the same ids. */
import { byCodeUnit, END, PLAN } from './serialize.ts';

export const PAD = '<pad>';

export class Vocabulary {
  readonly tokens: readonly string[];
  readonly #ids: Map<string, number>;
  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
    this.#ids = new Map(tokens.map((t, i) => [t, i]));
  }
  static from(tokens: Iterable<string>): Vocabulary {
    const fixed = [PAD, PLAN, END];
    return new Vocabulary([...fixed, ...[...new Set(tokens)].filter(t => !fixed.includes(t)).sort(byCodeUnit)]);
  }
  get size(): number { return this.tokens.length; }
  id(token: string): number | undefined { return this.#ids.get(token); }
  token(id: number): string { return this.tokens[id] ?? PAD; }
}
