/** Which objects a policy is about: `matchConstraints` of a policy, `matchResources` of a binding. */
import { splitApiVersion, type Json, type JsonObject, type KubeObject } from '../../kubernetes.ts';
import { ofKind } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asObject, asText } from '../types.ts';

/** `unknown`: it may be, and whether it is cannot be told from what is known here. */
export type Match = 'yes' | 'no' | 'unknown';

const strings = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(asText) : []);
const includes = (value: Json | undefined, one: string): boolean => strings(value).some(entry => entry === '*' || entry === one);

const covers = (rule: JsonObject, object: KubeObject, snapshot: Snapshot, exact: boolean): Match => {
  const { group, version } = splitApiVersion(object.apiVersion), served = snapshot.kinds.find(kind => kind.group === group && kind.kind === object.kind);
  const names = strings(rule.resourceNames), scope = asText(rule.scope) || '*';
  if (!includes(rule.apiGroups, group) || !(includes(rule.resources, served?.plural ?? '') || strings(rule.resources).includes('*/*'))) return 'no';
  if ((names.length && !names.includes(object.metadata.name)) || (scope !== '*' && served && (scope === 'Namespaced') !== served.namespaced)) return 'no';
  // A server shows the policy the object in the version that it asks for, and what it is there is not known here.
  if (!includes(rule.apiVersions, version)) return exact ? 'no' : 'unknown';
  if (includes(rule.operations, 'CREATE')) return 'yes';
  // A change is judged by what was before as well.
  return includes(rule.operations, 'UPDATE') ? 'unknown' : 'no';
};

const worst = (matches: readonly Match[], every: boolean): Match =>
  matches.includes(every ? 'no' : 'yes') ? (every ? 'no' : 'yes') : matches.includes('unknown') ? 'unknown' : every ? 'yes' : 'no';

const selects = (selector: Json | undefined, labels: Record<string, Json> | undefined): Match => {
  const { matchLabels, matchExpressions } = asObject(selector);
  if (!Object.keys(asObject(matchLabels)).length && !asList(matchExpressions).length) return 'yes';
  return labels === undefined ? 'unknown' : selectorMatches(selector, labels) ? 'yes' : 'no';
};

export const matches = (constraints: JsonObject, object: KubeObject, snapshot: Snapshot): Match => {
  const exact = constraints.matchPolicy === 'Exact', { namespace } = object.metadata;
  const any = (rules: Json | undefined): Match => worst(asList(rules).map(rule => covers(rule, object, snapshot, exact)), false);
  const excluded = any(constraints.excludeResourceRules), included = constraints.resourceRules === undefined ? 'yes' : any(constraints.resourceRules);
  const home = namespace === undefined ? undefined : ofKind(snapshot, 'Namespace').find(other => other.metadata.name === namespace);
  return worst([
    included, excluded === 'yes' ? 'no' : excluded === 'no' ? 'yes' : 'unknown',
    selects(constraints.objectSelector, object.metadata.labels ?? {}),
    namespace === undefined ? 'yes' : selects(constraints.namespaceSelector, home && { 'kubernetes.io/metadata.name': namespace, ...home.metadata.labels }),
  ], true);
};
