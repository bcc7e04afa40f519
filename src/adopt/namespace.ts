/** The live objects of a namespace that adoption is about, and whose they are. */
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import { collectionPath, keyOf, refOf } from '../change/paths.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import { kind as intentKind } from '../intent/schema.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { observedVersion } from '../snapshot/capture.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { asList } from '../import/json.ts';

/** Kinds that a service consists of, whatever group serves them. Secrets are referred to, never taken. */
const kindsOfServices = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Service', 'ConfigMap', 'PersistentVolumeClaim', 'ServiceAccount', 'Role', 'RoleBinding',
  'NetworkPolicy', 'Ingress', 'HTTPRoute', 'PodDisruptionBudget', 'HorizontalPodAutoscaler', 'ServiceMonitor', 'PodMonitor']);

export interface LiveNamespace {
  name: string;
  /** As the server gave them. */
  byKey: ReadonlyMap<string, KubeObject>;
  /** Without the ServiceIntents' ownership, which is no reason to take them for a controller's. */
  objects: KubeObject[];
}

/** @throws Refusal `cluster-forbidden` (exit 2) where a kind may not be listed; ApiUnreachable */
export async function readNamespace(api: Pick<ClusterApi, 'list'>, name: string, kinds: readonly ServedKind[]): Promise<LiveNamespace> {
  const wanted = kinds.filter(k => k.namespaced && kindsOfServices.has(k.kind)), forbidden: string[] = [];
  const items = (await Promise.all(wanted.map(async kind => {
    try { return (await api.list(collectionPath(observedVersion(kind), kind.plural, name))).items; } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 401)) throw error;
      forbidden.push(kind.plural);
      return [];
    }
  }))).flat();
  if (forbidden.length) {
    throw new Refusal(Exit.badInput, [{ rule: 'cluster-forbidden', severity: 'refused', object: `Namespace/${name}`, path: '', message: `these credentials may not list ${forbidden.sort().join(', ')} in ${name}`, fix: 'Use credentials that may read and write the objects of the namespace.' }]);
  }
  return { name, byKey: new Map(items.map(o => [keyOf(refOf(o)), o])), objects: items.map(unowned) };
}

const owners = (o: KubeObject): JsonObject[] => asList(o.metadata['ownerReferences']);
const isIntent = (owner: JsonObject): boolean => owner['kind'] === intentKind;

/** Name of the ServiceIntent that owns it. */
export const intentOwning = (o: KubeObject): string | undefined => owners(o).find(isIntent)?.['name'] as string | undefined;
/** `Kind/name` of a controller other than an intent. */
export const controllerOf = (o: KubeObject): string | undefined => {
  const found = owners(o).find(owner => owner['controller'] === true && !isIntent(owner));
  return found && `${String(found['kind'])}/${String(found['name'])}`;
};

/** Which object it is, and which state of what was asked of it. */
export const stateOf = (o: KubeObject): string => `${String(o.metadata['uid'])}/${String(o.metadata['generation'] ?? 0)}`;

function unowned(o: KubeObject): KubeObject {
  if (intentOwning(o) === undefined) return o;
  const { ownerReferences: _, ...metadata } = o.metadata, others = owners(o).filter(owner => !isIntent(owner));
  return { ...o, metadata: { ...metadata, ...(others.length ? { ownerReferences: others } : {}) } as KubeObject['metadata'] };
}
