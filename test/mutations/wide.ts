/** Harm done to open exposures, to volumes of existing objects, to containers with a security of their own, and to rare fields of pods and rollouts. */
import type { KubeObject } from '../../src/kubernetes.ts';
import { on, onMain, onPod, pod, sidecar, template, type Any, type Mutation } from './edits.ts';
import type { Golden } from './goldens.ts';

const exposure = ({ intent }: Golden): string | undefined => (intent.spec as Any).networking?.exposure;
const isOpen = (golden: Golden): boolean => ['load-balancer', 'node-port'].includes(exposure(golden) ?? '');
/** The Service that callers use, and the policy, of what the world outside reaches. */
const own = (graph: KubeObject[], { intent }: Golden): Any | undefined => graph.find(({ kind, metadata }) => kind === 'Service' && metadata.name === intent.metadata.name);
const outward = (name: string, change: (spec: Any, graph: KubeObject[]) => boolean | void): Mutation => ({
  name: `open: ${name}`, apply: (graph, golden) => (isOpen(golden) ? change(own(graph, golden)!.spec, graph) : false),
});
const open = (name: string, change: (spec: Any) => boolean | void): Mutation => on('NetworkPolicy', `open: ${name}`, ({ spec }, golden) => (isOpen(golden) ? change(spec) : false));
const numbered = ({ ports }: Any): Any | undefined => ports.find((port: Any) => port.nodePort);

const stated = (spec: Any, source: string): Any | undefined => spec.volumes?.find((volume: Any) => volume[source] && !/^file(s|-\d+)$/.test(volume.name));
const source = (name: string, kind: string, change: (source: Any, volume: Any, spec: Any) => boolean | void): Mutation =>
  onPod(`${kind} volume: ${name}`, spec => { const volume = stated(spec, kind); return volume ? change(volume[kind], volume, spec) : false; });
const token = (name: string, change: (token: Any) => boolean | void): Mutation =>
  source(`token ${name}`, 'projected', ({ sources }) => { const one = sources.find((item: Any) => item.serviceAccountToken); return one ? change(one.serviceAccountToken) : false; });
/** A mount of a stated volume by the main container: not of scratch at /tmp, nor of a file. */
const mounted = (name: string, change: (mount: Any) => boolean | void): Mutation => onMain(`mount, ${name}`, ({ volumeMounts }, { intent }) => {
  const names = new Set((((intent.spec.workload as Any).volumes ?? []) as Any[]).filter(v => v.subPath ?? v.readOnly).map(v => v.name));
  const mount = volumeMounts?.find((one: Any) => names.has(one.name));
  return mount ? change(mount) : false;
});

const before = (spec: Any): Any | undefined => spec.initContainers?.find((container: Any) => !container.restartPolicy && container.name !== 'migration');
const restricted = (name: string, change: (context: Any, container: Any) => boolean | void): Mutation[] => ([['a sidecar', sidecar], ['what prepares', before]] as const).map(([who, find]) =>
  onPod(`${who}: ${name}`, spec => { const one = find(spec); return one ? change(one.securityContext, one) : false; }));
/** Of containers beside the main one that state the field. */
const declared = (name: string, field: string, change: (context: Any) => boolean | void): Mutation => onPod(`declared ${field}: ${name}`, (spec, { intent }) => {
  const { init = [], sidecars = [] } = intent.spec.workload as Any, names = [...init, ...sidecars].filter((one: Any) => one.security?.[field] !== undefined).map((one: Any) => one.name);
  const container = spec.initContainers?.find((one: Any) => names.includes(one.name));
  return container ? change(container.securityContext) : false;
});

const keysOf = ({ intent }: Golden): string[] => Object.keys((intent.spec.workload as Any).pod?.annotations ?? {});
const noted = (name: string, change: (notes: Any, key: string) => void): Mutation => ({ name: `a declared annotation of the pods ${name}`, apply: (graph, golden) => {
  const [key] = keysOf(golden);
  return key ? change(template(graph).metadata.annotations, key) : false;
} });

const affinity = (name: string, kind: 'podAffinity' | 'podAntiAffinity', change: (rules: Any, all: Any) => boolean | void): Mutation =>
  onPod(`${kind} ${name}`, ({ affinity: all }) => (all?.[kind] ? change(all[kind], all) : false));
