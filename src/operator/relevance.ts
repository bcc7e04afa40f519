/**
 * What of the cluster matters to whom. Contexts can only differ where a fact does, and facts are expressions: those that read no
 * intent are evaluated once for all, the others once for all intents that say the same where they look (`own-facts.ts`). So most
 * of what happens in a cluster is known to change no context without looking at any intent.
 */
import type { Manifest } from '../candidate/model.ts';
import { isOfIntent, minorOf, observe, words } from '../context/observe.ts';
import { Refusal } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { ofKind } from '../snapshot/objects.ts';
import type { OpenApiDocument } from '../snapshot/prune.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Guardrails } from '../verdict/types.ts';
import { OwnFacts } from './own-facts.ts';
import type { Counts } from './tally.ts';

/** Every word of every fact: whatever kind is not among them, no fact looks at. */
export const factWords = (manifest: Pick<Manifest, 'facts'>): Set<string> => new Set(manifest.facts.flatMap(fact => [...words(fact.cel)]));

export class Relevance {
  readonly #common: Manifest['facts'];
  readonly own: OwnFacts;
  readonly #apis: Set<string>;
  readonly #words: Set<string>;

  constructor(manifest: Manifest) {
    this.#words = factWords(manifest);
    const own = manifest.facts.filter(isOfIntent);
    this.#common = manifest.facts.filter(fact => !own.includes(fact));
    this.own = new OwnFacts(own);
    this.#apis = new Set(manifest.specs.flatMap(spec => (spec.type === 'api' ? [spec.kind] : [])));
  }

  /** Equal for two states in which the contexts of every intent differ by nothing but its own facts. */
  contextKey(snapshot: Snapshot): string {
    const nobody = { metadata: {}, spec: {} };
    let facts: unknown;
    try { facts = observe(this.#common, nobody, snapshot); } catch (error) { if (!(error instanceof Refusal)) throw error; facts = error.findings; }
    const served = snapshot.kinds.map(k => `${k.group}/${k.kind}`).filter(k => this.#apis.has(k));
    return sha256(canonicalJson([facts, served, minorOf(snapshot)]));
  }

  /** Whether a change of this object can change a context. */
  concernsContexts({ kind, metadata }: KubeObject): boolean {
    return kind === 'Namespace' || (kind === 'ConfigMap' && metadata.name === 'global-settings') || this.#words.has(kind);
  }

  /** The namespaces whose objects bear on an intent (its own, and all that it or the facts name), and as `namespace/name` what it depends on. */
  namespacesOf(intent: Intent, facts: unknown, snapshot: Snapshot): Set<string> {
    const existing = namespacesIn(snapshot);
    const own = intent.metadata.namespace ?? 'default', found = new Set([own, ...(intent.spec.dependencies ?? []).map(({ name, shared }) => `${shared ?? own}/${name}`)]);
    const look = (value: unknown): void => {
      if (typeof value === 'string') { for (const part of value.split(/[/,\s]+/)) if (existing.has(part)) found.add(part); }
      else if (value !== null && typeof value === 'object') for (const member of Object.values(value)) look(member);
    };
    look(intent.spec); look(facts);
    return found;
  }
}

const namespaces = new WeakMap<Snapshot, Set<string>>();
const namespacesIn = (snapshot: Snapshot): Set<string> =>
  namespaces.get(snapshot) ?? namespaces.set(snapshot, new Set(ofKind(snapshot, 'Namespace').map(o => o.metadata.name))).get(snapshot)!;

/** Which observed objects the checker reads at all: built-in kinds, kinds it has a reader for, and kinds that facts name; of intents' own, what envelopes ask of whom others depend on. */
export function countsFor(manifest: Manifest, { readers, envelopes }: Guardrails): Counts {
  const named = factWords(manifest), asked = new Set(envelopes.flatMap(e => e.asks));
  return {
    others: ({ apiVersion, kind }) => {
      const { group } = splitApiVersion(apiVersion);
      return group === '' || group.endsWith('.k8s.io') || readers.has(`${group}/${kind}`) || named.has(kind);
    },
    ofIntents: ({ kind }) => asked.has(kind),
  };
}

const digests = new WeakMap<OpenApiDocument, string>();
const digestOf = (document: OpenApiDocument): string => digests.get(document) ?? digests.set(document, sha256(canonicalJson(document))).get(document)!;

export type OfKind = Pick<KubeObject, 'apiVersion' | 'kind'>;
/** The kinds of a graph, each once. */
export const kindsOf = (graph: readonly KubeObject[]): OfKind[] => [...new Map(graph.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }])).values()];

/** Digest of the schemas that a graph of these kinds is checked against; '-' for kinds that are not served. */
export function schemasOf(graph: readonly OfKind[], snapshot: Snapshot): string {
  const versions = [...new Set(graph.map(o => o.apiVersion))].sort();
  const kinds = [...new Set(graph.map(o => `${splitApiVersion(o.apiVersion).group}/${o.kind}`))].sort();
  const documents = versions.map(v => snapshot.openapi[v.includes('/') ? `apis/${v}` : `api/${v}`]).map(document => (document ? digestOf(document) : '-'));
  return sha256(canonicalJson([documents, kinds.map(k => snapshot.kinds.find(s => `${s.group}/${s.kind}` === k)?.versions ?? [])]));
}

