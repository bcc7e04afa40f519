/** The order in which objects are written and applied: what others need comes first. Equal ranks keep kind, then name order. */
import type { KubeObject } from '../kubernetes.ts';
import { podTemplate } from './pod.ts';

const ranks = [
  ['Namespace'], ['ServiceAccount'], ['Role', 'RoleBinding'], ['ConfigMap', 'Secret'], ['PersistentVolumeClaim'], ['NetworkPolicy'], ['Service'],
];
const last = ['PodDisruptionBudget', 'HorizontalPodAutoscaler'];

const rank = (object: KubeObject): number => {
  const early = ranks.findIndex(kinds => kinds.includes(object.kind));
  if (early >= 0) return early;
  if (last.includes(object.kind)) return ranks.length + 3;
  if (podTemplate(object)) return ranks.length + 1;
  // Routes open a service to the world once it runs; whatever guards or feeds it (custom kinds) comes before.
  return object.kind === 'Ingress' || object.kind.endsWith('Route') ? ranks.length + 2 : ranks.length;
};

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export const inDependencyOrder = (graph: readonly KubeObject[]): KubeObject[] =>
  [...graph].sort((a, b) => rank(a) - rank(b) || byText(a.kind, b.kind) || byText(a.apiVersion, b.apiVersion) || byText(a.metadata.name, b.metadata.name));
