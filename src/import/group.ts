/** Objects to groups: one per workload, with everything that serves it. What serves nobody, or several, is carried whole by one of them. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { podTemplate } from '../verdict/pod.ts';
import type { PodTemplate } from '../verdict/pod.ts';
import { selectorMatches } from '../verdict/selector.ts';
import { cleaned, hookOf, isDerived } from './clean.ts';
import { plain } from './defaults.ts';
import { asList, asObject, asText, at, textsOf } from './json.ts';
import { accountOf, isWorkload, outOfScope, whyOutOfScope } from './scope.ts';
import type { OutOfScope } from './scope.ts';

/** A ConfigMap or PersistentVolumeClaim by `Kind/name` of the group's namespace. */
export type Held = Map<string, KubeObject>;

export interface Group {
  /** Of the intent: that of the Service by which others reach it, else the workload's. */
  name: string;
  namespace: string | undefined;
  workload: KubeObject;
  /** Objects that a synthesised graph may have a counterpart of, the workload included; at most one of each role. */
  objects: KubeObject[];
  /** Carried whole. */
  extras: KubeObject[];
  held: Held;
  /** Every Service that selects the pods, by name: what others call it. */
  services: KubeObject[];
  /** Labels that its pods have to keep, since what serves several workloads selects by them. */
  labels?: Record<string, string>;
  /** The moment of an installation at which it ran. */
  hook?: string;
  /** Claims that another workload's intent states, by name. */
  lent?: Set<string>;
  /** The Service that gives the replicas their names, where others call these by it. */
  governing?: string;
}
export interface Groups { groups: Group[]; outOfScope: OutOfScope[] }

/** Groups whose pods an object selects, where these are several. */
export function sharedBy(groups: readonly Group[], o: KubeObject): Group[] {
  const spec = asObject(o['spec']), found = selectedBy(groups, o, o.kind === 'Service' ? { matchLabels: spec['selector'] ?? null } : spec['podSelector'] ?? spec['selector']);
  return found.length > 1 && o.kind !== 'ServiceMonitor' ? found : [];
}

export const labelsOf = (o: KubeObject): Record<string, Json> => asObject(asObject(podTemplate(o)?.metadata)['labels']);
export const podOf = (o: KubeObject): PodTemplate => podTemplate(o)!;
export const isHeadless = (service: KubeObject): boolean => at(service['spec'], 'clusterIP') === 'None';
export const isRoute = (kind: string): boolean => kind === 'Ingress' || kind.endsWith('Route');
const isMonitor = (kind: string): boolean => kind === 'ServiceMonitor' || kind === 'PodMonitor';
/** Names of the Services that a route leads to. */
export const backendsOf = (route: KubeObject): string[] => asList(at(route['spec'], 'rules')).flatMap(rule => [
  ...asList(at(rule, 'http', 'paths')).map(path => asText(at(path, 'backend', 'service', 'name'))), ...asList(rule['backendRefs']).map(ref => asText(ref['name']))]);

