/** All golden scenarios, in the order of their numbers. */
import { stringify } from 'yaml';
import { onBare } from './on-bare.ts';
import { onCnpg } from './on-cnpg.ts';
import { onIstio } from './on-istio.ts';
import { onLinkerd } from './on-linkerd.ts';
import { refused } from './refused.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] =
  [...onBare, ...onIstio, ...onLinkerd, ...onCnpg, ...refused].sort((a, b) => (a.slug < b.slug ? -1 : 1));

/** The files of one scenario by name, relative to its folder. */
export const filesOf = (scenario: Scenario): Record<string, string> => {
  const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  const about = { title: scenario.title, snapshot: scenario.snapshot, expect: 'expected' in scenario ? 'accepted' : 'refused' };
  return {
    'intent.yaml': `apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\n${scenario.intent.trim()}\n`,
    'scenario.yaml': yaml('rule' in scenario ? { ...about, rule: scenario.rule } : about),
    ...('expected' in scenario && { 'expected.yaml': scenario.expected.map(yaml).join('---\n') }),
  };
};
