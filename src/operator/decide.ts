/**
 * What is to run for an intent: the stages from intent to verdict, each only when something it depends on has changed. The
 * same context needs no inference; the same surroundings need no check.
 */
import { conventionsFor } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import { Recall } from '../candidate/recall.ts';
import { keyOf, refOf } from '../change/paths.ts';
import { buildContext } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import { Refusal } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { readIntent } from '../intent/parse.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { asBefore } from '../synthesis/earlier.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Outcome } from '../synthesis/synthesise.ts';
import { understand } from '../synthesis/understand.ts';
import type { Understood } from '../synthesis/understand.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { UNABLE } from '../verdict/dry-run.ts';
import { Memo } from '../verdict/memo.ts';
import type { Guardrails } from '../verdict/types.ts';
import { verify } from '../verdict/verify.ts';
import { claimsOf } from './hosts.ts';
import type { Metrics } from './metrics.ts';
import { kindsOf, schemasOf } from './relevance.ts';
import type { OfKind, Relevance } from './relevance.ts';
import type { Revisions } from './revisions.ts';
import type { Shapes } from './shapes.ts';
import { conditionIs, inventoryOf, statusOf } from './status.ts';
import type { World } from './world.ts';

export interface Decision {
  /** Of the context; '' when the intent never got so far. */
  contextHash: string;
  verdict: 'accepted' | 'review' | 'refused';
  findings: readonly Finding[];
  degraded: readonly string[];
  /** The revision that holds the graph; absent when none was written. */
  revision?: string;
  /** Hosts and paths that the graph routes. */
  claims: readonly string[];
  /** Digest of everything else it rests on: the objects around it and the schemas of its kinds. */
  surroundings: string;
  /** The part of it that is about schemas, and the kinds of the graph. */
  schemas: string;
  kinds: readonly OfKind[];
  /** The part of it that is about objects, and the namespaces they lie in. */
  tally: string;
  namespaces: ReadonlySet<string>;
  /** Digest of the intent's own facts, and what those see of the intent; absent where it did not get so far. */
  own?: { facts: string; reads: string };
  /** The intent as it was read, and of which resource that was; absent where it was not. */
  read?: Read;
}

/** `of`: all that is read of the resource. */
interface Read { of: string; written: Intent; understood: Understood; reads: string }

export interface DecideSetting {
  world: World; relevance: Relevance; shapes: Shapes; revisions: Revisions; model: Model; guardrails: Guardrails; metrics: Metrics;
  /** The API server's own opinion of a graph, asked in the name of those who would write it. */
  dryRun: (graph: readonly KubeObject[], namespace: string) => Promise<Finding[]>;
  timed: <T>(stage: string, work: () => T) => T;
}

/** What people tell the operator by annotations, and what kubectl notes, is no part of what the service needs. */
const ours = /^(synthesis\.platform\/(suspend|rollback-to|approve)|kubectl\.kubernetes\.io\/last-applied-configuration)$/;

/** @throws Refusal when it is malformed */
export function intentOf(resource: KubeObject): Intent {
  const annotations = Object.entries(resource.metadata.annotations ?? {}).filter(([key]) => !ours.test(key));
  const { annotations: _, ...metadata } = resource.metadata;
  return readIntent({ ...resource, metadata: { ...metadata, ...(annotations.length ? { annotations: Object.fromEntries(annotations) } : {}) } });
}

