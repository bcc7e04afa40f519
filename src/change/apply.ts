/**
 * Makes a graph real: server-side apply by one manager, in dependency order, never by force unless the judge rules so for
 * a field, then the prune of what is no longer asked for. May be broken off anywhere and run again: what was written is
 * in the inventory before it is written, and a second run finds nothing to do where the first was through.
 */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { inDependencyOrder } from '../verdict/order.ts';
import type { ClusterApi } from './api.ts';
import { peaceful } from './contest.ts';
import type { Judge, Ruled } from './contest.ts';
import { pathText, without } from './field-path.ts';
import { askedDigest, entryFor, entryOf, sameInventory, sorted, union } from './inventory.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';
import { MANAGER } from './managed-fields.ts';
import { stamped } from './ownership.ts';
import type { IntentRef } from './ownership.ts';
import { keyOf, objectPath, refOf } from './paths.ts';
import type { ObjectRef } from './paths.ts';
import { planObject } from './plan.ts';
import type { ObjectPlan } from './plan.ts';
import { prune } from './prune.ts';
import { rejected } from './rejection.ts';
import { makeRoom } from './room.ts';
import { onTrial } from './trial.ts';

export interface RevisionOptions {
  intent: IntentRef;
  kinds: readonly ServedKind[];
  /**
   * Stores an inventory before this resolves. It must fail (409) where another inventory than the one given to
   * `applyRevision` is stored by now, or objects could be forgotten.
   */
  record(inventory: Inventory): Promise<void>;
  /** Stores the inventory that is left in the end, perhaps later: until then the one before the first write, which names all of it, stands. Absent: `record`. */
  conclude?: (inventory: Inventory) => Promise<void> | void;
  /** Whose identity reads; absent: `api`. */
  reader?: Pick<ClusterApi, 'get'>;
  /** Live state that may lag behind, such as an informer's; absent: asked of the reader. Writes carry the uid of what was seen. */
  cached?: (path: string) => Promise<KubeObject | undefined>;
  /** Whether an object is known to be as the last run left it, all of it; if it is asked for as it was then, too, it is not even read. */
  untouched?: (entry: InventoryEntry) => boolean;
  judge?: Judge;
  /** Which objects may be deleted and written anew where the server does not let them change. */
  recreate?: (object: KubeObject) => boolean;
  /** Aborted: no further write begins. */
  signal?: AbortSignal;
}

export interface Applied {
  /** Written, in this order. */
  applied: ObjectRef[];
  unchanged: ObjectRef[];
  pruned: ObjectRef[];
  /** Why the graph is not, or not wholly, in force. Found before the first write where possible; then nothing was written. */
  conflicts: Finding[];
  /** Every field somebody disagrees about, and what was done. */
  contests: Ruled[];
  inventory: InventoryEntry[];
  /** The graph's objects as they now are, as far as they are there and were looked at. */
  live: KubeObject[];
}

/**
 * @param api whose identity does the writes
 * @param graph accepted by the checker; all of it lies in the intent's namespace; empty: everything is pruned
 * @throws ApiError, ApiUnreachable where trying again makes sense; the inventory is stored by then
 */
