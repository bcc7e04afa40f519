/** Which pods a ResourceQuota with scopes is about. https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes */
import type { JsonObject, KubeObject } from '../../kubernetes.ts';
import { ofKind } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asText, at } from '../types.ts';
import { podResources } from './amounts.ts';

interface Scope { name: string; operator: string; values: JsonObject[string] }

const scopesOf = (quota: KubeObject): Scope[] => [
  ...(Array.isArray(at(quota.spec, 'scopes')) ? (at(quota.spec, 'scopes') as JsonObject[string][]) : []).map(name => ({ name: asText(name), operator: 'Exists', values: [] })),
  ...asList(at(quota.spec, 'scopeSelector', 'matchExpressions')).map(({ scopeName, operator, values }) => ({ name: asText(scopeName), operator: asText(operator), values: values ?? [] })),
];

/** Neither cores nor memory are promised to it. */
const isBestEffort = (spec: JsonObject): boolean => {
  const { requests, limits } = podResources(spec);
  return [requests, limits].every(amounts => ['cpu', 'memory'].every(name => !amounts.get(name)));
};

/** A pod that names no class has the one that is the default of all. */
const priorityOf = (spec: JsonObject, snapshot: Snapshot): string =>
  asText(spec.priorityClassName) || (ofKind(snapshot, 'PriorityClass').find(({ globalDefault }) => globalDefault === true)?.metadata.name ?? '');

const holds: Record<string, (spec: JsonObject, scope: Scope, snapshot: Snapshot) => boolean> = {
  Terminating: spec => typeof spec.activeDeadlineSeconds === 'number',
  NotTerminating: spec => typeof spec.activeDeadlineSeconds !== 'number',
  BestEffort: isBestEffort,
  NotBestEffort: spec => !isBestEffort(spec),
  PriorityClass: (spec, { operator, values }, snapshot) => {
    const name = priorityOf(spec, snapshot);
    return selectorMatches({ matchExpressions: [{ key: 'class', operator, values }] }, name ? { class: name } : {});
  },
};

/** Undefined where a scope of the quota is not known here; `everything` where it has none. */
export const scopeOf = (quota: KubeObject, snapshot: Snapshot): { everything: boolean; holds: (spec: JsonObject) => boolean } | undefined => {
  const scopes = scopesOf(quota);
  if (scopes.some(({ name }) => !Object.hasOwn(holds, name))) return undefined;
  return { everything: scopes.length === 0, holds: spec => scopes.every(scope => holds[scope.name]!(spec, scope, snapshot)) };
};
