/**
 * A graph against the live objects. The API server says what each would become, by a dry run of the very request that would
 * write it, so defaults, admission and spellings never look like changes. An intent that is on the cluster is the agent's:
 * what it would do is asked of the change stage. Anything else is compared as `kubectl apply` would have it. Nothing is written.
 */
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import type { Judge } from '../change/contest.ts';
import { overlaps, pathText, without } from '../change/field-path.ts';
import { entryOf } from '../change/inventory.ts';
import type { Inventory } from '../change/inventory.ts';
import { MANAGER } from '../change/managed-fields.ts';
import { PART_OF, applySetId, ownedBy, stamped } from '../change/ownership.ts';
import type { IntentRef } from '../change/ownership.ts';
import { keyOf, objectPath, refOf } from '../change/paths.ts';
import type { ObjectRef } from '../change/paths.ts';
import { planObject } from '../change/plan.ts';
import { rejected } from '../change/rejection.ts';
import type { Finding } from '../diagnostic.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { abandoned } from './abandoned.ts';
import { differences } from './difference.ts';
import type { Difference } from './difference.ts';
import { changeOf, fieldChanges, objectChange } from './fields.ts';
import type { ObjectChange } from './types.ts';

/** What is asked of the server; `apply` is only ever a dry run. */
export type Server = Pick<ClusterApi, 'get' | 'apply'>;

/** The intent as it stands on the cluster. */
export interface Standing { ref: IntentRef; inventory: Inventory }

export interface LivePlan {
  objects: ObjectChange[];
  /** Why the graph could not be put in force. */
  findings: Finding[];
  /** Objects of which the server could not be asked what they would become: these credentials may not write them. */
  unasked: string[];
}

/** How the agent decides where somebody else disagrees. */
export interface Rules { judge: Judge; recreate(object: KubeObject): boolean }

/** @throws ApiError, ApiUnreachable where the server cannot be asked at all */
export async function againstCluster(server: Server, graph: readonly KubeObject[], snapshot: Snapshot, standing: Standing | undefined, rules: Rules): Promise<LivePlan> {
  const plan: LivePlan = { objects: [], findings: [], unasked: [] };
  const asked = await Promise.all(graph.map(object => one(server, object, snapshot, standing, rules)));
  for (const { change, finding, unasked } of asked) {
    if (change) plan.objects.push(change);
    if (finding) plan.findings.push(finding);
    if (unasked !== undefined) plan.unasked.push(unasked);
  }
  if (standing) plan.objects.push(...await doomed(server, graph, snapshot, standing));
  return plan;
}

type Answer = { change?: ObjectChange; finding?: Finding; unasked?: string };

async function one(server: Server, object: KubeObject, snapshot: Snapshot, standing: Standing | undefined, rules: Rules): Promise<Answer> {
  const path = objectPath(refOf(object), snapshot.kinds), asked = standing ? stamped(object, standing.ref) : object;
  if (path === undefined) return { finding: { rule: 'kind-not-served', severity: 'refused', object: objectName(object), path: 'apiVersion', message: `this cluster does not serve ${object.apiVersion} ${object.kind}`, fix: 'Install what serves the kind.' } };
  const live = await server.get(path);
  try {
    const expected = (): Promise<KubeObject> => server.apply(path, asked, { manager: MANAGER, force: true, dryRun: true });
    if (!live) { await expected(); return { change: objectChange(object, 'create') }; }
    return standing ? await byAgent(server, path, asked, live, snapshot, standing, rules) : { change: byKubectl(live, await expected(), asked, snapshot) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return forbidden(error.status) ? unasked(object, live, snapshot) : { finding: rejected(object, error) };
  }
}

const forbidden = (status: number): boolean => status === 401 || status === 403;

/** What the fields themselves say, where the server does not. */
const unasked = (object: KubeObject, live: KubeObject | undefined, snapshot: Snapshot): Answer =>
  ({ change: live ? changeOf(object, differences(live, object, snapshot, 'stated')) : objectChange(object, 'create'), unasked: objectName(object) });

async function byAgent(server: Server, path: string, asked: KubeObject, live: KubeObject, snapshot: Snapshot, { ref, inventory }: Standing, rules: Rules): Promise<Answer> {
  let expected: KubeObject | undefined;
  const watched = { ...server, apply: async (...request: Parameters<Server['apply']>) => (expected = await server.apply(...request)) };
  const plan = await planObject(watched as ClusterApi, path, asked, live, entryOf(inventory, refOf(asked)), { intent: ref, ...rules });
  if (plan.conflict) return plan.conflict.rule === 'write-forbidden' ? unasked(asked, live, snapshot) : { finding: plan.conflict };
  if (plan.recreate) return { change: { ...changeOf(asked, differences(live, asked, snapshot, 'stated')), action: 'change', recreate: true } };
  const held = plan.left.length ? { left: plan.left.map(pathText) } : {};
  if (!plan.body && !plan.removals.length) return { change: objectChange(asked, 'unchanged', held) };
  const become = without((expected ?? live) as JsonObject, plan.removals) as KubeObject;
  const found = differences(live, become, snapshot, 'all').filter(({ path: at }) => !plan.left.some(left => overlaps(left, at)));
  return { change: { ...changeOf(asked, found), ...held } };
}

function byKubectl(live: KubeObject, expected: KubeObject, asked: KubeObject, snapshot: Snapshot): ObjectChange {
  const found: Difference[] = [...differences(live, expected, snapshot, 'all'), ...abandoned(live, asked, expected, snapshot)];
  return objectChange(asked, found.length ? 'change' : 'unchanged', { fields: fieldChanges(asked, found) });
}

/** What the inventory, or the label of membership, says is the intent's, and the graph does not have. */
async function doomed(server: Server, graph: readonly KubeObject[], snapshot: Snapshot, { ref, inventory }: Standing): Promise<ObjectChange[]> {
  const labelled = snapshot.objects.filter(o => o.metadata.namespace === ref.namespace && o.metadata.labels?.[PART_OF] === applySetId(ref));
  const wanted = new Set(graph.map(object => keyOf({ ...refOf(object), namespace: ref.namespace })));
  const candidates = new Map([...inventory, ...labelled.map(refOf)].filter(entry => !wanted.has(keyOf(entry))).map(entry => [keyOf(entry), entry]));
  return (await Promise.all([...candidates.values()].map(async entry => {
    const path = servedPath(entry, snapshot), live = path === undefined ? undefined : await server.get(path);
    return live && ownedBy(live, ref) ? [objectChange(live, 'prune')] : [];
  }))).flat();
}

/** Under any served version of its API. */
const servedPath = (ref: ObjectRef, { kinds }: Snapshot): string | undefined => {
  const { group } = splitApiVersion(ref.apiVersion), version = kinds.find(k => k.group === group && k.kind === ref.kind)?.versions[0];
  return objectPath(ref, kinds) ?? (version && objectPath({ ...ref, apiVersion: group ? `${group}/${version}` : version }, kinds));
};