const required = 'requiredDuringSchedulingIgnoredDuringExecution', preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const workload = (graph: KubeObject[]): Any | undefined => graph.find(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind));
const pace = (name: string, change: (spec: Any) => boolean | void): Mutation => ({ name: `rollout: ${name}`, apply: graph => { const object = workload(graph); return object ? change(object.spec) : false; } });

export const wide: Mutation[] = [
  { name: 'Service: behind a load balancer where internal is stated', apply: (graph, golden) => (exposure(golden) === 'internal' ? void (own(graph, golden)!.spec.type = 'LoadBalancer') : false) },
  { name: 'Service: on every node where internal is stated', apply: (graph, golden) => (exposure(golden) === 'internal' ? void (own(graph, golden)!.spec.type = 'NodePort') : false) },
  on('Service', 'the headless one behind a load balancer', (_, __, graph) => { const one = graph.find(({ kind, spec }) => kind === 'Service' && (spec as Any).clusterIP === 'None') as Any; return one ? (delete one.spec.clusterIP, void (one.spec.type = 'LoadBalancer')) : false; }),
  outward('the other type', spec => void (spec.type = spec.type === 'NodePort' ? 'LoadBalancer' : 'NodePort')),
  outward('inside only', spec => void (spec.type = 'ClusterIP')),
  outward('another port of nodes', spec => (numbered(spec) ? void (numbered(spec)!.nodePort = 31999) : false)),
  outward('a port of nodes left to the cluster', spec => (numbered(spec) ? void delete numbered(spec)!.nodePort : false)),
  outward('ports of nodes swapped', ({ ports }) => (ports.length > 1 && ports[0].nodePort ? void ([ports[0].nodePort, ports[1].nodePort] = [ports[1].nodePort, ports[0].nodePort]) : false)),
  outward('a port of nodes that nobody stated', spec => { const port = spec.ports.find((one: Any) => !one.nodePort); return port ? void (port.nodePort = 30022) : false; }),
  outward('an address of its own', spec => void (spec.loadBalancerIP = '203.0.113.7')),
  outward('from some addresses only', spec => void (spec.loadBalancerSourceRanges = ['203.0.113.0/24'])),
  on('NetworkPolicy', 'anyone may come to an internal service', ({ spec }, golden) => (exposure(golden) === 'internal' && spec.ingress?.[0] ? void spec.ingress.push({ ports: structuredClone(spec.ingress[0].ports) }) : false)),
  on('NetworkPolicy', 'anyone in place of those who may come', ({ spec }, golden) => (exposure(golden) === 'internal' && spec.ingress?.[0]?.from ? void (spec.ingress[0].from = []) : false)),
  open('a further port for anyone', ({ ingress }) => void ingress[0].ports.push({ port: 22, protocol: 'TCP' })),
  open('every port for anyone', ({ ingress }) => void delete ingress[0].ports),
  open('closed to outsiders', ({ ingress }) => void (ingress[0].from = [{ podSelector: {} }])),
  on('Service', 'pods found when they should not be', ({ spec }) => (spec.publishNotReadyAddresses === undefined ? false : void (spec.publishNotReadyAddresses = !spec.publishNotReadyAddresses))),

  ...restricted('root by number', context => void (context.runAsUser = 0)),
  ...restricted('may be root', context => (context.runAsNonRoot === false ? false : void (context.runAsNonRoot = false))),
  ...restricted('root with what it needs', context => { if (context.runAsNonRoot === false) return false; context.runAsNonRoot = false; delete context.capabilities; }),
  ...restricted('capabilities kept', context => (context.capabilities?.drop ? void delete context.capabilities : false)),
  ...restricted('writable root', context => (context.readOnlyRootFilesystem ? void (context.readOnlyRootFilesystem = false) : false)),
  ...restricted('privileged', context => void (context.privileged = true)),
  ...restricted('pulled never', (_, container) => void (container.imagePullPolicy = 'Never')),
  declared('another user', 'runAsUser', context => void (context.runAsUser += 1)),
  declared('the user of the pod', 'runAsUser', context => void delete context.runAsUser),
  declared('another group', 'runAsGroup', context => void (context.runAsGroup = 0)),
  declared('left to the pod', 'runAsNonRoot', context => (context.runAsNonRoot === false ? void delete context.runAsNonRoot : false)),
  declared('may gain rights', 'runAsNonRoot', context => void (context.allowPrivilegeEscalation = true)),
  declared('further capabilities', 'runAsNonRoot', context => void (context.capabilities = { ...context.capabilities, add: ['SYS_ADMIN'] })),
  declared('kept from writing', 'writableRoot', context => (context.readOnlyRootFilesystem ? false : void (context.readOnlyRootFilesystem = true))),

  onPod('a ConfigMap may be absent', spec => { const one = spec.volumes?.find((v: Any) => v.configMap && !v.configMap.optional); return one ? void (one.configMap.optional = true) : false; }),
  onPod('a ConfigMap for everyone to write', spec => { const one = spec.volumes?.find((v: Any) => v.configMap); return one ? void (one.configMap.defaultMode = 511) : false; }),
  source('of another Secret', 'secret', secret => void (secret.secretName = 'payments-db')),
  source('all keys', 'secret', secret => (secret.items ? void delete secret.items : false)),
  source('another file name', 'secret', ({ items }) => (items ? void (items[0].path = 'other') : false)),
  source('for everyone to read', 'secret', secret => void (secret.defaultMode = 511)),
  source('of a Secret in place of a ConfigMap', 'configMap', ({ name }, volume) => { delete volume.configMap; volume.secret = { secretName: name }; }),
  source('of another ConfigMap', 'configMap', configMap => void (configMap.name = 'other')),
  source('may not be absent', 'configMap', configMap => (configMap.optional ? void delete configMap.optional : false)),
  source("mounted by the main container too", 'configMap', (_, { name }, { containers }) => (containers[0].volumeMounts.some((one: Any) => one.name === name) ? false : void containers[0].volumeMounts.push({ name, mountPath: '/seen' }))),
  source('a further Secret', 'projected', ({ sources }) => void sources.push({ secret: { name: 'payments-db' } })),
  source('a token for the API server', 'projected', ({ sources }) => void sources.push({ serviceAccountToken: { path: 'api' } })),
  source('a source less', 'projected', ({ sources }) => void sources.pop()),
  source('another Secret', 'projected', ({ sources }) => { const one = sources.find((item: Any) => item.secret); return one ? void (one.secret.name = 'payments-db') : false; }),
  token('for somebody else', one => void (one.audience = 'https://evil.example')),
  token('for the API server', one => void delete one.audience),
  token('that lasts', one => void (one.expirationSeconds = 31536000)),
  mounted('made writable', mount => (mount.readOnly ? void delete mount.readOnly : false)),
  mounted('another part', mount => (mount.subPath ? void (mount.subPath = 'other') : false)),
  mounted('the whole', mount => (mount.subPath ? void delete mount.subPath : false)),
  { name: 'PersistentVolumeClaim: renamed with what mounts it', apply: graph => {
    const object = graph.find(({ kind }) => kind === 'PersistentVolumeClaim'), volume = pod(graph).volumes?.find((one: Any) => one.persistentVolumeClaim?.claimName === object?.metadata.name);
    if (!object || !volume) return false;
    object.metadata.name += '-new';
    volume.persistentVolumeClaim.claimName += '-new';
  } },
  { name: "PersistentVolumeClaim: the service's own name in place of the stated", apply: (graph, { intent }) => {
    const volume = ((intent.spec.workload as Any).volumes ?? []).find((one: Any) => one.size && one.claimName), object = graph.find(({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.name === volume?.claimName);
    if (!object) return false;
    object.metadata.name = `${intent.metadata.name}-${volume.name}`;
    pod(graph).volumes.find((one: Any) => one.name === volume.name).persistentVolumeClaim.claimName = object.metadata.name;
  } },

  onPod('a declared host at another address', spec => (spec.hostAliases ? void (spec.hostAliases[0].ip = '203.0.113.7') : false)),
  onPod('a further name of a declared host', spec => (spec.hostAliases ? void spec.hostAliases[0].hostnames.push('login.corp.example') : false)),
  onPod('declared hosts dropped', spec => (spec.hostAliases ? void delete spec.hostAliases : false)),
  onPod('names resolved in another way', spec => void (spec.dnsPolicy = spec.dnsPolicy === 'Default' ? 'ClusterFirst' : 'Default')),
  onPod('a declared resolver replaced', spec => (spec.dnsConfig ? void (spec.dnsConfig.nameservers = ['203.0.113.53']) : false)),
  onPod('a further search domain', spec => (spec.dnsConfig ? void spec.dnsConfig.searches.unshift('evil.example') : false)),
  onPod('processes seen by one another', spec => (spec.shareProcessNamespace ? false : void (spec.shareProcessNamespace = true))),
  onPod('declared processes hidden', spec => (spec.shareProcessNamespace ? void delete spec.shareProcessNamespace : false)),
  onPod('Services as variables', spec => (spec.enableServiceLinks === false ? void delete spec.enableServiceLinks : false)),
  onPod('a further declared group', spec => (spec.securityContext.supplementalGroups ? void spec.securityContext.supplementalGroups.push(0) : false)),
  onPod('declared groups dropped', spec => (spec.securityContext.supplementalGroups ? void delete spec.securityContext.supplementalGroups : false)),
  onPod('volumes given away at every mount', spec => (spec.securityContext.fsGroupChangePolicy ? void (spec.securityContext.fsGroupChangePolicy = 'Always') : false)),
  affinity('dropped', 'podAntiAffinity', (_, all) => void delete all.podAntiAffinity),
  affinity('of other pods', 'podAntiAffinity', rules => (rules[required] ? void (rules[required][0].labelSelector.matchLabels = { 'app.kubernetes.io/name': 'other' }) : false)),
  affinity('over zones', 'podAntiAffinity', rules => (rules[required] ? void (rules[required][0].topologyKey = 'topology.kubernetes.io/zone') : false)),
  affinity('only preferred', 'podAntiAffinity', rules => { if (!rules[required]) return false; rules[preferred] = rules[required].map((podAffinityTerm: Any) => ({ weight: 1, podAffinityTerm })); delete rules[required]; }),
  affinity('turned round', 'podAntiAffinity', (rules, all) => { delete all.podAntiAffinity; all.podAffinity = rules; }),
  affinity('in any namespace', 'podAffinity', rules => (rules[preferred] ? (delete rules[preferred][0].podAffinityTerm.namespaces, void (rules[preferred][0].podAffinityTerm.namespaceSelector = {})) : false)),
  onPod('near pods that nobody named', spec => (spec.affinity?.podAffinity ? false : void (spec.affinity = { ...spec.affinity, podAffinity: { [required]: [{ labelSelector: { matchLabels: { app: 'payments' } }, topologyKey: 'kubernetes.io/hostname' }] } }))),

  noted('dropped', (notes, key) => void delete notes[key]),
  noted('with another value', (notes, key) => void (notes[key] = 'true')),
  noted('under another key', (notes, key) => { notes['traffic.sidecar.istio.io/excludeInboundPorts'] = notes[key]; delete notes[key]; }),
  noted('beside one that takes the sidecar out of the way', notes => void (notes['sidecar.istio.io/inject'] = 'false')),
  { name: 'a declared annotation of the pods on the workload too', apply: (graph, golden) => {
    const key = keysOf(golden)[0], workload = graph.find(object => object.kind === 'Deployment' || object.kind === 'StatefulSet') as Any | undefined;
    if (!key || !workload) return false;
    workload.metadata.annotations = { ...workload.metadata.annotations, [key]: template(graph).metadata.annotations[key] };
  } },
  pace('ready sooner than stated', spec => (spec.minReadySeconds ? void delete spec.minReadySeconds : false)),
  pace('never ready enough', spec => void (spec.minReadySeconds = 86400)),
  pace('no version to go back to', spec => void (spec.revisionHistoryLimit = 0)),
  on('StatefulSet', 'all at once or one after another', ({ spec }) => void (spec.podManagementPolicy = spec.podManagementPolicy === 'Parallel' ? 'OrderedReady' : 'Parallel')),
];
