/** Lists against a schema: lengths, and uniqueness as `x-kubernetes-list-type` says. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { canonical } from './equal.ts';
import { resolve, type Walk } from './schema.ts';
import { asObject } from './types.ts';

export const listProblems = (value: Json[], schema: JsonObject, walk: Walk): string[] => {
  const problems: string[] = [];
  if (typeof schema.maxItems === 'number' && value.length > schema.maxItems) problems.push(`has more than ${schema.maxItems} items`);
  if (typeof schema.minItems === 'number' && value.length < schema.minItems) problems.push(`has fewer than ${schema.minItems} items`);
  const duplicate = repeated(value, keyOf(schema, walk));
  if (duplicate !== undefined) problems.push(`repeats ${duplicate}`);
  return problems;
};

const keyOf = (schema: JsonObject, walk: Walk): ((item: Json) => string) | undefined => {
  if (schema.uniqueItems === true || schema['x-kubernetes-list-type'] === 'set') return canonical;
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(keys)) return undefined;
  const properties = asObject(resolve(asObject(schema.items), walk.schemas).schema.properties);
  return item => canonical(keys.map(key => asObject(item)[key as string] ?? asObject(properties[key as string]).default ?? null));
};

const repeated = (value: Json[], key: ((item: Json) => string) | undefined): string | undefined => {
  if (!key) return undefined;
  const seen = new Set<string>();
  for (const item of value) {
    const text = key(item);
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return undefined;
};
