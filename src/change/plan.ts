/** What has to be written of one object. Reads and dry runs only. */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';
import { ApiError } from './api.ts';
import type { ClusterApi } from './api.ts';
import { additionsTo, contestsOf, standing } from './contest.ts';
import type { Contest, Judge, Ruled } from './contest.ts';
import { pathText, valueAt, without } from './field-path.ts';
import type { FieldPath } from './field-path.ts';
import { askedDigest } from './inventory.ts';
import type { InventoryEntry } from './inventory.ts';
import { MANAGER, ownDigest, ownFields } from './managed-fields.ts';
import { belongsTo } from './ownership.ts';
import type { IntentRef } from './ownership.ts';
import { rejected } from './rejection.ts';

export interface ObjectPlan {
  path: string;
  asked: KubeObject;
  live?: KubeObject;
  /** What to apply, with the fields of others left out; absent when there is nothing to write. */
  body?: KubeObject;
  force: boolean;
  /** The server does not let this object change: it is deleted and written anew. */
  recreate: boolean;
  /** Fields to take out after the apply, which nobody asked for. */
  removals: FieldPath[];
  left: FieldPath[];
  contests: Ruled[];
  /** Why nothing may be written at all. */
  conflict?: Finding;
}

export interface PlanOptions { intent: IntentRef; judge: Judge; recreate(object: KubeObject): boolean }

/** @param asked stamped; `known` is what the inventory says of it */
export async function planObject(api: ClusterApi, path: string, asked: KubeObject, live: KubeObject | undefined, known: InventoryEntry | undefined, options: PlanOptions): Promise<ObjectPlan> {
  const plan: ObjectPlan = { path, asked, live, force: false, recreate: false, removals: [], left: [], contests: [] };
  if (!live) return { ...plan, body: asked };
  const stop = (rule: string, message: string, fix: string): ObjectPlan => ({ ...plan, conflict: { rule, severity: 'refused', object: objectName(asked), path: '', message, fix } });
  if (!belongsTo(live, options.intent)) {
    return stop('object-not-owned', `${objectName(asked)} exists in ${options.intent.namespace} and was not made for this intent`,
      'Delete or rename the existing object, or name the intent otherwise.');
  }
  if (live.metadata['deletionTimestamp'] !== undefined) {
    return stop('object-terminating', `${objectName(asked)} is being deleted and still has finalisers`, 'Wait until it is gone; see its metadata.finalizers.');
  }
  const rule = (contests: Contest[]): Ruled[] => contests.map(contest => ({ ...contest, ruling: options.judge(contest) }));
  const added = (expected: KubeObject): Ruled[] => rule(additionsTo(live, expected)).filter(({ ruling }) => ruling === 'remove');
  const unmoved = known?.uid === live.metadata['uid'] && known?.applied === askedDigest(asked) && known?.observed === ownDigest(live);
  const kept = unmoved ? standing(live, asked, known?.left ?? []) : undefined;
  const steady = kept && rule(kept);
  if (steady?.every(({ ruling }) => ruling === 'leave') && !added(live).length) return { ...plan, left: steady.map(c => c.path), contests: steady };

  let expected: KubeObject;
  try { expected = await api.apply(path, asked, { manager: MANAGER, force: true, dryRun: true }); } catch (error) {
    if (immutable(error) && options.recreate(asked)) return { ...plan, body: asked, recreate: true };
    return { ...plan, conflict: rejected(asked, error) };
  }
  const contests = rule(contestsOf(live, expected, known?.applied === askedDigest(asked)));
  const additions = added(expected);
  const left = contests.filter(({ ruling }) => ruling === 'leave').map(contest => contest.path);
  const force = contests.some(({ ruling, owners }) => ruling === 'restore' && owners.length > 0);
  const body = force || differs(live, expected, left) ? bodyOf(asked, live, left, force) : undefined;
  return { ...plan, ...(body ? { body } : {}), force, left, removals: additions.map(a => a.path), contests: [...contests, ...additions] };
}

/** Whether applying would change a value or our ownership, fields that are left to others aside. */
const differs = (live: KubeObject, expected: KubeObject, left: readonly FieldPath[]): boolean => {
  const aside = new Set(left.map(pathText));
  const wanted = ownFields(expected).filter(({ path }) => !aside.has(pathText(path)));
  const owned = new Set(ownFields(live).map(({ path }) => pathText(path)));
  return wanted.length !== owned.size || wanted.some(({ path, item }) => !owned.has(pathText(path))
    || (!item && !same(valueAt(live as JsonObject, path), valueAt(expected as JsonObject, path))));
};

/** The uid keeps us from applying to a namesake; force is only used on the very state that was judged. */
const bodyOf = (asked: KubeObject, live: KubeObject, left: readonly FieldPath[], force: boolean): KubeObject => {
  const body = without(asked as JsonObject, left) as KubeObject;
  return { ...body, metadata: { ...body.metadata, uid: live.metadata['uid']!, ...(force ? { resourceVersion: live.metadata['resourceVersion']! } : {}) } };
};

const immutable = (error: unknown): boolean => error instanceof ApiError && error.status === 422 && /immutable/i.test(`${error.message} ${error.causes.map(c => c.message).join(' ')}`);
