/**
 * In whose name objects are written: the synthesis account of the intent's own namespace. What it may write is for the cluster's
 * administrator to grant, kind by kind; the operator may only act as it, and cannot grant anything.
 */
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { parsePlanToken } from '../tokens/serialize.ts';

export const ACCOUNT = 'kubesynth-synthesis';
export const accountUser = (namespace: string): string => `system:serviceaccount:${namespace}:${ACCOUNT}`;
export const grantCommand = (namespace: string): string => `kubesynth operator grant -n ${namespace} | kubectl apply -f -`;

/** Everything a model can write, of what this cluster serves in namespaces. */
export const kindsOfModel = (tokens: readonly string[], served: readonly ServedKind[]): ServedKind[] => {
  const named = new Set(tokens.filter(t => t.startsWith('+')).map(t => parsePlanToken(t)).map(({ group, kind }) => `${group}/${kind}`));
  return served.filter(k => k.namespaced && named.has(`${k.group}/${k.kind}`));
};

/** The account of a namespace, its Role and its RoleBinding: what an administrator applies. */
export function grantManifests(namespace: string, kinds: readonly ServedKind[]): KubeObject[] {
  const groups = [...new Set(kinds.map(k => k.group))].sort();
  const metadata = { name: ACCOUNT, namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata,
      rules: groups.map(group => ({ apiGroups: [group], resources: [...new Set(kinds.filter(k => k.group === group).map(k => k.plural))].sort(), verbs: ['get', 'create', 'patch', 'update', 'delete'] })),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
    },
  ];
}

/** What the server's refusal to let the account write means, and what to do about it. */
export const notGranted = (namespace: string, intent: string, refused: readonly Finding[]): Finding => ({
  rule: 'namespace-not-granted', severity: 'refused', object: `ServiceIntent/${intent}`, path: '',
  message: `ServiceAccount ${namespace}/${ACCOUNT} may not write ${[...new Set(refused.map(f => f.object))].join(', ')}: ${refused[0]?.message ?? ''}`,
  fix: `A cluster administrator grants it: ${grantCommand(namespace)}`,
});
