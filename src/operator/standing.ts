/** What there is to say of an intent, from what was decided, what was applied, and how it fares. */
import type { Inventory } from '../change/inventory.ts';
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import { camel, words } from './choose.ts';
import type { Choice } from './choose.ts';
import type { Decision } from './decide.ts';
import type { Health } from './health.ts';
import type { Managed } from './managed.ts';
import { appliedRevision, statusOf } from './status.ts';
import type { Condition, Standing } from './status.ts';

/** What became of a revision that was to be in force. */
export interface Change {
  /** All of it is. */
  done: boolean;
  revision: string;
  findings: readonly Finding[];
  inventory: Inventory;
  /** The namespace's account may not write some of it. */
  forbidden?: true;
}

interface Ill { ref: { kind: string; name: string }; health: Health }
const unseen: Health = { state: 'progressing', message: 'it has not been seen yet' };
const names = (ill: readonly Ill[]): string => ill.map(({ ref, health }) => `${ref.kind}/${ref.name}: ${health.message}`).join('; ');

export function standingOf(resource: KubeObject, model: string, choice: Choice, decision: Decision | undefined, change: Change | undefined, managed: Pick<Managed, 'get'>): Standing {
  const ill = (change?.inventory ?? []).map((ref): Ill => ({ ref, health: managed.get(ref)?.health ?? unseen })).filter(({ health }) => health.state !== 'current');
  const failed = ill.filter(({ health }) => health.state === 'failed'), refused = change?.findings.filter(f => f.severity === 'refused') ?? [];
  const stalled: Condition | undefined = choice.stalled ?? (refused.length ? { reason: camel(refused[0]!.rule), message: words(refused) } : failed.length ? { reason: 'Unhealthy', message: names(failed) } : undefined);
  // What is only half applied is not yet the revision in force.
  const revision = change?.done ? change.revision : appliedRevision(resource);
  const contextHash = decision ? decision.contextHash : statusOf(resource)['contextHash'];
  const common = {
    model, findings: [...choice.findings, ...change?.findings ?? []], degraded: choice.rolledBack ?? decision?.degraded ?? [],
    ...(typeof contextHash === 'string' && contextHash !== '' ? { contextHash } : {}), ...(revision === undefined ? {} : { revision }), ...(choice.needsReview ? { needsReview: choice.needsReview } : {}),
  };
  if (stalled) return { ...common, ready: false, because: stalled, stalled };
  if (!change) return { ...common, ready: false, because: choice.needsReview ?? { reason: 'Pending', message: '' } };
  if (ill.length) {
    const progressing = { reason: 'Progressing', message: names(ill) };
    return { ...common, ready: false, because: progressing, reconciling: progressing };
  }
  const runs = `${change.inventory.length} objects of revision ${change.revision} are applied and healthy`;
  const because = choice.rolledBack ? { reason: 'RolledBack', message: `${runs}; synthesis.platform/rollback-to holds it` }
    : choice.needsReview ? { reason: 'LastAccepted', message: `${runs}; a newer one waits for review` } : { reason: 'Applied', message: runs };
  return { ...common, ready: true, because };
}

/** What a status said, where nothing was looked at anew. */
export function asBefore(resource: KubeObject, model: string): Omit<Standing, 'ready' | 'because'> {
  const { contextHash, findings = [], degraded = [] } = statusOf(resource) as unknown as { contextHash?: string; findings?: Finding[]; degraded?: Finding[] }, revision = appliedRevision(resource);
  return { model, ...(revision === undefined ? {} : { revision }), ...(contextHash === undefined ? {} : { contextHash }), findings, degraded: degraded.map(d => d.message) };
}
