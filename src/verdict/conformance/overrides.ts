/** What the intent's overrides license: whole extra objects, and differences at the fields they patch. */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import { isMap } from '../../kubernetes.ts';
import type { Json, KubeObject } from '../../kubernetes.ts';
import { asList, asObject, at } from '../types.ts';

interface Overrides { patches?: Json; objects?: Json }
const overridesOf = (intent: Intent): Overrides => asObject((intent.spec as { overrides?: Json }).overrides);

export const withoutOverrides = (intent: Intent): Intent => ({ ...intent, spec: { ...intent.spec, overrides: undefined } });

export const licensedObject = (intent: Intent): ((object: KubeObject) => boolean) => {
  const extra = asList(overridesOf(intent).objects);
  return object => extra.some(other => other.kind === object.kind && other.apiVersion === object.apiVersion && at(other, 'metadata', 'name') === object.metadata.name);
};

const named = (value: Json | undefined): boolean => Array.isArray(value) && value.length > 0 && value.every(item => isMap(item) && typeof asObject(item).name === 'string');

/** The paths a patch sets: maps merge member by member, lists of named items by name, everything else is replaced. */
const patched = (patch: Json | undefined, target: Json | undefined, path: string): string[] => {
  if (isMap(patch) && Object.keys(asObject(patch)).length)
    return Object.entries(asObject(patch)).flatMap(([key, member]) => patched(member, at(target, key), path ? `${path}.${key}` : key));
  // Merging nothing into something changes nothing, and licenses nothing.
  if (isMap(patch) && isMap(target) && Object.keys(asObject(target)).length) return [];
  if (named(patch) && named(target))
    return asList(patch).flatMap(({ name, ...rest }) => {
      const index = asList(target).findIndex(item => item.name === name);
      return index < 0 ? [] : patched(rest, asList(target)[index], `${path}[${index}]`);
    });
  return [path];
};

const below = (path: string, prefix: string): boolean => path === prefix || (path.startsWith(prefix) && '.['.includes(path[prefix.length]!));
/** A finding about so much at once that a patch of some part does not explain it. */
const coarse = /(^|\.)(spec|template|containers|initContainers|volumes)$|(^|\.)containers\[\d+\]$/;

/** True for a finding about a field that the developer patched in so many words. */
export const licensedDifference = (intent: Intent, graph: readonly KubeObject[]): ((finding: Finding) => boolean) => {
  const patches = asList(overridesOf(intent).patches).flatMap(({ target, patch }) => {
    const object = graph.find(({ kind, metadata }) => kind === at(target, 'kind') && (at(target, 'name') === undefined || metadata.name === at(target, 'name')));
    return object ? [{ object: `${object.kind}/${object.metadata.name}`, paths: patched(patch, object as Json, '').filter(Boolean) }] : [];
  });
  return ({ object, path }) => path !== '' && patches.some(patch => patch.object === object && patch.paths.some(one => below(path, one) || (below(one, path) && !coarse.test(path))));
};
