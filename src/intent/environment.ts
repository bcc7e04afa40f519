/** The values an intent has in one environment. */
import type { Intent } from './types.ts';
import { badInput } from '../diagnostic.ts';
import { didYouMean } from './nearest.ts';
import { inherit, originOf } from './origin.ts';
import { spec as specShape } from './schema.ts';
import type { JsonSchema } from './shape.ts';

type Fields = Record<string, unknown>;
const isMapping = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Mappings are merged; env is merged by name; scalars and other lists are replaced. What excludes a new value (a keyword
 * beside the exact value that replaces it) is dropped from the base.
 */
const merge = (schema: JsonSchema, base: Fields, change: Fields): Fields => {
  const made = { ...base };
  for (const [name, value] of Object.entries(change)) {
    for (const { fields } of schema['x-at-most-one'] ?? []) if (fields.includes(name)) for (const other of fields) if (other !== name && !(other in change)) delete made[other];
    const [before, inner] = [made[name], schema.properties?.[name] ?? {}];
    if (isMapping(before) && isMapping(value)) made[name] = inner['x-synthesis'] === 'subtree' && inner.properties ? value : merge(inner, before, value);
    else if (name === 'env' && Array.isArray(before) && Array.isArray(value)) {
      const named = new Map([...before, ...value].map(item => [(item as Fields).name, item]));
      made[name] = [...named.values()];
    } else made[name] = value;
  }
  return made;
};

/**
 * The intent as it is in one environment, without `environments`. Without a name: the base values.
 * @throws Refusal (exit 2, rule unknown-reference) when the intent has environments, but none of this name.
 */
export const inEnvironment = (intent: Intent, name: string | undefined): Intent => {
  const { environments, ...base } = intent.spec;
  if (name === undefined || !environments) return inherit({ ...intent, spec: base }, intent);
  const known = Object.keys(environments);
  if (!Object.hasOwn(environments, name)) throw badInput('unknown-reference', `${intent.metadata.name} has no environment ${JSON.stringify(name)}`, `${didYouMean(name, known)}Known: ${known.join(', ')}.`, { ...originOf(intent, ['spec', 'environments']), path: 'spec.environments' });
  return inherit({ ...intent, spec: merge(specShape, base, environments[name]!) as Intent['spec'] }, intent);
};
