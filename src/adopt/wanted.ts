/**
 * The graph that adoption leads to. Live objects keep their names and selectors. Unless they are to be hardened, workloads keep their
 * pod template and Services every value, since others reach them by it; everything else is as the intent has it, and selects the pods
 * by the labels that they have.
 */
import type { Intent } from '../intent/types.ts';
import { keyOf, refOf } from '../change/paths.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { plain } from '../import/defaults.ts';
import { asObject, filled } from '../import/json.ts';
import { patchesTo, stated } from '../import/patch.ts';
import { podTemplate } from '../verdict/pod.ts';
import { isDeepStrictEqual } from 'node:util';
import { declared, templateIn, withTemplate } from './declare.ts';
import { undefaultedTemplate } from './defaults.ts';
import { isScaled } from './match.ts';
import type { Match } from './match.ts';
import { isReplaced } from './roles.ts';
import { relabelled, toward } from './toward.ts';
import type { OverrideCount } from './types.ts';

/** Fields of a workload's spec that an API server lets nobody change. */
const fixed = ['selector', 'serviceName', 'volumeClaimTemplates', 'podManagementPolicy'];

export interface Moved { written: JsonObject; live: JsonObject }
/** The labels by which a written workload selects its pods, and those by which the live one does. */
export const movedBy = (written: KubeObject, live: KubeObject): Moved[] => {
  const of = (o: KubeObject): JsonObject => asObject(asObject(asObject(o['spec'])['selector'])['matchLabels']);
  return Object.keys(of(written)).length && Object.keys(of(live)).length && !isDeepStrictEqual(of(written), of(live)) ? [{ written: of(written), live: of(live) }] : [];
};

/** With the live names, selectors, labels of pods and claims, and nothing else of it. */
export function identified(written: KubeObject, live: KubeObject): KubeObject {
  const old = declared(live), o = structuredClone(written), spec = asObject(o['spec']);
  for (const field of fixed) { const value = asObject(old['spec'])[field]; if (value === undefined) delete spec[field]; else spec[field] = value; }
  const template = templateIn(o);
  template['metadata'] = { ...asObject(template['metadata']), labels: structuredClone(asObject(asObject(templateIn(live)['metadata'])['labels'])) };
  return o;
}

/** Who manages an object is what changes. */
const managedBy = 'app.kubernetes.io/managed-by';

/** A written object with every value of its live counterpart; labels and annotations that only one side has stay. */
export function asLive(written: KubeObject, live: KubeObject, scaled: boolean): KubeObject {
  const want = declared(live, scaled), bare = podTemplate(written) ? withTemplate(plain(written), undefaultedTemplate(structuredClone(templateIn(written)))) : plain(written);
  const kept = (field: 'labels' | 'annotations'): Record<string, string> | undefined =>
    filled(Object.fromEntries(Object.entries(written.metadata[field] ?? {}).map(([key, value]) => [key, key === managedBy ? value : want.metadata[field]?.[key] ?? value])));
  const { labels: _l, annotations: _a, ...metadata } = written.metadata, labels = kept('labels'), annotations = kept('annotations');
  const of = ({ metadata: _, ...values }: KubeObject): JsonObject => values as JsonObject;
  return { ...toward(of(written), of(bare), of(want)) as JsonObject, metadata: { ...metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) } } as unknown as KubeObject;
}

/** A Service that leads to these pods only may say so by fewer labels than the workload, which would one day be those of others too. */
function selecting(service: KubeObject, { spec }: KubeObject): KubeObject {
  const labels = asObject(asObject(asObject(spec)['selector'])['matchLabels']);
  return Object.keys(labels).length ? { ...service, spec: { ...asObject(service['spec']), selector: structuredClone(labels) } } : service;
}

export interface Completed { intent: Intent; overrides: OverrideCount; avoiding: string[] }

/**
 * @param written what was synthesised, without any override
 * @param changed the same with the overrides that were given
 * @param harden take the intent's pod template and Service for what is live
 */
export function completed(intent: Intent, match: Match, written: readonly KubeObject[], changed: readonly KubeObject[], moved: readonly Moved[], harden: boolean): Completed {
  const live = new Map(match.taken.map(o => [keyOf(refOf(o)), o])), scaled = isScaled(match);
  const patches: { target: { kind: string; name?: string }; patch: JsonObject }[] = [], avoiding: string[] = [], count: OverrideCount = { identity: 0, restart: 0, objects: 0 };
  const patch = (from: KubeObject, to: KubeObject, what: keyof OverrideCount): void => {
    const alone = written.filter(o => o.kind === from.kind).length === 1;
    for (const p of patchesTo(from, to)) {
      if (what === 'restart') avoiding.push(`spec.overrides.patches[${patches.length}]`);
      count[what]++;
      patches.push({ target: { kind: from.kind, ...(alone ? {} : { name: from.metadata.name }) }, patch: p });
    }
  };
  const rest: KubeObject[] = [];
  for (const [i, object] of written.entries()) {
    const there = live.get(keyOf(refOf(object))), given = relabelled(changed[i]! as JsonObject, moved) as unknown as KubeObject;
    if (!there) { patch(object, given, 'objects'); continue; }
    live.delete(keyOf(refOf(object)));
    if (!podTemplate(object)) { patch(object, !harden && object.kind === 'Service' ? selecting(asLive(object, there, scaled), match.workload) : given, 'objects'); continue; }
    const known = identified(object, there);
    patch(object, known, 'identity');
    patch(known, harden ? identified(given, there) : asLive(known, there, scaled), harden ? 'objects' : 'restart');
  }
  const manager = written.find(o => podTemplate(o))?.metadata.labels?.[managedBy];
  for (const object of live.values()) if (!isReplaced(object, written)) rest.push(withoutNamespace(managedAs(declared(object), manager)));
  // Objects that were given beside the graph and are not live yet.
  const known = (o: KubeObject): boolean => match.taken.some(t => keyOf(refOf(t)) === keyOf(refOf(o))) || match.left.some(l => l.object === objectName(o));
  const extra = changed.slice(written.length).filter(o => !known(o));
  const objects = [...rest, ...extra.map(o => withoutNamespace(relabelled(o as JsonObject, moved) as unknown as KubeObject))];
  count.objects += objects.length;
  const overrides = stated({ patches, objects });
  return { intent: (overrides ? { ...intent, spec: { ...intent.spec, overrides } } : intent) as Intent, overrides: count, avoiding };
}

const managedAs = (o: KubeObject, manager: string | undefined): KubeObject =>
  (manager === undefined || o.metadata.labels?.[managedBy] === undefined ? o : { ...o, metadata: { ...o.metadata, labels: { ...o.metadata.labels, [managedBy]: manager } } });

/** The intent's namespace is that of its objects. */
const withoutNamespace = (o: KubeObject): KubeObject => { const { namespace: _, ...metadata } = o.metadata; return { ...o, metadata: metadata as KubeObject['metadata'] }; };

/** What is live, as it is: the graph of a service that is only taken over. */
export const asItIs = (match: Match): KubeObject[] => match.taken.map(o => declared(o, o === match.workload && isScaled(match)));
