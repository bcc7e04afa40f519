/** Node headroom from Node and Pod objects, and utilisation from metrics.k8s.io where that is served. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { parseQuantity } from './quantity.ts';
import type { NodeFacts } from './types.ts';

interface Resources { cpu: number; memory: number }
type Container = JsonObject & { resources?: { requests?: Record<string, string> }; restartPolicy?: string };

/**
 * @param nodes Node objects
 * @param pods all Pods of the cluster; those that are not bound or have ended take nothing
 * @param metrics items of metrics.k8s.io/v1beta1 nodes; undefined where not served
 */
export function nodeFacts(nodes: KubeObject[], pods: KubeObject[], metrics: JsonObject[] | undefined): NodeFacts[] {
  const requested = new Map<string, Resources>();
  for (const pod of pods) {
    const spec = (pod['spec'] ?? {}) as JsonObject, phase = ((pod['status'] ?? {}) as JsonObject)['phase'];
    const node = spec['nodeName'];
    if (typeof node !== 'string' || phase === 'Succeeded' || phase === 'Failed') continue;
    const sum = requested.get(node) ?? { cpu: 0, memory: 0 };
    requested.set(node, add(sum, podRequests(spec)));
  }
  const used = new Map((metrics ?? []).map(item => [((item['metadata'] ?? {}) as JsonObject)['name'], resources(item['usage'])]));

  return nodes.map(node => {
    const labels = node.metadata.labels ?? {}, spec = (node['spec'] ?? {}) as JsonObject, status = (node['status'] ?? {}) as JsonObject;
    const conditions = (status['conditions'] ?? []) as { type: string; status: string }[];
    const role = Object.keys(labels).filter(key => key.startsWith('node-role.kubernetes.io/')).sort()[0];
    const taints = (spec['taints'] ?? []) as { key: string; value?: string; effect: string }[];
    const name = node.metadata.name;
    return {
      name,
      zone: labels['topology.kubernetes.io/zone'] ?? '',
      pool: labels['synthesis.platform/pool'] ?? role?.slice(role.indexOf('/') + 1) ?? '',
      arch: labels['kubernetes.io/arch'] ?? '',
      ready: spec['unschedulable'] !== true && conditions.find(condition => condition.type === 'Ready')?.status === 'True',
      taints: taints.map(({ key, value, effect }) => ({ key, ...(value ? { value } : {}), effect })).sort((a, b) => (a.key + a.effect < b.key + b.effect ? -1 : 1)),
      allocatable: resources(status['allocatable'] ?? status['capacity']),
      requested: rounded(requested.get(name) ?? { cpu: 0, memory: 0 }),
      ...(used.has(name) ? { used: used.get(name)! } : {}),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As the scheduler counts: containers and restartable init containers together, or the largest other init container, plus overhead. */
function podRequests(spec: JsonObject): Resources {
  const containers = (spec['containers'] ?? []) as Container[], init = (spec['initContainers'] ?? []) as Container[];
  let running = containers.reduce<Resources>((sum, container) => add(sum, resources(container.resources?.requests)), { cpu: 0, memory: 0 });
  let sidecars: Resources = { cpu: 0, memory: 0 }, peak: Resources = { cpu: 0, memory: 0 };
  for (const container of init) {
    const own = resources(container.resources?.requests);
    if (container.restartPolicy === 'Always') { sidecars = add(sidecars, own); running = add(running, own); }
    else { const now = add(sidecars, own); peak = { cpu: Math.max(peak.cpu, now.cpu), memory: Math.max(peak.memory, now.memory) }; }
  }
  const most = { cpu: Math.max(running.cpu, peak.cpu), memory: Math.max(running.memory, peak.memory) };
  return add(most, resources(spec['overhead']));
}

const add = (a: Resources, b: Resources): Resources => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory });
const quantity = (value: unknown): number => { const parsed = parseQuantity((value ?? 0) as string); return Number.isNaN(parsed) ? 0 : parsed; };
/** Milli-cores and whole bytes: sums of floats depend on the order of the Pods, the file must not. */
const rounded = ({ cpu, memory }: Resources): Resources => ({ cpu: Math.round(cpu * 1000) / 1000, memory: Math.round(memory) });
const resources = (value: unknown): Resources => {
  const { cpu, memory } = (value ?? {}) as Record<string, unknown>;
  return rounded({ cpu: quantity(cpu), memory: quantity(memory) });
};
