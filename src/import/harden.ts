/**
 * Which differences are hardened: safer by the platform's standard, while the process can still run. It can where it keeps the
 * user, the writable paths and the ports it has. Anything else that differs is changed (another value) or lost (none).
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import type { Part } from './differences.ts';
import { asList, asObject, at } from './json.ts';
import { isUnprivileged } from './pod-view.ts';

export type Class = 'hardened' | 'changed' | 'lost';

const runsUnprivileged = (view: JsonObject, steps: readonly string[]): boolean => isUnprivileged(asObject(at(view, ...steps.slice(0, 2), 'security')));

/** @param original and @param synthesised: the whole views */
export function classOf(part: Part, original: JsonObject, synthesised: JsonObject): Class {
  return (part.original === undefined ? addedIsSafe(part, original) : replacedIsSafe(part, original, synthesised)) ? 'hardened' : part.synthesised === undefined ? 'lost' : 'changed';
}

/** What only the synthesised graph says. */
function addedIsSafe({ steps, synthesised }: Part, original: JsonObject): boolean {
  const [region, , field] = steps;
  if (region === 'containers' || region === 'init') {
    if (field === undefined) return false;
    if (field === 'security') return securityIsSafe(steps, synthesised, original);
    // Bounds and probes are the platform's where nobody stated any; further scratch space and ports take nothing away.
    return ['resources', 'livenessProbe', 'readinessProbe', 'ports', 'mounts'].includes(field) && (field !== 'mounts' || at(synthesised, 'source', 'scratch') !== undefined || at(synthesised, 'scratch') !== undefined);
  }
  if (region === 'podSecurity') return false;
  if (region === 'pod') return ['automountServiceAccountToken', 'topologySpreadConstraints', 'restartPolicy', 'affinity'].includes(steps[1] ?? '');
  if (region === 'workload' || region === 'job') return ['strategy', 'updateStrategy', 'backoffLimit', 'concurrencyPolicy'].includes(steps[1] ?? '');
  if (region === 'service' || region === 'headless') return steps.length === 1 || steps[1] === 'ports';
  if (region === 'scaler') return false;
  if (region === 'budget') return original['budget'] === undefined || steps[1] === 'unhealthyPodEvictionPolicy';
  if (region === 'monitor') return original['monitor'] === undefined || steps[2] !== undefined;
  return ['account', 'podAnnotations'].includes(region ?? '') || (region === 'route' && ['tls', 'class', 'annotations'].includes(steps[1] ?? ''));
}

function securityIsSafe(steps: readonly string[], value: Json | undefined, original: JsonObject): boolean {
  const field = steps[3];
  if (field === undefined) return Object.keys(asObject(value)).every(f => securityIsSafe([...steps, f], asObject(value)[f], original));
  const free = runsUnprivileged(original, steps);
  if (['seccompProfile', 'appArmorProfile', 'allowPrivilegeEscalation'].includes(field)) return true;
  // Root without its capabilities cannot do what images start with: own a folder, become another user.
  if (['runAsNonRoot', 'capabilities'].includes(field)) return free;
  return false;
}

/** What the original says and the synthesised graph does not, or says otherwise. */
function replacedIsSafe({ steps, original: value, synthesised }: Part, original: JsonObject, view: JsonObject): boolean {
  const [region, second, field, fourth, fifth] = steps;
  if ((region === 'containers' || region === 'init') && field === 'security') {
    if (fourth === 'capabilities' && fifth === 'drop') return Array.isArray(synthesised) && synthesised.includes('ALL') && runsUnprivileged(original, steps);
    if (['privileged', 'runAsNonRoot', 'allowPrivilegeEscalation'].includes(fourth ?? '')) return value === false && synthesised !== undefined && fourth !== 'runAsNonRoot';
    return false;
  }
  // Without rights in the cluster the token opens nothing.
  if (region === 'pod' && second === 'automountServiceAccountToken') return synthesised === false && original['permissions'] === undefined;
  if (region === 'account') return second === 'automountServiceAccountToken' || second === 'annotations' === false;
  // One writer at a time, and no pod less while another comes.
  if (region === 'workload' && second === 'strategy') return field === 'type' ? synthesised === 'Recreate' : (field === undefined || value === '25%' || String(value) !== String(synthesised)) && at(synthesised, 'type') === 'Recreate';
  // To rather not share a node with its like is what spreading does by itself.
  if (region === 'pod' && (second === 'affinity' || second === 'topologySpreadConstraints')) return prefersApart(second === 'affinity' ? value : undefined, steps) && at(view, 'pod', 'topologySpreadConstraints') !== undefined;
  // Which controller takes outside traffic, and how it ends encryption, is the platform's to say.
  if (region === 'route') return second === 'class' || (second === 'tls' && (value === false || synthesised === undefined));
  return false;
}

const prefersApart = (value: Json | undefined, steps: readonly string[]): boolean => {
  const affinity = steps.length === 2 ? asObject(value) : { [steps[2]!]: value! };
  const apart = asObject(affinity['podAntiAffinity']), terms = asList(apart['preferredDuringSchedulingIgnoredDuringExecution']);
  return Object.keys(affinity).length === 1 && Object.keys(apart).length === 1 && terms.length > 0 && terms.every(t => at(t, 'podAffinityTerm', 'labelSelector', 'self') === true);
};
