/** Layer 2: the platform team's policies over every object. */
import type { Finding } from '../diagnostic.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import { toCel } from './cel.ts';
import type { Policy, ResourceRule } from './policy.ts';
import { selectorMatches } from './selector.ts';
import type { Subject } from './types.ts';

const includes = (allowed: readonly string[], value: string) => allowed.includes('*') || allowed.includes(value);
const covers = (rule: ResourceRule, group: string, version: string, plural: string): boolean =>
  includes(rule.apiGroups, group) && includes(rule.apiVersions, version) && (includes(rule.resources, plural) || rule.resources.includes('*/*'))
  && (includes(rule.operations, 'CREATE') || rule.operations.includes('UPDATE'));

export const checkGuardrails = (subject: Subject): { findings: Finding[]; unchecked: string[] } => {
  const findings: Finding[] = [];
  const unchecked = new Set<string>();
  const params = toCel(subject.intent ?? {});
  for (const object of subject.graph) {
    const { group, version } = splitApiVersion(object.apiVersion);
    const served = subject.snapshot.kinds.find(kind => kind.group === group && kind.kind === object.kind);
    const plural = served?.plural ?? '';
    const namespace = subject.snapshot.objects.find(other => other.kind === 'Namespace' && other.metadata.name === object.metadata.namespace);
    const request = { operation: 'CREATE', name: object.metadata.name, namespace: object.metadata.namespace ?? '', kind: { group, version, kind: object.kind }, resource: { group, version, resource: plural }, clusterScoped: served ? !served.namespaced : false };
    const variables = { object: toCel(object), oldObject: null, request: toCel(request), params, namespaceObject: toCel(namespace ?? null) };
    for (const policy of subject.guardrails.policies) {
      if (!policy.rules.some(rule => covers(rule, group, version, plural)) || policy.exclude.some(rule => covers(rule, group, version, plural))) continue;
      if (policy.objectSelector !== undefined && !selectorMatches(policy.objectSelector, object.metadata.labels ?? {})) continue;
      if (policy.takesIntent && !subject.intent && !policy.withoutIntent) { unchecked.add(`guardrail:${policy.name}`); continue; }
      findings.push(...evaluate(policy, object, variables, unchecked));
    }
  }
  return { findings, unchecked: [...unchecked].sort() };
};

const evaluate = (policy: Policy, object: KubeObject, given: Record<string, unknown>, unchecked: Set<string>): Finding[] => {
  const found: Finding[] = [];
  const finding = (message: string, fix: string): void => {
    found.push({ rule: `guardrail:${policy.name}`, severity: policy.action === 'Deny' ? 'refused' : 'warning', object: objectName(object), path: '', message, fix });
  };
  const failed = (cause: unknown): void => {
    if (policy.failurePolicy === 'Ignore') unchecked.add(`guardrail:${policy.name}`);
    else finding(`the policy could not be evaluated: ${(cause as Error).message.split('\n')[0]}`, 'Write the fields the policy reads, or ask the platform team to mend it.');
  };
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
        finding(typeof message === 'string' && message ? message : validation.message || `failed expression: ${validation.source}`, validation.fix);
      } catch (cause) { failed(cause); }
    }
  } catch (cause) { failed(cause); }
  return found;
};
