/**
 * One intent, from what is stated to what runs: the pipeline of the cluster-resident agent. Each stage does nothing where what it
 * rests on is as it was, so that a reconciliation without news reads and writes nothing.
 */
import { randomUUID } from 'node:crypto';
import type { ClusterApi } from '../change/api.ts';
import { applyRevision } from '../change/apply.ts';
import type { Applied } from '../change/apply.ts';
import { controlsOf, rollbackTarget } from '../change/controls.ts';
import type { Inventory } from '../change/inventory.ts';
import { collectionPath, keyOf } from '../change/paths.ts';
import { collectRevisions, readRevision, revisionsOf } from '../change/revision.ts';
import type { Finding } from '../diagnostic.ts';
import { classify, driftFindings, judgeBy, recreatesBy } from '../drift/classify.ts';
import type { Drift } from '../drift/classify.ts';
import type { DriftRules } from '../drift/rules.ts';
import { apiVersion } from '../intent/schema.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { intentRef } from './decide.ts';
import type { Decider, Decision } from './decide.ts';
import { announce } from './events.ts';
import type { Note } from './events.ts';
import { accountUser, notGranted } from './grants.ts';
import type { Hosts } from './hosts.ts';
import type { Log } from './log.ts';
import { printOf } from './managed.ts';
import type { Managed } from './managed.ts';
import type { Metrics } from './metrics.ts';
import { conditionsOf, inventoryOf, statusFrom, statusOf, statusPatch } from './status.ts';
import type { Condition, Standing } from './status.ts';
import type { World } from './world.ts';

export const FINALIZER = 'synthesis.platform/prune';
export const intentPath = (namespace: string, name: string): string => `${collectionPath(apiVersion, 'serviceintents', namespace)}/${name}`;

/** What is remembered of an intent from one reconciliation to the next; all of it can be found out again. */
export interface Memory {
  uid: string;
  /** The newest state of the resource that our own writes gave us; the informer may lag behind. */
  resource?: KubeObject;
  decision?: Decision;
  /** The revision that is wholly applied, and the objects as that left them. */
  applied?: { revision: string; prints: Map<string, string>; findings: Finding[] };
}

export interface ReconcileSetting {
  api: ClusterApi; world: World; managed: Managed; decider: Decider; hosts: Hosts; rules: DriftRules; model: string;
  metrics: Metrics; log: Log; instance: string;
  /** Other intents whose findings may have changed. */
  wake: (keys: readonly string[]) => void;
  /** An older intent has not been looked at yet, so its claims are not known. */
  waitsForOlder: (key: string, resource: KubeObject) => boolean;
  timed: <T>(stage: string, work: () => T) => T;
  /** Aborted: no further write begins. */
  signal: () => AbortSignal;
}

/** Milliseconds until something is looked at again that no watch tells of. */
const again = { forbidden: 5_000, conflict: 30_000, older: 200, pruning: 5_000 };

export class Reconciler {
  readonly #setting: ReconcileSetting;
  readonly memories = new Map<string, Memory>();

