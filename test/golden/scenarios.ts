/** All golden scenarios, in the order of their numbers. */
import { stringify } from 'yaml';
import { besideAndRoot } from './beside-and-root.ts';
import { furtherRefused } from './further-refused.ts';
import { further } from './further.ts';
import { listening } from './listening.ts';
import { onBareBatch } from './on-bare-batch.ts';
import { onBareServices } from './on-bare-services.ts';
import { onBareState } from './on-bare-state.ts';
import { onBareWide } from './on-bare-wide.ts';
import { onBareWorkers } from './on-bare-workers.ts';
import { onBare } from './on-bare.ts';
import { onCnpgBatch } from './on-cnpg-batch.ts';
import { onCnpgInternal } from './on-cnpg-internal.ts';
import { onCnpgPublic } from './on-cnpg-public.ts';
import { onCnpgWide } from './on-cnpg-wide.ts';
import { onCnpgWorkers } from './on-cnpg-workers.ts';
import { onCnpg } from './on-cnpg.ts';
import { onIstioBatch } from './on-istio-batch.ts';
import { onIstioInternal } from './on-istio-internal.ts';
import { onIstioPublic } from './on-istio-public.ts';
import { onIstioWide } from './on-istio-wide.ts';
import { onIstioWorkers } from './on-istio-workers.ts';
import { onIstio } from './on-istio.ts';
import { onLinkerdBatch } from './on-linkerd-batch.ts';
import { onLinkerdInternal } from './on-linkerd-internal.ts';
import { onLinkerdPublic } from './on-linkerd-public.ts';
import { onLinkerdWide } from './on-linkerd-wide.ts';
import { onLinkerdWorkers } from './on-linkerd-workers.ts';
import { onLinkerd } from './on-linkerd.ts';
import { refusedHere } from './refused-here.ts';
import { refusedKinds } from './refused-kinds.ts';
import { refusedWide } from './refused-wide.ts';
import { refused } from './refused.ts';
import type { Scenario } from './scenario.ts';
import { refusedOpen, wideOpen } from './wide-open.ts';
import { widePods } from './wide-pods.ts';

/** The number in front of a slug. */
export const numberOf = ({ slug }: Scenario): number => Number.parseInt(slug, 10);

export const scenarios: readonly Scenario[] = [
  ...onBare, ...onBareServices, ...onBareState, ...onBareBatch, ...onBareWorkers, ...onBareWide,
  ...onIstio, ...onIstioPublic, ...onIstioInternal, ...onIstioBatch, ...onIstioWorkers, ...onIstioWide,
  ...onLinkerd, ...onLinkerdPublic, ...onLinkerdInternal, ...onLinkerdBatch, ...onLinkerdWorkers, ...onLinkerdWide,
  ...onCnpg, ...onCnpgPublic, ...onCnpgInternal, ...onCnpgBatch, ...onCnpgWorkers, ...onCnpgWide,
  ...listening, ...besideAndRoot, ...wideOpen, ...widePods, ...further,
  ...refused, ...refusedHere, ...refusedKinds, ...refusedWide, ...refusedOpen, ...furtherRefused,
].sort((a, b) => numberOf(a) - numberOf(b));

/** The files of one scenario by name, relative to its folder. */
export const filesOf = (scenario: Scenario): Record<string, string> => {
  const yaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  const about = { title: scenario.title, snapshot: scenario.snapshot, ...(scenario.settings && { settings: scenario.settings }), expect: 'expected' in scenario ? 'accepted' : 'refused' };
  return {
    'intent.yaml': `apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\n${scenario.intent.trim()}\n`,
    'scenario.yaml': yaml('rule' in scenario ? { ...about, rule: scenario.rule } : about),
    ...('expected' in scenario && { 'expected.yaml': scenario.expected.map(yaml).join('---\n') }),
  };
};
