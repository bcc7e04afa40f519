/**
 * Intents as an author writes them who relies on the team's conventions. What an imported intent states was in the manifests;
 * a new one leaves out what "we always do it like this" answers.
 */
import { tidy } from '../import/fit.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject } from '../kubernetes.ts';
import type { Random } from '../playbook/sample.ts';

/** Fields that conventions can answer for, so that an intent can do without them; those that only make sense together in one group. `[]`: of every item. */
const GROUPS = [
  ['workload.probes.liveness'], ['workload.probes.readiness'], ['workload.probes.startup'], ['workload.resourceRequirements', 'workload.sidecars[].resourceRequirements'], ['workload.init[].resourceRequirements'],
  ['workload.security.runAsUser', 'workload.security.runAsGroup', 'workload.security.fsGroup'], ['workload.rollout.type', 'workload.rollout.maxSurge', 'workload.rollout.maxUnavailable'], ['workload.rollout.terminationGracePeriodSeconds'],
] as const;
export const LEFT_OPEN: readonly string[] = GROUPS.flat();

/** The intent without these fields. */
export function withoutFields(intent: Intent, paths: readonly string[]): Intent {
  const made = structuredClone(intent);
  const drop = (holder: unknown, steps: readonly string[]): void => {
    if (holder === null || typeof holder !== 'object') return;
    const [step, ...rest] = steps, name = step!.replace('[]', ''), value = (holder as JsonObject)[name];
    if (!rest.length) delete (holder as JsonObject)[name];
    else for (const next of step!.endsWith('[]') ? (Array.isArray(value) ? value : []) : [value]) drop(next, rest);
  };
  for (const path of paths) drop(made.spec, path.split('.'));
  return tidy(made);
}

export const terse = (intent: Intent): Intent => withoutFields(intent, LEFT_OPEN);

/** In between: each group of these fields is left out as often as not. */
export const partly = (intent: Intent, random: Random): Intent => withoutFields(intent, GROUPS.filter(() => random() < 0.5).flat());
