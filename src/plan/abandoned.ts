/**
 * Fields that `kubectl apply` would take away, because it wrote them before and they are not asked for any more. A dry run by
 * another manager leaves them where they are. https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/
 */
import { overlaps, pathText, valueAt } from '../change/field-path.ts';
import type { FieldPath } from '../change/field-path.ts';
import { foreignFields, ownFields } from '../change/managed-fields.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { differences, lastApplied } from './difference.ts';
import type { Difference } from './difference.ts';

/** @param expected the server's answer to a dry run of `asked`, whose fields of ours are those asked for */
export function abandoned(live: KubeObject, asked: KubeObject, expected: KubeObject, snapshot: Snapshot): Difference[] {
  const paths = [...appliedBefore(live, expected), ...copyOf(live, asked, snapshot)].filter(path => !isIdentity(path) && valueAt(expected as JsonObject, path) !== undefined);
  // What holds another of them says it all, and each is said once.
  const outermost = paths.filter((path, i) => !paths.some((other, j) => overlaps(other, path) && (other.length < path.length || (other.length === path.length && j < i))));
  return outermost.map(path => ({ path, from: valueAt(live as JsonObject, path), to: undefined }));
}

const isIdentity = ([first, second]: FieldPath): boolean => first === 'apiVersion' || first === 'kind' || (first === 'metadata' && (second === 'name' || second === 'namespace'));

/** Of server-side apply: what the server says is kubectl's. */
function appliedBefore(live: KubeObject, expected: KubeObject): FieldPath[] {
  const own = ownFields(expected), theirs = foreignFields(live).filter(({ owner }) => owner.manager === 'kubectl' && owner.operation === 'Apply').flatMap(({ fields }) => fields);
  return theirs.filter(({ path, item }) => !own.some(mine => (item || mine.item ? pathText(mine.path) === pathText(path) : overlaps(mine.path, path)))).map(({ path }) => path);
}

/** Of client-side apply: what its copy of the last one has more. A list that is one value is part of the dry run already. */
function copyOf(live: KubeObject, asked: KubeObject, snapshot: Snapshot): FieldPath[] {
  const text = live.metadata.annotations?.[lastApplied];
  if (text === undefined) return [];
  let before: KubeObject | null;
  // Anybody may have written it.
  try { before = JSON.parse(text) as KubeObject | null; } catch { return []; }
  if (typeof before?.metadata !== 'object' || before.metadata === null) return [];
  return differences(before, asked, snapshot, 'all').filter(({ path, to }) => to === undefined && !path.some(step => typeof step === 'object' && 'index' in step)).map(({ path }) => path);
}
