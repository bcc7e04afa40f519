/** What a part measured, beside what is asked of it. */
import { round } from '../figures.ts';
import type { Figure } from '../figures.ts';

export interface Asked extends Figure { /** At most this. */ most?: number }
export interface Part { part: string; /** What was done, in a sentence. */ about: string; figures: Asked[]; /** Why it is incomplete. */ broken?: string }

export const figure = (name: string, value: number, unit: string, most?: number): Asked => ({ name, value: round(value), unit, ...(most === undefined ? {} : { most }) });
/** Milliseconds that a piece of work took. */
export async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export interface Sizes {
  /** Of each part. */
  creations: number; changes: number; services: number; intents: number; kills: number;
  /** Seconds that a part may take. */
  limit: number;
  controllers: boolean;
}
/** Measures one thing on a control plane of its own; what is in `figures` stands even if it does not come to its end. */
export type Measure = (sizes: Sizes, figures: Asked[], say: (text: string) => void) => Promise<string>;
