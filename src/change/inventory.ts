/**
 * What belongs to an intent, kept in its status. It is written ahead: before the first write it names old and new
 * objects, after the prune only what is there. So whatever was ever written is known, wherever the work broke off.
 */
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { ownDigest } from './managed-fields.ts';
import { keyOf, refOf } from './paths.ts';
import type { ObjectRef } from './paths.ts';

export interface InventoryEntry extends ObjectRef {
  /** Of the object as it was last seen; absent until it was written. */
  uid?: string;
  /** Digest of what was asked for, before anything was left to others. */
  applied?: string;
  /** Digest of our fields as the server then held them (`ownDigest`): another value means that somebody touched them. */
  observed?: string;
  /** Paths that were asked for and left to others. */
  left?: string[];
}
export type Inventory = readonly InventoryEntry[];

const byKey = (a: ObjectRef, b: ObjectRef): number => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0);

/** Digest of what is asked for. */
export const askedDigest = (object: KubeObject): string => sha256(canonicalJson(object)).slice(0, 32);

/** Of an object that was asked for and is there. */
export const entryFor = (asked: KubeObject, object: KubeObject): InventoryEntry =>
  ({ ...refOf(asked), uid: String(object.metadata['uid']), applied: askedDigest(asked), observed: ownDigest(object) });

export const entryOf = (inventory: Inventory, ref: ObjectRef): InventoryEntry | undefined => inventory.find(entry => keyOf(entry) === keyOf(ref));

/** Everything in the inventory, and every object of the graph. */
export const union = (inventory: Inventory, graph: readonly KubeObject[]): InventoryEntry[] => {
  const known = new Set(inventory.map(keyOf));
  return [...inventory, ...graph.map(refOf).filter(ref => !known.has(keyOf(ref)))].sort(byKey);
};

export const sorted = (entries: readonly InventoryEntry[]): InventoryEntry[] => [...entries].sort(byKey);
export const sameInventory = (a: Inventory, b: Inventory): boolean => canonicalJson(sorted(a)) === canonicalJson(sorted(b));
