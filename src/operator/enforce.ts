/** Change and drift: makes a revision real, takes back what matters, says what else was found; and, in the end, takes it all away. */
import type { ClusterApi } from '../change/api.ts';
import { applyRevision } from '../change/apply.ts';
import type { Applied } from '../change/apply.ts';
import type { Inventory, InventoryEntry } from '../change/inventory.ts';
import { intentRef } from '../change/ownership.ts';
import { keyOf, refOf } from '../change/paths.ts';
import type { ObjectRef } from '../change/paths.ts';
import type { Finding } from '../diagnostic.ts';
import { classify, driftFindings, judgeBy, recreatesBy } from '../drift/classify.ts';
import type { Drift } from '../drift/classify.ts';
import type { DriftRules } from '../drift/rules.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Note } from './events.ts';
import { accountUser, notGranted } from './grants.ts';
import type { Log } from './log.ts';
import { printOf } from './managed.ts';
import type { Managed } from './managed.ts';
import type { Metrics } from './metrics.ts';
import type { IntentRecord } from './record.ts';
import type { Revisions } from './revisions.ts';
import type { Change } from './standing.ts';
import { inventoryOf } from './status.ts';
import type { World } from './world.ts';

/** A revision that is wholly applied: the objects as that left them, and what was found of their fields. */
export interface InForce { revision: string; prints: Map<string, string>; findings: Finding[] }

export interface EnforceSetting {
  api: ClusterApi; world: World; managed: Managed; rules: DriftRules; metrics: Metrics; log: Log;
  revisions: Revisions;
  note: (resource: KubeObject, note: Note) => Promise<void>;
  timed: <T>(stage: string, work: () => T) => T;
  /** Aborted: no further write begins. */
  signal: () => AbortSignal;
}

const list = (refs: readonly { kind: string; name: string }[]): string[] => refs.map(r => `${r.kind}/${r.name}`);

export class Enforcer {
  readonly #setting: EnforceSetting;
  constructor(setting: EnforceSetting) { this.#setting = setting; }

  /** @param before what was in force when it was last looked at; where all of it is as it was left nothing is read or written */
  async enforce(record: IntentRecord, name: string, before: InForce | undefined): Promise<{ change: Change; inForce?: InForce }> {
    const { managed, revisions, metrics } = this.#setting, intent = intentRef(record.resource), inventory = inventoryOf(record.resource);
    if (before?.revision === name && inventory.length > 0 && inventory.every(ref => managed.get(ref)?.print === before.prints.get(keyOf(ref)))) {
      return { change: { done: true, revision: name, findings: before.findings, inventory }, inForce: before };
    }
    const found = await revisions.get(intent.namespace, name);
    if (!found) return { change: { done: false, revision: name, findings: [gone(name)], inventory } };
    await managed.follow(found.content.graph, this.#setting.world.snapshot.kinds);
    // Where something was found of an object, or some of it is left to others, it is looked at again.
    const isAsLeft = (entry: InventoryEntry): boolean => {
      const print = before?.prints.get(keyOf(entry));
      return print !== undefined && !entry.left && managed.get(entry)?.print === print && !before!.findings.some(f => f.object === `${entry.kind}/${entry.name}`);
    };
    const result = await this.#apply(record, inventory, found.content.graph, isAsLeft);
    await this.#tell(record.resource, result, name);
    metrics.count('kubesynth_conflicts_total', {}, result.conflicts.length);
    const drifts = driftFindings(this.#drift(record.resource, result)).filter(f => f.rule !== 'drift-reverted');
    const forbidden = result.conflicts.filter(f => f.rule === 'write-forbidden'), others = result.conflicts.filter(f => f.rule !== 'write-forbidden');
    const findings = [...(forbidden.length ? [notGranted(intent.namespace, intent.name, forbidden)] : []), ...others, ...drifts], done = result.conflicts.length === 0;
    return {
      change: { done, revision: name, findings, inventory: result.inventory, ...(forbidden.length ? { forbidden: true as const } : {}) },
      ...(done ? { inForce: { revision: name, prints: new Map([...asLeft(before, result.unchanged), ...result.live.map(object => [keyOf(refOf(object)), printOf(object)] as const)]), findings } } : {}),
    };
  }

  /** Deletes everything the intent made. @returns why something is left; empty when nothing is */
  async prune(record: IntentRecord): Promise<Finding[]> {
    const { namespace, name } = intentRef(record.resource), result = await this.#apply(record, inventoryOf(record.resource), []);
    this.#setting.log.info('pruned', { intent: `${namespace}/${name}`, pruned: list(result.pruned) });
    // A namespace that goes takes everything with it, the synthesis account first.
    if (!result.conflicts.length || await this.#terminating(namespace)) return [];
    const forbidden = result.conflicts.filter(f => f.rule === 'write-forbidden');
    return forbidden.length ? [notGranted(namespace, name, forbidden)] : result.conflicts;
  }

  #apply(record: IntentRecord, inventory: Inventory, graph: readonly KubeObject[], untouched: (entry: InventoryEntry) => boolean = () => false): Promise<Applied> {
    const { api, world, rules, timed, signal } = this.#setting, intent = intentRef(record.resource);
    return timed('change', () => applyRevision(api.as(accountUser(intent.namespace)), inventory, graph, {
      intent, kinds: world.snapshot.kinds, reader: api, judge: judgeBy(rules), untouched, recreate: recreatesBy(rules), signal: signal(), record: stored => record.storeInventory(stored), conclude: last => record.hold(last),
    }));
  }

  async #terminating(namespace: string): Promise<boolean> {
    const found = await this.#setting.api.get(`/api/v1/namespaces/${namespace}`);
    return found === undefined || found.metadata['deletionTimestamp'] !== undefined;
  }

  #drift(resource: KubeObject, { contests }: Applied): Drift[] {
    const { rules, metrics, log, note } = this.#setting, drifts = classify(contests, rules);
    for (const { kind, object, path, who, action } of drifts) {
      metrics.count('kubesynth_drift_total', { kind, action });
      if (kind !== 'yielded') log.info('drift', { intent: `${resource.metadata.namespace}/${resource.metadata.name}`, object, path, who, action });
    }
    for (const { object, path, message } of driftFindings(drifts).filter(f => f.rule === 'drift-reverted').slice(0, 10)) {
      void note(resource, { type: 'Warning', reason: 'DriftReverted', action: 'Revert', note: `${object} ${path}: ${message}` });
    }
    return drifts;
  }

  async #tell(resource: KubeObject, { applied, pruned, conflicts }: Applied, revision: string): Promise<void> {
    if (!applied.length && !pruned.length && !conflicts.length) return;
    this.#setting.log.info('applied', { intent: `${resource.metadata.namespace}/${resource.metadata.name}`, revision, applied: list(applied), pruned: list(pruned), conflicts: conflicts.map(f => `${f.rule} ${f.object}`) });
    if (pruned.length) await this.#setting.note(resource, { type: 'Normal', reason: 'Pruned', action: 'Prune', note: `deleted ${list(pruned).join(', ')}, which revision ${revision} has no more` });
  }
}

/** Prints of what was not looked at are those of before; what was is told anew. */
const asLeft = (before: InForce | undefined, unchanged: readonly ObjectRef[]): [string, string][] =>
  unchanged.flatMap(ref => { const key = keyOf(ref), print = before?.prints.get(key); return print === undefined ? [] : [[key, print]]; });

const gone = (name: string): Finding => ({ rule: 'revision-missing', severity: 'refused', object: `SynthesisRevision/${name}`, path: '', message: `revision ${name} is not there any more`, fix: 'Change the intent, or remove the annotation that names it.' });
