/**
 * The checker's two duties, on every golden scenario: good graphs are accepted, and each of some hundred systematic
 * harmful mutations of them is not. Then, on all graphs, every single-step change of any leaf or list item.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/kubernetes.ts';
import { verify } from '../../src/verdict/verify.ts';
import { equalGraphs } from '../equivalences.ts';
import { daemons } from './daemons.ts';
import type { Mutation } from './edits.ts';
import { goldens, guardrails } from './goldens.ts';
import { leafMutations } from './leaves.ts';
import { network } from './network.ts';
import { outside } from './outside.ts';
import { permissions } from './permissions.ts';
import { pods } from './pods.ts';
import { rights } from './rights.ts';
import { further } from './watched.ts';
import { wide } from './wide.ts';

const good = goldens();
const verdictOf = (golden: (typeof good)[number], graph: KubeObject[]) => verify({ ...golden, graph, guardrails });

test('good graphs are accepted with their intents', t => {
  for (const golden of good) {
    const { verdict, findings } = verdictOf(golden, golden.graph);
    assert.equal(verdict, 'accepted', `${golden.slug}: ${JSON.stringify(findings, null, 1)}`);
  }
  t.diagnostic(`${good.length} good graphs accepted`);
});

test('harmful mutations are caught', t => {
  const mutations: Mutation[] = [...network, ...pods, ...rights, ...permissions, ...daemons, ...outside, ...wide, ...further];
  assert.equal(new Set(mutations.map(({ name }) => name)).size, mutations.length, 'every mutation has a name of its own');
  const missed: string[] = [];
  const idle: string[] = [];
  let cases = 0;
  for (const [index, { name, apply }] of mutations.entries()) {
    let applied = 0;
    // Each on up to six graphs, beginning elsewhere each time, so that all graphs meet many mutations.
    for (const golden of [...good.slice(index % good.length), ...good.slice(0, index % good.length)]) {
      if (applied === 6) break;
      const graph = structuredClone(golden.graph);
      if (apply(graph, golden) === false || equalGraphs(golden.graph, graph).equal) continue;
      applied++;
      if (verdictOf(golden, graph).verdict === 'accepted') missed.push(`${golden.slug}: ${name}`);
    }
    if (!applied) idle.push(name);
    cases += applied;
  }
  t.diagnostic(`${mutations.length} mutations, ${cases} cases, ${missed.length} missed`);
  assert.deepEqual(missed, []);
  assert.deepEqual(idle, [], 'every mutation applies to some graph');
  assert.ok(mutations.length >= 100);
});

test('every single-step change of a graph is caught or means the same', t => {
  const places = new Set<string>();
  const missed: string[] = [];
  for (const golden of good)
    for (const { place, graph } of leafMutations(golden.graph)) {
      if (places.has(place)) continue;
      places.add(place);
      if (verdictOf(golden, graph).verdict === 'accepted' && !equalGraphs(golden.graph, graph).equal) missed.push(`${golden.slug}: ${place}`);
    }
  t.diagnostic(`${places.size} places changed, ${missed.length} missed`);
  assert.deepEqual(missed, []);
});
