/**
 * What was found of single objects by themselves. Most of a service's objects are the same from one check to the next, so whoever
 * checks again and again keeps this, and what bears on an object that is the same one is not looked at twice.
 */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { Intent } from '../intent/types.ts';
import type { Finding } from '../diagnostic.ts';
import type { Expression } from './cel.ts';

/** Answers by what they are about, which must never change. */
export class Once<K extends WeakKey, T> {
  readonly #known = new WeakMap<K, { on: readonly unknown[]; answer: T }>();

  /** @param on everything else that the answer rests on, compared by identity */
  of(about: K, on: readonly unknown[], find: () => T): T {
    const known = this.#known.get(about);
    if (known?.on.every((part, i) => part === on[i])) return known.answer;
    const answer = find();
    this.#known.set(about, { on, answer });
    return answer;
  }
}

export interface Found { findings: readonly Finding[]; unchecked: readonly string[] }

/** Objects as CEL sees them, for one check: kept, they would take as much room again as the objects. */
export type Values = Once<KubeObject | Intent | JsonObject, unknown>;

/** To be kept only by those who never change an object or intent that they have had checked. */
export class Memo {
  readonly schema = new Once<KubeObject, Found>();
  readonly policies = new Once<KubeObject, Found>();
  /** What readers say of them. */
  readonly effects = new Once<KubeObject, Json>();
  /** What envelopes say of an intent where they look at nothing but it and its workload: by item of a list, 0 for the whole. */
  readonly answers = new Once<Intent, Map<Expression, Json[]>>();
}
