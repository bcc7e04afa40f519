/**
 * Cuts an OpenAPI v3 document of the API server down to what synthesis reads: the schemas of kinds that can be created
 * and whatever they refer to, without prose. Types, enums, required fields, formats, patterns, bounds, defaults and every
 * `x-kubernetes-*` rule stay as served.
 */
import type { Json, JsonObject } from '../kubernetes.ts';

export interface OpenApiDocument { components: { schemas: Record<string, JsonObject> } }

const prose = new Set(['description', 'title', 'example', 'externalDocs']);
/** Keywords whose value maps names to schemas, so that a field called `description` is not taken for prose. */
const maps = new Set(['properties', 'patternProperties', 'definitions']);
const refPrefix = '#/components/schemas/';
/** The server writes status; a client's is accepted and ignored, so its shape is of no use here. */
const openStatus: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export function pruneOpenApi(document: JsonObject): OpenApiDocument {
  const schemas = ((document['components'] as JsonObject | undefined)?.['schemas'] ?? {}) as Record<string, JsonObject>;
  const kept: Record<string, JsonObject> = {};
  const queue = creatable((document['paths'] ?? {}) as JsonObject);
  const roots = new Set(queue);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const served = schemas[name];
    if (name in kept || !served) continue;
    const schema = withoutProse(served);
    const properties = schema['properties'] as JsonObject | undefined;
    if (roots.has(name) && properties?.['status']) {
      properties['status'] = openStatus;
      // Some kinds of older versions demand their status; a creator cannot be asked for it.
      if (Array.isArray(schema['required'])) schema['required'] = schema['required'].filter(field => field !== 'status');
    }
    if (properties && name.endsWith('.ObjectMeta')) delete properties['managedFields'];
    kept[name] = schema;
    references(schema, queue);
  }
  return { components: { schemas: Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1))) } };
}

/** Names of the schemas that a POST to a collection takes; a path with text after `{name}` is a subresource. */
function creatable(paths: JsonObject): string[] {
  const names: string[] = [];
  for (const [path, item] of Object.entries(paths)) {
    if (/\{name\}/.test(path)) continue;
    const post = (item as JsonObject)['post'] as JsonObject | undefined;
    const content = (post?.['requestBody'] as JsonObject | undefined)?.['content'] as Record<string, JsonObject> | undefined;
    const ref = (Object.values(content ?? {})[0]?.['schema'] as JsonObject | undefined)?.['$ref'];
    if (typeof ref === 'string') names.push(ref.slice(refPrefix.length));
  }
  return names;
}

function withoutProse(schema: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (prose.has(key)) continue;
    if (maps.has(key) && value && typeof value === 'object') {
      out[key] = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clean(member)]));
    } else out[key] = key === 'default' || key === 'enum' || key.startsWith('x-') ? value : clean(value);
  }
  return out;
}

const clean = (value: Json): Json =>
  Array.isArray(value) ? value.map(clean) : value && typeof value === 'object' ? withoutProse(value) : value;

function references(value: Json, found: string[]): void {
  if (Array.isArray(value)) for (const member of value) references(member, found);
  else if (value && typeof value === 'object') {
    for (const [key, member] of Object.entries(value)) {
      if (key === '$ref' && typeof member === 'string') found.push(member.slice(refPrefix.length)); else references(member, found);
    }
  }
}
