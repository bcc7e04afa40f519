/**
 * Validates a value against a Shape and says everything that is wrong with it. A small interpreter instead of a compiled
 * validator: nothing to compile when the command starts, and every message can say what to do. A test holds it against a
 * full JSON Schema implementation.
 */
import type { JsonSchema } from './shape.ts';
import { didYouMean } from './nearest.ts';

export type Path = readonly (string | number)[];

export interface Problem {
  rule: string;
  path: Path;
  message: string;
  fix: string;
  /** Whether the key of the last path segment is at fault rather than its value. */
  key?: true;
}

export const showPath = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : /^[A-Za-z_][\w-]*$/.test(part) ? (i === 0 ? part : `.${part}`) : `[${JSON.stringify(part)}]`)).join('');

/** A value as a message quotes it, never longer than a line. */
export const quote = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

const typeOf = (value: unknown): string =>
  value === null ? 'empty' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a mapping' : `the ${typeof value} ${quote(value)}`;
const typeNames = { string: 'a string', integer: 'an integer', boolean: 'true or false', object: 'a mapping', array: 'a list' } as const;

const hasType = (value: unknown, type: keyof typeof typeNames): boolean => {
  switch (type) {
    case 'integer': return Number.isSafeInteger(value);
    case 'array': return Array.isArray(value);
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
    default: return typeof value === type;
  }
};

const patterns = new Map<string, RegExp>();
const matches = (pattern: string, value: string): boolean => {
  let compiled = patterns.get(pattern);
  if (!compiled) patterns.set(pattern, compiled = new RegExp(pattern, 'u'));
  return compiled.test(value);
};

