/**
 * ValidatingAdmissionPolicies of the cluster, as far as they can be evaluated without it. A server that is asked about the objects
 * says the same of them, so then only the pods are looked at that controllers will make of them: of these it is asked by nobody
 * before they are missing. What cannot be evaluated is named, and never thrown or held against the graph.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import type { Finding, Severity } from '../../diagnostic.ts';
import { objectName, type JsonObject, type KubeObject } from '../../kubernetes.ts';
import { evaluate, variablesFor } from '../guardrails.ts';
import { parsePolicy, type Policy } from '../policy.ts';
import { asObject, asText, at, type Checking, type Subject } from '../types.ts';
import type { MadePod } from './admission.ts';
import { defaulted } from './defaulted.ts';
import { matches } from './matching.ts';
import { standingOf } from './standing.ts';

const compiled = new WeakMap<KubeObject, { policy: Policy | undefined }>();

/** What says whom a policy is about is looked at before it is compiled, so what is compiled is about everything. */
const compile = (object: KubeObject): Policy | undefined => {
  const spec: JsonObject = { ...asObject(object.spec) };
  if (spec.paramKind !== undefined && spec.paramKind !== null) return undefined;
  delete spec.matchConstraints;
  try { return parsePolicy({ ...object, spec }, []); } catch { return undefined; }
};
const policyOf = (object: KubeObject): Policy | undefined => (compiled.get(object) ?? compiled.set(object, { policy: compile(object) }).get(object)!).policy;

/** Denied is refused; what is only warned of or noted does not stop anybody. */
const severityOf = (binding: KubeObject): Severity => {
  const actions = at(binding.spec, 'validationActions');
  return Array.isArray(actions) && !actions.includes('Deny') ? 'warning' : 'refused';
};

/** The platform's own policies may be installed in the cluster too, and have spoken already. */
const isOurs = (policy: Policy, { guardrails }: Subject): boolean =>
  guardrails.policies.some(own => own.name === policy.name && own.validations.map(({ source }) => source).join('\n') === policy.validations.map(({ source }) => source).join('\n'));

export const checkPolicies = (subject: Checking, pods: readonly MadePod[]): { findings: Finding[]; unchecked: string[] } => {
  const { graph, snapshot, values } = subject, { policies, bindings } = standingOf(snapshot), unchecked = new Set<string>();
  /** By what was said of which object: two bindings of one policy say it once, and the stricter one counts. */
  const findings = new Map<string, Finding>();
  const shown = new Map<KubeObject, Record<string, unknown>>();
  const shownOf = (object: KubeObject): Record<string, unknown> => shown.get(object) ?? shown.set(object, { ...variablesFor(snapshot, defaulted(object), values), params: null }).get(object)!;
  const targets = [
    ...graph.map(object => ({ object, of: object, path: '', asked: subject.serverAsked === true })),
    ...pods.filter(({ of }) => of.kind !== 'Pod').map(({ pod, of, path }) => ({ object: pod, of, path, asked: false })),
  ];
  for (const binding of bindings) {
    const named = asText(at(binding.spec, 'policyName')), object = policies.get(named), severity = severityOf(binding);
    // Whoever was not allowed to read policies, or took the snapshot before they were read, knows of bindings only.
    if (!object) { unchecked.add(`cluster-policy:${binding.metadata.name}`); continue; }
    for (const target of targets) {
      const about = [asObject(at(object.spec, 'matchConstraints')), asObject(at(binding.spec, 'matchResources'))].map(constraints => matches(constraints, target.object, snapshot));
      if (about.includes('no')) continue;
      // The server's answer covers what it is shown, and pods of a workload are not.
      const unknown = `${target.path ? 'pod-policy' : 'cluster-policy'}:${binding.metadata.name}`;
      const policy = about.includes('unknown') || at(binding.spec, 'paramRef') ? undefined : policyOf(object);
      if (target.asked || !policy) { unchecked.add(unknown); continue; }
      if (isOurs(policy, subject) && !target.path) continue;
      const said = evaluate(policy, shownOf(target.object));
      for (const one of said) {
        // The server knows types and defaults that are not known here, so an expression that cannot be evaluated says nothing.
        if ('error' in one) { unchecked.add(unknown); continue; }
        const made = target.path ? 'pods of it would be rejected: ' : '', finding: Finding = { rule: 'cluster-policy', severity, object: objectName(target.of), path: target.path, message: `${made}ValidatingAdmissionPolicy/${named} of the cluster, bound by ${binding.metadata.name}: ${one.message}`, fix: one.fix };
        const key = `${finding.object} ${finding.path} ${named} ${one.message}`, before = findings.get(key);
        if (!before || (before.severity === 'warning' && severity === 'refused')) findings.set(key, finding);
      }
    }
  }
  return { findings: [...findings.values()], unchecked: [...unchecked] };
};