export async function applyRevision(api: ClusterApi, previous: Inventory, graph: readonly KubeObject[], options: RevisionOptions): Promise<Applied> {
  const { intent, kinds, signal } = options, reader = options.reader ?? api, read = options.cached ?? (path => reader.get(path));
  const result: Applied = { applied: [], unchanged: [], pruned: [], conflicts: [], contests: [], inventory: [...previous], live: [] };
  const asked = inDependencyOrder(graph).map(object => ({ object, path: objectPath(object.metadata.namespace === undefined ? { ...refOf(object), namespace: intent.namespace } : refOf(object), kinds) }));
  result.conflicts = asked.flatMap(({ object, path }) => foreign(object, path, options));
  if (result.conflicts.length) return result;

  const all = asked.map(({ object, path }) => { const wanted = stamped(object, intent); return { wanted, path: path!, entry: entryOf(previous, refOf(wanted)) }; });
  const kept = all.flatMap(({ wanted, entry }) => (entry?.uid !== undefined && entry.applied === askedDigest(wanted) && options.untouched?.(entry) ? [entry] : []));
  result.unchanged = kept.map(({ apiVersion, kind, namespace, name }) => ({ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name }));

  // Look at everything else before anything is written. A single object that is as it was left needs no look before: its apply is its own trial.
  const others = all.filter(({ entry }) => !entry || !kept.includes(entry)), [only] = others;
  const tried = others.length === 1 && only!.entry?.uid !== undefined && options.untouched?.(only!.entry) ? await onTrial(api, only!.path, only!.wanted, only!.entry.uid, signal) : undefined;
  const plans = await Promise.all(others.map(async ({ wanted, path, entry }) => {
    const live = tried ?? await read(path), known = tried ? entryFor(wanted, tried) : entry;
    return planObject(api, path, wanted, live, known, { intent, judge: options.judge ?? peaceful, recreate: options.recreate ?? (() => false) });
  }));
  result.contests = plans.flatMap(plan => plan.contests);
  result.conflicts = plans.flatMap(plan => plan.conflict ?? []);
  if (result.conflicts.length) return result;

  // Write ahead.
  const ahead = union(previous, plans.map(plan => plan.asked));
  const store = async (inventory: InventoryEntry[], how: NonNullable<RevisionOptions['conclude']> = options.record): Promise<void> => {
    if (!sameInventory(inventory, result.inventory)) await how(inventory);
    result.inventory = inventory;
  };
  await store(ahead);
  const conclude = (inventory: InventoryEntry[]): Promise<void> => store(inventory, options.conclude);

  const entries: InventoryEntry[] = [...kept];
  for (const plan of plans) {
    const ref = refOf(plan.asked);
    let object: KubeObject;
    try { object = await write(api, reader, plan, signal); } catch (error) {
      // What comes later may need this object, so it waits; nothing is pruned either.
      result.conflicts.push(rejected(plan.asked, error));
      await conclude(merged(ahead, entries));
      return result;
    }
    (plan.body || plan.removals.length || tried ? result.applied : result.unchanged).push(ref);
    result.live.push(object);
    const left = plan.left.map(pathText).sort();
    entries.push({ ...entryFor(plan.asked, object), ...(left.length ? { left } : {}) });
  }

  const wanted = new Set(entries.map(keyOf));
  const { pruned, remaining, conflicts } = await prune(api, previous.filter(entry => !wanted.has(keyOf(entry))), { intent, kinds, read: path => reader.get(path), signal });
  Object.assign(result, { pruned, conflicts });
  await conclude(sorted([...entries, ...remaining]));
  return result;
}

/** Nothing outside the intent's namespace, whatever the graph says. */
function foreign(object: KubeObject, path: string | undefined, { intent, kinds }: RevisionOptions): Finding[] {
  const at = { severity: 'refused' as const, object: objectName(object), path: '' };
  if (path === undefined) return [{ rule: 'kind-not-served', ...at, message: `this cluster does not serve ${object.apiVersion} ${object.kind}`, fix: 'Install what serves the kind.' }];
  const namespaced = kinds.some(kind => kind.kind === object.kind && path.startsWith(`/api${kind.group ? `s/${kind.group}` : ''}/`) && kind.namespaced);
  if (namespaced && (object.metadata.namespace ?? intent.namespace) === intent.namespace) return [];
  return [{ rule: 'foreign-namespace', ...at, path: 'metadata.namespace', message: `it would lie outside the intent's namespace ${intent.namespace}`, fix: 'A service owns objects of its own namespace only.' }];
}

async function write(api: ClusterApi, reader: Pick<ClusterApi, 'get'>, plan: ObjectPlan, signal: AbortSignal | undefined): Promise<KubeObject> {
  let object = plan.live;
  if (plan.body) {
    signal?.throwIfAborted();
    if (plan.recreate) await makeRoom(api, reader, plan.path, object!, signal);
    object = await api.apply(plan.path, plan.body, { manager: MANAGER, force: plan.force });
  }
  if (plan.removals.length) {
    signal?.throwIfAborted();
    // The resourceVersion in it makes this fail where the object moved on.
    object = await api.update(plan.path, without(object as JsonObject, plan.removals) as KubeObject, { manager: MANAGER });
  }
  return object!;
}

/** What is known to be written replaces what was only announced. */
const merged = (ahead: Inventory, written: readonly InventoryEntry[]): InventoryEntry[] =>
  ahead.map(entry => entryOf(written, entry) ?? entry);
