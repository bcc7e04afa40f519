/**
 * CEL rules that CRDs carry (`x-kubernetes-validations`). A rule this checker cannot evaluate is listed as unchecked,
 * by kind, for the server to decide. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import { compiler, toCel, type Expression } from './cel.ts';
import { resolve, type Schemas, type Walk } from './schema.ts';
import { asList, asObject, asText } from './types.ts';

const compile = compiler('kubernetes', ['self']);
const compiled = new Map<string, Expression | null>();
const ruleOf = (source: string): Expression | null => {
  if (!compiled.has(source)) {
    try { compiled.set(source, compile(source, 'schema')); } catch { compiled.set(source, null); }
  }
  return compiled.get(source) ?? null;
};

export const ruleProblems = (value: Json, schema: JsonObject, walk: Walk): string[] => {
  const rules = asList(schema['x-kubernetes-validations']);
  if (!rules.length) return [];
  const problems: string[] = [];
  const self = toCel(escaped(defaulted(value, schema, walk.schemas)));
  for (const { rule, message } of rules) {
    const source = asText(rule);
    // Transition rules speak of updates; a candidate has no older self.
    if (/\boldSelf\b/.test(source)) continue;
    const expression = ruleOf(source);
    try {
      if (!expression) walk.unchecked.add(`schema-rules:${walk.kind}`);
      else if (expression({ self }) !== true) problems.push(asText(message) || `violates the rule ${source}`);
    } catch {
      walk.unchecked.add(`schema-rules:${walk.kind}`);
    }
  }
  return problems;
};

/** Rules see the object after the schema's defaults have been filled in. */
const defaulted = (value: Json, raw: JsonObject, schemas: Schemas): Json => {
  const { schema } = resolve(raw, schemas);
  if (Array.isArray(value)) return schema.items ? value.map(item => defaulted(item, asObject(schema.items), schemas)) : value;
  if (value === null || typeof value !== 'object') return value;
  const properties = asObject(schema.properties);
  const extra = schema.additionalProperties;
  const filled: JsonObject = {};
  for (const [key, property] of Object.entries(properties)) {
    const member = value[key] ?? asObject(property).default;
    if (member !== undefined) filled[key] = defaulted(member, asObject(property), schemas);
  }
  for (const [key, member] of Object.entries(value)) filled[key] ??= extra && typeof extra === 'object' && !Array.isArray(extra) ? defaulted(member, extra, schemas) : member;
  return filled;
};

/** Words CEL reserves are reached as `__word__`. */
const reserved = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while']);
const escaped = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(escaped);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (reserved.has(key) ? [[key, escaped(member)], [`__${key}__`, escaped(member)]] : [[key, escaped(member)]])));
};
