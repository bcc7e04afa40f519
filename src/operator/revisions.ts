/** The revisions of intents: written when there is something new to keep, and the newest ones at hand. */
import type { Model } from '../candidate/model.ts';
import type { ClusterApi } from '../change/api.ts';
import { intentRef } from '../change/ownership.ts';
import { readRevision, recordedIn, recordRevision, revisionsPath } from '../change/revision.ts';
import type { Recorded, Revision, RevisionContent } from '../change/revision.ts';
import { objectName } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { isServerCheck } from '../synthesis/synthesise.ts';
import type { Outcome } from '../synthesis/synthesise.ts';
import { same } from '../verdict/equal.ts';
import type { Guardrails } from '../verdict/types.ts';
import { statusOf } from './status.ts';

const sameGraph = (a: readonly KubeObject[], b: readonly KubeObject[]): boolean => same(a as unknown as Json, b as unknown as Json);

/** Graphs that are kept at hand; others are read again. */
const most = 512;

export class Revisions {
  /** `api`: identity of the operator itself; revisions are its to write. */
  readonly #setting: { api: ClusterApi; model: Model; guardrails: Guardrails };
  /** By namespace and intent, the newest that was seen. */
  readonly #newest = new Map<string, Revision>();
  /** The newest one, where it was written here. */
  readonly #written = new Map<string, Recorded>();

  constructor(setting: { api: ClusterApi; model: Model; guardrails: Guardrails }) { this.#setting = setting; }

  /** The revision in force where the graph is the same, else a new one. */
  async record(resource: KubeObject, outcome: Outcome): Promise<string> {
    const place = resource.metadata.namespace ?? 'default', applied = statusOf(resource)['revision'];
    const current = typeof applied === 'string' ? await this.get(place, applied) : undefined;
    if (current && outcome.verdict === 'accepted' && sameGraph(current.content.graph, outcome.graph)) return current.name;
    const { model, guardrails, api } = this.#setting, key = `${place}/${resource.metadata.name}`;
    const content: RevisionContent = {
      generation: Number(resource.metadata['generation'] ?? 0), contextHash: outcome.context!.hash, shape: sha256(canonicalJson(outcome.context!.tokens)), model: model.digest, guardrails: guardrails.digest,
      verdict: outcome.verdict === 'accepted' ? 'accepted' : 'review', findings: outcome.findings, degraded: outcome.degraded, unchecked: outcome.unchecked.filter(name => !isServerCheck(name)), graph: outcome.graph,
      provenance: (outcome.candidate?.objects ?? []).map(({ object, provenance }) => ({ object: objectName(object), fields: provenance.map(({ path, slot, margin }) => ({ path, ...(slot === undefined ? {} : { slot }), margin: Math.round(margin * 1000) / 1000 })) })) as unknown as Json,
    };
    const object = await recordRevision(api, intentRef(resource), content, this.#written.get(key)), recorded = recordedIn(object);
    this.#written.set(key, recorded);
    this.#remember(place, resource.metadata.name, { name: object.metadata.name, number: recorded.number, content });
    return object.metadata.name;
  }

  /** Undefined when it is not kept any more. */
  async get(namespace: string, name: string): Promise<Revision | undefined> {
    const intent = name.slice(0, name.lastIndexOf('-')), known = this.#newest.get(`${namespace}/${intent}`);
    if (known?.name === name) return known;
    const object = await this.#setting.api.get(`${revisionsPath(namespace)}/${name}`);
    if (!object) return undefined;
    const revision = readRevision(object);
    if (!known || revision.number > known.number) this.#remember(namespace, intent, revision);
    return revision;
  }

  #remember(namespace: string, intent: string, revision: Revision): void {
    const { provenance: _, ...content } = revision.content, key = `${namespace}/${intent}`;
    this.#newest.delete(key);
    this.#newest.set(key, { ...revision, content });
    if (this.#newest.size > most) this.#newest.delete(this.#newest.keys().next().value!);
  }

  /** Another leader may have written since. */
  relist(): void { this.#written.clear(); }

  forget(namespace: string, intent: string): void { for (const known of [this.#newest, this.#written]) known.delete(`${namespace}/${intent}`); }
}