  constructor(setting: ReconcileSetting) { this.#setting = setting; }

  /** @returns milliseconds until it should be looked at again, if no watch will tell */
  async reconcile(key: string, seen: KubeObject): Promise<number | undefined> {
    const memory = this.#memoryOf(key, seen), resource = newest(seen, memory.resource), log = this.#setting.log.with({ intent: key });
    if (resource.metadata['deletionTimestamp'] !== undefined) return this.#finish(key, resource, memory, log);
    const controls = controlsOf(resource);
    if (controls.suspended) {
      const held = { reason: 'Suspended', message: 'synthesis.platform/suspend is "true": nothing is synthesised, applied, reverted or pruned' };
      const known = conditionsOf(resource).find(c => c['type'] === 'Ready');
      await this.#say(resource, memory, { ...unchanged(resource), ready: known?.['status'] === 'True', because: held, model: this.#setting.model });
      return undefined;
    }
    await this.#hold(resource, memory);

    // Intent, context, candidate, verdict: what is to run.
    const decision = controls.rollbackTo === undefined ? memory.decision = await this.#setting.decider.decide(resource, memory.decision) : undefined;
    if (decision) this.#setting.wake(this.#setting.hosts.claim({ key, age: `${String(resource.metadata['creationTimestamp'])} ${memory.uid}` }, decision.claims));
    const choice = controls.rollbackTo === undefined ? this.#choose(key, resource, decision!, controls.approved) : await this.#rolledBack(resource, controls.rollbackTo);
    if (choice.waits) return again.older;

    // Change and drift: what runs is made what is to run.
    const change = choice.revision === undefined ? undefined : await this.#enforce(resource, memory, choice.revision, log);

    // Status: what there is to say of it.
    const standing = this.#standing(resource, choice, decision, change);
    await this.#say(resource, memory, standing);
    if (change?.done) await this.#collect(resource, memory, decision);
    if (change?.forbidden) return again.forbidden;
    return change && !change.done ? again.conflict : undefined;
  }

  #memoryOf(key: string, seen: KubeObject): Memory {
    const uid = String(seen.metadata['uid']), known = this.memories.get(key);
    if (known?.uid === uid) return known;
    const fresh = { uid };
    this.memories.set(key, fresh);
    return fresh;
  }

  forget(key: string): void {
    this.memories.delete(key);
    const [namespace, name] = key.split('/') as [string, string];
    this.#setting.decider.forget(namespace, name);
    this.#setting.wake(this.#setting.hosts.claim({ key, age: '' }, []));
  }

