/**
 * The same cluster with more definitions, or other versions of those it has: kinds and documents as the API server would
 * publish them. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#publish-validation-schema-in-openapi
 */
import { Exit, Refusal } from '../diagnostic.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { inSnapshotOrder } from '../snapshot/capture.ts';
import { pruneOpenApi } from '../snapshot/prune.ts';
import type { ServedKind, Snapshot } from '../snapshot/types.ts';
import { builtInGroups, documentPath, inOrder } from './built-in.ts';
import { byPriority, readDefinitions } from './definition.ts';
import type { Definition } from './definition.ts';
import { served } from './k8s.ts';
import type { WhatIf } from './what-if.ts';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const refTo = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** @throws Refusal `crd-malformed` (exit 2) */
export function withDefinitions(text: string | Uint8Array, file: string): WhatIf {
  const definitions = readDefinitions(text, file), names = definitions.map(({ plural, group }) => `${plural}.${group}`);
  return { text: `with ${names.length > 3 ? `${names.length} definitions of ${file}` : names.join(', ')}`, on: snapshot => definitions.reduce((before, one) => withDefinition(before, one, file), snapshot) };
}

function withDefinition(snapshot: Snapshot, definition: Definition, file: string): Snapshot {
  const { group, kind, plural, namespaced } = definition;
  if (builtInGroups(snapshot).has(group)) {
    throw new Refusal(Exit.badInput, [{ rule: 'crd-of-built-in', severity: 'refused', object: file, path: 'spec.group', message: `${group} is a group of Kubernetes itself, and ${plural} cannot be added to it`, fix: 'Use a group of your own.' }]);
  }
  const others = snapshot.kinds.filter(k => k.group !== group || k.kind !== kind), names = definition.versions.map(v => v.name);
  const kinds = inOrder(sharedOrder([...others, ...(names.length ? [{ group, kind, plural, namespaced, versions: names }] : [])], group));
  const openapi = { ...snapshot.openapi };
  for (const version of new Set([...names, ...snapshot.kinds.flatMap(k => (k.group === group && k.kind === kind ? k.versions : []))])) {
    const path = documentPath(group, version), own = definition.versions.find(v => v.name === version);
    const document = publish(openapi[path]?.components.schemas ?? {}, own?.schema, definition, version, snapshot);
    if (document) openapi[path] = document; else delete openapi[path];
  }
  return {
    ...snapshot, kinds, openapi: Object.fromEntries(Object.entries(openapi).sort(([a], [b]) => (a < b ? -1 : 1))),
    objects: inSnapshotOrder(snapshot.objects.flatMap(o => (o.kind === kind && splitApiVersion(o.apiVersion).group === group ? served(o, kinds) : [o]))),
  };
}

/** A group prefers one version, and lists the kinds that have it in that one first. */
const sharedOrder = (kinds: readonly ServedKind[], group: string): ServedKind[] => kinds.map(k => (k.group === group ? { ...k, versions: [...k.versions].sort(byPriority) } : k));

/** The document of a group-version, in which this kind's schema stands beside those of the others; undefined where none is left. */
function publish(schemas: Record<string, JsonObject>, own: JsonObject | undefined, { group, kind, plural }: Definition, version: string, snapshot: Snapshot): Snapshot['openapi'][string] | undefined {
  const name = [...group.split('.').reverse(), version, kind].join('.');
  const { [name]: _, ...rest } = schemas, library = Object.entries(snapshot.openapi['api/v1']?.components.schemas ?? {}).filter(([known]) => known.startsWith('io.k8s.apimachinery.'));
  const root = own && asPublished(own, { group, version, kind });
  const paths = root ? { [`/apis/${group}/${version}/${plural}`]: { post: { requestBody: { content: { '*/*': { schema: refTo(name) } } } } } } : {};
  // Schemas of the others were cut down before; what only the library has is kept where it is referred to.
  const pruned = pruneOpenApi({ paths, components: { schemas: { ...Object.fromEntries(library), ...(root ? { [name]: root } : {}) } } } as JsonObject).components.schemas;
  const all = { ...rest, ...pruned }, left = Object.keys(all).some(key => !key.startsWith('io.k8s.apimachinery.'));
  return left ? { components: { schemas: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) } } : undefined;
}

/** The definition's schema, with what every object has. */
function asPublished(schema: JsonObject, gvk: JsonObject): JsonObject {
  const root = spelledOut(schema) as JsonObject;
  return { ...root, properties: { ...root['properties'] as JsonObject, ...identity }, 'x-kubernetes-group-version-kind': [gvk] };
}

const identity: JsonObject = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { allOf: [refTo(objectMeta)] } };

/** An embedded resource has the fields of an object as well, and what may be a number or text says so in two ways. */
function spelledOut(value: Json): Json {
  if (Array.isArray(value)) return value.map(spelledOut);
  if (value === null || typeof value !== 'object') return value;
  const out = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, key === 'default' || key === 'enum' ? member : spelledOut(member)]));
  if (out['x-kubernetes-int-or-string'] === true) out['anyOf'] ??= [{ type: 'integer' }, { type: 'string' }];
  if (out['x-kubernetes-embedded-resource'] === true) out['properties'] = { ...(out['properties'] as JsonObject | undefined), ...identity };
  return out;
}
