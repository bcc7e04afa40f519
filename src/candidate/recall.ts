/**
 * Rows that were decoded before. What comes of the same context tokens depends on nothing but the schemas and what the grammar asks
 * of the values behind slots; where that is answered as it was, the row is the same one and is not decoded again.
 */
import { noted } from '../grammar/questions.ts';
import type { Note, Questions } from '../grammar/questions.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import type { Row } from './row.ts';

interface Known { index: OpenApiIndex; notes: readonly Note[]; row: Row }

/** Of one model. */
export class Recall {
  readonly #most: number;
  /** By context and plan token; the least recently used context first. */
  readonly #contexts = new Map<string, Map<string, Known>>();

  /** @param most contexts that are kept */
  constructor(most = 64) { this.#most = most; }

  /** @param context what the model is shown, and which layer of it */
  async row(context: string, planToken: string, index: OpenApiIndex, asked: Questions, decode: (asked: Questions) => Promise<Row>): Promise<Row> {
    const known = this.#contexts.get(context)?.get(planToken);
    if (known?.index === index && known.notes.every(answeredSo => answeredSo(asked))) return known.row;
    const notes: Note[] = [], row = await decode(noted(asked, notes));
    this.#rowsOf(context).set(planToken, { index, notes, row });
    return row;
  }

  #rowsOf(context: string): Map<string, Known> {
    const rows = this.#contexts.get(context) ?? new Map<string, Known>();
    this.#contexts.delete(context);
    this.#contexts.set(context, rows);
    if (this.#contexts.size > this.#most) this.#contexts.delete(this.#contexts.keys().next().value!);
    return rows;
  }
}
