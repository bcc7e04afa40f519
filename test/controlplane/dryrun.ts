/** Server-side apply with `dryRun=All` and strict field validation: what a real API server says of a list of objects. */
import { objectName, type Json, type KubeObject } from '../../src/kubernetes.ts';
import { dropped } from '../../src/verdict/kept.ts';
import { collectionPath } from './clusters.ts';
import type { ControlPlane } from './controlplane.ts';

export interface DryRun {
  /** What the server refused, with its status and reason. */
  rejections: { object: string; status: number; message: string }[];
  /** What it took with a Warning header (deprecated APIs, pod security, unknown values). */
  warnings: { object: string; message: string }[];
  /** What it took without keeping it: fields of features that are off. */
  dropped: { object: string; path: string }[];
}

/**
 * Nothing but missing namespaces is created: the objects of a dry run cannot see each other, and an object in a
 * namespace that is not there would be refused for that alone.
 */
export async function dryRun(plane: ControlPlane, objects: KubeObject[]): Promise<DryRun> {
  const found: DryRun = { rejections: [], warnings: [], dropped: [] };
  for (const namespace of new Set(objects.flatMap(o => o.metadata.namespace ?? []))) {
    const made = await plane.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    if (made.status !== 201 && made.status !== 409) found.rejections.push({ object: `Namespace/${namespace}`, status: made.status, message: made.text });
  }
  for (const object of objects) {
    const name = objectName(object);
    let collection: string;
    try { collection = await collectionPath(plane, object); }
    catch (error) { found.rejections.push({ object: name, status: 404, message: (error as Error).message }); continue; }
    const answer = await plane.request('PATCH', `${collection}/${encodeURIComponent(object.metadata.name)}?fieldManager=kubesynth-test&force=true&dryRun=All&fieldValidation=Strict`,
      object, 'application/apply-patch+yaml');
    if (answer.status >= 300) found.rejections.push({ object: name, status: answer.status, message: String(answer.json['message'] ?? answer.text) });
    else for (const path of dropped(object as unknown as Json, answer.json)) found.dropped.push({ object: name, path });
    for (const message of answer.warnings) found.warnings.push({ object: name, message });
  }
  return found;
}

