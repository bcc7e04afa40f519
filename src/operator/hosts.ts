/** Which intent takes which host name: two that route the same host and path would each get some of the other's requests. */
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { inventoryOf } from './status.ts';

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter((v): v is JsonObject => v !== null && typeof v === 'object' && !Array.isArray(v)) : []);
const map = (value: Json | undefined): JsonObject => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {});
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter(v => typeof v === 'string') : []);

/** `host/path` of everything a graph routes: Ingresses, and routes of the Gateway API. */
export function claimsOf(graph: readonly KubeObject[]): string[] {
  const found = new Set<string>();
  for (const object of graph) {
    const spec = map(object['spec']);
    if (object.kind === 'Ingress') {
      for (const rule of list(spec['rules'])) for (const path of list(map(rule['http'])['paths'])) if (typeof rule['host'] === 'string') found.add(rule['host'] + slashed(path['path']));
    } else if (object.kind.endsWith('Route')) {
      const paths = list(spec['rules']).flatMap(rule => (list(rule['matches']).length ? list(rule['matches']) : [{}])).map(match => slashed(map((match as JsonObject)['path'])['value']));
      for (const host of texts(spec['hostnames'])) for (const path of paths.length ? paths : ['/']) found.add(host + path);
    }
  }
  return [...found];
}
const slashed = (path: Json | undefined): string => (typeof path === 'string' && path !== '' ? path : '/');

export interface Claimant { key: string; /** The smaller one was first; see `ageOf`. */ age: string }

/**
 * When an intent came, so that the smaller came first. The server's clock knows seconds: of two that came in the same one, the
 * one that has made something goes first, or a restart could take its host away.
 */
export const ageOf = (resource: KubeObject): string => `${String(resource.metadata['creationTimestamp'])} ${inventoryOf(resource).length ? 0 : 1}`;

export class Hosts {
  readonly #byClaim = new Map<string, Map<string, Claimant>>();
  readonly #byKey = new Map<string, readonly string[]>();

  /** Says what an intent claims now. @returns keys of the others whose findings may thereby change */
  claim(who: Claimant, claims: readonly string[]): string[] {
    const before = this.#byKey.get(who.key) ?? [];
    if (before.length === claims.length && before.every(c => claims.includes(c))) {
      for (const claim of before) this.#byClaim.get(claim)!.set(who.key, who);
      return [];
    }
    const touched = new Set<string>();
    for (const claim of before) {
      const own = this.#byClaim.get(claim);
      own?.delete(who.key);
      for (const key of own?.keys() ?? []) touched.add(key);
      if (!own?.size) this.#byClaim.delete(claim);
    }
    for (const claim of claims) {
      const own = this.#byClaim.get(claim) ?? new Map<string, Claimant>();
      for (const key of own.keys()) touched.add(key);
      this.#byClaim.set(claim, own.set(who.key, who));
    }
    if (claims.length) this.#byKey.set(who.key, claims); else this.#byKey.delete(who.key);
    return [...touched];
  }

  /** One finding for each other intent with the same host: refused for the one that came later, a warning for the first. */
  findings(key: string): Finding[] {
    const others = new Map<string, { claim: string; first: boolean }>();
    for (const claim of this.#byKey.get(key) ?? []) {
      // Of equals the one that claimed it first: a Map keeps that order, and sorting leaves it.
      const claimants = [...this.#byClaim.get(claim)!.values()].sort((a, b) => (a.age < b.age ? -1 : a.age > b.age ? 1 : 0));
      for (const other of claimants) if (other.key !== key && !others.has(other.key)) others.set(other.key, { claim, first: claimants[0]!.key === key });
    }
    return [...others].map(([other, { claim, first }]) => ({
      rule: 'host-conflict', severity: first ? 'warning' : 'refused', object: `ServiceIntent/${key.slice(key.indexOf('/') + 1)}`, path: 'spec.networking.hosts',
      message: `${claim} is also taken by the intent ${other}, which came ${first ? 'later and is refused' : 'first'}`, fix: 'Give one of the two another host or path.',
    }));
  }
}
