/**
 * SynthesisRevision: one accepted or proposed graph of an intent, for good. `<intent>-<n>`, owned by the intent, immutable
 * on the server. What it holds is enough to apply it again, to explain it, and to know without inference that nothing changed.
 */
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { ApiError } from './api.ts';
import type { ClusterApi } from './api.ts';
import { pack, unpack } from './packed.ts';
import type { Packed } from './packed.ts';
import { INTENT_LABEL, ownerReference } from './ownership.ts';
import type { IntentRef } from './ownership.ts';
import { collectionPath } from './paths.ts';
import { apiVersion } from '../intent/schema.ts';

export const REVISION_KIND = 'SynthesisRevision';
export const REVISION_PLURAL = 'synthesisrevisions';
const CONTENT_LABEL = 'synthesis.platform/content';

export interface RevisionContent {
  /** Generation of the intent that it was made for. */
  generation: number;
  contextHash: string;
  /** Digest of what the model was shown; contexts of one shape share one inference. */
  shape?: string;
  /** Digests of model and guardrails. */
  model: string;
  guardrails: string;
  verdict: 'accepted' | 'review';
  findings: Finding[];
  degraded: string[];
  unchecked: string[];
  /** In dependency order. */
  graph: KubeObject[];
  /** Where each field came from, as the door keeps it. */
  provenance?: Json;
  /** What the model wrote, before slots were filled, as the door keeps it. */
  candidate?: Json;
}

export interface Revision { name: string; number: number; content: RevisionContent }

/** Graphs of this many bytes and less stay legible. */
const legible = 64 * 1024;

export const revisionName = (intent: string, number: number): string => `${intent}-${number}`;
export const revisionsPath = (namespace?: string): string => collectionPath(apiVersion, REVISION_PLURAL, namespace);

/**
 * What of a revision is the same whatever its number, and a digest of what it says: the generation aside, which also moves when
 * nothing that matters does.
 */
function written({ graph, provenance, candidate, generation, ...plain }: RevisionContent): { spec: JsonObject; digest: string } {
  const large = Object.entries({ graph, provenance, candidate }).flatMap(([name, value]) => (value === undefined ? [] : [{ name, text: canonicalJson(value) }]));
  const packed = Object.fromEntries(large.map(({ name, text }) => [name, pack(text, name === 'graph' ? legible : 0)]));
  const digest = sha256([canonicalJson(plain), ...large.flatMap(({ name, text }) => [name, text])].join('\0'));
  return { spec: { generation, ...plain, ...packed } as unknown as JsonObject, digest: digest.slice(0, 40) };
}

/** @throws SyntaxError where the object was not written by this program */
export function readRevision(object: KubeObject): Revision {
  const { intent: _, number, graph, provenance, candidate, ...plain } = object['spec'] as unknown as Omit<RevisionContent, 'graph' | 'provenance' | 'candidate'>
    & { intent: JsonObject; number: number; graph: Packed; provenance?: Packed; candidate?: Packed };
  return {
    name: object.metadata.name, number,
    content: { ...plain, graph: unpack(graph) as unknown as KubeObject[], ...(provenance ? { provenance: unpack(provenance) } : {}), ...(candidate ? { candidate: unpack(candidate) } : {}) },
  };
}

export const numberOf = (revision: KubeObject): number => Number((revision['spec'] as JsonObject)['number']);

/** Oldest first; those of a namesake that was deleted are not among them. */
export async function revisionsOf(api: ClusterApi, intent: IntentRef): Promise<KubeObject[]> {
  const { items } = await api.list(revisionsPath(intent.namespace), { labelSelector: `${INTENT_LABEL}=${intent.name}` });
  return ownRevisions(items, intent);
}

/** The same from a store of revisions. */
export const ownRevisions = (revisions: readonly KubeObject[], intent: IntentRef): KubeObject[] => revisions
  .filter(r => r.metadata.namespace === intent.namespace && ((r['spec'] as JsonObject)['intent'] as JsonObject)['uid'] === intent.uid)
  .sort((a, b) => numberOf(a) - numberOf(b));

/** What is known of a revision without reading it. */
export interface Recorded { number: number; /** Of its content. */ digest: string }
export const recordedIn = (revision: KubeObject): Recorded => ({ number: numberOf(revision), digest: revision.metadata.labels?.[CONTENT_LABEL] ?? '' });

/**
 * Records a graph. Doing it twice is once: the newest revision of equal content is returned as it is.
 * @param last the newest revision, where the caller wrote it: nothing is listed then unless it is gone, or the next one is taken
 */
export async function recordRevision(api: ClusterApi, intent: IntentRef, content: RevisionContent, last?: Recorded): Promise<KubeObject> {
  const { spec, digest } = written(content);
  const objectOf = (number: number): KubeObject => ({
    apiVersion, kind: REVISION_KIND,
    metadata: { name: revisionName(intent.name, number), namespace: intent.namespace, labels: { [INTENT_LABEL]: intent.name, [CONTENT_LABEL]: digest }, ownerReferences: [ownerReference(intent)] },
    spec: { intent: { name: intent.name, uid: intent.uid }, number, ...spec },
  });
  const create = async (object: KubeObject): Promise<KubeObject> => ({ ...object, metadata: (await api.create(revisionsPath(intent.namespace), object, { brief: true })).metadata });
  if (last?.digest === digest) {
    // It was written, and whoever wrote it did not come to say so.
    const found = await api.get(`${revisionsPath(intent.namespace)}/${revisionName(intent.name, last.number)}`);
    if (found && ownRevisions([found], intent).length) return found;
  } else if (last) {
    try { return await create(objectOf(last.number + 1)); } catch (error) { if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error; }
  }
  for (;;) {
    const existing = await revisionsOf(api, intent), newest = existing.at(-1);
    if (newest?.metadata.labels?.[CONTENT_LABEL] === digest) return newest;
    for (let number = newest ? numberOf(newest) + 1 : 1; ; number++) {
      const object = objectOf(number);
      try { return await create(object); } catch (error) {
        if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
        // Written a moment ago by us, then it is in the list; or left over from a namesake, then the next number is free.
        const known = await api.get(`${revisionsPath(intent.namespace)}/${object.metadata.name}`);
        if (known && ownRevisions([known], intent).length) break;
      }
    }
  }
}

/**
 * Deletes the oldest, so that `keep` are left.
 * @param keepAlways names of the revision that is applied, proposed or rolled back to
 */
export async function collectRevisions(api: ClusterApi, revisions: readonly KubeObject[], keepAlways: readonly string[], keep = 10): Promise<string[]> {
  const spare = [...revisions].sort((a, b) => numberOf(a) - numberOf(b)).filter(({ metadata }) => !keepAlways.includes(metadata.name));
  const gone = spare.slice(0, Math.max(0, revisions.length - keep));
  for (const { metadata } of gone) await api.delete(`${revisionsPath(metadata.namespace)}/${metadata.name}`, { uid: String(metadata['uid']), propagation: 'Background' });
  return gone.map(({ metadata }) => metadata.name);
}
