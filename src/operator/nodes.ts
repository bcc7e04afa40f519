/** What is kept of Nodes and Pods: what decides on headroom, and nothing that changes with every heartbeat. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';

export function asNode(node: KubeObject): KubeObject {
  const { taints, unschedulable } = (node['spec'] ?? {}) as JsonObject, { allocatable, capacity, conditions } = (node['status'] ?? {}) as JsonObject;
  const ready = ((conditions ?? []) as JsonObject[]).filter(c => c['type'] === 'Ready').map(({ type, status }) => ({ type: type!, status: status! }));
  return {
    apiVersion: 'v1', kind: 'Node', metadata: { name: node.metadata.name, ...(node.metadata.labels ? { labels: node.metadata.labels } : {}) },
    spec: { ...(taints ? { taints } : {}), ...(unschedulable ? { unschedulable } : {}) },
    status: { ...(allocatable ? { allocatable } : capacity ? { allocatable: capacity } : {}), conditions: ready },
  };
}

export function podLoad(pod: KubeObject): KubeObject {
  const spec = (pod['spec'] ?? {}) as JsonObject, phase = ((pod['status'] ?? {}) as JsonObject)['phase'];
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const requests = (list: unknown): JsonObject[] => ((list ?? []) as JsonObject[]).map(({ resources, restartPolicy }) => ({
    ...((resources as JsonObject | undefined)?.['requests'] ? { resources: { requests: (resources as JsonObject)['requests']! } } : {}), ...(restartPolicy ? { restartPolicy } : {}),
  }));
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: pod.metadata.name },
    spec: { nodeName: spec['nodeName'] ?? '', containers: requests(spec['containers']), ...(spec['initContainers'] ? { initContainers: requests(spec['initContainers']) } : {}), ...(spec['overhead'] ? { overhead: spec['overhead'] } : {}) },
    status: { phase: ended ? phase : 'Running' },
  };
}
