/** A live object as somebody would declare it: without what the server and package managers keep in it. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { INTENT_LABEL, PART_OF } from '../change/ownership.ts';
import { podTemplate } from '../verdict/pod.ts';
import { cleaned } from '../import/clean.ts';
import { plain } from '../import/defaults.ts';
import { asList, asObject } from '../import/json.ts';
import { undefaultedTemplate } from './defaults.ts';

/** The template itself, to read and replace. */
export function templateIn(workload: KubeObject): JsonObject {
  const steps = podTemplate(workload)!.path.split('.');
  return steps.reduce<JsonObject>((v, step) => asObject(v[step]), workload as JsonObject);
}
export function withTemplate(workload: KubeObject, template: JsonObject): KubeObject {
  const copy = structuredClone(workload), steps = podTemplate(workload)!.path.split('.');
  const holder = steps.slice(0, -1).reduce<JsonObject>((v, step) => asObject(v[step]), copy as JsonObject);
  holder[steps.at(-1)!] = template;
  return copy;
}

/**
 * @param scaled whether an autoscaler sets the number of replicas, which is then nobody else's to state
 * @returns an object that leads to the very same live object, pod template included, when it is applied
 */
export function declared(live: KubeObject, scaled = false): KubeObject {
  let o = plain(cleaned(live));
  if (podTemplate(live)) o = withTemplate(o, undefaultedTemplate(structuredClone(templateIn(live))));
  const spec = asObject(o['spec']);
  if (scaled) delete spec['replicas'];
  // Stated without its bounds, it gets none; not stated at all, it gets the usual ones.
  const update = asObject(asObject(live['spec'])['updateStrategy']);
  if (live.kind === 'StatefulSet' && update['type'] === 'RollingUpdate' && update['rollingUpdate'] === undefined) spec['updateStrategy'] = { type: 'RollingUpdate' };
  if (spec['volumeClaimTemplates'] !== undefined) spec['volumeClaimTemplates'] = asList(asObject(live['spec'])['volumeClaimTemplates']).map(claimTemplate);
  const labels = Object.entries(o.metadata.labels ?? {}).filter(([key]) => key !== PART_OF && key !== INTENT_LABEL);
  const { apiVersion, kind, metadata: { labels: _, ...metadata }, ...values } = o;
  return { apiVersion, kind, metadata: { ...metadata, ...(labels.length ? { labels: Object.fromEntries(labels) } : {}) } as KubeObject['metadata'], ...values };
}

/** They can never change, so they are stated as they are but for their status. */
function claimTemplate({ apiVersion: _a, kind: _k, status: _s, ...claim }: JsonObject): JsonObject {
  const { creationTimestamp: _c, ...metadata } = asObject(claim['metadata']), { volumeMode, ...spec } = asObject(claim['spec']);
  return { ...claim, metadata, spec: volumeMode === 'Filesystem' || volumeMode === undefined ? spec : { ...spec, volumeMode } };
}
