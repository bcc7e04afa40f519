/** What of an object somebody decided: without status, what a server or a package manager keeps in it, and empty values. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { asObject, isMap } from './json.ts';

const kept = new Set(['name', 'namespace', 'labels', 'annotations']);
/** Written by controllers and by package managers for themselves: nothing in the cluster acts on them. */
const bookkeeping = /^(checksum\/|rollme$|helm\.sh\/|meta\.helm\.sh\/|kubectl\.kubernetes\.io\/|deployment\.kubernetes\.io\/|deprecated\.daemonset\.template|pv\.kubernetes\.io\/|volume(\.beta)?\.kubernetes\.io\/|autoscaling\.alpha\.)/;
/** Maps and lists that mean something when they are empty. */
const emptyMeans = new Set(['emptyDir', 'podSelector', 'namespaceSelector', 'selector', 'ingress', 'egress', 'from', 'to', 'data', 'rules', 'accessModes']);
/** Texts that mean nothing when they are empty. */
const emptyText = new Set(['subPath', 'ingressClassName', 'clusterIP', 'loadBalancerIP', 'externalName', 'priorityClassName', 'serviceAccountName', 'workingDir', 'schedulerName', 'timeZone', 'jobLabel']);
/** Fields of a Service that the API server assigns. */
const assigned = ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort'];

export const annotationsOf = (metadata: Json | undefined): JsonObject =>
  Object.fromEntries(Object.entries(asObject(asObject(metadata)['annotations'])).filter(([key, value]) => !bookkeeping.test(key) && value !== null));

/** Runs at a moment of an installation; `test` is no part of what is installed. */
export const hookOf = (o: KubeObject): string | undefined => asObject(o.metadata['annotations'])['helm.sh/hook'] as string | undefined;

/** Name of the Helm release that an object is of. */
export const releaseOf = (o: KubeObject | undefined): string | undefined => o?.metadata.annotations?.['meta.helm.sh/release-name'];

export function cleaned(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const o = pruned(rest as JsonObject, '') as KubeObject;
  const annotations = annotationsOf(object.metadata);
  const metadata = Object.fromEntries(Object.entries(o.metadata).filter(([key]) => kept.has(key))) as KubeObject['metadata'];
  delete metadata.annotations;
  o.metadata = Object.keys(annotations).length ? { ...metadata, annotations: annotations as Record<string, string> } : metadata;
  const spec = asObject(o['spec']);
  if (o.kind === 'Service' && o.apiVersion === 'v1') {
    for (const field of assigned) delete spec[field];
    if (spec['clusterIP'] !== 'None') delete spec['clusterIP'];
  }
  if (o.kind === 'PersistentVolumeClaim') delete spec['volumeName'];
  // What an API server takes for an autoscaler that names no metric.
  if (o.kind === 'HorizontalPodAutoscaler' && !spec['metrics'] && spec['targetCPUUtilizationPercentage'] === undefined) spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  if (o.kind === 'HorizontalPodAutoscaler' && spec['targetCPUUtilizationPercentage'] !== undefined) {
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: spec['targetCPUUtilizationPercentage'] } } }];
    delete spec['targetCPUUtilizationPercentage'];
    o.apiVersion = 'autoscaling/v2';
  }
  return o;
}

/** Objects that a controller makes from others, and that would come back by themselves. */
export const isDerived = (o: KubeObject): boolean =>
  (Array.isArray(o.metadata['ownerReferences']) && (o.metadata['ownerReferences'] as JsonObject[]).some(r => r['controller'] === true)) ||
  ['Event', 'Endpoints', 'EndpointSlice', 'ControllerRevision', 'Lease', 'NodeMetrics', 'PodMetrics'].includes(o.kind) ||
  (o.kind === 'ConfigMap' && o.metadata.name === 'kube-root-ca.crt') || (o.kind === 'ServiceAccount' && o.metadata.name === 'default');

function pruned(value: Json, key: string): Json {
  if (Array.isArray(value)) return value.filter(item => item !== null).map(item => pruned(item, ''));
  if (!isMap(value)) return value;
  const out: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null || (member === '' && emptyText.has(name))) continue;
    const inner = key === 'data' || key === 'annotations' || key === 'labels' ? member : pruned(member, name);
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0 && !emptyMeans.has(name)) continue;
    out[name] = inner;
  }
  return out;
}