  /** The finaliser, before anything is made that it would have to prune. */
  async #hold(resource: KubeObject, memory: Memory): Promise<void> {
    const finalizers = (resource.metadata['finalizers'] ?? []) as string[];
    if (finalizers.includes(FINALIZER)) return;
    memory.resource = await this.#patch(resource, { metadata: { finalizers: [...finalizers, FINALIZER] } });
    Object.assign(resource, memory.resource);
  }

  /** Which revision is to be in force, and what keeps another from being so. */
  #choose(key: string, resource: KubeObject, decision: Decision, approved: string | undefined): Choice {
    const { hosts, waitsForOlder } = this.#setting, applied = statusOf(resource)['revision'] as string | undefined;
    const conflicts = hosts.findings(key), findings = [...decision.findings, ...conflicts];
    const kept = { ...(applied === undefined ? {} : { revision: applied }), findings };
    const refused = findings.filter(f => f.severity === 'refused');
    if (decision.verdict === 'refused' || refused.length) return { ...kept, stalled: { reason: camel(refused[0]?.rule ?? 'refused'), message: `${words(refused)}${applied === undefined ? '' : ` The last accepted revision, ${applied}, stays.`}` } };
    if (decision.revision === approved || decision.revision === applied) return { revision: decision.revision!, findings };
    const { updatePolicy } = (resource['spec'] ?? {}) as { updatePolicy?: string };
    if (decision.verdict === 'review' || updatePolicy === 'review') {
      const why = decision.verdict === 'review' ? words(findings.filter(f => f.severity === 'review')) : 'updatePolicy is review.';
      return { ...kept, needsReview: { reason: decision.verdict === 'review' ? 'Abstained' : 'UpdatePolicy', message: `${why} Revision ${decision.revision} is proposed; the annotation synthesis.platform/approve: "${decision.revision}" applies it.` } };
    }
    // Who was first cannot be known before everybody older has been heard.
    if (decision.claims.length && waitsForOlder(key, resource)) return { findings, waits: true };
    return { revision: decision.revision!, findings };
  }

  async #rolledBack(resource: KubeObject, wanted: string): Promise<Choice> {
    const applied = statusOf(resource)['revision'] as string | undefined;
    const target = rollbackTarget(resource, await revisionsOf(this.#setting.api, intentRef(resource)), wanted);
    if ('rule' in target) return { ...(applied === undefined ? {} : { revision: applied }), findings: [target as Finding], stalled: { reason: 'RollbackUnknown', message: words([target as Finding]) } };
    return { revision: (target as KubeObject).metadata.name, findings: [], rolledBack: readRevision(target as KubeObject).content.degraded };
  }

  async #enforce(resource: KubeObject, memory: Memory, name: string, log: Log): Promise<Change> {
    const { api, world, managed, decider, rules, metrics, timed } = this.#setting, intent = intentRef(resource), inventory = inventoryOf(resource);
    const settled = memory.applied?.revision === name && inventory.length > 0 && inventory.every(ref => managed.get(ref)?.print === memory.applied!.prints.get(keyOf(ref)));
    if (settled) return { done: true, revision: name, findings: memory.applied!.findings, inventory };
    const revision = await decider.revision(intent.namespace, name);
    if (!revision) return { done: false, revision: name, findings: [{ rule: 'revision-missing', severity: 'refused', object: `SynthesisRevision/${name}`, path: '', message: `revision ${name} is not there any more`, fix: 'Change the intent, or remove the annotation that names it.' }], inventory };
    const { graph } = revision.content, { kinds } = world.snapshot;
    await managed.follow(graph, kinds);
    const result = await timed('change', () => applyRevision(api.as(accountUser(intent.namespace)), inventory, graph, {
      intent, kinds, reader: api, judge: judgeBy(rules), recreate: recreatesBy(rules), signal: this.#setting.signal(),
      record: async stored => { memory.resource = await this.#patchStatus(resource, memory, { inventory: stored as unknown as JsonObject[] }); Object.assign(resource, memory.resource); },
    }));
    const drifts = classify(result.contests, rules), drifted = driftFindings(drifts);
    this.#tellDrift(resource, drifts, log);
    await this.#tellChange(resource, result, name, log);
    metrics.count('kubesynth_conflicts_total', {}, result.conflicts.length);
    const forbidden = result.conflicts.filter(f => f.rule === 'write-forbidden');
    const findings = [...(forbidden.length ? [notGranted(intent.namespace, intent.name, forbidden)] : []), ...result.conflicts.filter(f => f.rule !== 'write-forbidden'), ...drifted.filter(f => f.rule !== 'drift-reverted')];
    const done = result.conflicts.length === 0;
    if (done) memory.applied = { revision: name, prints: new Map(result.live.map(o => [keyOf({ apiVersion: o.apiVersion, kind: o.kind, namespace: o.metadata.namespace!, name: o.metadata.name }), printOf(o)])), findings };
    else delete memory.applied;
    return { done, revision: name, findings, inventory: result.inventory, ...(forbidden.length ? { forbidden: true } : {}) };
  }

  #standing(resource: KubeObject, choice: Choice, decision: Decision | undefined, change: Change | undefined): Standing {
    const { managed, model } = this.#setting, findings = [...choice.findings, ...change?.findings ?? []];
    const health = (change?.inventory ?? []).map(ref => ({ ref, health: managed.get(ref)?.health ?? { state: 'progressing' as const, message: 'it has not been seen yet' } })).filter(({ health: h }) => h.state !== 'current');
    const names = (list: typeof health): string => list.map(({ ref, health: h }) => `${ref.kind}/${ref.name}: ${h.message}`).join('; ');
    const failed = health.filter(({ health: h }) => h.state === 'failed');
    const refused = change?.findings.filter(f => f.severity === 'refused') ?? [];
    const stalled = choice.stalled ?? (refused.length ? { reason: camel(refused[0]!.rule), message: words(refused) } : failed.length ? { reason: 'Unhealthy', message: names(failed) } : undefined);
    const common = {
      model, findings, degraded: choice.rolledBack ?? decision?.degraded ?? [],
      ...(decision ? decision.contextHash ? { contextHash: decision.contextHash } : {} : typeof statusOf(resource)['contextHash'] === 'string' ? { contextHash: statusOf(resource)['contextHash'] as string } : {}),
      // What is only half applied is not yet the revision in force.
      ...(change?.done ? { revision: change.revision } : typeof statusOf(resource)['revision'] === 'string' ? { revision: statusOf(resource)['revision'] as string } : {}),
      ...(choice.needsReview ? { needsReview: choice.needsReview } : {}),
    };
    if (stalled) return { ...common, ready: false, because: stalled, stalled };
    if (!change) return { ...common, ready: false, because: choice.needsReview ?? { reason: 'Pending', message: '' } };
    if (health.length) return { ...common, ready: false, because: { reason: 'Progressing', message: names(health) }, reconciling: { reason: 'Progressing', message: names(health) } };
    const runs = `${change.inventory.length} objects of revision ${change.revision} are applied and healthy`;
    return { ...common, ready: true, because: choice.rolledBack ? { reason: 'RolledBack', message: `${runs}; synthesis.platform/rollback-to holds it` } : choice.needsReview ? { reason: 'LastAccepted', message: `${runs}; a newer one waits for review` } : { reason: 'Applied', message: runs } };
  }

  async #say(resource: KubeObject, memory: Memory, standing: Standing): Promise<void> {
    const before = conditionsOf(resource).find(c => c['type'] === 'Ready');
    const patch = statusPatch(resource, statusFrom(resource, standing, new Date()));
    if (patch) { memory.resource = await this.#patchStatus(resource, memory, patch['status'] as JsonObject); Object.assign(resource, memory.resource); }
    const { ready, because: { reason, message } } = standing;
    if (before?.['reason'] === reason && (before['message'] === message || reason === 'Progressing' || reason === 'Applied') && (before['status'] === 'True') === ready) return;
    const quiet = reason === 'Progressing' || reason === 'Pending';
    if (!quiet) await this.#note(resource, { type: standing.stalled ? 'Warning' : 'Normal', reason, action: 'Reconcile', note: message });
  }

  #tellDrift(resource: KubeObject, drifts: readonly Drift[], log: Log): void {
    for (const drift of drifts) {
      this.#setting.metrics.count('kubesynth_drift_total', { kind: drift.kind, action: drift.action });
      if (drift.kind === 'yielded') continue;
      log.info('drift', { object: drift.object, path: drift.path, who: drift.who, action: drift.action });
    }
    const told = driftFindings(drifts).filter(f => f.rule === 'drift-reverted');
    for (const { object, path, message } of told.slice(0, 10)) void this.#note(resource, { type: 'Warning', reason: 'DriftReverted', action: 'Revert', note: `${object} ${path}: ${message}` });
  }

  async #tellChange(resource: KubeObject, { applied, pruned, conflicts }: Applied, revision: string, log: Log): Promise<void> {
    if (!applied.length && !pruned.length && !conflicts.length) return;
    const list = (refs: readonly { kind: string; name: string }[]): string[] => refs.map(r => `${r.kind}/${r.name}`);
    log.info('applied', { revision, applied: list(applied), pruned: list(pruned), conflicts: conflicts.map(f => `${f.rule} ${f.object}`) });
    if (pruned.length) await this.#note(resource, { type: 'Normal', reason: 'Pruned', action: 'Prune', note: `deleted ${list(pruned).join(', ')}, which revision ${revision} has no more` });
  }

  /** Old revisions go once a new one is in force. */
  async #collect(resource: KubeObject, memory: Memory, decision: Decision | undefined): Promise<void> {
    const keep = [memory.applied?.revision, decision?.revision].filter(name => name !== undefined);
    const number = Number(memory.applied?.revision.slice(memory.applied.revision.lastIndexOf('-') + 1));
    // Numbers grow by one, so there cannot be more than so many.
    if (!(number > 10)) return;
    const kept = await revisionsOf(this.#setting.api, intentRef(resource));
    if (kept.length > 10) await collectRevisions(this.#setting.api, kept, keep);
  }

  /** Deletion: everything the intent made goes, then the finaliser. */
  async #finish(key: string, resource: KubeObject, memory: Memory, log: Log): Promise<number | undefined> {
    const finalizers = (resource.metadata['finalizers'] ?? []) as string[];
    if (!finalizers.includes(FINALIZER)) return undefined;
    const { api, world } = this.#setting, intent = intentRef(resource);
    const result = await applyRevision(api.as(accountUser(intent.namespace)), inventoryOf(resource), [], {
      intent, kinds: world.snapshot.kinds, reader: api, signal: this.#setting.signal(),
      record: async stored => { memory.resource = await this.#patchStatus(resource, memory, { inventory: stored as unknown as JsonObject[] }); Object.assign(resource, memory.resource); },
    });
    if (result.conflicts.length && !await this.#terminating(intent.namespace)) {
      const forbidden = result.conflicts.filter(f => f.rule === 'write-forbidden');
      const findings = forbidden.length ? [notGranted(intent.namespace, intent.name, forbidden)] : result.conflicts;
      const stalled = { reason: 'PruneFailed', message: words(findings) };
      await this.#say(resource, memory, { ...unchanged(resource), ready: false, because: stalled, stalled, findings, model: this.#setting.model });
      return again.pruning;
    }
    log.info('pruned', { pruned: result.pruned.map(r => `${r.kind}/${r.name}`) });
    await this.#patch(resource, { metadata: { finalizers: finalizers.filter(f => f !== FINALIZER) } });
    this.forget(key);
    return undefined;
  }

  /** A namespace that goes takes everything with it, the synthesis account first. */
  async #terminating(namespace: string): Promise<boolean> {
    const found = await this.#setting.api.get(`/api/v1/namespaces/${namespace}`);
    return found === undefined || found.metadata['deletionTimestamp'] !== undefined;
  }

  /** With the version that was looked at: what came in between is looked at first. */
  #patch(resource: KubeObject, patch: JsonObject): Promise<KubeObject> {
    const metadata = { ...(patch['metadata'] as JsonObject | undefined), resourceVersion: resource.metadata['resourceVersion']! };
    return this.#setting.api.patch(intentPath(resource.metadata.namespace!, resource.metadata.name), { ...patch, metadata });
  }

  #patchStatus(resource: KubeObject, memory: Memory, status: JsonObject): Promise<KubeObject> {
    const { resourceVersion } = newest(resource, memory.resource).metadata;
    return this.#setting.api.patchStatus(intentPath(resource.metadata.namespace!, resource.metadata.name), { metadata: { resourceVersion: resourceVersion! }, status });
  }

  #note(resource: KubeObject, note: Note): Promise<void> { return announce(this.#setting.api, resource, note, this.#setting.instance); }
}

