/** Finds the schemas of a snapshot: by group, version and kind, and by `$ref`. */
import type { JsonObject } from '../kubernetes.ts';
import type { ServedKind, Snapshot } from './types.ts';

/** A schema and the document in which its `$ref`s are to be resolved. */
export interface KindSchema { document: string; name: string; schema: JsonObject }

export interface OpenApiIndex {
  /** The kind as discovery lists it; undefined when not served. */
  served(group: string, kind: string): ServedKind | undefined;
  /** The schema of a kind; of its preferred version when none is given. Undefined when not served or without schema. */
  find(group: string, kind: string, version?: string): KindSchema | undefined;
  /**
   * The schema that `schema` stands for: itself, or what its `$ref` names in that document. A lone `allOf: [$ref]` with
   * siblings, which the server writes to attach a default, is merged. Undefined for a dangling reference.
   */
  resolve(document: string, schema: JsonObject): JsonObject | undefined;
}

type Gvk = { group: string; version: string; kind: string };
/** By the two parts an index is made of: snapshots of one cluster, taken as it changes, mostly share both. */
const indexes = new WeakMap<Snapshot['openapi'], WeakMap<Snapshot['kinds'], OpenApiIndex>>();
const refPrefix = '#/components/schemas/';

/** The index of a snapshot; built once, each document's kinds on first need. */
export function openApiIndex(snapshot: Snapshot): OpenApiIndex {
  const ofSchemas = indexes.get(snapshot.openapi) ?? new WeakMap<Snapshot['kinds'], OpenApiIndex>();
  indexes.set(snapshot.openapi, ofSchemas);
  const known = ofSchemas.get(snapshot.kinds);
  if (known) return known;
  const kinds = new Map(snapshot.kinds.map(kind => [`${kind.group}/${kind.kind}`, kind]));
  const byKind = new Map<string, Map<string, string>>();
  const schemas = (document: string): Record<string, JsonObject> => snapshot.openapi[document]?.components.schemas ?? {};
  const namesOf = (document: string, group: string, version: string): Map<string, string> => {
    let names = byKind.get(document);
    if (!names) {
      byKind.set(document, names = new Map());
      for (const [name, schema] of Object.entries(schemas(document))) {
        for (const gvk of (schema['x-kubernetes-group-version-kind'] ?? []) as Gvk[]) {
          // A few schemas, such as DeleteOptions, carry the kinds of many groups.
          if (gvk.group === group && gvk.version === version) names.set(gvk.kind, name);
        }
      }
    }
    return names;
  };
  const target = (document: string, ref: unknown): JsonObject | undefined =>
    typeof ref === 'string' && ref.startsWith(refPrefix) ? schemas(document)[ref.slice(refPrefix.length)] : undefined;

  const index: OpenApiIndex = {
    served: (group, kind) => kinds.get(`${group}/${kind}`),
    find(group, kind, version) {
      const wanted = version ?? kinds.get(`${group}/${kind}`)?.versions[0];
      if (!wanted) return undefined;
      const document = group ? `apis/${group}/${wanted}` : `api/${wanted}`;
      const name = namesOf(document, group, wanted).get(kind);
      return name === undefined ? undefined : { document, name, schema: schemas(document)[name]! };
    },
    resolve(document, schema) {
      if ('$ref' in schema) return target(document, schema['$ref']);
      const all = schema['allOf'];
      if (!Array.isArray(all) || all.length !== 1 || !(all[0] as JsonObject)['$ref']) return schema;
      const base = target(document, (all[0] as JsonObject)['$ref']);
      const { allOf: _allOf, ...siblings } = schema;
      return base && { ...base, ...siblings };
    },
  };
  ofSchemas.set(snapshot.kinds, index);
  return index;
}
