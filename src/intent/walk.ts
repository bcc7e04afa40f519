/**
 * The fields of ServiceIntent that synthesis reads, as a list in canonical order. Later stages go through this list and
 * never name a field themselves, so a field added to the schema reaches the model without further code.
 */
import type { JsonSchema, Role } from './shape.ts';
import type { Intent } from './types.ts';
import { spec } from './schema.ts';

export interface IntentField {
  /** Dotted path from spec (or `metadata.name`), or from the item for fields of list items; '' for an item that is a scalar. */
  path: string;
  /** The whole path with `[]` for lists, e.g. `workload.ports[].protocol`: the key of vocabularies. */
  key: string;
  role: Role;
  /** Fields of the items of a list. */
  items?: IntentField[];
  /** Closed values of a keyword that is not the platform's vocabulary: an enum, or true and false. */
  values?: readonly (string | boolean)[];
}

const join = (parent: string, name: string): string => (parent === '' ? name : `${parent}.${name}`);

/** The annotated fields below a schema, in the order of its properties. */
export const features = (schema: JsonSchema, path = '', prefix = ''): IntentField[] => {
  const role = schema['x-synthesis'];
  if (role === undefined) return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => features(inner, join(path, name), prefix));
  const key = prefix.endsWith('[]') && path === '' ? prefix : join(prefix, path);
  const field: IntentField = { path, key, role };
  if (role === 'list') field.items = features(schema.items!, '', `${key}[]`);
  if (role === 'keyword' && schema.enum) field.values = schema.enum;
  if (role === 'keyword' && schema.type === 'boolean') field.values = [true, false];
  return [field];
};

export const intentFields: readonly IntentField[] = [
  { path: 'metadata.name', key: 'metadata.name', role: 'value' },
  { path: 'metadata.namespace', key: 'metadata.namespace', role: 'value' },
  ...features(spec),
];

/** The value at a dotted path below any object or list item; undefined when absent. '' is the value itself. */
export const getIn = (value: unknown, path: string): unknown => {
  if (path === '') return value;
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
};

/** The value of a top-level field of `intentFields`; undefined when absent. */
export const get = (intent: Intent, path: string): unknown => getIn(path.startsWith('metadata.') ? intent : intent.spec, path);

/** Everything of `intentFields` that an intent states: its key, where it stands (from the intent) and its value; list items one by one. */
export const stated = (intent: Intent): { field: IntentField; path: (string | number)[]; value: unknown }[] => {
  const below = (fields: readonly IntentField[], value: unknown, at: (string | number)[]): ReturnType<typeof stated> => fields.flatMap(field => {
    const inner = getIn(value, field.path);
    if (inner === undefined) return [];
    const path = field.path === '' ? at : [...at, ...field.path.split('.')];
    const items = field.role === 'list' && Array.isArray(inner) ? inner.flatMap((item, i) => below(field.items!, item, [...path, i])) : [];
    return [{ field, path, value: inner }, ...items];
  });
  const [metadata, spec] = [intentFields.filter(({ path }) => path.startsWith('metadata.')), intentFields.filter(({ path }) => !path.startsWith('metadata.'))];
  return [...below(metadata, intent, []), ...below(spec, intent.spec, ['spec'])];
};
