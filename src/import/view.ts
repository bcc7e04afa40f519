/**
 * A workload and what serves it, as one tree in which nothing has a name that somebody chose: the form in which an original and
 * a synthesised graph are compared. A leaf is a decision; labels, selectors, names and API defaults are none.
 */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { podTemplate, preparing, staying } from '../verdict/pod.ts';
import { parseQuantity } from '../verdict/quantity.ts';
import { selectorMatches } from '../verdict/selector.ts';
import { annotationsOf } from './clean.ts';
import { undefaulted } from './defaults.ts';
import { isHeadless, isRoute } from './group.ts';
import { asList, asObject, asText, at, isMap } from './json.ts';
import { allPorts, containerView, podSecurityOf, portNumber } from './pod-view.ts';
import type { Pod } from './mounted.ts';

/** One of the two graphs that are compared. */
export interface Side {
  workload: KubeObject;
  objects: readonly KubeObject[];
  /** Name of the main container. */
  main: string;
  held: ReadonlyMap<string, KubeObject>;
}

export const podIn = (side: Side): Pod => {
  const templates = asList(at(side.workload['spec'], 'volumeClaimTemplates'));
  return { spec: podTemplate(side.workload)!.spec, templates: new Map(templates.map(t => [asText(at(t, 'metadata', 'name')), t])), held: side.held };
};
export const keyOf = (side: Side, container: JsonObject): string => (container['name'] === side.main ? 'main' : asText(container['name']));

/** Fields that say which pods or objects are meant, or that are told elsewhere. */
const told = { workload: ['selector', 'template', 'serviceName', 'volumeClaimTemplates', 'jobTemplate'], pod: ['containers', 'initContainers', 'volumes', 'securityContext', 'serviceAccountName', 'serviceAccount'] };
const without = (value: Json | undefined, fields: readonly string[]): JsonObject => Object.fromEntries(Object.entries(asObject(value)).filter(([key]) => !fields.includes(key)));

export function viewOf(given: Side): JsonObject {
  const side: Side = { ...given, workload: undefaulted(given.workload), objects: given.objects.map(undefaulted), held: new Map([...given.held].map(([k, o]) => [k, undefaulted(o)])) };
  const pod = podIn(side), template = podTemplate(side.workload)!;
  const own = asObject(template.metadata['labels']);
  const job = side.workload.kind === 'CronJob' ? without(at(side.workload['spec'], 'jobTemplate', 'spec'), told.workload) : {};
  const view: JsonObject = {
    workload: { ...without(side.workload['spec'], [...told.workload, 'replicas']), ...(replicated(side) ? { replicas: at(side.workload['spec'], 'replicas') ?? 1 } : {}) }, job,
    pod: without(selfless(pod.spec, own), told.pod), annotations: annotationsOf(side.workload.metadata), podAnnotations: annotationsOf(template.metadata), podSecurity: podSecurityOf(pod),
    containers: Object.fromEntries(staying(pod.spec).map(c => [keyOf(side, c), containerView(pod, c)])),
    init: Object.fromEntries(preparing(pod.spec).map(c => [asText(c['name']), containerView(pod, c)])),
  };
  const find = (test: (o: KubeObject) => boolean): KubeObject | undefined => side.objects.find(test);
  const put = (region: string, o: KubeObject | undefined, read: (o: KubeObject) => JsonObject): void => { if (o) view[region] = read(o); };
  put('service', find(o => o.kind === 'Service' && !isHeadless(o)), o => serviceView(o, pod));
  put('headless', find(o => o.kind === 'Service' && isHeadless(o)), o => serviceView(o, pod));
  put('route', find(o => isRoute(o.kind)), o => routeView(o, side, pod));
  put('scaler', find(o => o.kind === 'HorizontalPodAutoscaler'), o => ({ minReplicas: 1, ...without(o['spec'], ['scaleTargetRef', 'metrics']), metrics: Object.fromEntries(asList(at(o['spec'], 'metrics')).map(m => [JSON.stringify(metricOf(m)), m])) }));
  put('budget', find(o => o.kind === 'PodDisruptionBudget'), o => without(o['spec'], ['selector']));
  put('account', find(o => o.kind === 'ServiceAccount'), o => ({ annotations: annotationsOf(o.metadata), ...without(o as JsonObject, ['apiVersion', 'kind', 'metadata']) }));
  const roles = side.objects.filter(o => o.kind === 'Role');
  if (roles.length) view['permissions'] = Object.fromEntries(roles.flatMap(r => asList(r['rules'])).map(rule => { const text = JSON.stringify(sortedRule(rule)); return [text, sortedRule(rule)]; }));
  put('monitor', find(o => o.kind === 'ServiceMonitor' || o.kind === 'PodMonitor'), o => monitorView(o, side, pod));
  return comparable(view) as JsonObject;
}

/** Without an autoscaler somebody decides how many there are, if only by saying nothing. */
const replicated = (side: Side): boolean => ['Deployment', 'StatefulSet'].includes(side.workload.kind) && !side.objects.some(o => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(o.kind));

/** Whether a selector selects pods of these labels because it names some of them; an empty one names none. */
export const meansSelf = (selector: Json | undefined, own: Record<string, Json>): boolean =>
  isMap(selector) && Object.keys({ ...asObject(selector['matchLabels']), ...asList(selector['matchExpressions']) }).length > 0 && selectorMatches(selector, own);

