/**
 * What the cluster's own admission says of a graph, read from the snapshot: LimitRanges and ResourceQuotas of the namespaces it
 * lies in, ValidatingAdmissionPolicies, and by name what only a webhook can answer. Nothing is done where there is none of it.
 */
import type { Finding } from '../../diagnostic.ts';
import type { KubeObject } from '../../kubernetes.ts';
import type { Checking } from '../types.ts';
import { demandOf } from './demand.ts';
import { checkLimitRanges } from './limit-range.ts';
import { admittedPod, type AdmittedPod } from './pods.ts';
import { checkPolicies } from './policies.ts';
import { checkQuotas } from './quota.ts';
import { standingOf } from './standing.ts';
import { webhooksFor } from './webhooks.ts';

export interface Admission { findings: Finding[]; degraded: string[]; unchecked: string[] }

export const checkAdmission = (subject: Checking): Admission => {
  const { bounds, bindings, webhooks } = standingOf(subject.snapshot), found: Admission = { findings: [], degraded: [], unchecked: [] };
  if (!bounds.size && !bindings.length && !webhooks.length) return found;
  const { graph, intent, snapshot } = subject, byNamespace = Map.groupBy(graph, object => object.metadata.namespace ?? intent?.metadata.namespace ?? 'default');
  const pods: AdmittedPod[] = [];
  for (const [namespace, objects] of byNamespace) {
    const { ranges, quotas } = bounds.get(namespace) ?? { ranges: [], quotas: [] };
    const here = objects.flatMap(object => admittedPod(object, ranges) ?? []);
    pods.push(...here);
    if (ranges.length) add(found, checkLimitRanges(ranges, here, objects));
    if (quotas.length) add(found, checkQuotas(quotas, demandOf(objects, here, graph, snapshot), snapshot));
  }
  const asPods = pods.map(pod => asPod(pod));
  if (bindings.length) add(found, checkPolicies(subject, asPods));
  if (webhooks.length) add(found, { unchecked: webhooksFor(webhooks, graph, asPods.map(({ pod }) => pod), snapshot) });
  return found;
};

const add = (found: Admission, more: Partial<Admission>): void => {
  found.findings.push(...more.findings ?? []);
  found.degraded.push(...more.degraded ?? []);
  found.unchecked.push(...more.unchecked ?? []);
};

/** A pod of a graph as its controller will ask for it, which nobody has shown to the server. */
export interface MadePod { pod: KubeObject; of: KubeObject; path: string }

const asPod = ({ object, template, spec }: AdmittedPod): MadePod => ({
  of: object, path: template.path,
  pod: { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: object.metadata.name, ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }) }, spec },
});
