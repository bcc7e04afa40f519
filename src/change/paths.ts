/** Where objects live on an API server: paths by what discovery says is served. */
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';

/** Names one object. */
export interface ObjectRef { apiVersion: string; kind: string; namespace?: string; name: string }

export const refOf = (object: KubeObject): ObjectRef => ({
  apiVersion: object.apiVersion, kind: object.kind,
  ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }), name: object.metadata.name,
});

/** `group/Kind/namespace/name`: the same object under any version of its API. */
export const keyOf = ({ apiVersion, kind, namespace, name }: ObjectRef): string => `${splitApiVersion(apiVersion).group}/${kind}/${namespace ?? ''}/${name}`;

/** `/apis/apps/v1/namespaces/shop/deployments`, or across all namespaces without one. */
export const collectionPath = (apiVersion: string, plural: string, namespace?: string): string =>
  `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${namespace ? `/namespaces/${namespace}` : ''}/${plural}`;

/** The path of an object; undefined where this cluster does not serve its kind in its version. */
export const objectPath = (ref: ObjectRef, kinds: readonly ServedKind[]): string | undefined => {
  const { group, version } = splitApiVersion(ref.apiVersion);
  const served = kinds.find(k => k.group === group && k.kind === ref.kind && k.versions.includes(version));
  return served && `${collectionPath(ref.apiVersion, served.plural, served.namespaced ? ref.namespace ?? 'default' : undefined)}/${encodeURIComponent(ref.name)}`;
};
