/**
 * One inference for all contexts of equal shape. What the engine says next depends on nothing but the tokens it was given; so its
 * answers are kept by the context's tokens and the layer that reads them, and another context of the same tokens is decoded from them, through its own grammar
 * and its own values, to the same bytes as if the engine had been asked.
 */
import type { Engine, Step } from '../candidate/engine.ts';

type Rows = Map<string, Promise<Step[]>>;
interface Shape { ids: readonly number[]; layer: number; key: string }

/** An engine for one decoding. */
export interface Session extends Engine { /** Rows that the engine itself had to evaluate, and their tokens. */ readonly evaluated: { rows: number; tokens: number } }

export class Shapes {
  readonly #load: () => Promise<Engine>;
  readonly #most: number;
  /** Least recently used first. */
  readonly #shapes = new Map<string, Rows>();
  #engine: Promise<Engine> | undefined;
  #current = '';
  #turn: Promise<unknown> = Promise.resolve();

  /** @param load starts an engine; called again when one has failed */
  constructor(load: () => Promise<Engine>, most = 256) { this.#load = load; this.#most = most; }

  /** Starts the engine before anybody asks; a failure is told to who asks. */
  prepare(): void { this.#engine ??= this.#load(); this.#engine.catch(() => undefined); }

  get size(): number { return this.#shapes.size; }

  session(): Session {
    let shape: Shape = { ids: [], layer: 0, key: '' };
    const evaluated = { rows: 0, tokens: 0 };
    return {
      evaluated,
      context: async (ids, layer = 0) => { shape = { ids, layer, key: `${layer} ${ids.join()}` }; },
      row: (prefix, end, limit) => {
        const rows = this.#rows(shape.key), row = `${prefix.join()} ${end} ${limit}`;
        let steps = rows.get(row);
        if (!steps) {
          rows.set(row, steps = this.#ask(shape, prefix, end, limit).then(found => { evaluated.rows++; evaluated.tokens += found.length; return found; }));
          // What failed is to be asked again.
          steps.catch(() => rows.delete(row));
        }
        return steps;
      },
      close: async () => undefined,
    };
  }

  #rows(key: string): Rows {
    const rows = this.#shapes.get(key) ?? new Map<string, Promise<Step[]>>();
    this.#shapes.delete(key);
    this.#shapes.set(key, rows);
    if (this.#shapes.size > this.#most) this.#shapes.delete(this.#shapes.keys().next().value!);
    return rows;
  }

  /** The engine holds one context: rows take turns. */
  #ask({ ids, layer, key }: Shape, prefix: readonly number[], end: number, limit: number): Promise<Step[]> {
    const answer = this.#turn.then(async () => {
      try {
        const engine = await (this.#engine ??= this.#load());
        if (this.#current !== key) { await engine.context(ids, layer); this.#current = key; }
        return await engine.row(prefix, end, limit);
      } catch (error) {
        void this.#engine?.then(engine => engine.close()).catch(() => undefined);
        this.#engine = undefined; this.#current = '';
        throw error;
      }
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#engine?.then(engine => engine.close()).catch(() => undefined);
  }
}
