/** Defaults and the order of sets do not count; everything else does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, KubeObject } from '../src/kubernetes.ts';
import { equalGraphs } from './equivalences.ts';
import { scenarios } from './golden/scenarios.ts';

const graphs = scenarios.flatMap(s => ('expected' in s ? [s.expected] : []));
const copy = (graph: KubeObject[]): KubeObject[] => JSON.parse(JSON.stringify(graph)) as KubeObject[];
type Loose = Record<string, any>;
const graphOf = (slug: string): KubeObject[] => {
  const found = scenarios.find(s => s.slug === slug);
  assert.ok(found && 'expected' in found);
  return copy(found.expected);
};
const changed = (slug: string, kind: string, edit: (object: Loose) => void) => {
  const before = graphOf(slug), after = copy(before);
  const object = after.find(o => o.kind === kind);
  assert.ok(object);
  edit(object);
  return equalGraphs(before, after);
};
const podOf = (deployment: Loose): Loose => deployment.spec.template.spec;

test('every golden graph equals itself, in whatever order its objects come', () => {
  for (const graph of graphs) assert.deepEqual(equalGraphs(graph, copy(graph).reverse()), { equal: true, differences: [] });
});

test('no two golden graphs are equal, not even those of one intent on two clusters', () => {
  graphs.forEach((a, i) => graphs.forEach((b, j) => assert.equal(equalGraphs(a, b).equal, i === j)));
});

test('what an API server fills in is no difference', () => {
  assert.ok(changed('02-inventory-api', 'Deployment', d => {
    const [main] = podOf(d).containers;
    delete main.ports[0].protocol;
    delete main.readinessProbe.periodSeconds;
    main.livenessProbe.failureThreshold = 3;
    podOf(d).terminationGracePeriodSeconds = 30;
    d.spec.revisionHistoryLimit = 10;
  }).equal);
  assert.ok(changed('02-inventory-api', 'Service', s => { delete s.spec.type; delete s.spec.ports[0].protocol; }).equal);
  assert.ok(changed('01-user-auth-service', 'HTTPRoute', r => { r.spec.rules[0].backendRefs[0].weight = 1; }).equal);
});

test('the order of sets is no difference', () => {
  assert.ok(changed('14-long-name', 'NetworkPolicy', p => { p.spec.egress.reverse(); p.spec.policyTypes.reverse(); p.spec.egress.forEach((r: Loose) => r.ports.reverse()); }).equal);
  assert.ok(changed('20-checkout-api', 'AuthorizationPolicy', p => { p.spec.rules.reverse(); }).equal);
  assert.ok(changed('12-quote-service', 'Deployment', d => { podOf(d).volumes.reverse(); podOf(d).containers[0].volumeMounts.reverse(); }).equal);
});

test('a default elsewhere, or another value at its place, is a difference', () => {
  const values: [string, (pod: Loose) => void][] = [
    ['livenessProbe', pod => { delete pod.containers[0].livenessProbe.periodSeconds; }],
    ['replicas', pod => { pod.protocol = 'TCP'; }],
    ['grace', pod => { pod.terminationGracePeriodSeconds = 31; }],
    ['read-only root', pod => { delete pod.containers[0].securityContext.readOnlyRootFilesystem; }],
    ['empty list', pod => { pod.tolerations = []; }],
    ['number as text', pod => { pod.containers[0].ports[0].containerPort = '8080'; }],
  ];
  for (const [what, edit] of values) assert.equal(changed('02-inventory-api', 'Deployment', d => edit(podOf(d))).equal, false, what);
  assert.equal(changed('02-inventory-api', 'Deployment', d => { delete d.spec.replicas; }).equal, false);
});

test('order counts where it decides: env, args, init containers', () => {
  assert.equal(changed('03-storefront', 'Deployment', d => { podOf(d).containers[0].env.reverse(); }).equal, false);
  assert.equal(changed('11-schema-migrate', 'Job', j => { podOf(j).containers[0].args.reverse(); }).equal, false);
  assert.equal(changed('42-seed-data', 'Job', j => { podOf(j).initContainers.reverse(); }).equal, false);
});

test('a missing, further or doubled object is a difference', () => {
  const graph = graphOf('02-inventory-api');
  assert.equal(equalGraphs(graph, graph.slice(1)).differences[0]?.right, undefined);
  assert.equal(equalGraphs(graph.slice(1), graph).differences[0]?.left, undefined);
  assert.equal(equalGraphs(graph, [...graph, ...graph.slice(0, 1)]).equal, false);
});

test('a set may not lose, gain or repeat an entry, and the difference names only that entry', () => {
  const lost = changed('14-long-name', 'NetworkPolicy', p => { p.spec.egress.splice(1, 1); });
  assert.equal(lost.differences.length, 1);
  assert.match(lost.differences[0]?.path ?? '', /^spec\.egress\[\d+\]$/);
  assert.equal(changed('14-long-name', 'NetworkPolicy', p => { p.spec.egress.push(p.spec.egress[1]); }).equal, false);
  const wider = changed('02-inventory-api', 'NetworkPolicy', p => { p.spec.egress[1].to[0].podSelector = {}; });
  assert.equal(wider.equal, false);
});

test('every single leaf of every golden graph counts', () => {
  let leaves = 0;
  const change = (value: Json): Json => (typeof value === 'number' ? value + 7 : typeof value === 'boolean' ? !value : `${String(value)}-x`);
  /** Calls `look` once for each leaf of `edited`, while that leaf alone is changed. */
  const eachLeaf = (edited: Loose, look: () => void): void => {
    for (const [key, value] of Object.entries(edited)) {
      if (typeof value === 'object' && value !== null) { eachLeaf(value as Loose, look); continue; }
      edited[key] = change(value as Json);
      look();
      edited[key] = value;
    }
  };
  for (const object of graphs.flat()) {
    const [edited] = copy([object]) as [KubeObject];
    eachLeaf(edited, () => { leaves++; assert.equal(equalGraphs([object], [edited]).equal, false, JSON.stringify(edited)); });
  }
  assert.ok(leaves > 5000, `${leaves}`);
});
