/**
 * Digests of many objects by namespace that follow each change: the exclusive or of their digests, so that an object is taken
 * out as it was put in. The objects of intents themselves are left out, since the checker has seen each of those graphs.
 */
import { INTENT_LABEL } from '../change/ownership.ts';
import type { KubeObject } from '../kubernetes.ts';

export const isOfIntents = (o: KubeObject): boolean => o.metadata.labels?.[INTENT_LABEL] !== undefined || (o.kind === 'ServiceIntent');

/** The namespace an object matters to; that of a Namespace is itself, '' that of whatever concerns the whole cluster. */
const placeOf = (o: KubeObject): string => o.metadata.namespace ?? (o.kind === 'Namespace' && o.apiVersion === 'v1' ? o.metadata.name : '');

export class Tally {
  readonly #sums = new Map<string, bigint>();
  /** Which objects count at all. */
  readonly #counts: (object: KubeObject) => boolean;

  constructor(counts: (object: KubeObject) => boolean) { this.#counts = counts; }

  /** Puts an object in, or takes it out again. @param digest hexadecimal, of the whole object */
  flip(object: KubeObject, digest: string): void {
    if (isOfIntents(object) || !this.#counts(object)) return;
    const place = placeOf(object);
    this.#sums.set(place, (this.#sums.get(place) ?? 0n) ^ BigInt(`0x${digest}`));
  }

  /** Equal as long as nothing that counts changed in these namespaces, or outside all of them. */
  of(namespaces: Iterable<string>): string { return [...new Set(['', ...namespaces])].sort().map(n => (this.#sums.get(n) ?? 0n).toString(36)).join('.'); }
}
