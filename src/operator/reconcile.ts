/**
 * One intent, from what is stated to what runs: the pipeline of the cluster-resident agent. Each stage does nothing where what it
 * rests on is as it was, so that a reconciliation without news reads and writes nothing.
 */
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import { controlsOf } from '../change/controls.ts';
import { intentRef } from '../change/ownership.ts';
import { collectRevisions, revisionsOf } from '../change/revision.ts';
import type { KubeObject } from '../kubernetes.ts';
import { UNABLE } from '../verdict/dry-run.ts';
import { choose, rolledBack, words } from './choose.ts';
import type { Decider, Decision } from './decide.ts';
import type { Enforcer, InForce } from './enforce.ts';
import type { Note } from './events.ts';
import { ageOf } from './hosts.ts';
import type { Hosts } from './hosts.ts';
import type { Managed } from './managed.ts';
import type { Again } from './queue.ts';
import { IntentRecord } from './record.ts';
import type { Notes } from './record.ts';
import type { Revisions } from './revisions.ts';
import { asBefore, standingOf } from './standing.ts';
import { appliedRevision, conditionsOf } from './status.ts';
import type { Standing } from './status.ts';

export const FINALIZER = 'synthesis.platform/prune';

/** What is remembered of an intent from one reconciliation to the next; all of it can be found out again. */
export interface Memory extends Notes {
  uid: string;
  decision?: Decision;
  inForce?: InForce;
}

export interface ReconcileSetting {
  api: ClusterApi; decider: Decider; revisions: Revisions; enforcer: Enforcer; hosts: Hosts; managed: Managed;
  /** Digest of the model. */
  model: string;
  note: (resource: KubeObject, note: Note) => Promise<void>;
  /** The model is not released. */
  held: () => boolean;
  /** Other intents whose findings may have changed. */
  wake: (keys: readonly string[]) => void;
  /** Whether an older intent has not been looked at yet, so that its claims are not known. */
  waitsForOlder: (key: string, resource: KubeObject) => boolean;
  /** Other intents wait for their turn. */
  pressed: () => boolean;
}

/** Milliseconds until something is looked at again that no watch tells of. */
const again = { unable: 10_000, forbidden: 5_000, conflict: 30_000, older: 200, pruning: 5_000 };
const keptRevisions = 10;

export class Reconciler {
  readonly #setting: ReconcileSetting;
  readonly memories = new Map<string, Memory>();