interface Choice { revision?: string; findings: readonly Finding[]; stalled?: Condition; needsReview?: Condition; waits?: true; /** What is degraded in the revision that was rolled back to. */ rolledBack?: readonly string[] }
interface Change { /** All of the revision is in force. */ done: boolean; revision: string; findings: readonly Finding[]; inventory: Inventory; forbidden?: true }

const version = (o: KubeObject | undefined): bigint => { try { return BigInt(String(o?.metadata['resourceVersion'] ?? '0')); } catch { return 0n; } };
const newest = (seen: KubeObject, written: KubeObject | undefined): KubeObject => ({ ...(version(written) > version(seen) ? written! : seen) });
const camel = (rule: string): string => rule.split('-').map(part => part.charAt(0).toUpperCase() + part.slice(1)).join('');
const words = (findings: readonly Finding[]): string => findings.map(f => `${f.rule}${f.object ? ` (${f.object}${f.path ? ` ${f.path}` : ''})` : ''}: ${f.message}. ${f.fix}`.replace(/\.\. /g, '. ')).join(' ');

/** What a status said and nothing has changed about. */
const unchanged = (resource: KubeObject): Pick<Standing, 'degraded' | 'findings' | 'revision' | 'contextHash'> => {
  const { revision, contextHash, findings = [], degraded = [] } = statusOf(resource) as unknown as { revision?: string; contextHash?: string; findings?: Finding[]; degraded?: Finding[] };
  return { ...(revision === undefined ? {} : { revision }), ...(contextHash === undefined ? {} : { contextHash }), findings, degraded: degraded.map(d => d.message) };
};

export const instanceName = (): string => `${process.env['POD_NAME'] ?? process.env['HOSTNAME'] ?? 'kubesynth'}_${randomUUID()}`;
