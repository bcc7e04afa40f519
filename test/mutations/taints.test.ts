/** Zones count where a node of them would take the pods: the playbook's fact and the checker's rule are two statements of that. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildContext } from '../../src/context/context.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { featureSpecs } from '../../src/playbook/specs.ts';
import { verify } from '../../src/verdict/verify.ts';
import { goldens, guardrails } from './goldens.ts';

const playbook = loadPlaybook(join(import.meta.dirname, '..', '..', 'playbook'));
const specs = featureSpecs(playbook);
const golden = goldens().find(({ slug }) => slug === '34-geocoder')!;
const taint = { key: 'dedicated', value: 'batch', effect: 'NoSchedule' };

/** All zones but one have nothing but nodes with this taint. */
const zonesSeen = (taint: object, tolerations?: object[]): { fact: unknown; rule: unknown } => {
  const { intent, snapshot, graph } = structuredClone(golden), zone = snapshot.nodes[0]!.zone;
  for (const node of snapshot.nodes) node.taints = node.zone === zone ? [] : [taint as never];
  const pod = (graph.find(({ kind }) => kind === 'Deployment') as any).spec.template.spec;
  if (tolerations) { pod.tolerations = tolerations; (intent.spec.workload as any).placement = { tolerations }; }
  const spreads = (): boolean => !verify({ graph, intent, snapshot, guardrails }).findings.some(({ rule }) => rule === 'spread-differs');
  const many = spreads();
  delete pod.topologySpreadConstraints;
  assert.notEqual(spreads(), many, 'either the spread or its absence is right');
  return { fact: buildContext({ specs, facts: playbook.facts }, intent, snapshot).features['fact:zones.spread'], rule: many ? 'many' : 'single' };
};

const cases: [string, object, object[] | undefined, 'many' | 'single'][] = [
  ['no toleration', taint, undefined, 'single'],
  ['a taint that only prefers', { ...taint, effect: 'PreferNoSchedule' }, undefined, 'many'],
  ['a taint that evicts', { ...taint, effect: 'NoExecute' }, undefined, 'single'],
  ['the taint itself', taint, [{ ...taint, operator: 'Equal' }], 'many'],
  ['no operator is Equal', taint, [taint], 'many'],
  ['another value', taint, [{ ...taint, value: 'other' }], 'single'],
  ['an absent value is the empty one', { key: 'dedicated', effect: 'NoSchedule' }, [{ key: 'dedicated', value: '', effect: 'NoSchedule' }], 'many'],
  ['any value', taint, [{ key: 'dedicated', operator: 'Exists' }], 'many'],
  ['another effect', taint, [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }], 'single'],
  ['another key', taint, [{ key: 'gpu', operator: 'Exists' }], 'single'],
  ['everything', taint, [{ operator: 'Exists' }], 'many'],
  ['everything of one effect', taint, [{ operator: 'Exists', effect: 'NoSchedule' }], 'many'],
];

for (const [name, taint, tolerations, expected] of cases)
  test(`zones behind a taint, tolerated: ${name}`, () => assert.deepEqual(zonesSeen(taint, tolerations), { fact: expected, rule: expected }));
