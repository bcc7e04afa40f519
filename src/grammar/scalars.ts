/** Leaf rules of the grammar: type, enum, pattern, bounds and quantity of one scalar. */
import type { Json, JsonObject } from '../kubernetes.ts';

export const isIntOrString = (s: JsonObject): boolean => s['x-kubernetes-int-or-string'] === true || s['format'] === 'int-or-string';

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)(([KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+)?$/;
const INT32 = 2 ** 31;

const patterns = new Map<string, RegExp | null>();

/** Go's `(?i)` holds to the end of its group; JavaScript wants the group around it. */
function scopedFlags(source: string): string {
  for (let at = source.indexOf('(?i)'); at >= 0; at = source.indexOf('(?i)')) {
    let depth = 0, inClass = false, end = source.length;
    for (let i = at + 4; i < source.length; i++) {
      const c = source[i];
      if (c === '\\') i++;
      else if (inClass) inClass = c !== ']';
      else if (c === '[') inClass = true;
      else if (c === '(') depth++;
      else if (c === ')' && --depth < 0) { end = i; break; }
    }
    source = `${source.slice(0, at)}(?i:${source.slice(at + 4, end)})${source.slice(end)}`;
  }
  return source;
}

function patternOf(source: string): RegExp | null {
  let known = patterns.get(source);
  if (known === undefined) {
    known = null;
    for (const flags of ['u', '']) { try { known = new RegExp(scopedFlags(source), flags); break; } catch { /* tried without the flag, then given up */ } }
    patterns.set(source, known);
  }
  return known;
}

export const typeFits = (schema: JsonObject, value: Json): boolean => {
  if (isIntOrString(schema)) return typeof value === 'string' || Number.isInteger(value);
  switch (schema['type']) {
    case undefined: return true;
    case 'string': return typeof value === 'string';
    case 'integer': return Number.isInteger(value) && (schema['format'] !== 'int32' || ((value as number) >= -INT32 && (value as number) < INT32));
    case 'number': return typeof value === 'number';
    case 'boolean': return typeof value === 'boolean';
    case 'array': return Array.isArray(value);
    case 'object': return value !== null && typeof value === 'object' && !Array.isArray(value);
    default: return false;
  }
};

function numberFits(schema: JsonObject, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  // OpenAPI 3.0 writes exclusive bounds as flags beside the bound.
  if (typeof minimum === 'number' && (exclusiveMinimum === true ? value <= minimum : value < minimum)) return false;
  if (typeof maximum === 'number' && (exclusiveMaximum === true ? value >= maximum : value > maximum)) return false;
  return typeof multipleOf !== 'number' || Number.isInteger(value / multipleOf);
}

/** Whether a scalar fits a resolved schema, the parts of anyOf, oneOf and the like apart. */
export function scalarFits(schema: JsonObject, value: Json, isQuantity: boolean): boolean {
  if (value === null) return schema['nullable'] === true;
  // resource.Quantity is a bare string in OpenAPI, but the API server takes numbers too.
  if (isQuantity) return typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value));
  if (!typeFits(schema, value)) return false;
  const { enum: allowed, pattern, minLength, maxLength } = schema;
  if (Array.isArray(allowed) && !allowed.includes(value)) return false;
  if (typeof value === 'number') return numberFits(schema, value);
  if (typeof value !== 'string') return true;
  // The API server counts code points.
  const length = [...value].length;
  if (typeof minLength === 'number' && length < minLength) return false;
  if (typeof maxLength === 'number' && length > maxLength) return false;
  // A pattern that cannot be read admits nothing: the grammar may be narrower than the API, never wider.
  return typeof pattern !== 'string' || (patternOf(pattern)?.test(value) ?? false);
}
