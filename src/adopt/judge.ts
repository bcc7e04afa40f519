/**
 * What the API server makes of a graph: of every object that is live a dry run of replacing it, of every other one of creating it.
 * A pod template that comes back as it was, defaults and all, starts no pod anew. Nothing is written.
 */
import type { ClusterApi } from '../change/api.ts';
import { ApiError } from '../change/api.ts';
import { MANAGER } from '../change/managed-fields.ts';
import { keyOf, objectPath, refOf } from '../change/paths.ts';
import { rejected } from '../change/rejection.ts';
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { differences } from '../plan/difference.ts';
import { fieldChanges } from '../plan/fields.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { podTemplate } from '../verdict/pod.ts';
import { at } from '../import/json.ts';
import type { Match } from './match.ts';
import { intentOwning } from './namespace.ts';
import { formerNotes, managersOf } from './release.ts';
import type { AdoptedObject, Restart } from './types.ts';

export interface Judged { objects: AdoptedObject[]; restarts: Restart[]; findings: Finding[] }

export async function judged(api: Pick<ClusterApi, 'update' | 'apply'>, graph: readonly KubeObject[], { taken, workload, intent }: Match, snapshot: Snapshot): Promise<Judged> {
  const live = new Map(taken.map(o => [keyOf(refOf(o)), o])), out: Judged = { objects: [], restarts: [], findings: [] };
  const answers = await Promise.all(graph.map(async object => {
    const there = live.get(keyOf(refOf(object))), path = objectPath(refOf(object), snapshot.kinds);
    if (path === undefined) return { object, there, finding: { rule: 'kind-not-served', severity: 'refused' as const, object: objectName(object), path: 'apiVersion', message: `this cluster does not serve ${object.apiVersion} ${object.kind}`, fix: 'Install what serves the kind.' } };
    try {
      return { object, there, become: there ? await api.update(path, replacing(there, object), { manager: MANAGER, dryRun: true }) : await api.apply(path, object, { manager: MANAGER, force: true, dryRun: true }) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { object, there, finding: unwritable(object, error) };
    }
  }));
  for (const { object, there, become, finding } of answers) {
    if (finding) { out.findings.push(finding); continue; }
    const found = there ? differences(there, become!, snapshot, 'all') : [];
    const action = !there ? 'create' : intentOwning(there) === intent.metadata.name ? 'own' : 'take';
    out.objects.push({ object: objectName(object), apiVersion: object.apiVersion, action, fields: fieldChanges(object, found), from: there && action === 'take' ? managersOf(there, object) : [] });
    if (there !== workload) continue;
    const template = podTemplate(there)!.path.split('.'), differing = found.filter(({ path }) => template.every((step, i) => path[i] === step));
    // Runs of a CronJob that were started already keep the template they were started with.
    if (differing.length && there.kind !== 'CronJob') out.restarts.push({ workload: objectName(there), pods: Number(at(there['status'], 'replicas') ?? at(there['status'], 'currentNumberScheduled') ?? 0), fields: fieldChanges(object, differing) });
  }
  return out;
}

export const changedMeanwhile = (object: KubeObject, message: string): Finding =>
  ({ rule: 'adopt-changed-meanwhile', severity: 'refused', object: objectName(object), path: '', message, fix: 'Run it again: what was done stands, and is not done twice.' });

/** Why the server would not take it, to somebody who writes with credentials of their own. */
export function unwritable(object: KubeObject, error: unknown): Finding {
  if (error instanceof ApiError && error.status === 409 && !error.causes.length) return changedMeanwhile(object, error.message);
  const finding = rejected(object, error);
  return finding.rule === 'write-forbidden' ? { ...finding, fix: 'Adopt with credentials that may update the objects of the namespace.' } : finding;
}

/** The request that replaces a live object: labels and annotations that nobody asked for stay with who put them there. */
function replacing(live: KubeObject, asked: KubeObject): KubeObject {
  const { finalizers, ownerReferences, resourceVersion, uid, labels, annotations } = live.metadata;
  const noted = Object.entries(annotations ?? {}).filter(([key]) => !formerNotes.test(key));
  const spec = asked['spec'] as JsonObject | undefined, replicas = at(live['spec'], 'replicas');
  return {
    ...asked,
    // A number that an autoscaler sets is nobody's to state, and none means one to a replacement.
    ...(podTemplate(asked) && replicas !== undefined && spec?.['replicas'] === undefined ? { spec: { ...spec, replicas } } : {}),
    metadata: {
      ...asked.metadata, labels: { ...labels, ...asked.metadata.labels }, annotations: { ...Object.fromEntries(noted), ...asked.metadata.annotations },
      ...(finalizers === undefined ? {} : { finalizers }), ...(ownerReferences === undefined ? {} : { ownerReferences }), resourceVersion: resourceVersion!, uid: uid!,
    },
  };
}
