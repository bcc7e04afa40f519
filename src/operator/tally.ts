/**
 * Digests of many objects by namespace that follow each change: the exclusive or of their digests, so that an object is taken
 * out as it was put in. The objects of intents themselves are left out, since the checker has seen each of those graphs; but whom
 * an intent lets in matters to those who depend on it, so its policies have a place of their own, `namespace/name`.
 */
import { INTENT_LABEL } from '../change/ownership.ts';
import type { KubeObject } from '../kubernetes.ts';

export const isOfIntents = (o: KubeObject): boolean => o.metadata.labels?.[INTENT_LABEL] !== undefined || (o.kind === 'ServiceIntent');

/** The namespace an object matters to; that of a Namespace is itself, '' that of whatever concerns the whole cluster. */
const placeOf = (o: KubeObject): string => o.metadata.namespace ?? (o.kind === 'Namespace' && o.apiVersion === 'v1' ? o.metadata.name : '');

/** Which objects count at all. */
export interface Counts {
  others(object: KubeObject): boolean;
  /** Of those of intents, for whoever depends on one. */
  ofIntents(object: KubeObject): boolean;
}

export class Tally {
  readonly #sums = new Map<string, bigint>();
  readonly #counts: Counts;
  /** Of such policies, what the next snapshot brings: until then nobody could see it. */
  readonly #coming: [place: string, digest: string][] = [];

  constructor(counts: Counts) { this.#counts = counts; }

  /** Puts an object in, or takes it out again. @param digest hexadecimal, of the whole object */
  flip(object: KubeObject, digest: string): void {
    if (isOfIntents(object)) {
      if (this.#counts.ofIntents(object)) this.#coming.push([`${object.metadata.namespace!}/${object.metadata.labels![INTENT_LABEL]!}`, digest]);
    } else if (this.#counts.others(object)) this.#flip(placeOf(object), digest);
  }

  /** A new snapshot has been taken. */
  enter(): void { for (const [place, digest] of this.#coming.splice(0)) this.#flip(place, digest); }

  #flip(place: string, digest: string): void { this.#sums.set(place, (this.#sums.get(place) ?? 0n) ^ BigInt(`0x${digest}`)); }

  /** Equal as long as nothing that counts changed in these namespaces, of these intents' policies, or outside all namespaces. */
  of(namespaces: Iterable<string>): string { return [...new Set(['', ...namespaces])].sort().map(n => (this.#sums.get(n) ?? 0n).toString(36)).join('.'); }
}
