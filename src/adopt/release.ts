/**
 * Field ownership changes hands, as kubectl does it when it goes from client-side to server-side apply: what former managers hold of
 * an object becomes ours, so that a field that is not asked for any more goes, and nobody else keeps it there.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
 */
import { MANAGER } from '../change/managed-fields.ts';
import { INTENT_LABEL, PART_OF, applySetId, ownerReference } from '../change/ownership.ts';
import type { IntentRef } from '../change/ownership.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { asList, asObject, asText, at } from '../import/json.ts';

/** What package managers and kubectl note for themselves; it says nothing true of an object that is not theirs any more. */
export const formerNotes = /^(meta\.helm\.sh\/|kubectl\.kubernetes\.io\/last-applied-configuration$)/;

const isOurs = (entry: JsonObject): boolean => entry['manager'] === MANAGER && entry['operation'] === 'Apply';
const isStanding = (entry: JsonObject): boolean => asText(entry['subresource'] ?? '') !== '';

/** Who holds fields that are to be ours, ourselves and what acts through a subresource aside. */
export const managersOf = (live: KubeObject, asked: KubeObject): string[] =>
  [...new Set(asList(live.metadata['managedFields']).filter(e => e['manager'] !== MANAGER && !isStanding(e) && Object.keys(split(asObject(e['fieldsV1']), asked)[0]).length > 0).map(e => asText(e['manager'])))].sort();
/** Managers that apply: they will do so again. */
export const appliersOf = (live: KubeObject): string[] =>
  [...new Set(asList(live.metadata['managedFields']).filter(e => e['operation'] === 'Apply' && e['manager'] !== MANAGER && !isStanding(e)).map(e => asText(e['manager'])))].sort();

/** The live object as the intent's: labelled, owned, its fields held by us. Applying what is asked comes next. */
export function claimed(live: KubeObject, asked: KubeObject, intent: IntentRef): KubeObject {
  const entries = asList(live.metadata['managedFields']), kept: JsonObject[] = [];
  let ours: JsonObject = {};
  for (const entry of entries) {
    if (isStanding(entry)) { kept.push(entry); continue; }
    if (isOurs(entry)) { ours = union(ours, asObject(entry['fieldsV1'])); continue; }
    const [taken, left] = split(asObject(entry['fieldsV1']), asked);
    // Paths of another version may not exist in this one; nobody then holds them.
    if (entry['apiVersion'] === live.apiVersion) ours = union(ours, taken);
    if (Object.keys(left).length) kept.push({ ...entry, fieldsV1: left });
  }
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const managedFields = [...kept, { manager: MANAGER, operation: 'Apply', apiVersion: live.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: ours }] as Json[];
  const owners = asList(live.metadata['ownerReferences']).filter(o => o['uid'] !== intent.uid);
  const annotations = Object.fromEntries(Object.entries(live.metadata.annotations ?? {}).filter(([key]) => !formerNotes.test(key)));
  const { status: _, ...rest } = live;
  return {
    ...rest as KubeObject,
    metadata: { ...live.metadata, annotations, managedFields, labels: { ...live.metadata.labels, [PART_OF]: applySetId(intent), [INTENT_LABEL]: intent.name }, ownerReferences: [...owners, ownerReference(intent)] },
  };
}

/** Fields that become ours, and those that stay with who holds them: labels and annotations that are not asked for, and a number of replicas that nobody states. */
function split(fields: JsonObject, asked: KubeObject): [taken: JsonObject, left: JsonObject] {
  const { 'f:metadata': metadata, 'f:status': status, ...taken } = structuredClone(fields), left: JsonObject = status === undefined ? {} : { 'f:status': status };
  const spec = asObject(taken['f:spec']);
  if (spec['f:replicas'] !== undefined && at(asked['spec'], 'replicas') === undefined) { left['f:spec'] = { 'f:replicas': spec['f:replicas'] }; delete spec['f:replicas']; }
  for (const [part, members] of Object.entries(asObject(metadata))) {
    const values = part === 'f:labels' ? asked.metadata.labels ?? {} : part === 'f:annotations' ? asked.metadata.annotations ?? {} : undefined;
    const isTaken = (key: string): boolean => values !== undefined && (key === '.' || values[key.slice(2)] !== undefined || formerNotes.test(key.slice(2)));
    const of = (taken: boolean): JsonObject => Object.fromEntries(Object.entries(asObject(members)).filter(([key]) => isTaken(key) === taken));
    if (values === undefined) { left['f:metadata'] = { ...asObject(left['f:metadata']), [part]: members! }; continue; }
    if (Object.keys(of(true)).length) taken['f:metadata'] = { ...asObject(taken['f:metadata']), [part]: of(true) };
    if (Object.keys(of(false)).length) left['f:metadata'] = { ...asObject(left['f:metadata']), [part]: of(false) };
  }
  return [taken, left];
}

const union = (a: JsonObject, b: JsonObject): JsonObject =>
  Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map(key => [key, union(asObject(a[key]), asObject(b[key]))]));