export function grouped(input: readonly KubeObject[], snapshot?: Snapshot): Groups {
  const left: OutOfScope[] = [], inside: KubeObject[] = [], hooks = new Map<KubeObject, string>();
  for (const o of input) {
    if (isDerived(o)) continue;
    const reason = whyOutOfScope(o, input, snapshot);
    const hook = hookOf(o);
    if (reason === undefined) { const clean = plain(cleaned(o)); inside.push(clean); if (hook !== undefined) hooks.set(clean, hook); } else left.push(outOfScope(o, reason));
  }
  // A release is installed into one namespace, whether every object of it says so or not.
  const stated = new Set(inside.flatMap(o => o.metadata.namespace ?? []));
  if (stated.size === 1) for (const o of inside) o.metadata.namespace ??= [...stated][0]!;
  const workloads = inside.filter(isWorkload);
  if (!workloads.length) return { groups: [], outOfScope: [...left, ...inside.map(o => outOfScope(o, 'no workload is part of the input that it could serve'))] };
  const groups = workloads.map((workload): Group => ({ name: workload.metadata.name, namespace: workload.metadata.namespace, workload, objects: [workload], extras: [], held: new Map(), services: [], ...(hooks.has(workload) ? { hook: hooks.get(workload)! } : {}) }));
  const rest = inside.filter(o => !workloads.includes(o));
  for (const o of rest) if (o.kind === 'ConfigMap' || o.kind === 'PersistentVolumeClaim') for (const g of near(groups, o)) g.held.set(`${o.kind}/${o.metadata.name}`, o);
  const services = rest.filter(o => o.kind === 'Service' && o.apiVersion === 'v1');
  for (const service of services) for (const g of selectedBy(groups, service, { matchLabels: at(service['spec'], 'selector') ?? null })) g.services.push(service);
  const own = (g: Group): KubeObject[] => g.services.filter(s => groups.filter(other => other.services.includes(s)).length === 1);
  for (const g of groups) takeServices(g, own(g), rest, groups);
  nameAll(groups);
  // Bindings say whose a Role is.
  for (const o of rest.toSorted((a, b) => Number(a.kind === 'Role') - Number(b.kind === 'Role'))) if (!groups.some(g => g.objects.includes(o))) place(o, groups);
  return { groups, outOfScope: left };
}

const near = (groups: readonly Group[], o: KubeObject): Group[] => groups.filter(g => g.namespace === o.metadata.namespace);
/** Groups whose pods a selector selects; an empty one selects all, which says nothing about whose it is. */
const selectedBy = (groups: readonly Group[], o: KubeObject, selector: Json | undefined): Group[] => {
  const { matchLabels, matchExpressions } = asObject(selector);
  return Object.keys(asObject(matchLabels)).length || asList(matchExpressions).length ? near(groups, o).filter(g => selectorMatches(selector, labelsOf(g.workload))) : [];
};

/** The one Service by which it is reached, and the headless one of its replicas. */
function takeServices(g: Group, own: readonly KubeObject[], rest: readonly KubeObject[], groups: readonly Group[]): void {
  const routed = new Set(rest.filter(o => isRoute(o.kind)).flatMap(backendsOf));
  const weight = (s: KubeObject): number => (s.metadata.name === g.name ? 4 : 0) + (routed.has(s.metadata.name) ? 2 : 0) + asList(at(s['spec'], 'ports')).length / 100;
  const main = own.filter(s => !isHeadless(s)).sort((a, b) => weight(b) - weight(a))[0];
  const governing = at(g.workload['spec'], 'serviceName');
  const headless = own.filter(isHeadless).find(s => s.metadata.name === governing) ?? own.filter(isHeadless)[0];
  if (main) {
    g.objects.push(main);
    if (!groups.some(other => other !== g && other.name === main.metadata.name) && /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(main.metadata.name)) g.name = main.metadata.name;
  }
  // The platform governs the replicas of a StatefulSet by a Service of this name; under any other, others may know it.
  if (headless && g.workload.kind === 'StatefulSet' && (headless.metadata.name === governing || governing === undefined)) g.objects.push(headless);
}

function nameAll(groups: readonly Group[]): void {
  const taken = new Set<string>();
  for (const g of groups) {
    let name = g.name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-').replace(/^[^a-z]+/, '').slice(0, 52).replace(/-+$/, '') || 'service';
    while (taken.has(`${g.namespace ?? ''}/${name}`)) name = `${name}-${g.workload.kind.toLowerCase()}`;
    taken.add(`${g.namespace ?? ''}/${name}`);
    g.name = name;
  }
}

