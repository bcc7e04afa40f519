/** Which revision is to be in force: the one decided on, the last accepted one, or the one that somebody asked for. */
import { rollbackTarget } from '../change/controls.ts';
import { readRevision } from '../change/revision.ts';
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Decision } from './decide.ts';
import { appliedRevision } from './status.ts';
import type { Condition } from './status.ts';

export interface Choice {
  /** Absent: nothing was ever accepted. */
  revision?: string;
  findings: readonly Finding[];
  /** Why another revision, or none, is in force. */
  stalled?: Condition;
  needsReview?: Condition;
  /** Who came first cannot be known before everybody older has been heard. */
  waits?: true;
  /** What is degraded in the revision that was rolled back to. */
  rolledBack?: readonly string[];
}

/** `kind-not-served` as the one-word reason of a condition: `KindNotServed`. */
export const camel = (rule: string): string => rule.split(/[-:]/).map(part => part.charAt(0).toUpperCase() + part.slice(1)).join('');
export const words = (findings: readonly Finding[]): string =>
  findings.map(f => `${f.rule}${f.object ? ` (${f.object}${f.path ? ` ${f.path}` : ''})` : ''}: ${f.message}${f.message.endsWith('.') ? '' : '.'} ${f.fix}`).join(' ');

/**
 * @param conflicts findings about hosts that other intents take too
 * @param approved what the annotation says may be applied
 * @param waits whether an older intent has not been heard yet
 * @param held digest of the model that decided, where it is not released yet
 */
export function choose(resource: KubeObject, decision: Decision, conflicts: readonly Finding[], approved: string | undefined, waits: () => boolean, held: string | undefined): Choice {
  const applied = appliedRevision(resource), findings = [...decision.findings, ...conflicts], refused = findings.filter(f => f.severity === 'refused');
  const kept: Choice = { ...(applied === undefined ? {} : { revision: applied }), findings };
  if (decision.verdict === 'refused' || refused.length) {
    return { ...kept, stalled: { reason: camel(refused[0]?.rule ?? 'refused'), message: `${words(refused)}${applied === undefined ? '' : ` The last accepted revision, ${applied}, stays.`}` } };
  }
  const { revision } = decision, unsure = words(findings.filter(f => f.severity === 'review'));
  if (revision === undefined) return { ...kept, needsReview: { reason: 'Abstained', message: unsure } };
  const { updatePolicy } = (resource['spec'] ?? {}) as { updatePolicy?: string };
  if (revision === approved || revision === applied) return { revision, findings };
  if (held !== undefined) return { ...kept, needsReview: { reason: 'ModelHeld', message: `Revision ${revision} was written by model ${held}, which is not released yet: ConfigMap kubesynth-release says what it would change. The annotation synthesis.platform/approve: "${revision}" applies this one alone.` } };
  if (decision.verdict === 'review' || updatePolicy === 'review') {
    const abstained = decision.verdict === 'review', why = abstained ? unsure : 'updatePolicy is review.';
    return { ...kept, needsReview: { reason: abstained ? 'Abstained' : 'UpdatePolicy', message: `${why} Revision ${revision} is proposed; the annotation synthesis.platform/approve: "${revision}" applies it.` } };
  }
  return decision.claims.length && waits() ? { findings, waits: true } : { revision, findings };
}

/** @param kept revisions of the intent */
export function rolledBack(resource: KubeObject, kept: readonly KubeObject[], wanted: string): Choice {
  const applied = appliedRevision(resource), target = rollbackTarget(resource, kept, wanted);
  if (isFinding(target)) return { ...(applied === undefined ? {} : { revision: applied }), findings: [target], stalled: { reason: camel(target.rule), message: words([target]) } };
  return { revision: target.metadata.name, findings: [], rolledBack: readRevision(target).content.degraded };
}
const isFinding = (target: KubeObject | Finding): target is Finding => 'rule' in target && 'fix' in target;
