/** The synthesised graph with everything put back that it changed or lost: what the overrides have to lead to. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { podTemplate, preparing, staying } from '../verdict/pod.ts';
import type { Part } from './differences.ts';
import { isHeadless, isRoute } from './group.ts';
import { asList, asObject, asText, at } from './json.ts';
import { containersOf, placeOf } from './mounted.ts';
import { allPorts, portNumber, securityOf } from './pod-view.ts';
import { rulesOf } from './policy.ts';
import type { Direction } from './policy.ts';
import { restoreContainer, restoreField } from './restore-container.ts';
import { moveOf, reselected, retargeted, selectorOf } from './retarget.ts';
import type { Move } from './retarget.ts';
import { keyOf, podIn, serviceKey } from './view.ts';
import type { Side } from './view.ts';

const matching: Record<string, (o: KubeObject) => boolean> = {
  service: o => o.kind === 'Service' && !isHeadless(o), headless: o => o.kind === 'Service' && isHeadless(o), route: o => isRoute(o.kind), scaler: o => o.kind === 'HorizontalPodAutoscaler',
  budget: o => o.kind === 'PodDisruptionBudget', account: o => o.kind === 'ServiceAccount', monitor: o => o.kind === 'ServiceMonitor' || o.kind === 'PodMonitor',
};

/** @param synthesised is not changed */
export function restored(original: Side, synthesised: Side, parts: readonly Part[], policies: readonly Direction[]): KubeObject[] {
  const objects = structuredClone([...synthesised.objects]);
  const workload = objects[synthesised.objects.indexOf(synthesised.workload)]!;
  const to: Side = { ...synthesised, workload, objects }, move = moveOf(original, to);
  for (const part of parts) restorePart(original, to, objects, part, move);
  for (const direction of policies) {
    const before = original.objects.find(o => o.kind === 'NetworkPolicy')!, policy = objects.find(o => o.kind === 'NetworkPolicy');
    if (!policy) { if (!objects.includes(before)) objects.push(retargeted(before, move)); continue; }
    asObject(policy['spec'])[direction] = reselected(structuredClone(rulesOf(before, direction)), move);
  }
  // A volume that nobody looks into any more is none.
  const { spec } = podIn(to), looked = new Set(containersOf({ spec }).flatMap(c => asList(c['volumeMounts']).map(m => m['name'])));
  const kept = asList(spec['volumes']).filter(v => looked.has(v['name']!));
  if (spec['volumes'] !== undefined && kept.length < asList(spec['volumes']).length) { if (kept.length) spec['volumes'] = kept; else delete spec['volumes']; }
  return objects;
}