/** All problems of `value`; empty when it is valid. */
export const validate = (schema: JsonSchema, value: unknown, path: Path = []): Problem[] => {
  const name = path.at(-1) === undefined ? 'the intent' : showPath(path.slice(-1)).replace(/^\[/, 'entry [');
  const advice = (fallback: string): string => schema['x-fix'] ?? fallback;
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as (keyof typeof typeNames)[];
  if (schema.type !== undefined && !types.some(type => hasType(value, type))) {
    const wanted = types.map(type => typeNames[type]).join(' or '), fields = types.includes('object') ? Object.keys(schema.properties ?? {}) : [];
    const quoted = types.includes('string') && (typeof value === 'number' || typeof value === 'boolean') ? `Quote it: ${showPath(path.slice(-1))}: '${value}'.` : `Give ${wanted}${fields.length ? ` (${fields.join(', ')})` : ''}, or leave the field out.`;
    return [{ rule: 'wrong-type', path, message: `${name} is ${typeOf(value)}, it must be ${wanted}`, fix: advice(quoted) }];
  }
  if (typeof value === 'string') return textProblems(schema, value, path, name);
  if (typeof value === 'number') {
    const [low, high] = [schema.minimum ?? -Infinity, schema.maximum ?? Infinity];
    return value >= low && value <= high ? [] : [{ rule: schema['x-rule'] ?? 'invalid-value', path, message: `${name} is ${value}, it must be ${high === Infinity ? `at least ${low}` : `from ${low} to ${high}`}`, fix: advice('Choose a value in that range.') }];
  }
  if (Array.isArray(value)) return listProblems(schema, value, path, name);
  if (typeof value === 'object' && value !== null) return mappingProblems(schema, value as Record<string, unknown>, path, name);
  return [];
};

const textProblems = (schema: JsonSchema, value: string, path: Path, name: string): Problem[] => {
  const rule = schema['x-rule'] ?? 'invalid-value';
  if (schema.enum && !schema.enum.includes(value)) {
    return [{ rule: schema['x-synthesis'] === 'keyword' ? 'unknown-keyword' : 'invalid-value', path, message: `${name} ${quote(value)} is not known`, fix: `${didYouMean(value, schema.enum)}Known: ${schema.enum.join(', ')}.` }];
  }
  if (schema.const !== undefined && value !== schema.const) return [{ rule, path, message: `${name} ${quote(value)} is not ${schema.const}`, fix: `Write ${schema.const}.` }];
  const size = schema.maxLength !== undefined && schema.maxLength > 60000 ? Buffer.byteLength(value) : value.length;
  if (schema.maxLength !== undefined && size > schema.maxLength) return [{ rule, path, message: `${name} is ${size} characters long, at most ${schema.maxLength} are allowed`, fix: schema['x-fix'] ?? 'Shorten it.' }];
  if (schema.minLength !== undefined && value.length < schema.minLength) return [{ rule, path, message: `${name} is an empty string`, fix: schema['x-fix'] ?? 'Give a value, or leave the field out.' }];
  if (schema.pattern !== undefined && !matches(schema.pattern, value)) return [{ rule, path, message: `${name} ${quote(value)} is not valid`, fix: schema['x-fix'] ?? `It must match ${schema.pattern}.` }];
  return [];
};

const listProblems = (schema: JsonSchema, value: unknown[], path: Path, name: string): Problem[] => {
  const most = schema.maxItems ?? Infinity;
  // One finding for the length instead of one for each of very many items.
  if (value.length > most) return [{ rule: 'too-many-items', path, message: `${name} has ${value.length} items, at most ${most} are allowed`, fix: `Keep ${most}, or split the service.` }];
  const found = value.flatMap((item, i) => validate(schema.items ?? {}, item, [...path, i]));
  for (const { rule, fields } of schema['x-unique'] ?? []) {
    const seen = new Map<string, number>();
    value.forEach((item, i) => {
      const parts = fields.length === 0 ? [item] : fields.map(field => (item as Record<string, unknown> | null)?.[field] ?? schema.items?.properties?.[field]?.default);
      if (parts[0] === undefined && fields.length < 3) return;
      const id = JSON.stringify(parts);
      const first = seen.get(id);
      if (first === undefined) seen.set(id, i);
      else {
        const shown = parts.filter(part => part !== undefined).map(part => (typeof part === 'string' ? part : quote(part))).join(' ');
        found.push({ rule, path: [...path, i, ...fields.slice(0, 1)], message: `${fields.filter((_, k) => parts[k] !== undefined).join(' and ') || 'entry'} ${shown} is already used by ${showPath([...path.slice(-1), first])}`, fix: 'Remove or rename one of them.' });
      }
    });
  }
  return found;
};

const nonEmpty: JsonSchema = { type: 'string', minLength: 1, maxLength: 253 };
/** The least any Kubernetes object has; its other fields are checked against the cluster's own schema later. */
const resource: JsonSchema = {
  type: 'object', required: ['apiVersion', 'kind', 'metadata'], additionalProperties: {},
  properties: { apiVersion: nonEmpty, kind: nonEmpty, metadata: { type: 'object', required: ['name'], properties: { name: nonEmpty }, additionalProperties: {} } },
};

const mappingProblems = (schema: JsonSchema, value: Record<string, unknown>, path: Path, name: string): Problem[] => {
  if (schema['x-kubernetes-embedded-resource']) return validate(resource, value, path);
  // The empty schema admits anything, at any depth.
  if (schema['x-kubernetes-preserve-unknown-fields'] || Object.keys(schema).length === 0) return [];
  const found: Problem[] = [];
  const known = Object.keys(schema.properties ?? {});
  const keys = Object.keys(value);
  if (keys.length > (schema.maxProperties ?? Infinity)) return [{ rule: 'too-many-items', path, message: `${name} has ${keys.length} entries, at most ${schema.maxProperties} are allowed`, fix: 'Remove some.' }];
  for (const key of keys) {
    const at = [...path, key];
    const inner = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additionalProperties;
    if (!inner) found.push({ rule: 'unknown-field', path: at, key: true, message: `unknown field ${quote(key)} in ${name}`, fix: `${didYouMean(key, known)}Known here: ${known.join(', ')}.` });
    else {
      const names = schema.propertyNames;
      if (names?.pattern !== undefined && !matches(names.pattern, key)) found.push({ rule: 'unknown-field', path: at, key: true, message: `unknown entry ${quote(key)} in ${name}`, fix: names['x-fix'] ?? `Names must match ${names.pattern}.` });
      found.push(...validate(inner, value[key], at));
    }
  }
  for (const field of schema.required ?? []) {
    if (!Object.hasOwn(value, field)) found.push({ rule: 'missing-field', path: [...path, field], message: `${field} is missing in ${name}`, fix: `Add ${field}: ${schema.properties?.[field]?.description ?? ''}`.trim() });
  }
  const clashes = (group: { fields: readonly string[] }): string[] => group.fields.filter(field => Object.hasOwn(value, field));
  for (const group of schema['x-at-most-one'] ?? []) {
    const given = clashes(group);
    if (given.length > 1) found.push({ rule: group.rule, path: [...path, given[1]!], key: true, message: `${given.join(' and ')} are both given in ${name}`, fix: group.fix });
  }
  for (const group of schema['x-exactly-one'] ?? []) {
    const given = clashes(group);
    if (given.length !== 1) found.push({ rule: group.rule, path: given.length === 0 ? path : [...path, given[1]!], message: given.length === 0 ? `none of ${group.fields.join(', ')} is given in ${name}` : `${given.join(' and ')} are both given in ${name}`, fix: group.fix });
  }
  return found;
};
