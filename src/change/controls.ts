/** What a person tells the operator by annotations of the intent. */
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import { numberOf, revisionName } from './revision.ts';

/** `"true"`: nothing is synthesised, applied, reverted or pruned. */
export const SUSPEND = 'synthesis.platform/suspend';
/** `"<n>"`: revision n is in force, and stays so until the annotation goes. */
export const ROLLBACK_TO = 'synthesis.platform/rollback-to';
/** `"<revision>"`: this proposed revision may be applied. */
export const APPROVE = 'synthesis.platform/approve';

export interface Controls { suspended: boolean; rollbackTo?: string; approved?: string }

export const controlsOf = ({ metadata: { annotations = {} } }: KubeObject): Controls => ({
  suspended: annotations[SUSPEND] === 'true',
  ...(annotations[ROLLBACK_TO] ? { rollbackTo: annotations[ROLLBACK_TO] } : {}), ...(annotations[APPROVE] ? { approved: annotations[APPROVE] } : {}),
});

/** The revision to roll back to, by number or name; a finding `rollback-unknown` when it is not kept. */
export function rollbackTarget(intent: KubeObject, revisions: readonly KubeObject[], wanted: string): KubeObject | Finding {
  const found = revisions.find(r => String(numberOf(r)) === wanted || r.metadata.name === wanted);
  if (found) return found;
  const kept = revisions.map(numberOf).sort((a, b) => a - b).join(', ') || 'none';
  return {
    rule: 'rollback-unknown', severity: 'refused', object: `${intent.kind}/${intent.metadata.name}`, path: `metadata.annotations["${ROLLBACK_TO}"]`,
    message: `there is no revision ${/^\d+$/.test(wanted) ? revisionName(intent.metadata.name, Number(wanted)) : wanted}`, fix: `Name one that is kept: ${kept}.`,
  };
}