function restorePart(from: Side, to: Side, objects: KubeObject[], { steps, original }: Part, move: Move): void {
  const [region, field] = steps, old = podIn(from), pod = podIn(to);
  const set = (holder: JsonObject, key: string, value: Json | undefined): void => { if (value === undefined) delete holder[key]; else holder[key] = reselected(structuredClone(value), move); };
  const fields = (value: Json | undefined): string[] => (field === undefined ? Object.keys(asObject(value)) : [field]);
  if (region === 'containers' || region === 'init') {
    const list = region === 'init' ? preparing : staying, same = (side: Side) => (c: JsonObject): boolean => (region === 'init' ? asText(c['name']) : keyOf(side, c)) === field;
    const names = field === undefined ? list(old.spec).map(c => asText(c['name'])) : [field];
    for (const name of names) {
      const before = list(old.spec).find(field === undefined ? c => c['name'] === name : same(from)), now = list(pod.spec).find(field === undefined ? c => c['name'] === name : same(to));
      if (before && !now) { restoreContainer(old, pod, before, asList(old.spec['containers']).includes(before) ? 'containers' : 'initContainers'); for (const f of levels) if (securityOf(old, before)[f] === undefined) levelled(from, to, f); }
      else if (before && now) restoreField({ from: old, to: pod, original: before, container: now }, steps.slice(2));
      else if (now) for (const part of ['containers', 'initContainers']) if (asList(pod.spec[part]).includes(now)) pod.spec[part] = asList(pod.spec[part]).filter(c => c !== now);
      // Where it says its own, that is enough.
      if (before && now && steps[2] === 'security' && securityOf(old, before)[steps[3] ?? ''] === undefined) levelled(from, to, steps[3]);
      if (before && now && steps[2] === 'mounts' && steps.includes('claim')) reclaimed(from, to, objects, before, steps[3]!);
    }
  } else if (region === 'pod') for (const key of fields(original)) set(pod.spec, key, old.spec[key]);
  else if (region === 'podSecurity') for (const key of fields(original)) set((pod.spec['securityContext'] ??= {}) as JsonObject, key, asObject(old.spec['securityContext'])[key]);
  else if (region === 'annotations') for (const key of fields(original)) set((to.workload.metadata['annotations'] ??= {}) as JsonObject, key, asObject(from.workload.metadata['annotations'])[key]);
  else if (region === 'podAnnotations') for (const key of fields(original)) set((podTemplate(to.workload)!.metadata['annotations'] ??= {}) as JsonObject, key, asObject(podTemplate(from.workload)!.metadata['annotations'])[key]);
  else if (region === 'workload') for (const key of fields(original)) set(asObject(to.workload['spec']), key, at(from.workload['spec'], key));
  else if (region === 'job') for (const key of fields(original)) set(asObject(at(to.workload['spec'], 'jobTemplate', 'spec')), key, at(from.workload['spec'], 'jobTemplate', 'spec', key));
  else if (region === 'permissions') {
    if (objects.some(o => o.kind === 'Role')) { const rules = from.objects.filter(o => o.kind === 'Role').flatMap(o => asList(o['rules'])); objects.find(o => o.kind === 'Role')!['rules'] = structuredClone(rules); }
    else objects.push(...from.objects.filter(o => o.kind === 'Role' || o.kind === 'RoleBinding').map(o => retargeted(o, move)));
  } else if (region !== undefined && matching[region]) restoreObject(region, from, to, objects, steps, move);
}

const levels = ['runAsUser', 'runAsGroup', 'seLinuxOptions'];
/** A field of the pod's context that only some of the original's containers had: each says its own. */
function levelled(from: Side, to: Side, field: string | undefined): void {
  const context = asObject(podIn(to).spec['securityContext']), old = podIn(from), pod = podIn(to);
  if (field === undefined || context[field] === undefined || !levels.includes(field)) return;
  const value = context[field];
  delete context[field];
  for (const list of [staying, preparing]) for (const c of list(pod.spec)) {
    const before = list(old.spec).find(b => (list === staying ? keyOf(from, b) === keyOf(to, c) : b['name'] === c['name']));
    const own = before ? securityOf(old, before)[field] : value;
    if (own !== undefined) c['securityContext'] = { ...asObject(c['securityContext']), [field]: own };
  }
}

/** Size, class and modes of a claim of the graph. */
function reclaimed(from: Side, to: Side, objects: KubeObject[], container: JsonObject, path: string): void {
  const volume = asText(asList(container['volumeMounts']).find(m => placeOf(m['mountPath']) === path)?.['name']);
  const claim = at(asList(podIn(from).spec['volumes']).find(v => v['name'] === volume), 'persistentVolumeClaim', 'claimName');
  const held = from.held.get(`PersistentVolumeClaim/${asText(claim)}`), mine = at(asList(podIn(to).spec['volumes']).find(v => v['name'] === volume), 'persistentVolumeClaim', 'claimName');
  const object = objects.find(o => o.kind === 'PersistentVolumeClaim' && o.metadata.name === mine);
  if (held && object) object['spec'] = structuredClone(held['spec']!);
}

