/** What a team's manifests have in common, as data: written by `kubesynth learn`, read by the checker, never by what decides what to write. */
import type { Json } from '../kubernetes.ts';

export interface Conventions {
  team: string;
  /**
   * `Kind|field` → the values that the team's manifests have there; below a pod template the kind is `Pod`, and a position in a list
   * is `[]`. The list of a field that some of them leave out ends with `ABSENT_VALUE`.
   */
  values: Record<string, Json[]>;
}

/** Stands for a field that is left out. It is no value a field could have. */
export const ABSENT_VALUE: Json = { absent: true };

const TEMPLATES = ['spec.template.', 'spec.jobTemplate.spec.template.'];

/** The key of a field: `path` with names and positions of items, e.g. `spec.template.spec.containers[0].image`. */
export function conventionKey(kind: string, path: string): string {
  const template = TEMPLATES.find(t => path.startsWith(t));
  return `${template ? 'Pod' : kind}|${(template ? path.slice(template.length) : path).replace(/\[\d+\]/g, '[]')}`;
}