/** Where an object belongs: to the workload it acts on in a role of its own, else whole to one that it concerns. */
function place(o: KubeObject, groups: readonly Group[]): void {
  const spec = asObject(o['spec']);
  const served = (name: string): Group[] => near(groups, o).filter(g => g.services.some(s => s.metadata.name === name) && g.objects.some(s => s.metadata.name === name));
  const inRole = (found: Group[], free: (other: KubeObject) => boolean): boolean => {
    if (found.length !== 1 || found[0]!.objects.some(free)) return false;
    found[0]!.objects.push(o);
    return true;
  };
  const target = asText(at(spec, 'scaleTargetRef', 'name'));
  if (o.kind === 'HorizontalPodAutoscaler' && inRole(near(groups, o).filter(g => g.workload.metadata.name === target && g.workload.kind === at(spec, 'scaleTargetRef', 'kind')), x => x.kind === o.kind)) return;
  if (o.kind === 'PodDisruptionBudget' && inRole(selectedBy(groups, o, spec['selector']), x => x.kind === o.kind)) return;
  if (o.kind === 'NetworkPolicy') {
    // A policy governs each of the pods that it selects: what one graph writes for its own is compared with it.
    const of = selectedBy(groups, o, spec['podSelector']);
    if (of.length && of.every(g => !g.objects.some(x => x.kind === o.kind))) { for (const g of of) g.objects.push(o); return; }
  }
  if (isRoute(o.kind)) { const backends = [...new Set(backendsOf(o))]; if (backends.length === 1 && inRole(served(backends[0]!), x => isRoute(x.kind))) return; }
  if (isMonitor(o.kind)) {
    const found = near(groups, o).filter(g => o.kind === 'PodMonitor' ? selectorMatches(spec['selector'], labelsOf(g.workload)) : g.objects.some(s => s.kind === 'Service' && selectorMatches(spec['selector'], asObject(s.metadata['labels']))));
    if (inRole(found, x => isMonitor(x.kind))) return;
  }
  const users = (account: string): Group[] => near(groups, o).filter(g => accountOf(podOf(g.workload).spec) === account);
  if (o.kind === 'ServiceAccount') {
    // An account that several run as stays what it is, and each says that it runs as it.
    const of = users(o.metadata.name);
    if (of.length) { (of.length === 1 ? of[0]!.objects : of[0]!.extras).push(o); return; }
  }
  if (o.kind === 'RoleBinding') {
    const of = asList(o['subjects']).flatMap(s => (s['kind'] === 'ServiceAccount' ? users(asText(s['name'])) : []));
    if (of.length === 1 && at(o['roleRef'], 'kind') === 'Role') { of[0]!.objects.push(o); return; }
  }
  if (o.kind === 'Role') {
    const of = groups.filter(g => g.objects.some(b => b.kind === 'RoleBinding' && at(b['roleRef'], 'name') === o.metadata.name && b.metadata.namespace === o.metadata.namespace));
    if (of.length === 1) { of[0]!.objects.push(o); return; }
  }
  if (o.kind === 'ConfigMap' || o.kind === 'PersistentVolumeClaim') {
    // Those that pods use arrive as files, variables and volumes of the intents.
    if (near(groups, o).some(g => uses(podOf(g.workload).spec, o))) return;
  }
  const concerned = groups.find(g => g.services.includes(o)) ?? selectedBy(groups, o, spec['selector'] ?? spec['podSelector'])[0] ?? near(groups, o).find(g => textsOf(g.workload as Json).includes(o.metadata.name)) ?? near(groups, o)[0] ?? groups[0]!;
  concerned.extras.push(o);
}

/** Whether pods name a ConfigMap or claim where Kubernetes would read it. */
export const uses = (pod: JsonObject, o: KubeObject): boolean => {
  const named = (value: Json | undefined): boolean => Array.isArray(value) ? value.some(named) : value !== null && typeof value === 'object'
    && Object.entries(value).some(([key, member]) => (o.kind === 'ConfigMap' ? ['configMap', 'configMapRef', 'configMapKeyRef'].includes(key) && asObject(member as Json)['name'] === o.metadata.name
      : key === 'claimName' && member === o.metadata.name) || named(member as Json));
  return named(pod);
};
