/** What is kept from one synthesis to the next by whoever makes many: it saves work, and nothing that comes out depends on it. */
import type { Recall } from '../candidate/recall.ts';
import { objectName } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';
import type { Memo } from '../verdict/memo.ts';

export interface Earlier {
  recall: Recall;
  memo: Memo;
  /** Of the same intent: an object that is written just so again is that very object. */
  graph: readonly KubeObject[];
}

/** The objects, each as the earlier one where it is the same. */
export function asBefore(objects: readonly KubeObject[], earlier: readonly KubeObject[]): readonly KubeObject[] {
  const known = new Map(earlier.map(object => [`${object.apiVersion} ${objectName(object)}`, object]));
  return objects.map(object => {
    const before = known.get(`${object.apiVersion} ${objectName(object)}`);
    return before && same(before as Json, object as Json) ? before : object;
  });
}
