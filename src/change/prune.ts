/** Deletes what is no longer asked for: only what this very intent owns, and only the object that was looked at. */
import type { Finding } from '../diagnostic.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { inDependencyOrder } from '../verdict/order.ts';
import { ApiError } from './api.ts';
import type { ClusterApi } from './api.ts';
import type { Inventory, InventoryEntry } from './inventory.ts';
import { ownedBy } from './ownership.ts';
import type { IntentRef } from './ownership.ts';
import { keyOf, objectPath, refOf } from './paths.ts';
import type { ObjectRef } from './paths.ts';
import { rejected } from './rejection.ts';

export interface PruneOptions { intent: IntentRef; kinds: readonly ServedKind[]; read(path: string): Promise<KubeObject | undefined>; signal?: AbortSignal }
export interface Pruned {
  pruned: ObjectRef[];
  /** Could not be deleted; stays in the inventory. */
  remaining: InventoryEntry[];
  conflicts: Finding[];
}

/** An object is found under any served version of its API. One whose kind is gone is gone with it; an owner reference collects it should the kind return. */
const pathOf = (ref: ObjectRef, kinds: readonly ServedKind[]): string | undefined => {
  const { group } = splitApiVersion(ref.apiVersion);
  const version = kinds.find(k => k.group === group && k.kind === ref.kind)?.versions[0];
  return objectPath(ref, kinds) ?? (version && objectPath({ ...ref, apiVersion: group ? `${group}/${version}` : version }, kinds));
};

/** In reverse dependency order. Objects that others own by now are left alone and forgotten. */
export async function prune(api: ClusterApi, entries: Inventory, { intent, kinds, read, signal }: PruneOptions): Promise<Pruned> {
  const result: Pruned = { pruned: [], remaining: [], conflicts: [] };
  const found = await Promise.all(entries.map(async entry => {
    const path = entry.namespace === intent.namespace ? pathOf(entry, kinds) : undefined;
    const live = path && await read(path);
    return live && ownedBy(live, intent) ? [{ entry, path, live }] : [];
  }));
  const doomed = new Map(found.flat().map(({ entry, path, live }) => [keyOf(refOf(live)), { entry, path, live }]));
  for (const live of inDependencyOrder([...doomed.values()].map(d => d.live)).reverse()) {
    const { entry, path } = doomed.get(keyOf(refOf(live)))!;
    signal?.throwIfAborted();
    try {
      if (await api.delete(path, { uid: String(live.metadata['uid']), propagation: 'Background' })) result.pruned.push(refOf(live));
    } catch (error) {
      // Another object by this name has come since: not ours.
      if (error instanceof ApiError && error.status === 409) continue;
      result.conflicts.push(rejected(live, error));
      result.remaining.push(entry);
    }
  }
  return result;
}
