/** Layer 2: the platform team's policies over every object. */
import type { Finding } from '../diagnostic.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import { ofKind } from '../snapshot/objects.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { ServedKind, Snapshot } from '../snapshot/types.ts';
import { toCel } from './cel.ts';
import type { Policy, ResourceRule } from './policy.ts';
import { selectorMatches } from './selector.ts';
import { Memo, Once } from './memo.ts';
import type { Found, Values } from './memo.ts';
import type { Checking, Subject } from './types.ts';

const includes = (allowed: readonly string[], value: string) => allowed.includes('*') || allowed.includes(value);
const covers = (rule: ResourceRule, group: string, version: string, plural: string): boolean =>
  includes(rule.apiGroups, group) && includes(rule.apiVersions, version) && (includes(rule.resources, plural) || rule.resources.includes('*/*'))
  && (includes(rule.operations, 'CREATE') || rule.operations.includes('UPDATE'));

export const checkGuardrails = (subject: Subject & Partial<Checking>): { findings: Finding[]; unchecked: string[] } => {
  const { graph, snapshot, intent, guardrails, memo = new Memo(), values = new Once() } = subject;
  const all = graph.map(object => memo.policies.of(object, [guardrails, intent, servedAs(snapshot, object), namespaceOf(snapshot, object)], () => checked(object, { ...subject, memo, values })));
  return { findings: all.flatMap(found => found.findings), unchecked: [...new Set(all.flatMap(found => found.unchecked))].sort() };
};

const checked = (object: KubeObject, { snapshot, intent, guardrails, values }: Checking): Found => {
  const findings: Finding[] = [], unchecked: string[] = [];
  const variables = { ...variablesFor(snapshot, object, values), params: intent ? values.of(intent, [], () => toCel(intent)) : {} };
  const { group, version, resource } = variables.resource;
  for (const policy of guardrails.policies) {
    if (!policy.rules.some(rule => covers(rule, group, version, resource)) || policy.exclude.some(rule => covers(rule, group, version, resource))) continue;
    if (policy.objectSelector !== undefined && !selectorMatches(policy.objectSelector, object.metadata.labels ?? {})) continue;
    if (policy.takesIntent && !intent && !policy.withoutIntent) { unchecked.push(`guardrail:${policy.name}`); continue; }
    for (const said of evaluate(policy, variables)) {
      const finding = (message: string, fix: string): Finding => ({ rule: `guardrail:${policy.name}`, severity: policy.action === 'Deny' ? 'refused' : 'warning', object: objectName(object), path: '', message, fix });
      if (!('error' in said)) findings.push(finding(said.message, said.fix));
      else if (policy.failurePolicy === 'Ignore') unchecked.push(`guardrail:${policy.name}`);
      else findings.push(finding(`the policy could not be evaluated: ${(said.error as Error).message.split('\n')[0]}`, 'Write the fields the policy reads, or ask the platform team to mend it.'));
    }
  }
  return { findings, unchecked };
};

const servedAs = (snapshot: Snapshot, { apiVersion, kind }: KubeObject): ServedKind | undefined => openApiIndex(snapshot).served(splitApiVersion(apiVersion).group, kind);
const namespaceOf = (snapshot: Snapshot, { metadata }: KubeObject): KubeObject | undefined => ofKind(snapshot, 'Namespace').find(other => other.metadata.name === metadata.namespace);

/** What a policy's expressions see of an object that is to be created, `params` apart; `resource` is what it is called in the API. */
export const variablesFor = (snapshot: Snapshot, object: KubeObject, values: Values) => {
  const { group, version } = splitApiVersion(object.apiVersion);
  const served = servedAs(snapshot, object);
  const resource = { group, version, resource: served?.plural ?? '' };
  const request = { operation: 'CREATE', name: object.metadata.name, namespace: object.metadata.namespace ?? '', kind: { group, version, kind: object.kind }, resource, clusterScoped: served ? !served.namespaced : false };
  return { object: values.of(object, [], () => toCel(object)), oldObject: null, request: toCel(request), namespaceObject: toCel(namespaceOf(snapshot, object) ?? null), resource };
};

/** What does not hold of an object, in the order of the policy; `error` where that cannot be told. Nothing where the policy is not about it. */
export const evaluate = (policy: Policy, given: Record<string, unknown>): ({ message: string; fix: string } | { error: unknown })[] => {
  const found: ({ message: string; fix: string } | { error: unknown })[] = [];
  try {
    const all: Record<string, unknown> = { ...given, variables: {} };
    if (!policy.conditions.every(({ expression }) => expression(all) === true)) return found;
    const computed: JsonObject = {};
    for (const { name, expression } of policy.variables) {
      // As in an API server, a variable that fails matters only to a validation that uses it.
      try { computed[name] = expression(all); } catch { continue; }
      all.variables = toCel(computed);
    }
    for (const validation of policy.validations) {
      try {
        if (validation.expression(all) === true) continue;
        const message = validation.messageExpression ? validation.messageExpression(all) : null;
        found.push({ message: typeof message === 'string' && message ? message : validation.message || `failed expression: ${validation.source}`, fix: validation.fix });
      } catch (error) { found.push({ error }); }
    }
  } catch (error) { found.push({ error }); }
  return found;
};
