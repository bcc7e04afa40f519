/** Fields of a pod that few have and an intent takes as they are, without what an API server says by itself. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, asObject, at, filled } from './json.ts';
import { meansSelf } from './view.ts';

export const rareOf = (spec: JsonObject): JsonObject | undefined => filled({
  hostAliases: spec['hostAliases'], dnsPolicy: spec['dnsPolicy'] === 'ClusterFirst' ? undefined : spec['dnsPolicy'], dnsConfig: spec['dnsConfig'],
  enableServiceLinks: spec['enableServiceLinks'] === true ? undefined : spec['enableServiceLinks'], shareProcessNamespace: spec['shareProcessNamespace'] === false ? undefined : spec['shareProcessNamespace'],
}) as JsonObject | undefined;

/**
 * Near which pods it runs and apart from which. Who means the pods themselves, by the labels they had, means them by those
 * that they will have.
 * @param own labels of the original's pods
 * @param labels by which the graph selects its pods; undefined where nobody knows
 * @param spread whether replicas are spread by the platform, which is what those ask for that would rather be apart
 */
export function affinityOf(spec: JsonObject, own: Record<string, Json>, labels: JsonObject | undefined, spread: boolean): { podAffinity: Json | undefined; podAntiAffinity: Json | undefined } {
  const of = (field: string): Json | undefined => {
    const stated = at(spec['affinity'], field);
    return stated === undefined || (labels === undefined && termsOf(stated).some(t => meansSelf(t['labelSelector'], own))) ? undefined : moved(stated, own, labels ?? {});
  };
  const apart = asObject(at(spec['affinity'], 'podAntiAffinity')), needed = asList(apart['requiredDuringSchedulingIgnoredDuringExecution']);
  const usual = spread && !needed.length && termsOf(apart).length > 0 && termsOf(apart).every(t => meansSelf(t['labelSelector'], own));
  return { podAffinity: of('podAffinity'), podAntiAffinity: usual ? undefined : of('podAntiAffinity') };
}

const termsOf = (affinity: Json): JsonObject[] => [...asList(at(affinity, 'requiredDuringSchedulingIgnoredDuringExecution')), ...asList(at(affinity, 'preferredDuringSchedulingIgnoredDuringExecution')).map(p => asObject(p['podAffinityTerm']))];

function moved(affinity: Json, own: Record<string, Json>, labels: JsonObject): JsonObject {
  const made = structuredClone(affinity) as JsonObject;
  for (const term of termsOf(made)) if (meansSelf(term['labelSelector'], own)) term['labelSelector'] = { matchLabels: labels };
  return made;
}
