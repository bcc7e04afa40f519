/** The objects of a snapshot by kind: there are many, and whoever asks wants few. A snapshot never changes, so each is sorted once. */
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from './types.ts';

const known = new WeakMap<Snapshot, Map<string, KubeObject[]>>();

/** Kinds, whatever their groups, in the order of the first object of each; each in the snapshot's order. */
export function byKind(snapshot: Snapshot): ReadonlyMap<string, readonly KubeObject[]> {
  let kinds = known.get(snapshot);
  if (!kinds) known.set(snapshot, kinds = Map.groupBy(snapshot.objects, o => o.kind));
  return kinds;
}

const placed = new WeakMap<readonly KubeObject[], Map<string, KubeObject[]>>();

/** Those of a kind in a namespace. */
export function ofKindIn(snapshot: Snapshot, kind: string, namespace: string): readonly KubeObject[] {
  const all = ofKind(snapshot, kind);
  let places = placed.get(all);
  if (!places) placed.set(all, places = Map.groupBy(all, o => o.metadata.namespace ?? ''));
  return places.get(namespace) ?? [];
}

export const ofKind = (snapshot: Snapshot, kind: string): readonly KubeObject[] => byKind(snapshot).get(kind) ?? [];