export class Decider {
  readonly #setting: DecideSetting;
  /** Objects of revisions, and intents that were read, never change. */
  readonly #memo = new Memo();
  readonly #recall = new Recall();
  constructor(setting: DecideSetting) { this.#setting = setting; }

  /** @param before the last decision on the same intent; absent after a start. It is returned itself where it still holds. */
  async decide(resource: KubeObject, before: Decision | undefined): Promise<Decision> {
    const { world, model, timed, relevance } = this.#setting;
    const { snapshot } = world, place = resource.metadata.namespace ?? 'default';
    let context: Context, read: Read;
    try {
      ({ read, context } = timed('context', () => {
        const read = this.#read(resource, place, before?.read), { intent, unknown, layer } = read.understood;
        if (unknown.length) throw new Refusal(4, unknown);
        return { read, context: buildContext(layer.manifest, intent, snapshot) };
      }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.exit === 5) throw error;
      return { contextHash: '', verdict: 'refused', findings: error.findings, degraded: [], claims: await this.#claimed(resource), surroundings: '', schemas: '', kinds: [], tally: world.observed.tally.of([place]), namespaces: new Set([place]) };
    }
    const { intent, layer } = read.understood, namespaces = relevance.namespacesOf(intent, context.facts, snapshot);
    const tally = world.observed.tally.of(namespaces), own = { facts: relevance.own.digestOf(context.facts), reads: read.reads };
    const around = (kinds: readonly OfKind[]): Pick<Decision, 'surroundings' | 'schemas' | 'kinds'> => {
      const schemas = kinds.length ? schemasOf(kinds, snapshot) : world.discovered.served!.digest;
      return { surroundings: sha256(canonicalJson([tally, schemas])), schemas, kinds };
    };

    // What the server could not say is asked anew.
    if (before?.findings.some(f => f.rule === UNABLE)) before = { ...before, contextHash: '' };
    const known = before?.contextHash === context.hash ? before : before ? undefined : this.#recalled(resource, context);
    if (known && around(known.kinds).surroundings === known.surroundings) return Object.assign(known, { tally, namespaces, own, read });
    if (known?.revision !== undefined) {
      const revision = await this.#setting.revisions.get(place, known.revision);
      if (revision) {
        const { graph } = revision.content;
        const verdict = timed('verdict', () => verify({ graph, intent, snapshot, guardrails: this.#setting.guardrails, memo: this.#memo, ...conventionsFor(layer.manifest, context) }));
        this.#setting.metrics.count('kubesynth_checks_total', { verdict: verdict.verdict });
        // What only the model can be unsure of, or only the server can know, was found when it was written and still holds.
        const said = new Set(verdict.findings.filter(f => f.rule === 'cluster-policy').map(f => f.object));
        const kept = known.findings.filter(f => f.rule === 'low-margin' || (f.rule === 'server-dry-run' && !said.has(f.object)));
        if (verdict.verdict !== 'refused' && (verdict.verdict === known.verdict || known.verdict === 'review')) {
          return { ...known, findings: [...verdict.findings, ...kept], degraded: verdict.degraded, claims: claimsOf(graph), ...around(kindsOf(graph)), tally, namespaces, own, read };
        }
      }
    }
    return { ...await this.#synthesise(resource, { snapshot, context, read }, before, around), tally, namespaces, own, read };
  }

  /** Of a resource that says what it said before, what was read then. */
  #read(resource: KubeObject, place: string, before: Read | undefined): Read {
    const { uid, generation, labels, annotations } = resource.metadata, of = JSON.stringify([uid, generation, labels, annotations]);
    if (before?.of === of) return before;
    const written = intentOf(resource), understood = understand(written, place, this.#setting.model);
    return { of, written, understood, reads: this.#setting.relevance.own.readsOf(understood.intent) };
  }

  /** What the status still says of the same context. Its surroundings are unknown, so it is checked again. */
  #recalled(resource: KubeObject, context: Context): Decision | undefined {
    const { contextHash, model, revision } = statusOf(resource);
    if (contextHash !== context.hash || model !== this.#setting.model.digest || typeof revision !== 'string') return undefined;
    if (conditionIs(resource, 'Stalled') || conditionIs(resource, 'NeedsReview')) return undefined;
    const findings = ((statusOf(resource)['findings'] ?? []) as unknown as Finding[]).filter(f => f.rule === 'server-dry-run');
    return { contextHash: context.hash, verdict: 'accepted', findings, degraded: [], revision, claims: [], surroundings: '', schemas: '', kinds: [], tally: '', namespaces: new Set() };
  }

  /** @param seen the cluster, the intent, and its context there */
  async #synthesise(resource: KubeObject, seen: { snapshot: Snapshot; context: Context; read: Read }, before: Decision | undefined, around: (kinds: readonly OfKind[]) => Pick<Decision, 'surroundings' | 'schemas' | 'kinds'>): Promise<Omit<Decision, 'tally' | 'namespaces' | 'read'>> {
    const { model, guardrails, shapes, metrics, timed } = this.#setting;
    const place = resource.metadata.namespace ?? 'default', session = shapes.session();
    const { written, understood } = seen.read, earlier = { recall: this.#recall, memo: this.#memo, graph: before?.revision === undefined ? [] : await this.#graphOf(place, before.revision) };
    const attempt = (snapshot: Snapshot, context?: Context): Promise<Outcome> => timed('synthesis', () => synthesise(written, {
      cluster: { snapshot, namespace: place, snapshotMs: 0, dryRun: graph => this.#askServer(resource, graph, before, around) }, model, engine: session, guardrails,
      understood, earlier, ...(context ? { context } : {}),
    }));
    let outcome = await attempt(seen.snapshot, seen.context);
    if (outcome.verdict === 'refused' && outcome.graph.length) {
      // What this very intent wrote before and would now give up is pruned with the change: it must not speak against it.
      const own = new Set(inventoryOf(resource).map(keyOf)), objects = seen.snapshot.objects.filter(o => !own.has(keyOf(refOf(o))));
      if (objects.length < seen.snapshot.objects.length) outcome = await attempt({ ...seen.snapshot, objects });
    }
    if (outcome.candidate) metrics.count('kubesynth_inference_total', { from: session.evaluated.rows ? 'engine' : 'shape' });
    metrics.count('kubesynth_engine_tokens_total', {}, session.evaluated.tokens);
    metrics.count('kubesynth_synthesis_total', { verdict: outcome.verdict });
    // Where the model came to no end there is a review, and nothing to look at.
    const made = outcome.verdict !== 'refused' && outcome.graph.length > 0;
    return {
      contextHash: outcome.context?.hash ?? '', verdict: outcome.verdict, findings: outcome.findings, degraded: outcome.degraded,
      ...(made ? { revision: await this.#setting.revisions.record(resource, outcome) } : {}),
      claims: made ? claimsOf(outcome.graph) : await this.#claimed(resource), ...around(made ? kindsOf(outcome.graph) : []),
    };
  }

  /** The server's opinion of what it has not taken already, word for word and by the same schemas, with the revision in force. */
  async #askServer(resource: KubeObject, graph: readonly KubeObject[], before: Decision | undefined, around: (kinds: readonly OfKind[]) => Pick<Decision, 'schemas'>): Promise<Finding[]> {
    const place = resource.metadata.namespace ?? 'default', { dryRun } = this.#setting, applied = statusOf(resource)['revision'];
    if (before?.revision === undefined || before.revision !== applied || before.schemas !== around(before.kinds).schemas) return dryRun(graph, place);
    const taken = await this.#graphOf(place, before.revision), now = asBefore(graph, taken), fresh = now.filter(object => !taken.includes(object)), names = new Set(now.filter(object => taken.includes(object)).map(objectName));
    return [...before.findings.filter(f => f.rule === 'server-dry-run' && names.has(f.object)), ...await dryRun(fresh, place)];
  }

  /** Empty where the revision is not kept any more. */
  async #graphOf(place: string, revision: string): Promise<readonly KubeObject[]> { return (await this.#setting.revisions.get(place, revision))?.content.graph ?? []; }

  /** What is refused claims nothing; what runs still does. */
  async #claimed(resource: KubeObject): Promise<string[]> {
    const applied = statusOf(resource)['revision'];
    return typeof applied === 'string' ? claimsOf(await this.#graphOf(resource.metadata.namespace ?? 'default', applied)) : [];
  }
}