function restoreObject(region: string, from: Side, to: Side, objects: KubeObject[], steps: readonly string[], move: Move): void {
  const before = from.objects.find(matching[region]!), now = objects.find(matching[region]!);
  if (!before) { if (now && steps.length === 1) objects.splice(objects.indexOf(now), 1); return; }
  if (!now) { objects.push(renamedPorts(region, retargeted(before, move), from, to)); return; }
  const [, field] = steps, spec = asObject(now['spec']), old = asObject(retargeted(before, move)['spec']);
  if (field === 'annotations') { now.metadata.annotations = { ...now.metadata.annotations, ...before.metadata.annotations }; return; }
  if (region === 'account') { if (field !== undefined) { if (before[field] === undefined) delete now[field]; else now[field] = before[field]; } return; }
  if ((region === 'service' || region === 'headless') && field === 'ports') { portsAgain(before, now, from, to); return; }
  if (region === 'route') { now['spec'] = now.kind === before.kind ? { ...spec, ...old } : spec; return; }
  const skip = ['selector', 'scaleTargetRef'];
  const keys = field === undefined || !(field in { ...old, ...spec }) ? Object.keys(old).filter(k => !skip.includes(k)) : [field];
  for (const key of keys) { if (old[key] === undefined) delete spec[key]; else spec[key] = region === 'monitor' ? endpointsAgain(key, old[key], spec[key]) : old[key]; }
}

/** What leads to a port by the name it has in a Service follows it to its name in the graph's. */
function renamedPorts(region: string, object: KubeObject, from: Side, to: Side): KubeObject {
  const old = podIn(from), pod = podIn(to), portsOf = (side: Side): JsonObject[] => side.objects.filter(o => o.kind === 'Service').flatMap(o => asList(at(o['spec'], 'ports')));
  const renamed = (name: Json | undefined): Json | undefined => {
    const before = portsOf(from).find(p => p['name'] === name), key = before && serviceKey(before, old);
    return (key && portsOf(to).find(p => serviceKey(p, pod) === key)?.['name']) ?? name;
  };
  const spec = asObject(object['spec']);
  if (region === 'monitor' && object.kind === 'ServiceMonitor') {
    spec['selector'] = { matchLabels: selectorOf(to) };
    for (const endpoint of asList(spec['endpoints'])) if (endpoint['port'] !== undefined) endpoint['port'] = renamed(endpoint['port'])!;
  }
  for (const path of asList(spec['rules']).flatMap(rule => asList(at(rule, 'http', 'paths')))) { const port = asObject(at(path, 'backend', 'service', 'port')); if (port['name'] !== undefined) port['name'] = renamed(port['name'])!; }
  return object;
}

/** Endpoints keep the names that the synthesised ports have. */
function endpointsAgain(key: string, before: Json, now: Json | undefined): Json {
  const written = asList(now), list = asList(before);
  return ['endpoints', 'podMetricsEndpoints'].includes(key) && list.length === 1 && written.length === 1 ? [{ ...list[0]!, port: written[0]!['port']! }] : before;
}

/** The numbers under which others reach the ports; the names stay those of the graph. */
function portsAgain(before: KubeObject, now: KubeObject, from: Side, to: Side): void {
  const old = podIn(from), pod = podIn(to), spec = asObject(now['spec']), written = asList(spec['ports']);
  const free = [...written];
  const ports = asList(at(before['spec'], 'ports')).map(port => {
    const key = serviceKey(port, old), index = free.findIndex(p => serviceKey(p, pod) === key), match = index >= 0 ? free.splice(index, 1)[0] : undefined;
    if (match) return { ...match, ...Object.fromEntries(Object.entries(port).filter(([k]) => !['name', 'targetPort'].includes(k))) };
    const target = portNumber(port['targetPort'] ?? port['port']!, allPorts(old));
    return { name: port['name'] ?? `port-${String(port['port'])}`, ...port, targetPort: target };
  });
  spec['ports'] = [...ports, ...free];
}
