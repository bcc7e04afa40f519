/** Differences as they may be shown: no value of a Secret is. */
import { pathText } from '../change/field-path.ts';
import { objectName } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { REDACTED } from '../snapshot/redact.ts';
import type { Difference } from './difference.ts';
import type { FieldChange, ObjectChange } from './types.ts';

const secretFields = new Set(['data', 'stringData', 'binaryData']);
/** Somebody may have put the values there too. */
const inAnnotations = (path: Difference['path']): boolean => path[0] === 'metadata' && path[1] === 'annotations';

export const fieldChanges = (object: KubeObject, found: readonly Difference[]): FieldChange[] => found.map(({ path, from, to }) => {
  const secret = object.kind === 'Secret' && object.apiVersion === 'v1' && (secretFields.has(String(path[0])) || inAnnotations(path));
  const shown = (value: Json): Json => (secret ? hidden(value) : value);
  return { path: pathText(path), ...(from === undefined ? {} : { from: shown(from) }), ...(to === undefined ? {} : { to: shown(to) }) };
});

const hidden = (value: Json): Json => (Array.isArray(value) ? value.map(hidden)
  : value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hidden(member)])) : REDACTED);

/** What a plan says of one object. */
export const objectChange = (object: KubeObject, action: ObjectChange['action'], more: Partial<ObjectChange> = {}): ObjectChange => ({
  object: objectName(object), apiVersion: object.apiVersion, ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }), action, fields: [], ...more,
});

/** Changed where something differs. */
export const changeOf = (object: KubeObject, found: readonly Difference[]): ObjectChange =>
  objectChange(object, found.length ? 'change' : 'unchanged', { fields: fieldChanges(object, found) });
