/**
 * Standard ValidatingAdmissionPolicy objects, compiled once. What cannot be evaluated here is refused at load.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import { Exit, Refusal } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { compiler, type Expression } from './cel.ts';
import { asList, asObject, asText, at } from './types.ts';

export interface ResourceRule { apiGroups: string[]; apiVersions: string[]; resources: string[]; operations: string[] }
interface Named { name: string; expression: Expression }
export interface Policy {
  name: string;
  rules: ResourceRule[];
  exclude: ResourceRule[];
  objectSelector?: Json;
  conditions: Named[];
  variables: Named[];
  validations: { expression: Expression; source: string; message: string; messageExpression?: Expression; fix: string }[];
  /** What a failing evaluation means: Fail refuses, Ignore leaves it unchecked. */
  failurePolicy: 'Fail' | 'Ignore';
  /** True when `params` is the ServiceIntent. */
  takesIntent: boolean;
  /** Without an intent it holds as for one that declares nothing, rather than not at all. */
  withoutIntent: boolean;
  action: 'Deny' | 'Warn';
}

/** The advice shown with a policy's refusals, an annotation of the policy. */
const fixAnnotation = 'synthesis.platform/fix';
const withoutIntentAnnotation = 'synthesis.platform/without-intent';
const compile = compiler('kubernetes', ['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables']);
const strings = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(asText) : []);

/** Refuses, by name, fields whose meaning would otherwise be ignored. */
const only = (value: JsonObject, known: readonly string[], where: string): void => {
  for (const field of Object.keys(value))
    if (!known.includes(field))
      throw new Refusal(Exit.refused, [{ rule: 'guardrail-unsupported', severity: 'refused', object: where, path: field, message: `the field '${field}' cannot be evaluated locally`, fix: 'Express it with matchConditions.' }]);
};

const resourceRule = (rule: JsonObject, where: string): ResourceRule => {
  only(rule, ['apiGroups', 'apiVersions', 'resources', 'operations'], where);
  return { apiGroups: strings(rule.apiGroups), apiVersions: strings(rule.apiVersions), resources: strings(rule.resources), operations: strings(rule.operations) };
};

const named = (value: Json | undefined, where: string): Named[] =>
  asList(value).map(({ name, expression }) => ({ name: asText(name), expression: compile(asText(expression), where) }));

export const parsePolicy = (object: KubeObject, bindings: readonly KubeObject[]): Policy => {
  const where = `${object.kind}/${object.metadata.name}`;
  const spec = asObject(object.spec);
  only(spec, ['matchConstraints', 'matchConditions', 'variables', 'validations', 'failurePolicy', 'paramKind'], where);
  const match = asObject(spec.matchConstraints);
  only(match, ['resourceRules', 'excludeResourceRules', 'objectSelector', 'matchPolicy'], where);
  const paramKind = at(spec.paramKind, 'kind');
  if (paramKind !== undefined && paramKind !== 'ServiceIntent') only({ paramKind: null }, [], where);
  const binding = bindings.find(candidate => at(candidate.spec, 'policyName') === object.metadata.name);
  if (binding) only(asObject(binding.spec), ['policyName', 'validationActions', 'paramRef'], `${binding.kind}/${binding.metadata.name}`);
  const fix = object.metadata.annotations?.[fixAnnotation] ?? 'Change the object so that the policy holds, or ask the platform team.';
  return {
    name: object.metadata.name,
    rules: asList(match.resourceRules).map(rule => resourceRule(rule, where)),
    exclude: asList(match.excludeResourceRules).map(rule => resourceRule(rule, where)),
    objectSelector: match.objectSelector,
    conditions: named(spec.matchConditions, where),
    variables: named(spec.variables, where),
    validations: asList(spec.validations).map(validation => ({
      expression: compile(asText(validation.expression), where),
      source: asText(validation.expression),
      message: asText(validation.message),
      messageExpression: validation.messageExpression ? compile(asText(validation.messageExpression), where) : undefined,
      fix,
    })),
    failurePolicy: spec.failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
    takesIntent: paramKind !== undefined,
    withoutIntent: object.metadata.annotations?.[withoutIntentAnnotation] === 'nothing-declared',
    action: strings(at(binding?.spec, 'validationActions')).includes('Deny') || !binding ? 'Deny' : 'Warn',
  };
};
