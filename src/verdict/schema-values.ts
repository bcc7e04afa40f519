/** Scalars against a schema: type, enum, pattern, format, bounds. */
import type { Json, JsonObject } from '../kubernetes.ts';
import type { Walk } from './schema.ts';
import { same } from './equal.ts';
import { parseQuantity } from './quantity.ts';

export const schemaType = (schema: JsonObject): string | undefined => (typeof schema.type === 'string' ? schema.type : undefined);

const typeOf = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value;

const patterns = new Map<string, RegExp | null>();
/** API servers use RE2; what JavaScript cannot compile is reported as unchecked by name. */
const regexp = (pattern: string): RegExp | null => {
  if (!patterns.has(pattern)) {
    try { patterns.set(pattern, new RegExp(pattern)); } catch { patterns.set(pattern, null); }
  }
  return patterns.get(pattern) ?? null;
};

const bounds: Record<string, [number, number]> = { int32: [-(2 ** 31), 2 ** 31 - 1], int64: [-(2 ** 63), 2 ** 63] };

export const scalarProblems = (value: Json, schema: JsonObject, name: string, walk: Walk): string[] => {
  const actual = typeOf(value);
  const type = schemaType(schema);
  const problems: string[] = [];
  if (name.endsWith('.api.resource.Quantity')) return parseQuantity(value) === undefined ? [`${JSON.stringify(value)} is not a quantity`] : [];
  const intOrString = schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string' || name.endsWith('.intstr.IntOrString');
  if (intOrString) {
    if (actual !== 'integer' && actual !== 'string') return [`is ${actual}, not an integer or a string`];
  } else if (type !== undefined && actual !== type && !(type === 'number' && actual === 'integer')) return [`is ${actual}, not ${type}`];
  if (Array.isArray(schema.enum) && !schema.enum.some(allowed => same(allowed, value)))
    problems.push(`${JSON.stringify(value)} is not one of ${schema.enum.map(allowed => JSON.stringify(allowed)).join(', ')}`);
  if (typeof value === 'string') problems.push(...textProblems(value, schema, walk));
  if (typeof value === 'number') problems.push(...numberProblems(value, schema));
  return problems;
};

const textProblems = (value: string, schema: JsonObject, walk: Walk): string[] => {
  const problems: string[] = [];
  if (typeof schema.maxLength === 'number' && [...value].length > schema.maxLength) problems.push(`is longer than ${schema.maxLength} characters`);
  if (typeof schema.minLength === 'number' && [...value].length < schema.minLength) problems.push(`is shorter than ${schema.minLength} characters`);
  if (typeof schema.pattern === 'string') {
    const pattern = regexp(schema.pattern);
    if (!pattern) walk.unchecked.add(`schema-pattern:${schema.pattern}`);
    else if (!pattern.test(value)) problems.push(`'${value}' does not match ${schema.pattern}`);
  }
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) problems.push(`'${value}' is not a date and time`);
  return problems;
};

const numberProblems = (value: number, schema: JsonObject): string[] => {
  const problems: string[] = [];
  const range = typeof schema.format === 'string' ? bounds[schema.format] : undefined;
  if (range && (value < range[0] || value > range[1])) problems.push(`${value} does not fit ${schema.format}`);
  const { minimum, maximum } = schema;
  if (typeof minimum === 'number' && (schema.exclusiveMinimum === true ? value <= minimum : value < minimum)) problems.push(`${value} is below ${minimum}`);
  if (typeof maximum === 'number' && (schema.exclusiveMaximum === true ? value >= maximum : value > maximum)) problems.push(`${value} is above ${maximum}`);
  if (typeof schema.multipleOf === 'number' && value % schema.multipleOf !== 0) problems.push(`${value} is not a multiple of ${schema.multipleOf}`);
  return problems;
};
