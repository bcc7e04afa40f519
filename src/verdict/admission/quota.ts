/**
 * ResourceQuotas of the namespace. A server that is asked about a workload takes it even where no pod of it would ever be made: a
 * quota is held against pods, and who writes the workload never sees that their creation fails. So what a graph needs by itself is
 * held against `hard` here; what else runs in the namespace changes all the time, and is the namespace's own affair.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/quota/v1/evaluator/core/pods.go
 */
import type { Finding } from '../../diagnostic.ts';
import { objectName, type KubeObject } from '../../kubernetes.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { at } from '../types.ts';
import { amountsOf, exceeds, resourcesOf, shown } from './amounts.ts';
import { inPods, total, type Count, type Demand } from './demand.ts';
import { scopeOf } from './scopes.ts';

/** Every container must state these where a quota is about them; nothing else is asked of it. */
const stated: Record<string, ['requests' | 'limits', string]> = {
  cpu: ['requests', 'cpu'], memory: ['requests', 'memory'], 'requests.cpu': ['requests', 'cpu'], 'requests.memory': ['requests', 'memory'], 'limits.cpu': ['limits', 'cpu'], 'limits.memory': ['limits', 'memory'],
};

const others = 'or ask the platform team to raise the ResourceQuota.';
const adviceOn = (name: string): string => {
  if (/(^|\.)(cpu|memory|ephemeral-storage)$/.test(name)) return `State smaller resourceRequirements or a lower scaling.min, ${others}`;
  if (name === 'pods' || name === 'count/pods') return `State a lower scaling.min, ${others}`;
  return /storage$|persistentvolumeclaims$/.test(name) ? `State fewer or smaller volumes, ${others}` : `Ask for less of it, ${others}`;
};

/** @param demand what the graph asks for in the namespace whose quotas these are */
export const checkQuotas = (quotas: readonly KubeObject[], demand: readonly Demand[], snapshot: Snapshot): { findings: Finding[]; degraded: string[]; unchecked: string[] } => {
  const findings: Finding[] = [], degraded: string[] = [], unchecked: string[] = [];
  for (const quota of quotas) {
    const scope = scopeOf(quota, snapshot);
    if (!scope) { unchecked.push(`resource-quota:${quota.metadata.name}`); continue; }
    // With scopes a quota is about pods alone.
    const counted = demand.filter(({ pod }) => (pod ? scope.holds(pod.spec) : scope.everything)), named = objectName(quota);
    for (const [name, hard] of amountsOf(at(quota.spec, 'hard'))) {
      findings.push(...unstated(name, counted, named));
      const over = (when: keyof Count): boolean => exceeds(total(counted, name, when), hard);
      const needs = (when: keyof Count): string => `${name} ${shown(total(counted, name, when))}`, allows = `${named} allows the whole namespace ${shown(hard)}`;
      const most = counted.toSorted((a, b) => total([b], name, 'most') - total([a], name, 'most'))[0];
      if (!most) continue;
      if (over('standing')) {
        const largest = counted.toSorted((a, b) => total([b], name, 'standing') - total([a], name, 'standing'))[0]!;
        findings.push({ rule: 'quota-exceeded', severity: 'refused', object: objectName(largest.object), path: 'spec', message: `with it the graph needs ${needs('standing')}${largest.pod ? ` (${inPods(counted, 'standing')})` : ''}, and ${allows}`, fix: adviceOn(name) });
        continue;
      }
      if (over('rolling')) degraded.push(`${objectName(most.object)}: a rollout needs ${needs('rolling')} for a moment, and ${allows}: it would not go on`);
      if (over('most')) degraded.push(`${objectName(most.object)}: scaled to its maximum the graph needs ${needs('most')}, and ${allows}`);
    }
  }
  return { findings, degraded, unchecked };
};

/** Where a quota is about an amount, a pod with a container that states none of it is rejected. */
const unstated = (name: string, demand: readonly Demand[], quota: string): Finding[] => {
  const wanted = stated[name];
  if (!wanted) return [];
  const [part, resource] = wanted;
  return demand.flatMap(({ object, pod }) => (!pod || resourcesOf(pod.spec.resources)[part].has(resource) ? [] : pod.containers.filter(({ container }) => !resourcesOf(container.resources)[part].has(resource)).map(({ path }): Finding => ({
    rule: 'quota-exceeded', severity: 'refused', object: objectName(object), path: `${path}.resources`,
    message: `states no ${part}.${resource}, and ${quota} is about it: every pod would be rejected`,
    fix: 'State it under resourceRequirements of the container (of the service itself: workload.resourceRequirements), or ask the platform team for a LimitRange with a default.',
  }))));
};
