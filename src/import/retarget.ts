/** Carrying an original object over: what it says of the old pods, Services and accounts it then says of the new ones. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { podTemplate } from '../verdict/pod.ts';
import { isHeadless, labelsOf } from './group.ts';
import { asList, asObject, asText, at, isMap } from './json.ts';
import { meansSelf } from './view.ts';
import type { Side } from './view.ts';

export const selectorOf = (side: Side): JsonObject => asObject(at(side.workload['spec'], 'selector', 'matchLabels') ?? at(side.objects.find(o => o.kind === 'NetworkPolicy')?.['spec'], 'podSelector', 'matchLabels') ?? null);

export interface Move { from: Side; to: Side; /** Names of Services that keep theirs. */ services: ReadonlySet<string> }

export const moveOf = (from: Side, to: Side): Move => ({ from, to, services: new Set(to.objects.filter(o => o.kind === 'Service').map(o => o.metadata.name)) });

const meansPod = (move: Move, labels: Json | undefined): boolean => meansSelf({ matchLabels: labels ?? {} }, labelsOf(move.from.workload));

/** Label selectors inside a value, such as those of an affinity. */
export function reselected(value: Json, move: Move): Json {
  if (Array.isArray(value)) return value.map(item => reselected(item, move));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]): [string, Json] =>
    [key, selectors.has(key) && meansSelf(member, labelsOf(move.from.workload)) ? { matchLabels: selectorOf(move.to) } : reselected(member, move)]));
}
const selectors = new Set(['labelSelector', 'podSelector', 'selector']);

/** @param shared names of the workloads whose pods its selector means, where these are several */
export function retargeted(object: KubeObject, move: Move, shared?: readonly string[]): KubeObject {
  const o = structuredClone(object), spec = asObject(o['spec']), { to } = move;
  if (!shared && o.kind === 'Service' && meansPod(move, spec['selector'])) spec['selector'] = selectorOf(to);
  if (!shared && o.kind !== 'Service' && !podTemplate(o) && !['ServiceMonitor'].includes(o.kind)) for (const field of ['selector', 'podSelector']) if (spec[field] !== undefined) spec[field] = asObject(reselected({ [field]: spec[field] }, move))[field]!;
  if (shared && o.kind !== 'Service') for (const field of ['selector', 'podSelector']) if (spec[field] !== undefined) spec[field] = { matchExpressions: Object.keys(selectorOf(to)).map(key => ({ key, operator: 'In', values: [...shared] })) };
  // Pods say for themselves whether they mount a token; nothing else that runs as the account should by accident.
  if (o.kind === 'ServiceAccount') o['automountServiceAccountToken'] ??= false;
  const target = asObject(spec['scaleTargetRef']);
  if (target['name'] === move.from.workload.metadata.name) target['name'] = to.workload.metadata.name;
  const main = to.objects.find(s => s.kind === 'Service' && !isHeadless(s))?.metadata.name, old = move.from.objects.find(s => s.kind === 'Service' && !isHeadless(s))?.metadata.name;
  const renamed = (ref: JsonObject): void => { if (main !== undefined && ref['name'] === old && !move.services.has(asText(old))) ref['name'] = main; };
  for (const rule of asList(spec['rules'])) {
    for (const path of asList(at(rule, 'http', 'paths'))) renamed(asObject(at(path, 'backend', 'service')));
    for (const ref of asList(rule['backendRefs'])) renamed(ref);
  }
  const account = asText(podTemplate(to.workload)?.spec['serviceAccountName']), before = asText(podTemplate(move.from.workload)?.spec['serviceAccountName']);
  if (o.kind === 'RoleBinding' && account !== '') for (const subject of asList(o['subjects'])) if (subject['kind'] === 'ServiceAccount' && subject['name'] === before) subject['name'] = account;
  return o;
}
