/**
 * What differs between two states of one object, as the API server would see it: list items pair by the keys of their schema,
 * quantities by amount, a default that is left out is no difference, and what the server keeps in metadata and status is none.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
import type { FieldPath } from '../change/field-path.ts';
import { isMap, splitApiVersion } from '../kubernetes.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { same } from '../verdict/equal.ts';
import { sameQuantity } from '../verdict/quantity.ts';
import { resolve } from '../verdict/schema.ts';
import type { Schemas } from '../verdict/schema.ts';
import { asObject } from '../verdict/types.ts';
import { listDifferences } from './items.ts';

export interface Difference { path: FieldPath; from: Json | undefined; to: Json | undefined }

export interface Walk {
  schemas: Schemas;
  /**
   * Whether a field that only `from` has is a difference. Where it is not, `to` says what somebody states and `from` what is
   * there, with what the server and others put beside it; it still is one in whatever is one value to the server, and in lists.
   */
  whole: boolean;
}

const serverKept = new Set(['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']);
/** kubectl's copy of what it applied says nothing that the fields do not. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** Filled in by the server where it stands in one value with others, and no schema says so. */
const filledIn: JsonObject = { protocol: 'TCP', apiVersion: 'v1', divisor: '0' };

/** @param counts `stated`: only what `to` states; `all`: both sides alike */
export function differences(from: KubeObject, to: KubeObject, snapshot: Snapshot, counts: 'all' | 'stated'): Difference[] {
  const { group, version } = splitApiVersion(to.apiVersion), found = openApiIndex(snapshot).find(group, to.kind, version);
  const walk: Walk = { schemas: found ? snapshot.openapi[found.document]!.components.schemas : {}, whole: counts === 'all' };
  return compare(bare(from), bare(to), found?.schema ?? {}, [], walk);
}

/** The object without what the server keeps. */
function bare({ status: _, ...object }: KubeObject): JsonObject {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !serverKept.has(key)));
  const annotations = Object.entries(asObject(metadata['annotations'])).filter(([key]) => key !== lastApplied);
  if (annotations.length) metadata['annotations'] = Object.fromEntries(annotations); else delete metadata['annotations'];
  return { ...object, metadata } as JsonObject;
}

export function compare(from: Json | undefined, to: Json | undefined, raw: JsonObject, path: FieldPath, walk: Walk): Difference[] {
  const { schema, name } = resolve(raw, walk.schemas);
  if (same(from, to) || sameAmount(from, to, schema, name) || (blank(from) && blank(to))) return [];
  if (isMap(from) && isMap(to)) return members(from, to, schema, path, walk);
  if (Array.isArray(from) && Array.isArray(to)) return listDifferences(from, to, schema, path, walk);
  return [{ path, from, to }];
}

function members(from: JsonObject, to: JsonObject, schema: JsonObject, path: FieldPath, walk: Walk): Difference[] {
  const inner = schema['x-kubernetes-map-type'] === 'atomic' ? { ...walk, whole: true } : walk;
  const keys = inner.whole ? new Set([...Object.keys(from), ...Object.keys(to)]) : Object.keys(to);
  const properties = asObject(schema['properties']);
  return [...keys].flatMap(key => {
    // A key of a free map is never filled in, whatever the default of its values.
    if (!Object.hasOwn(properties, key)) return compare(from[key], to[key], asObject(schema['additionalProperties']), [...path, key], inner);
    const field = asObject(properties[key]), alone = from[key] === undefined ? to[key] : to[key] === undefined ? from[key] : undefined;
    const usual = field['default'] ?? resolve(field, walk.schemas).schema['default'] ?? (path.length ? filledIn[key] : undefined);
    return alone !== undefined && same(alone, usual) ? [] : compare(from[key], to[key], field, [...path, key], inner);
  });
}

/** `0.5` and `500m`, where the schema says that it is a quantity. */
const sameAmount = (from: Json | undefined, to: Json | undefined, schema: JsonObject, name: string): boolean =>
  (name.endsWith('.resource.Quantity') || (schema['x-kubernetes-int-or-string'] === true && String(schema['pattern']).includes('KMGTPE'))) && sameQuantity(from, to);

/** The server does not tell an empty list from none. */
const blank = (value: Json | undefined): boolean => value === undefined || value === null || (Array.isArray(value) && !value.length);

