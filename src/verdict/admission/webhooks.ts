/**
 * Rules that an admission webhook enforces. What they say is for the webhook to judge: here it is only told which of them are about
 * the graph, so that whoever was not able to ask a server knows what was not looked at. Where in doubt, they are.
 */
import { objectName, splitApiVersion, type Json, type JsonObject, type KubeObject } from '../../kubernetes.ts';
import { ofKind } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asObject, asText, at } from '../types.ts';
import { matches } from './matching.ts';
import { GATEKEEPER, KYVERNO } from './standing.ts';

const strings = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(asText) : []);
/** Names with `*` and `?`. */
const fits = (pattern: string, name: string): boolean => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.')}$`).test(name);
const listed = (patterns: Json | undefined, name: string): boolean => strings(patterns).some(pattern => fits(pattern, name));

/** A rule of Kyverno on pods is one on what makes them as well. https://kyverno.io/docs/policy-types/cluster-policy/match-exclude/ */
const kyverno = (policy: KubeObject, objects: readonly KubeObject[]): boolean => {
  const enforced = (value: Json | undefined): boolean => asText(value).toLowerCase() === 'enforce';
  const general = enforced(at(policy.spec, 'validationFailureAction')) || asList(at(policy.spec, 'validationFailureActionOverrides')).some(({ action }) => enforced(action));
  if (at(policy.spec, 'admission') === false) return false;
  return asList(at(policy.spec, 'rules')).some(rule => {
    const acts = rule.mutate !== undefined || (rule.generate === undefined && (general || enforced(at(rule.validate, 'failureAction')) || asList(rule.verifyImages).some(({ failureAction }) => enforced(failureAction))));
    const match = asObject(rule.match), filters = [match, ...asList(match.any), ...asList(match.all)].map(({ resources }) => asObject(resources)).filter(({ kinds }) => Array.isArray(kinds));
    return acts && objects.some(object => (policy.kind !== 'Policy' || policy.metadata.namespace === object.metadata.namespace) && filters.some(({ kinds, namespaces }) =>
      strings(kinds).some(kind => fits(kind.replace(/^.*\/(?=[A-Z*])/, '').split('.')[0]!, object.kind)) && (!Array.isArray(namespaces) || listed(namespaces, object.metadata.namespace ?? ''))));
  });
};

/** The newer kinds of Kyverno are made after ValidatingAdmissionPolicy. */
const kyvernoByCel = (policy: KubeObject, objects: readonly KubeObject[], snapshot: Snapshot): boolean => {
  const actions = at(policy.spec, 'validationActions');
  if (!/Policy$/.test(policy.kind) || /^(Namespaced)?(Generating|Deleting)/.test(policy.kind) || (Array.isArray(actions) && !actions.includes('Deny'))) return false;
  return objects.some(object => (policy.metadata.namespace ?? object.metadata.namespace) === object.metadata.namespace && matches(asObject(at(policy.spec, 'matchConstraints')), object, snapshot) !== 'no');
};

/** https://open-policy-agent.github.io/gatekeeper/website/docs/howto/#the-match-field */
const gatekeeper = (constraint: KubeObject, objects: readonly KubeObject[], snapshot: Snapshot): boolean => {
  if (['dryrun', 'warn'].includes(asText(at(constraint.spec, 'enforcementAction')))) return false;
  const match = asObject(at(constraint.spec, 'match')), kinds = asList(match.kinds);
  const among = (value: Json | undefined, one: string): boolean => !Array.isArray(value) || strings(value).some(entry => entry === '*' || entry === one);
  return objects.some(object => {
    const { namespace = '', labels = {} } = object.metadata, home = ofKind(snapshot, 'Namespace').find(other => other.metadata.name === namespace);
    return (!kinds.length || kinds.some((one: JsonObject) => among(one.apiGroups, splitApiVersion(object.apiVersion).group) && among(one.kinds, object.kind)))
      && (!strings(match.namespaces).length || listed(match.namespaces, namespace)) && !listed(match.excludedNamespaces, namespace)
      && (match.labelSelector === undefined || selectorMatches(match.labelSelector, labels)) && (match.namespaceSelector === undefined || !home || selectorMatches(match.namespaceSelector, home.metadata.labels ?? {}));
  });
};

/** @returns names for `unchecked`; a server that is shown the graph asks the webhooks about it, and about no pod */
export const webhooksFor = (rules: readonly KubeObject[], graph: readonly KubeObject[], pods: readonly KubeObject[], snapshot: Snapshot): string[] => rules.flatMap(rule => {
  const { group } = splitApiVersion(rule.apiVersion);
  const about = (objects: readonly KubeObject[]): boolean => (group === GATEKEEPER ? gatekeeper(rule, objects, snapshot) : group === KYVERNO ? kyverno(rule, objects) : kyvernoByCel(rule, objects, snapshot));
  return about(graph) ? [`cluster-policy:${objectName(rule)}`] : about(pods) ? [group === GATEKEEPER ? `pod-policy:${objectName(rule)}` : `cluster-policy:${objectName(rule)}`] : [];
});