  constructor(setting: ReconcileSetting) { this.#setting = setting; }

  /** @returns when it should be looked at again, if no watch will tell */
  async reconcile(key: string, seen: KubeObject): Promise<Again | undefined> {
    const { decider, enforcer, hosts, managed, model, wake, waitsForOlder, pressed } = this.#setting;
    const memory = this.#memoryOf(key, seen), record = new IntentRecord(this.#setting.api, seen, memory);
    if (record.resource.metadata['deletionTimestamp'] !== undefined) return this.#finish(key, record);
    const controls = controlsOf(record.resource);
    if (controls.suspended) return this.#suspend(record);
    // Before anything is made that it would have to prune.
    if (!record.finalizers.includes(FINALIZER)) await record.setFinalizers([...record.finalizers, FINALIZER]);

    // Intent, context, candidate, verdict: what is to run. A rollback says it without them.
    const decision = controls.rollbackTo === undefined ? memory.decision = await decider.decide(record.resource, memory.decision) : undefined;
    if (decision) wake(hosts.claim({ key, age: ageOf(record.resource) }, decision.claims));
    const choice = decision ? choose(record.resource, decision, hosts.findings(key), controls.approved, () => waitsForOlder(key, seen), this.#setting.held() ? model : undefined)
      : rolledBack(record.resource, await revisionsOf(this.#setting.api, intentRef(record.resource)), controls.rollbackTo!);
    if (choice.waits) return again.older;

    // Change and drift: what runs is made what is to run.
    const before = memory.inForce?.revision, owed = memory.untold !== undefined;
    const enforced = choice.revision === undefined ? undefined : await enforcer.enforce(record, choice.revision, memory.inForce);
    const change = enforced?.change;
    if (enforced?.inForce) memory.inForce = enforced.inForce; else delete memory.inForce;

    // Status: what there is to say of it. Where it is well and others wait to be changed, that comes first.
    const standing = standingOf(record.resource, model, choice, decision, change, managed), applied = appliedRevision(record.resource);
    if (change?.done && applied !== undefined && !standing.stalled && pressed()) { record.putOff(standing); return 'last'; }
    try { await this.#say(record, standing); } catch (error) {
      // With it goes the inventory: what was written is looked at once more, and told of then.
      delete memory.inForce; delete memory.untold;
      throw error;
    }
    if (change?.done && (change.revision !== before || owed)) await this.#collect(record, change.revision, decision?.revision);
    if (decision?.findings.some(f => f.rule === UNABLE)) return again.unable;
    return change === undefined || change.done ? undefined : change.forbidden ? again.forbidden : again.conflict;
  }

  #memoryOf(key: string, seen: KubeObject): Memory {
    const uid = String(seen.metadata['uid']), known = this.memories.get(key);
    if (known?.uid === uid) return known;
    if (known) this.forget(key);
    const fresh = { uid };
    this.memories.set(key, fresh);
    return fresh;
  }

  /** The intent is no more. */
  forget(key: string): void {
    this.memories.delete(key);
    const [namespace, name] = key.split('/') as [string, string];
    this.#setting.revisions.forget(namespace, name);
    this.#setting.wake(this.#setting.hosts.claim({ key, age: '' }, []));
  }

  async #suspend(record: IntentRecord): Promise<undefined> {
    const ready = conditionsOf(record.resource).find(c => c['type'] === 'Ready')?.['status'] === 'True';
    await this.#say(record, { ...asBefore(record.resource, this.#setting.model), ready, because: { reason: 'Suspended', message: 'synthesis.platform/suspend is "true": nothing is synthesised, applied, reverted or pruned' } });
    return undefined;
  }

  /** Deletion: everything the intent made goes, then the finaliser. */
  async #finish(key: string, record: IntentRecord): Promise<number | undefined> {
    if (!record.finalizers.includes(FINALIZER)) return undefined;
    const left = await this.#setting.enforcer.prune(record);
    if (left.length) {
      const stalled = { reason: 'PruneFailed', message: words(left) };
      await this.#say(record, { ...asBefore(record.resource, this.#setting.model), ready: false, because: stalled, stalled, findings: left });
      return again.pruning;
    }
    // The informer may still show an intent that went with our last write.
    try { await record.setFinalizers(record.finalizers.filter(f => f !== FINALIZER)); } catch (error) { if (!(error instanceof ApiError && error.status === 404)) throw error; }
    this.forget(key);
    return undefined;
  }

  /** The status, and an Event where it tells something new. Health comes and goes, and has no Event of its own. */
  async #say(record: IntentRecord, standing: Standing): Promise<void> {
    const before = record.told.find(c => c['type'] === 'Ready');
    await record.say(standing);
    const { ready, stalled, because: { reason, message } } = standing, wasReady = before?.['status'] === 'True';
    const same = before?.['reason'] === reason && wasReady === ready && (before['message'] === message || !stalled);
    if (!same && !['Progressing', 'Pending'].includes(reason)) await this.#setting.note(record.resource, { type: stalled ? 'Warning' : 'Normal', reason, action: 'Reconcile', note: message });
  }

  /** Old revisions go once a new one is in force. Numbers grow by one, so with a small one there cannot be too many. */
  async #collect(record: IntentRecord, inForce: string, decided: string | undefined): Promise<void> {
    if (!(Number(inForce.slice(inForce.lastIndexOf('-') + 1)) > keptRevisions)) return;
    const kept = await revisionsOf(this.#setting.api, intentRef(record.resource));
    if (kept.length > keptRevisions) await collectRevisions(this.#setting.api, kept, [inForce, ...(decided === undefined ? [] : [decided])], keptRevisions);
  }
}