/** Selectors of the pod's own labels mean the pod itself. */
function selfless(value: Json, own: Record<string, Json>): Json {
  if (Array.isArray(value)) return value.map(item => selfless(item, own));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]): [string, Json] => [key, key === 'labelSelector' && meansSelf(member, own) ? { self: true } : selfless(member, own)]));
}

export const serviceKey = (port: JsonObject, pod: Pod): string => `${String(portNumber(port['targetPort'] ?? port['port']!, allPorts(pod)))}/${asText(port['protocol'] ?? 'TCP')}`;

function serviceView(o: KubeObject, pod: Pod): JsonObject {
  const ports: JsonObject = {};
  for (const port of asList(at(o['spec'], 'ports'))) {
    let key = serviceKey(port, pod);
    while (ports[key] !== undefined) key += '+';
    ports[key] = without(port, ['name', 'targetPort', 'protocol']);
  }
  return { annotations: annotationsOf(o.metadata), ...without(o['spec'], ['selector', 'ports', 'clusterIP']), ports };
}

/** Hosts and paths with the container's port they lead to, whichever API says so. */
function routeView(o: KubeObject, side: Side, pod: Pod): JsonObject {
  const service = side.objects.find(s => s.kind === 'Service' && !isHeadless(s));
  const ports = asList(at(service?.['spec'], 'ports'));
  const target = (port: Json | undefined): Json => { const p = ports.find(x => x['port'] === port || x['name'] === port); return p ? Number(serviceKey(p, pod).split('/')[0]) : port ?? null; };
  const hosts: Record<string, JsonObject> = {};
  const add = (host: string, path: string, exact: boolean, port: Json): void => { (hosts[host] ??= {})[path] = exact ? { port, exact } : { port }; };
  for (const rule of asList(at(o['spec'], 'rules'))) {
    for (const p of asList(at(rule, 'http', 'paths'))) add(asText(rule['host'] ?? '*'), asText(p['path'] ?? '/'), p['pathType'] === 'Exact', target(at(p, 'backend', 'service', 'port', 'number') ?? at(p, 'backend', 'service', 'port', 'name')));
    for (const host of (at(o['spec'], 'hostnames') ?? []) as Json[]) for (const m of asList(rule['matches'] ?? [{}])) add(asText(host), asText(at(m, 'path', 'value') ?? '/'), at(m, 'path', 'type') === 'Exact', target(at(asList(rule['backendRefs'])[0], 'port')));
  }
  // What a rule does beside leading somewhere.
  const acts = asList(at(o['spec'], 'rules')).flatMap(({ filters, timeouts, sessionPersistence }) => (filters ?? timeouts ?? sessionPersistence ? [Object.fromEntries(Object.entries({ filters, timeouts, sessionPersistence }).filter(([, v]) => v !== undefined)) as JsonObject] : []));
  const of = at(o['spec'], 'ingressClassName');
  return { hosts, annotations: annotationsOf(o.metadata), ...(acts.length ? { acts } : {}), ...(of === undefined ? {} : { class: of }), ...(o.kind === 'Ingress' ? { tls: at(o['spec'], 'tls') !== undefined } : {}), ...(at(o['spec'], 'defaultBackend') === undefined ? {} : { defaultBackend: true }) };
}

const metricOf = (m: JsonObject): Json => [m['type'] ?? '', at(m, 'resource', 'name') ?? at(m, 'pods', 'metric', 'name') ?? at(m, 'object', 'metric', 'name') ?? at(m, 'external', 'metric', 'name') ?? at(m, 'containerResource', 'name') ?? ''];
const sortedRule = (rule: JsonObject): JsonObject => Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, Array.isArray(value) ? value.toSorted() : value]));

function monitorView(o: KubeObject, side: Side, pod: Pod): JsonObject {
  const services = side.objects.filter(s => s.kind === 'Service').flatMap(s => asList(at(s['spec'], 'ports')));
  const number = (port: Json | undefined): string => { const s = o.kind === 'ServiceMonitor' ? services.find(p => p['name'] === port) : undefined; return s ? serviceKey(s, pod).split('/')[0]! : String(portNumber(port ?? '', allPorts(pod))); };
  const endpoints = asList(at(o['spec'], 'endpoints') ?? at(o['spec'], 'podMetricsEndpoints')).map(({ port, targetPort, path, ...rest }) => [number(port ?? targetPort), { path: path ?? '/metrics', ...rest }]);
  return { ...without(o['spec'], ['selector', 'namespaceSelector', 'endpoints', 'podMetricsEndpoints', 'jobLabel']), endpoints: Object.fromEntries(endpoints) as JsonObject };
}

const amounts = new Set(['requests', 'limits']);
/** Amounts in one spelling, and nothing empty. */
function comparable(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map(item => comparable(item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const amount = amounts.has(key) || name === 'size' || name === 'sizeLimit' ? parseQuantity(member) : undefined;
    const inner = amount === undefined ? comparable(member, name) : amount;
    return isMap(inner) && !Object.keys(inner).length && !['emptyDir', 'scratch'].includes(name) ? [] : [[name, inner]];
  }));
}
