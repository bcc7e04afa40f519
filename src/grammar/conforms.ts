/** Whether plain values satisfy a schema node: the leaf rules of the grammar, shared by literals and slot values. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';

/** A schema with the document its references belong to, resolved. */
export interface Node { document: string; schema: JsonObject }

/** Keywords the grammar either enforces or may leave to the checker without becoming wider than the API's structure. */
const KNOWN = new Set([
  'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum',
  'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'uniqueItems', 'nullable', 'default', 'description',
  'title', 'example', 'externalDocs', '$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'readOnly', 'deprecated',
]);

/** The node a schema stands for. A dangling reference, or a keyword the grammar does not know, is refused by name. */
export function resolved(index: OpenApiIndex, document: string, schema: JsonObject, where: string): Node {
  let at: JsonObject | undefined = schema;
  for (let hops = 0; at && ('$ref' in at || isLoneAllOf(at)) && hops < 20; hops++) at = index.resolve(document, at);
  const unknown = at && Object.keys(at).find(k => !KNOWN.has(k) && !k.startsWith('x-'));
  if (!at || unknown) {
    throw new Refusal(Exit.refused, [{
      rule: 'schema-unsupported', severity: 'refused', object: where, path: '',
      message: at ? `the cluster's schema of ${where} uses "${unknown}", which the grammar cannot express` : `the cluster's schema of ${where} refers to a schema it does not carry`,
      fix: 'Take a new snapshot; if it persists, the CRD is at fault or needs support in src/grammar.',
    }]);
  }
  return { document, schema: at };
}

const isLoneAllOf = (s: JsonObject): boolean =>
  Array.isArray(s['allOf']) && s['allOf'].length === 1 && '$ref' in (s['allOf'][0] as JsonObject) && !('type' in s);

export const isIntOrString = (s: JsonObject): boolean => s['x-kubernetes-int-or-string'] === true || s['format'] === 'int-or-string';
export const keepsUnknown = (s: JsonObject): boolean => s['x-kubernetes-preserve-unknown-fields'] === true;
/** No type and no structure: anything goes (JSON, RawExtension). */
const isOpen = (s: JsonObject): boolean => s['type'] === undefined && !s['properties'] && !s['items'] && !s['additionalProperties'];

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+)?$/;
const patterns = new Map<string, RegExp | null>();
const patternOf = (source: string): RegExp | null => {
  if (!patterns.has(source)) { let r: RegExp | null = null; try { r = new RegExp(source, 'u'); } catch { try { r = new RegExp(source); } catch { r = null; } } patterns.set(source, r); }
  return patterns.get(source)!;
};

const typeFits = (schema: JsonObject, value: Json): boolean => {
  if (isIntOrString(schema)) return typeof value === 'string' || Number.isInteger(value);
  switch (schema['type']) {
    case undefined: return true;
    case 'string': return typeof value === 'string';
    case 'integer': return Number.isInteger(value);
    case 'number': return typeof value === 'number';
    case 'boolean': return typeof value === 'boolean';
    case 'array': return Array.isArray(value);
    case 'object': return value !== null && typeof value === 'object' && !Array.isArray(value);
    default: return false;
  }
};

/** Type, enum, pattern, bounds and quantity of a scalar. */
export function scalarFits(schema: JsonObject, value: Json, isQuantity: boolean): boolean {
  if (value === null) return schema['nullable'] === true;
  // resource.Quantity is a bare string in OpenAPI, but the API server takes numbers too.
  if (isQuantity) return typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value));
  if (!typeFits(schema, value)) return false;
  const { enum: allowed, pattern, minimum, maximum, minLength, maxLength } = schema;
  if (Array.isArray(allowed) && !allowed.includes(value)) return false;
  if (typeof value === 'number') return !(typeof minimum === 'number' && value < minimum) && !(typeof maximum === 'number' && value > maximum);
  if (typeof value !== 'string') return true;
  if (typeof minLength === 'number' && value.length < minLength) return false;
  if (typeof maxLength === 'number' && value.length > maxLength) return false;
  return typeof pattern !== 'string' || (patternOf(pattern)?.test(value) ?? true);
}

const isQuantityRef = (schema: JsonObject): boolean => {
  const ref = schema['$ref'] ?? ((schema['allOf'] as JsonObject[] | undefined)?.[0]?.['$ref']);
  return typeof ref === 'string' && ref.endsWith('api.resource.Quantity');
};

/** Whether a whole value satisfies a schema, fields unknown to it included. */
export function conforms(index: OpenApiIndex, document: string, schema: JsonObject, value: Json, where: string): boolean {
  const quantity = isQuantityRef(schema);
  const { schema: s } = resolved(index, document, schema, where);
  if (isOpen(s) && !quantity && !isIntOrString(s)) return true;
  if (value === null || typeof value !== 'object') return scalarFits(s, value, quantity);
  if (!typeFits(s, value)) return false;
  if (Array.isArray(value)) return value.every(v => conforms(index, document, (s['items'] ?? {}) as JsonObject, v, where));
  const properties = (s['properties'] ?? {}) as Record<string, JsonObject>;
  if (((s['required'] ?? []) as string[]).some(k => !(k in value))) return false;
  return Object.entries(value).every(([k, v]) => {
    const child = properties[k] ?? (s['additionalProperties'] !== false ? s['additionalProperties'] : undefined);
    if (child === undefined) return keepsUnknown(s);
    return child === true || conforms(index, document, child as JsonObject, v, where);
  });
}

export { isQuantityRef, isOpen };
