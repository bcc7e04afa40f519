/** One graph beside another: what a change of the cluster makes of an intent. */
import { keyOf, refOf } from '../change/paths.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { differences } from './difference.ts';
import { changeOf, objectChange } from './fields.ts';
import type { ObjectChange } from './types.ts';

/** @param snapshot whose schemas say how `then` is to be read */
export function betweenGraphs(now: readonly KubeObject[], then: readonly KubeObject[], snapshot: Snapshot): ObjectChange[] {
  const before = new Map(now.map(object => [keyOf(refOf(object)), object])), after = new Set(then.map(object => keyOf(refOf(object))));
  return [
    ...then.map(object => { const was = before.get(keyOf(refOf(object))); return was ? changeOf(object, differences(was, object, snapshot, 'all')) : objectChange(object, 'create'); }),
    ...now.filter(object => !after.has(keyOf(refOf(object)))).map(object => objectChange(object, 'prune')),
  ];
}
