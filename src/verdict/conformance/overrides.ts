/** What the intent's overrides license: whole extra objects, and differences at the fields they patch. */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Json, KubeObject } from '../../kubernetes.ts';
import { asList, asObject, asText, at } from '../types.ts';

interface Overrides { patches?: Json; objects?: Json }
const overridesOf = (intent: Intent): Overrides => asObject((intent.spec as { overrides?: Json }).overrides);

export const licensedObject = (intent: Intent): ((object: KubeObject) => boolean) => {
  const extra = asList(overridesOf(intent).objects);
  return object => extra.some(other => other.kind === object.kind && other.apiVersion === object.apiVersion && at(other, 'metadata', 'name') === object.metadata.name);
};

/** A merge patch replaces lists whole and maps member by member. */
const patched = (value: Json | undefined, path: string): string[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length
    ? Object.entries(value).flatMap(([key, member]) => patched(member, path ? `${path}.${key}` : key)) : [path];

const overlaps = (left: string, right: string): boolean => {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  return long === short || (long.startsWith(short) && '.['.includes(long[short.length]!));
};

/** True for a finding about a field that the developer patched in so many words. */
export const licensedDifference = (intent: Intent): ((finding: Finding) => boolean) => {
  const patches = asList(overridesOf(intent).patches).map(({ target, patch }) => ({
    kind: asText(at(target, 'kind')), name: at(target, 'name'), paths: patched(patch, ''),
  }));
  return ({ object, path }) => path !== '' && patches.some(({ kind, name, paths }) =>
    (name === undefined ? object.startsWith(`${kind}/`) : object === `${kind}/${asText(name)}`) && paths.some(one => overlaps(one, path)));
};
