/** What the cluster itself holds against objects that are written to it, found once for each snapshot: most have none of it. */
import { splitApiVersion, type KubeObject } from '../../kubernetes.ts';
import { byKind, ofKind } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/types.ts';

/** The objects that bound what a namespace may hold. */
export interface Bounds { ranges: KubeObject[]; quotas: KubeObject[] }

export interface Standing {
  /** By namespace; only those that have any. */
  bounds: Map<string, Bounds>;
  /** ValidatingAdmissionPolicies by name, and what puts them in force. */
  policies: Map<string, KubeObject>;
  bindings: KubeObject[];
  /** Objects that admission webhooks go by. */
  webhooks: KubeObject[];
}

const known = new WeakMap<Snapshot, Standing>();
export const standingOf = (snapshot: Snapshot): Standing => known.get(snapshot) ?? known.set(snapshot, read(snapshot)).get(snapshot)!;

/** Groups whose objects are rules of an admission webhook. */
export const KYVERNO = 'kyverno.io', KYVERNO_CEL = 'policies.kyverno.io', GATEKEEPER = 'constraints.gatekeeper.sh';
const webhookGroups = new Set([KYVERNO, KYVERNO_CEL, GATEKEEPER]);

const read = (snapshot: Snapshot): Standing => {
  const of = (group: string, kind: string): KubeObject[] => ofKind(snapshot, kind).filter(({ apiVersion }) => splitApiVersion(apiVersion).group === group);
  const bounds: Standing['bounds'] = new Map();
  for (const [part, kind] of [['ranges', 'LimitRange'], ['quotas', 'ResourceQuota']] as const)
    for (const object of of('', kind)) {
      const namespace = object.metadata.namespace ?? '';
      (bounds.get(namespace) ?? bounds.set(namespace, { ranges: [], quotas: [] }).get(namespace)!)[part].push(object);
    }
  return {
    bounds,
    policies: new Map(of('admissionregistration.k8s.io', 'ValidatingAdmissionPolicy').map(object => [object.metadata.name, object])),
    bindings: of('admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding'),
    webhooks: [...byKind(snapshot).values()].flatMap(objects => objects.filter(({ apiVersion }) => webhookGroups.has(splitApiVersion(apiVersion).group))),
  };
};
