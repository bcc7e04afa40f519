/** Nodes that come, fail and fill up: exactly the services whose context they are part of are synthesised again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { grantAll, installAgent, intent, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';
import { load } from './noise.ts';

let plane: ControlPlane, agent: Agent;
/** The last two tolerate the taint of the node that is to come. */
const plain = ['a', 'b', 'c'], tolerant = ['y', 'z'], all = [...plain, ...tolerant];
const toleration = { key: 'dedicated', operator: 'Exists' };
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'] });
  await populate(plane, 'istio-gateway');
  agent = await startAgent(await installAgent(plane, false));
  await grantAll(plane, agent.operator, 'shop');
  for (const name of all) await create(plane, intent(name, 'shop', spec => { if (tolerant.includes(name)) (spec['workload'] as JsonObject)['placement'] = { tolerations: [toleration] }; }, 'inventory-api'));
  for (const name of all) await until(`${name} to be decided`, async () => (await statusOf(plane, 'shop', name)).contextHash !== undefined);
  await settled(agent);
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); });

const contexts = async (): Promise<Map<string, string>> => new Map(await Promise.all(all.map(async name => [name, (await statusOf(plane, 'shop', name)).contextHash ?? ''] as const)));
const syntheses = (): number => agent.operator.metrics.total('kubesynth_synthesis_total');
const nodes = (): string => agent.operator.world.nodes.digest;

/** @returns whose context is another after `change`; each of them was synthesised once, and nobody else */
async function concerned(what: string, change: () => Promise<unknown>): Promise<string[]> {
  const was = await contexts(), before = syntheses(), digest = nodes();
  await change();
  await until(`the agent to see ${what}`, () => nodes() !== digest);
  await settled(agent);
  const now = await contexts(), moved = all.filter(name => now.get(name) !== was.get(name));
  assert.equal(syntheses() - before, moved.length, what);
  return moved;
}
const status = (node: string, ready: boolean): Promise<unknown> =>
  plane.request('PATCH', `/api/v1/nodes/${node}/status`, { status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', reason: 'Test' }] } }, 'application/strategic-merge-patch+json');
const bind = (name: string, node: string, cpu: string): Promise<unknown> => plane.request('POST', '/api/v1/namespaces/default/pods', load(name, node, cpu, [toleration]));

const node = (name: string, zone: string, taints: JsonObject[]): KubeObject => ({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': zone } }, spec: { taints },
  status: { capacity: { cpu: '8', memory: '32Gi', pods: '110' }, allocatable: { cpu: '8', memory: '32Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True', reason: 'Test' }] },
});

test('a tainted node in a zone of its own comes, fails, comes back and fills up: only those that tolerate it are concerned', async () => {
  // Its coming is two changes, since admission taints it first, and so is not counted.
  await create(plane, node('node-d1', 'zone-d', [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }]));
  await settled(agent);
  const there = await contexts();
  assert.deepEqual(await concerned('the node fail', () => status('node-d1', false)), tolerant);
  assert.deepEqual(await concerned('the node come back', () => status('node-d1', true)), tolerant);
  assert.deepEqual(await contexts(), there, 'the contexts of before');
  assert.deepEqual(await concerned('a Pod that leaves room', () => bind('small', 'node-d1', '500m')), []);
  assert.deepEqual(await concerned('a Pod that fills it', () => bind('large', 'node-d1', '7')), tolerant);
  assert.deepEqual(await concerned('the Pod go', () => plane.request('DELETE', '/api/v1/namespaces/default/pods/large?gracePeriodSeconds=0')), tolerant);
});

test('a node for everybody that fills up, or fails and leaves its zone without one, concerns everybody; one that has room or company nobody', async () => {
  assert.deepEqual(await concerned('a Pod that leaves room', () => bind('some', 'node-c1', '1')), []);
  assert.deepEqual(await concerned('a Pod that fills it', () => bind('much', 'node-c1', '6')), all);
  assert.deepEqual(await concerned('a second one', () => bind('more', 'node-c1', '200m')), []);
  assert.deepEqual(await concerned('the node fail', () => status('node-c1', false)), all);
  assert.deepEqual(await concerned('another node of a zone', () => create(plane, node('node-a2', 'zone-a', []))), []);
  assert.deepEqual(await concerned('it fail', () => status('node-a2', false)), []);
});

test('a Node that only says it is alive concerns nobody and is no change at all', async () => {
  const digest = nodes(), before = syntheses();
  for (let i = 0; i < 5; i++) await plane.request('PATCH', '/api/v1/nodes/node-a1/status', { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Test', lastHeartbeatTime: `2026-01-01T00:00:0${i}Z` }] } }, 'application/strategic-merge-patch+json');
  await put(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'after', namespace: 'shop' }, data: {} });
  await until('what came after', () => agent.operator.world.snapshot.objects.some(o => o.metadata.name === 'after'));
  await settled(agent);
  assert.equal(nodes(), digest);
  assert.equal(syntheses(), before);
});
