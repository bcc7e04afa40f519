/** What a graph takes up of a namespace, in the names that a ResourceQuota uses, and how often. */
import { splitApiVersion, type Json, type JsonObject, type KubeObject } from '../../kubernetes.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { asList, asObject, asText, at } from '../types.ts';
import { amountsOf, type Amounts, type Resources } from './amounts.ts';
import { claimsOf, classOf } from './claims.ts';
import type { AdmittedPod } from './pods.ts';

/** How many there are: as it stands, while a rollout replaces pods, and at the most an autoscaler would have. */
export interface Count { standing: number; rolling: number; most: number }
export interface Demand { object: KubeObject; each: Amounts; count: Count; pod?: AdmittedPod }

const once: Count = { standing: 1, rolling: 1, most: 1 };
const whole = (value: Json | undefined, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Whatever scales the object: anything of the graph that names it as its target and has bounds. */
const scalerOf = ({ kind, metadata }: KubeObject, graph: readonly KubeObject[]): JsonObject | undefined =>
  graph.map(({ spec }) => asObject(spec)).find(({ scaleTargetRef }) => scaleTargetRef !== undefined && at(scaleTargetRef, 'name') === metadata.name && (at(scaleTargetRef, 'kind') ?? 'Deployment') === kind);

/** Percentages are of the replicas. */
const share = (value: Json | undefined, replicas: number, round: (n: number) => number): number =>
  typeof value === 'string' ? round((parseInt(value, 10) * replicas) / 100) || 0 : whole(value, 0);

/** Pods beyond the replicas that a rollout cannot do without, because it takes none away first. */
const surge = ({ kind, spec }: KubeObject, replicas: number): number => {
  if (kind !== 'Deployment' || at(spec, 'strategy', 'type') === 'Recreate' || replicas === 0) return 0;
  const { maxSurge = '25%', maxUnavailable = '25%' } = asObject(at(spec, 'strategy', 'rollingUpdate'));
  return share(maxUnavailable, replicas, Math.floor) > 0 ? 0 : Math.min(1, share(maxSurge, replicas, Math.ceil));
};

const jobPods = (spec: JsonObject): number => (spec.suspend === true ? 0 : Math.min(whole(spec.parallelism, 1), whole(spec.completions, Infinity)));

/** How many pods of it run. Of a DaemonSet at least one, since nodes come and go. */
export const podsOf = (object: KubeObject, graph: readonly KubeObject[]): Count => {
  const spec = asObject(object.spec);
  if (object.kind === 'Job' || object.kind === 'CronJob') {
    const pods = jobPods(object.kind === 'Job' ? spec : asObject(at(spec, 'jobTemplate', 'spec')));
    return { standing: pods, rolling: pods, most: pods };
  }
  if (object.kind === 'DaemonSet' || object.kind === 'Pod') return once;
  const scaler = scalerOf(object, graph), least = scaler?.minReplicas ?? scaler?.minReplicaCount, most = scaler?.maxReplicas ?? scaler?.maxReplicaCount;
  const standing = whole(spec.replicas, whole(least, scaler && scaler.maxReplicas === undefined ? 0 : 1));
  return { standing, rolling: standing + surge(object, standing), most: Math.max(standing, whole(most, standing)) };
};

/** Short names that a quota knows for itself. */
const plain = new Set(['cpu', 'memory', 'ephemeral-storage']);

const ofPod = ({ requests, limits }: Resources): Amounts => {
  const found: Amounts = new Map([['pods', 1], ['count/pods', 1]]);
  for (const [name, amount] of requests) { if (plain.has(name)) found.set(name, amount); found.set(`requests.${name}`, amount); }
  for (const [name, amount] of limits) if (plain.has(name)) found.set(`limits.${name}`, amount);
  return found;
};

const ofService = (spec: JsonObject): Amounts => {
  const balanced = spec.type === 'LoadBalancer', ports = asList(spec.ports), found: Amounts = new Map([['services', 1]]);
  const opened = balanced && spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort !== undefined) : ports;
  if (balanced) found.set('services.loadbalancers', 1);
  if (balanced || spec.type === 'NodePort') found.set('services.nodeports', opened.length);
  return found;
};

const ofClaim = (storage: number, storageClass: string | undefined): Amounts => {
  const found: Amounts = new Map([['persistentvolumeclaims', 1], ['count/persistentvolumeclaims', 1], ['requests.storage', storage]]);
  if (storageClass !== undefined) for (const [name, amount] of [['requests.storage', storage], ['persistentvolumeclaims', 1]] as const) found.set(`${storageClass}.storageclass.storage.k8s.io/${name}`, amount);
  return found;
};

/** What a controller makes of an object as soon as it sees it. */
const made: Record<string, string> = { Deployment: 'count/replicasets.apps', CronJob: 'count/jobs.batch' };
/** Core kinds that a quota counts by their plural alone, beside services and claims. */
const counted = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

/** @param pods those of these objects */
export const demandOf = (objects: readonly KubeObject[], pods: readonly AdmittedPod[], graph: readonly KubeObject[], snapshot: Snapshot): Demand[] => {
  const found: Demand[] = [];
  for (const object of objects) {
    const { group } = splitApiVersion(object.apiVersion), pod = pods.find(candidate => candidate.object === object);
    const plural = snapshot.kinds.find(kind => kind.group === group && kind.kind === object.kind)?.plural;
    const each: Amounts = new Map();
    // Claims and pods count themselves, however they come to be.
    if (plural !== undefined && !(group === '' && ['pods', 'persistentvolumeclaims'].includes(plural))) each.set(`count/${plural}${group ? `.${group}` : ''}`, 1);
    if (group === '' && counted.has(plural ?? '')) each.set(plural!, 1);
    if (group === '' && object.kind === 'Service') for (const [name, amount] of ofService(asObject(object.spec))) each.set(name, amount);
    if (pod && made[object.kind]) each.set(made[object.kind]!, 1);
    if (each.size) found.push({ object, each, count: once });
    const count = pod ? podsOf(object, graph) : once;
    if (pod) found.push({ object, each: ofPod(pod.whole), count, pod });
    for (const claim of claimsOf(object)) {
      const storage = amountsOf(at(claim.spec, 'resources', 'requests')).get('storage') ?? 0;
      found.push({ object, each: ofClaim(storage, classOf(claim, snapshot)), count: claim.each ? { ...count, rolling: count.standing } : once });
    }
  }
  return found;
};

/** How much of it is asked for in all. */
export const total = (demand: readonly Demand[], name: string, when: keyof Count): number => demand.reduce((all, { each, count }) => all + (each.get(name) ?? 0) * count[when], 0);

/** How many pods, in words. */
export const inPods = (demand: readonly Demand[], when: keyof Count): string => {
  const pods = demand.reduce((all, { pod, count }) => all + (pod ? count[when] : 0), 0);
  return `${asText(pods)} ${pods === 1 ? 'pod' : 'pods'}`;
};
