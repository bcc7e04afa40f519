/** Which live workload an intent means, with everything that serves it: grouped as `import` groups manifests. */
import { keyOf, refOf } from '../change/paths.ts';
import type { Finding } from '../diagnostic.ts';
import { originOf } from '../intent/origin.ts';
import { kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { releaseOf } from '../import/clean.ts';
import { kindOf } from '../import/draft.ts';
import { grouped, labelsOf, uses } from '../import/group.ts';
import type { Group } from '../import/group.ts';
import { asList, asObject, at, textsOf } from '../import/json.ts';
import { isWorkload } from '../import/scope.ts';
import type { OutOfScope } from '../import/scope.ts';
import { meansSelf } from '../import/view.ts';
import { podTemplate } from '../verdict/pod.ts';
import { controllerOf, intentOwning } from './namespace.ts';
import type { LiveNamespace } from './namespace.ts';
import type { Left } from './types.ts';

export interface Match {
  given: Intent;
  /** By the name of the workload, since most objects of its graph are called as it is. */
  intent: Intent;
  group: Group;
  workload: KubeObject;
  /** Live objects that become the intent's, the workload first. */
  taken: KubeObject[];
  left: Left[];
}

export interface Unmatched { intent: Intent; findings: Finding[] }

/** In the order of the intents: what several use is taken by the first of them. */
export function matched(intents: readonly Intent[], live: LiveNamespace, snapshot: Snapshot): { matches: Match[]; unmatched: Unmatched[] } {
  const { groups, outOfScope } = grouped(live.objects, snapshot), taken = new Map<string, string>(), matches: Match[] = [], unmatched: Unmatched[] = [];
  for (const intent of intents) {
    const group = meant(intent, groups);
    const workload = group && live.byKey.get(keyOf(refOf(group.workload))), refused = group && workload ? unfit(intent, workload, live) : [missing(intent, live, outOfScope)];
    if (!group || !workload || refused.length) { unmatched.push({ intent, findings: refused }); continue; }
    matches.push(matchOf(intent, group, workload, live, taken));
  }
  return { matches, unmatched };
}

/** By the name of the workload before that of its Service; of two workloads of one name the one of the intent's kind. */
function meant({ metadata: { name }, spec }: Intent, groups: readonly Group[]): Group | undefined {
  const called = groups.filter(g => g.workload.metadata.name === name);
  return called.find(g => kindOf(g) === (spec.workload.kind ?? 'service')) ?? called[0] ?? groups.find(g => g.name === name);
}

const refusal = (rule: string, intent: Intent, message: string, fix: string): Finding => ({ rule, severity: 'refused', ...originOf(intent, ['metadata', 'name']), path: 'metadata.name', message, fix });

function missing(intent: Intent, live: LiveNamespace, outOfScope: readonly OutOfScope[]): Finding {
  const { name } = intent.metadata, there = [...live.byKey.values()].filter(isWorkload), controlled = there.find(o => o.metadata.name === name && controllerOf(o) !== undefined);
  if (controlled) return refusal('adopt-controlled', intent, `${objectName(controlled)} belongs to ${controllerOf(controlled)}, which would set back what is changed in it`, 'Delete the owner with --cascade=orphan first, or leave the object to it.');
  const outside = outOfScope.find(({ object }) => there.some(o => o.metadata.name === name && objectName(o) === object));
  if (outside) return refusal('adopt-out-of-scope', intent, `${outside.object} is no service of a team: ${outside.reason}`, 'Leave it as it is, beside the intents.');
  const names = there.filter(o => controllerOf(o) === undefined).map(objectName).sort();
  return refusal('adopt-not-live', intent, `no workload of ${live.name} is called ${name}, and no Service of that name leads to one`, names.length ? `There are: ${names.join(', ')}. Name the intent so, or apply it as a new service with \`kubesynth synth\`.` : 'Check -n and --context: the namespace runs no workload.');
}

function unfit(intent: Intent, workload: KubeObject, live: LiveNamespace): Finding[] {
  const owner = intentOwning(workload);
  if (owner !== undefined && owner !== workload.metadata.name) return [refusal('adopt-owned', intent, `${objectName(workload)} belongs to ServiceIntent/${owner} already`, `Change ${kind}/${owner}, or delete it with --cascade=orphan first.`)];
  if (workload.metadata['deletionTimestamp'] !== undefined) return [{ rule: 'object-terminating', severity: 'refused', object: objectName(workload), path: 'metadata.deletionTimestamp', message: `it is being deleted in ${live.name}`, fix: 'Wait until it is gone; see its metadata.finalizers.' }];
  if (workload.kind === 'Job') return [refusal('adopt-runs-once', intent, `${objectName(workload)} is a Job: its pods cannot be taken over, and it would run again`, 'Let it end, and apply the intent as a new one where it is to run again.')];
  return [];
}

/** Patches cannot rename objects, so the intent is called as its workload is; a Service of another name stays beside the graph. */
const renamed = (intent: Intent, { metadata: { name } }: KubeObject): Intent => (intent.metadata.name === name ? intent : { ...intent, metadata: { ...intent.metadata, name } });

function matchOf(given: Intent, group: Group, workload: KubeObject, live: LiveNamespace, taken: Map<string, string>): Match {
  const intent = renamed(given, workload), { name } = intent.metadata, match: Match = { given, intent, group, workload, taken: [], left: [] };
  const pod = podTemplate(workload)!.spec, held = [...group.held.values()];
  const isClaim = (o: KubeObject): boolean => o.kind === 'PersistentVolumeClaim';
  const claims = [...held.filter(o => isClaim(o) && uses(pod, o)), ...[...group.extras, ...stated(intent, live)].filter(o => isClaim(o) && live.byKey.has(keyOf(refOf(o))))];
  for (const name of new Set(claims.map(objectName))) match.left.push({ object: name, because: 'it holds data, which must not go when the intent does' });
  const seen = new Set<string>();
  for (const part of [group.workload, ...group.objects, ...held.filter(o => o.kind === 'ConfigMap' && uses(pod, o)), ...group.extras.filter(o => isRelated(o, live, match)), ...stated(intent, live), ...live.objects.filter(o => owner(o, live) === name)]) {
    const key = keyOf(refOf(part)), object = live.byKey.get(key);
    if (!object || seen.has(key) || isClaim(part)) continue;
    seen.add(key);
    const of = owner(part, live) ?? taken.get(key), controller = controllerOf(object);
    if (of !== undefined && of !== name) match.left.push({ object: objectName(object), because: `it goes with ServiceIntent/${of}` });
    else if (controller !== undefined) match.left.push({ object: objectName(object), because: `it belongs to ${controller}` });
    else if (part.kind === 'Job') match.left.push({ object: objectName(object), because: 'a Job that has run stays what it is' });
    else { taken.set(key, name); match.taken.push(object); }
  }
  return match;
}

const owner = (o: KubeObject, live: LiveNamespace): string | undefined => { const object = live.byKey.get(keyOf(refOf(o))); return object && intentOwning(object); };
/** What the intent itself carries. */
const stated = ({ spec }: Intent, live: LiveNamespace): KubeObject[] => ((spec.overrides?.objects ?? []) as unknown as KubeObject[]).map(o => ({ ...o, metadata: { namespace: live.name, ...o.metadata } }));

/** A namespace holds more than one service's objects: one is this one's if it selects its pods, is named by them, or came with them. */
function isRelated(o: KubeObject, live: LiveNamespace, { group, workload }: Match): boolean {
  const release = releaseOf(workload), spec = asObject(o['spec']);
  const selector = o.kind === 'Service' ? { matchLabels: spec['selector'] ?? null } : spec['selector'] ?? spec['podSelector'];
  return meansSelf(selector, labelsOf(group.workload)) || textsOf(workload['spec']).includes(o.metadata.name) || (release !== undefined && releaseOf(live.byKey.get(keyOf(refOf(o)))) === release);
}

/** Whether the number of replicas is somebody else's: an autoscaler's, or of who set it by the scale subresource. */
export const isScaled = ({ workload, taken }: Match): boolean => asList(workload.metadata['managedFields']).some(e => e['subresource'] === 'scale')
  || taken.some(o => o.kind === 'HorizontalPodAutoscaler' && at(o['spec'], 'scaleTargetRef', 'name') === workload.metadata.name && at(o['spec'], 'scaleTargetRef', 'kind') === workload.kind);
