/** What a container runs, in the shape that main container, init containers and sidecars of an intent share. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { defaultPullPolicy } from './defaults.ts';
import { asList, asObject, asText, at, filled } from './json.ts';
import { parseQuantity } from '../verdict/quantity.ts';
import { staying } from '../verdict/pod.ts';
import { environmentOf, isUnprivileged, plainProbe, portNumber, securityOf } from './pod-view.ts';
import type { Pod } from './mounted.ts';

export function processOf(pod: Pod, container: JsonObject): JsonObject {
  const { variables, sources } = environmentOf(pod, container);
  const env = Object.entries(variables).map(([name, variable]): JsonObject => (asObject(variable)['value'] === '' ? { name } : { name, ...asObject(variable) }));
  return filled({ command: container['command'], args: container['args'], workingDir: container['workingDir'], env, envFrom: sources }) as JsonObject ?? {};
}

/** @param most memory that the platform grants where nobody states a bound; what is reserved is granted in any case */
export const resourcesOf = (container: JsonObject, most?: Json): JsonObject => {
  const { requests, limits } = asObject(container['resources']), reserved = asObject(requests)['memory'];
  const bound = at(limits, 'memory') ?? ((parseQuantity(reserved) ?? 0) > (parseQuantity(most) ?? 0) ? reserved : most);
  const stated = filled({ requests, limits: requests || limits ? { ...asObject(limits), ...(bound === undefined ? {} : { memory: bound }) } : undefined });
  return stated ? { resourceRequirements: stated as JsonObject } : {};
};

export const probesOf = (container: JsonObject): JsonObject => {
  const probes = filled({ liveness: plainProbe(container['livenessProbe']), readiness: plainProbe(container['readinessProbe']), startup: plainProbe(container['startupProbe']) });
  return probes ? { probes: probes as JsonObject } : {};
};

/** When the image is pulled, where that is not what its tag leads to by itself. */
export const pullOf = (container: JsonObject): Json | undefined => (container['imagePullPolicy'] === defaultPullPolicy(asText(container['image'])) ? undefined : container['imagePullPolicy']);

export const portOf = ({ name, containerPort, protocol }: JsonObject): JsonObject => ({ ...(name === undefined ? {} : { name }), containerPort: containerPort!, ...(protocol === undefined || protocol === 'TCP' ? {} : { protocol }) });

/**
 * The main container's ports, the one that others come for first; with those that only a Service names.
 * @param nodes whether the graph's Service will be reached by the nodes, too, so that a number there can be stated
 */
export function portsOf(pod: Pod, main: JsonObject, service: KubeObject | undefined, routed: Json | undefined, nodes = false): JsonObject[] {
  const others = staying(pod.spec).filter(c => c !== main).flatMap(c => asList(c['ports']));
  const declared = asList(main['ports']).map(portOf), offered = asList(at(service?.['spec'], 'ports'));
  const numberOf = (p: JsonObject): Json => portNumber(p['targetPort'] ?? p['port']!, [...asList(main['ports']), ...others]);
  for (const port of offered) {
    const number = numberOf(port), known = declared.find(d => d['containerPort'] === number && (d['protocol'] ?? 'TCP') === (port['protocol'] ?? 'TCP'));
    if (known) {
      if (known['name'] === undefined && port['name'] !== undefined && !declared.some(d => d['name'] === port['name'])) known['name'] = port['name']!;
      if (port['appProtocol'] !== undefined) known['appProtocol'] = port['appProtocol']!;
      if (port['port'] !== number) known['servicePort'] ??= port['port']!;
      if (nodes && port['nodePort'] !== undefined) known['nodePort'] ??= port['nodePort'];
    } else if (typeof number === 'number' && !others.some(o => o['containerPort'] === number)) {
      declared.push({ ...portOf({ ...port, containerPort: number }), ...(port['appProtocol'] === undefined ? {} : { appProtocol: port['appProtocol']! }), ...(port['port'] === number ? {} : { servicePort: port['port']! }), ...(nodes && port['nodePort'] !== undefined ? { nodePort: port['nodePort'] } : {}) });
    }
  }
  for (const port of declared) if (typeof port['name'] === 'string' && !/^(?=.*[a-z])([a-z0-9]+-)*[a-z0-9]{1,15}$/.test(port['name'])) delete port['name'];
  const first = offered.find(p => p['port'] === routed || p['name'] === routed) ?? offered[0];
  const target = first === undefined ? undefined : numberOf(first);
  return declared.toSorted((a, b) => Number(b['containerPort'] === target) - Number(a['containerPort'] === target));
}

/** Deviations from the restricted profile that the process was given; a writable root is one unless it is said not to be, and so is being root. */
export function deviationsOf(pod: Pod, main: JsonObject): JsonObject | undefined {
  const own = securityOf(pod, main), add = asObject(own['capabilities'])['add'];
  const user = own['runAsUser'] === 0 ? undefined : own['runAsUser'], { fsGroup, fsGroupChangePolicy, supplementalGroups } = asObject(pod.spec['securityContext']);
  return filled({
    runAsUser: user, runAsGroup: own['runAsGroup'], fsGroup, fsGroupChangePolicy: fsGroupChangePolicy === 'Always' ? undefined : fsGroupChangePolicy, supplementalGroups,
    ...(own['readOnlyRootFilesystem'] === true ? {} : { writableRoot: true }), ...(isUnprivileged(own) ? {} : { runAsNonRoot: false }), ...(add === undefined ? {} : { capabilities: { add } }),
  }) as JsonObject | undefined;
}
