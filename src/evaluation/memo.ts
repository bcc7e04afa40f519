/** An engine that remembers its rows as long as the context stays: decoding the same case twice costs once. */
import type { Engine, Step } from '../candidate/engine.ts';

export class MemoEngine implements Engine {
  readonly #engine: Engine;
  readonly #rows = new Map<string, Promise<Step[]>>();
  #context = '';

  constructor(engine: Engine) { this.#engine = engine; }

  async context(ids: readonly number[], layer = 0): Promise<void> {
    const key = `${layer} ${ids.join()}`;
    if (key === this.#context) return;
    this.#rows.clear();
    await this.#engine.context(ids, layer);
    this.#context = key;
  }

  row(prefix: readonly number[], end: number, limit: number): Promise<Step[]> {
    const key = `${prefix.join()} ${end} ${limit}`;
    let steps = this.#rows.get(key);
    if (!steps) this.#rows.set(key, steps = this.#engine.row(prefix, end, limit));
    return steps;
  }

  close(): Promise<void> { return this.#engine.close(); }
}
