/** Objects of which a service may have one only, where a live one of another name would stand beside the graph's. */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { isRoute } from '../import/group.ts';
import type { Match } from './match.ts';

const roles: readonly { is: (o: KubeObject) => boolean; why: string }[] = [
  { is: o => o.kind === 'PodDisruptionBudget', why: 'two budgets over one pod make every eviction fail' },
  { is: o => o.kind === 'HorizontalPodAutoscaler', why: 'two autoscalers would contend for the number of replicas' },
  { is: o => isRoute(o.kind), why: 'both would claim the same hosts' },
  { is: o => o.kind === 'NetworkPolicy', why: 'what either of them opens is open' },
];

/** Whether a written object does what a live one of another name does. */
export const isReplaced = (live: KubeObject, written: readonly KubeObject[]): boolean => roles.some(({ is }) => is(live) && written.some(is)) && !written.some(o => o.kind === live.kind && o.metadata.name === live.metadata.name);

export function doubled({ taken, intent }: Match, written: readonly KubeObject[]): Finding[] {
  return roles.flatMap(({ is, why }) => {
    const live = taken.filter(o => is(o) && isReplaced(o, written)), made = written.filter(o => is(o) && !live.some(l => l.kind === o.kind && l.metadata.name === o.metadata.name));
    return live.length ? made.map((o): Finding => ({
      rule: 'adopt-two-in-one-role', severity: 'review', object: objectName(o), path: '', message: `ServiceIntent/${intent.metadata.name} would create it beside ${live.map(objectName).join(', ')}: ${why}`,
      fix: `Delete ${live.map(objectName).join(', ')} and adopt again, or leave out of the intent what calls for ${objectName(o)}.`,
    })) : [];
  });
}
