/** A group to an intent: every value that ServiceIntent has a field for, as the manifests state it. */
import { apiVersion, kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { annotationsOf } from './clean.ts';
import { isHeadless, isRoute, labelsOf, podOf } from './group.ts';
import type { Group } from './group.ts';
import { preparing, staying } from '../verdict/pod.ts';
import { asList, asObject, asText, at, filled } from './json.ts';
import { portNumber } from './pod-view.ts';
import { besideOf } from './beside.ts';
import { deviationsOf, portsOf, probesOf, processOf, pullOf, resourcesOf } from './process.ts';
import { affinityOf, rareOf } from './rare.ts';
import { storageOf } from './storage.ts';
import { podIn, serviceKey } from './view.ts';
import type { Side } from './view.ts';

/** What can only be chosen among words of the platform's vocabulary, found by trying them. */
export interface Choices {
  /** `networking.exposure`, by what it has to bring about; `type` is that of the Service it leads to. */
  exposure(reached: boolean, routed: boolean, type?: string): { word: string | undefined; route: string | undefined; type: string | undefined };
  /** Memory that a container may use at most where nobody says so. */
  memory: Json | undefined;
  /** `dependencies[].type` of a peer with a port of its own. */
  peer: string | undefined;
  /** Whether volumes may show ConfigMaps and Secrets and be there for other containers only, whether claims may be named, and which volumes every graph has. */
  volumes: { shown: boolean; named: boolean; taken: ReadonlyMap<string, string> };
  /** Whether an annotation of pods is an intent's to state. */
  notes(key: string, value: string): boolean;
  /** Labels by which the graph of this name selects its pods; undefined where nobody knows. */
  selector(name: string): JsonObject | undefined;
  /** Whether replicas are spread by themselves. */
  spread: boolean;
}
export interface Wire { name: string; namespace: string | undefined; port: number }
export interface Wires { to: Wire[]; from: { name: string; namespace: string | undefined }[] }
export interface Draft { intent: Intent; /** Objects that the intent refers to, by `Kind/name`. */ needs: string[]; /** Of the group's objects those that the intent does not speak of. */ unspoken: KubeObject[] }

export const sideOf = (group: Group): Side => ({ workload: group.workload, objects: group.objects, main: asText(mainOf(group)['name']), held: group.held });

/** The container that the Service leads to, else that of the workload's name, else the first. */
export function mainOf(group: Group): JsonObject {
  const containers = asList(podOf(group.workload).spec['containers']);
  const service = serviceOf(group), port = asList(at(service?.['spec'], 'ports'))[0];
  const target = port?.['targetPort'] ?? port?.['port'];
  const owner = target === undefined ? undefined : containers.find(c => asList(c['ports']).some(p => p['name'] === target || p['containerPort'] === target));
  return owner ?? containers.find(c => c['name'] === group.name) ?? containers[0]!;
}
export const serviceOf = (group: Group): KubeObject | undefined => group.objects.find(o => o.kind === 'Service' && !isHeadless(o)) ?? group.objects.find(o => o.kind === 'Service');

const kinds: Record<string, string> = { StatefulSet: 'stateful', DaemonSet: 'daemon', Job: 'job', CronJob: 'cron' };
export const kindOf = (group: Group): string => kinds[group.workload.kind] ?? (group.objects.some(o => o.kind === 'Service') ? 'service' : 'worker');

export function draftOf(group: Group, choices: Choices, wires: Wires, keepClaims = false): Draft {
  const side = sideOf(group), pod = podIn(side), main = mainOf(group), spec = asObject(group.workload['spec']);
  const route = group.objects.find(o => isRoute(o.kind)), routed = routedPort(route), service = serviceOf(group);
  const serves = ['service', 'stateful'].includes(kindOf(group));
  const storage = storageOf(pod, main, keepClaims || sharesClaims(group), { ...choices.volumes, named: choices.volumes.named && group.workload.kind !== 'StatefulSet', ...(group.lent ? { lent: group.lent } : {}) });
  const containers = staying(pod.spec).filter(c => c !== main), init = preparing(pod.spec);
  const type = service && !isHeadless(service) ? asText(at(service['spec'], 'type') ?? 'ClusterIP') : undefined, none = { word: undefined, route: undefined, type: undefined };
  const wanted = serves ? choices.exposure(type !== undefined, route !== undefined, type) : none, routeKind = wanted.route;
  // What only one API can say, another cannot carry: the route then stays beside the graph.
  const speaks = route !== undefined && routeKind !== undefined && namesHosts(route) && (route.kind === routeKind || !Object.keys(annotationsOf(route.metadata)).length);
  const exposure = route !== undefined && !speaks && serves ? choices.exposure(service !== undefined, false, type) : wanted, nodes = type !== undefined && type !== 'ClusterIP' && exposure.type === type;
  const deviations = deviationsOf(pod, main), affinity = affinityOf(pod.spec, labelsOf(group.workload), choices.selector(group.name), choices.spread && spreading.has(kindOf(group)));
  const workload = filled({
    containerImage: main['image'], imagePullPolicy: pullOf(main), kind: kindOf(group) === 'service' ? undefined : kindOf(group),
    ...processOf(pod, main), ...resourcesOf(main, choices.memory), ports: portsOf(pod, main, service, routed, nodes), ...probesOf(main), files: storage.files, volumes: storage.volumes,
    init: init.map(c => besideOf(pod, c, storage.named, deviations, true)), sidecars: containers.map(c => besideOf(pod, c, storage.named, deviations, false)),
    schedule: group.workload.kind === 'CronJob' ? filled({ cron: spec['schedule'], timeZone: spec['timeZone'], concurrencyPolicy: spec['concurrencyPolicy'] }) : undefined,
    identity: identityOf(group, pod.spec), security: deviations,
    placement: filled({ tolerations: pod.spec['tolerations'], ...affinity }),
    rollout: rolloutOf(group, spec, pod.spec, main), pod: filled({ ...rareOf(pod.spec), annotations: notedOf(group, choices) }), pullSecrets: pod.spec['imagePullSecrets'], priority: pod.spec['priorityClassName'],
  });
  const intent = {
    apiVersion, kind, metadata: { name: group.name, ...(group.namespace === undefined ? {} : { namespace: group.namespace }) },
    spec: filled({
      workload,
      networking: filled({ exposure: exposure.word, publishNotReadyAddresses: serves ? earlyOf(group) : undefined, ...(speaks ? routing(route) : {}), ...(serves && speaks && wires.from.length ? { allowFrom: wires.from.map(w => filled({ name: w.name, namespace: w.namespace === group.namespace ? undefined : w.namespace })) } : {}),
        ...(serves && service ? { sessionAffinity: at(service['spec'], 'sessionAffinity') === 'ClientIP' ? 'ClientIP' : undefined } : {}) }),
      dependencies: choices.peer === undefined ? [] : wires.to.map(w => filled({ name: w.name, type: choices.peer, shared: w.namespace === group.namespace ? undefined : w.namespace, port: w.port })),
      scaling: scalingOf(group, spec), observability: observed(group, pod, main), labels: group.labels,
    }),
  };
  const maps = [...storage.files.map(f => asText(f['configMap'])), ...storage.volumes.map(v => asText(at(v, 'configMap', 'name')))].filter(name => name !== '');
  return { intent: intent as unknown as Intent, needs: [...storage.claims, ...maps.map(name => `ConfigMap/${name}`)], unspoken: route && !speaks ? [route] : [] };
}

/** Annotations of the pods, as far as an intent may state them. */
const notedOf = (group: Group, { notes }: Choices): Json | undefined => filled(Object.fromEntries(Object.entries(annotationsOf(podOf(group.workload).metadata)).filter(([key, value]) => notes(key, asText(value))))) as Json | undefined;

/** Kinds of which the platform spreads the replicas, if it spreads any. */
const spreading = new Set(['service', 'worker', 'stateful']);

/** Pods of which there may be several share the claim that is there; the one replica of a StatefulSet may have one of its own, though no intent can name it. */
const sharesClaims = ({ workload, objects }: Group): boolean => workload.kind === 'DaemonSet' || (workload.kind === 'StatefulSet' && Number(at(workload['spec'], 'replicas') ?? 1) > 1)
  || (['Deployment', 'StatefulSet'].includes(workload.kind) && objects.some(o => o.kind === 'HorizontalPodAutoscaler'));

/** Replicas are found before they are ready where the Service through which they find one another says so. */
const earlyOf = (group: Group): true | undefined =>
  (group.workload.kind === 'StatefulSet' && group.objects.some(o => o.kind === 'Service' && isHeadless(o) && at(o['spec'], 'publishNotReadyAddresses') === true) ? true : undefined);

/** A route for every host there is has none that an intent could state. */
const namesHosts = (route: KubeObject): boolean => at(route['spec'], 'defaultBackend') === undefined && (asList(at(route['spec'], 'hostnames')).length > 0 || asList(at(route['spec'], 'rules')).every(r => r['host'] !== undefined && r['host'] !== '*'));

const routedPort = (route: KubeObject | undefined): Json | undefined => {
  const rule = asList(at(route?.['spec'], 'rules'))[0];
  const port = at(asList(at(rule, 'http', 'paths'))[0], 'backend', 'service', 'port');
  return at(port, 'number') ?? at(port, 'name') ?? at(asList(rule?.['backendRefs'])[0], 'port');
};

function routing(route: KubeObject): JsonObject {
  const rules = asList(at(route['spec'], 'rules'));
  const hosts = [...rules.flatMap(r => (r['host'] === undefined ? [] : [r['host']])), ...((at(route['spec'], 'hostnames') ?? []) as Json[])];
  const paths = rules.flatMap(r => [...asList(at(r, 'http', 'paths')).map(p => p['path'] ?? '/'), ...asList(r['matches']).map(m => at(m, 'path', 'value') ?? '/')]);
  const unique = [...new Set(paths)];
  return filled({ hosts: [...new Set(hosts)], paths: unique.length === 1 && unique[0] === '/' ? undefined : unique, tls: route.kind === 'Ingress' && at(route['spec'], 'tls') !== undefined ? true : undefined }) as JsonObject | undefined ?? {};
}

/** Rights of the pods' account, as its Roles in the input grant them. */
function identityOf(group: Group, pod: JsonObject): JsonObject | undefined {
  const account = group.objects.find(o => o.kind === 'ServiceAccount'), named = pod['serviceAccountName'];
  const rules = group.objects.filter(o => o.kind === 'Role').flatMap(r => asList(r['rules'])).filter(r => r['nonResourceURLs'] === undefined);
  return filled({ serviceAccount: !account && named !== undefined && named !== 'default' ? named : undefined, permissions: rules }) as JsonObject | undefined;
}

function rolloutOf(group: Group, spec: JsonObject, pod: JsonObject, main: JsonObject): JsonObject | undefined {
  const strategy = asObject(spec['strategy'] ?? spec['updateStrategy']), rolling = group.workload.kind === 'StatefulSet' ? {} : asObject(strategy['rollingUpdate']);
  const grace = pod['terminationGracePeriodSeconds'], replaced = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(group.workload.kind);
  // 25 % is what an API server says where nobody does.
  const bound = (value: Json | undefined): Json | undefined => (value === '25%' ? undefined : value);
  return filled({
    type: strategy['type'] === 'Recreate' ? 'recreate' : undefined, maxSurge: bound(rolling['maxSurge']), maxUnavailable: bound(rolling['maxUnavailable']),
    terminationGracePeriodSeconds: grace === 30 ? undefined : grace, preStop: at(main, 'lifecycle', 'preStop'),
    ...(replaced ? { minReadySeconds: spec['minReadySeconds'] === 0 ? undefined : spec['minReadySeconds'], revisionHistoryLimit: spec['revisionHistoryLimit'] === 10 ? undefined : spec['revisionHistoryLimit'] } : {}),
    podManagementPolicy: spec['podManagementPolicy'] === 'OrderedReady' ? undefined : spec['podManagementPolicy'],
  }) as JsonObject | undefined;
}

function scalingOf(group: Group, spec: JsonObject): JsonObject | undefined {
  const scaler = asObject(group.objects.find(o => o.kind === 'HorizontalPodAutoscaler')?.['spec']);
  if (Object.keys(scaler).length) {
    const of = (name: string): Json | undefined => at(asList(scaler['metrics']).find(m => at(m, 'resource', 'name') === name), 'resource', 'target', 'averageUtilization');
    return filled({ min: scaler['minReplicas'] ?? 1, max: scaler['maxReplicas'], cpu: of('cpu'), memory: of('memory') }) as JsonObject | undefined;
  }
  return ['Deployment', 'StatefulSet'].includes(group.workload.kind) ? { min: spec['replicas'] ?? 1 } : undefined;
}

/** The endpoint that a monitor reads, where it is one of the main container's ports. */
function observed(group: Group, pod: ReturnType<typeof podIn>, main: JsonObject): JsonObject | undefined {
  const monitor = group.objects.find(o => o.kind === 'ServiceMonitor' || o.kind === 'PodMonitor');
  const endpoint = asList(at(monitor?.['spec'], 'endpoints') ?? at(monitor?.['spec'], 'podMetricsEndpoints'))[0];
  if (!monitor || !endpoint) return undefined;
  const named = endpoint['port'] ?? endpoint['targetPort'];
  const offered = group.objects.filter(o => o.kind === 'Service').flatMap(o => asList(at(o['spec'], 'ports'))).find(p => p['name'] === named);
  const number = offered ? Number(serviceKey(offered, pod).split('/')[0]) : portNumber(named ?? '', asList(main['ports']));
  return typeof number === 'number' && (asList(main['ports']).some(p => p['containerPort'] === number) || offered) ? { metricsEndpoint: filled({ port: number, path: endpoint['path'] === '/metrics' ? undefined : endpoint['path'] }) as JsonObject } : undefined;
}
