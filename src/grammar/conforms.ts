/** Whether plain values satisfy a schema node, shared by literals and slot values. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { isIntOrString, scalarFits, typeFits } from './scalars.ts';

/** A schema with the document its references belong to, resolved. */
export interface Node { document: string; schema: JsonObject }

/**
 * Keywords the grammar enforces, or leaves to the checker where several values must be seen together (uniqueItems, the keys
 * of list-type map, branches of anyOf and oneOf that depend on more than which fields are there).
 */
const KNOWN = new Set([
  'type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum',
  'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'uniqueItems', 'nullable', 'default', 'description',
  'title', 'example', 'externalDocs', '$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'readOnly', 'deprecated',
]);
/** Keywords that only describe: a schema of these alone admits anything. */
const DESCRIBING = new Set(['nullable', 'default', 'description', 'title', 'example', 'externalDocs', 'readOnly', 'deprecated']);

const nodes = new WeakMap<OpenApiIndex, WeakMap<JsonObject, Node>>();

/** The node a schema stands for. A dangling reference, or a keyword the grammar does not know, is refused by name. */
export function resolved(index: OpenApiIndex, document: string, schema: JsonObject, where: string): Node {
  let known = nodes.get(index);
  if (!known) nodes.set(index, known = new WeakMap());
  const before = known.get(schema);
  if (before?.document === document) return before;
  let at: JsonObject | undefined = schema;
  for (let hops = 0; at && ('$ref' in at || isLoneAllOf(at)) && hops < 20; hops++) at = index.resolve(document, at);
  if (at && '$ref' in at) at = undefined;
  const unknown = at && Object.keys(at).find(k => !KNOWN.has(k) && !k.startsWith('x-'));
  if (!at || unknown) {
    throw new Refusal(Exit.refused, [{
      rule: 'schema-unsupported', severity: 'refused', object: where, path: '',
      message: at ? `the cluster's schema of ${where} uses "${unknown}", which the grammar cannot express` : `the cluster's schema of ${where} refers to a schema it does not carry`,
      fix: 'Take a new snapshot; if it persists, the CRD is at fault or needs support in src/grammar.',
    }]);
  }
  const node = { document, schema: at };
  known.set(schema, node);
  return node;
}

const isLoneAllOf = (s: JsonObject): boolean =>
  Array.isArray(s['allOf']) && s['allOf'].length === 1 && '$ref' in (s['allOf'][0] as JsonObject) && !('type' in s);

export const keepsUnknown = (s: JsonObject): boolean => s['x-kubernetes-preserve-unknown-fields'] === true;
/** Neither type nor any rule: anything goes (JSON, RawExtension). */
export const isOpen = (s: JsonObject): boolean => Object.keys(s).every(k => DESCRIBING.has(k) || k.startsWith('x-'));

export const isQuantityRef = (schema: JsonObject): boolean => {
  const ref = schema['$ref'] ?? ((schema['allOf'] as JsonObject[] | undefined)?.[0]?.['$ref']);
  return typeof ref === 'string' && ref.endsWith('api.resource.Quantity');
};

/** A schema's own property; names like `constructor` are not properties unless stated. */
export const propertyOf = (schema: JsonObject, key: string): JsonObject | undefined => {
  const properties = schema['properties'] as Record<string, JsonObject> | undefined;
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
};

/** Whether a whole value satisfies a schema. */
export const conforms = (index: OpenApiIndex, document: string, schema: JsonObject, value: Json, where: string): boolean =>
  new Reader(index, document, where).fits(schema, value, true);

class Reader {
  readonly #index: OpenApiIndex;
  readonly #document: string;
  readonly #where: string;
  constructor(index: OpenApiIndex, document: string, where: string) { this.#index = index; this.#document = document; this.#where = where; }

  /** `strict`: fields that the schema does not know are refused, and so is a shape it does not speak of; branches of anyOf and the like speak only of parts. */
  fits(schema: JsonObject, value: Json, strict: boolean): boolean {
    const quantity = isQuantityRef(schema);
    const { schema: s } = resolved(this.#index, this.#document, schema, this.#where);
    if (!quantity && !isIntOrString(s) && isOpen(s)) return true;
    if (value === null || typeof value !== 'object') {
      if (strict && value !== null && s['type'] === undefined && (s['properties'] || s['items'] || s['additionalProperties'])) return false;
      return scalarFits(s, value, quantity) && (quantity || value === null || this.#branches(s, value));
    }
    if (quantity || !typeFits(s, value)) return false;
    return (Array.isArray(value) ? this.#list(s, value, strict) : this.#map(s, value, strict)) && this.#branches(s, value);
  }

  #list(s: JsonObject, value: Json[], strict: boolean): boolean {
    const { minItems, maxItems } = s;
    if ((typeof minItems === 'number' && value.length < minItems) || (typeof maxItems === 'number' && value.length > maxItems)) return false;
    if (strict && s['type'] === undefined && !s['items']) return false;
    const items = s['items'] as JsonObject | undefined;
    return !items || value.every(v => this.fits(items, v, strict));
  }

  #map(s: JsonObject, value: JsonObject, strict: boolean): boolean {
    const { required, additionalProperties: extra, minProperties, maxProperties } = s, entries = Object.entries(value);
    if (((required ?? []) as string[]).some(k => !Object.hasOwn(value, k))) return false;
    if ((typeof minProperties === 'number' && entries.length < minProperties) || (typeof maxProperties === 'number' && entries.length > maxProperties)) return false;
    return entries.every(([k, v]) => {
      const child = propertyOf(s, k) ?? extra;
      if (child === false) return false;
      if (child === undefined) return !strict || keepsUnknown(s);
      return child === true || this.fits(child as JsonObject, v, strict);
    });
  }

  #branches(s: JsonObject, value: Json): boolean {
    const { anyOf, oneOf, allOf, not } = s as Record<string, JsonObject[] & JsonObject | undefined>;
    const admits = (b: JsonObject): boolean => this.fits(b, value, false);
    return (!anyOf || anyOf.some(admits)) && (!oneOf || oneOf.filter(admits).length === 1) && (!allOf || allOf.every(admits)) && (!not || !admits(not));
  }
}
