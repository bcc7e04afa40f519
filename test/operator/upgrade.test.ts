/** The API server under the agent becomes a newer one, on the same store: it is seen without anything having changed, and followed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { minorOf } from '../../src/context/observe.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { newest, oldest } from '../controlplane/versions.ts';
import { get, grantAll, installAgent, intent, pathOfIntent, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';

const uids = (inventory: object[]): unknown[] => inventory.map(e => (e as { uid?: string }).uid).sort();
const settings = (data: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'global-settings', namespace: 'platform-system' }, data } as KubeObject);
let plane: ControlPlane, agent: Agent;
before(async () => {
  plane = await startControlPlane({ version: oldest, crds: [], exact: true });
  await populate(plane, 'bare-1.30');
  const kubeconfig = await installAgent(plane, false);
  for (const name of ['shop', 'platform-system']) if (!await get(plane, `/api/v1/namespaces/${name}`)) await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await put(plane, settings({ trafficDistribution: 'PreferClose' }));
  agent = await startAgent(kubeconfig);
  await grantAll(plane, agent.operator, 'shop');
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); });

test(`${oldest} becomes ${newest}: what the new version knows is written, nothing is lost`, async () => {
  await create(plane, intent('till', 'shop', spec => { spec['networking'] = { exposure: 'internal' }; delete spec['observability']; }, 'inventory-api'));
  const standing = async (): Promise<boolean> => { const status = await statusOf(plane, 'shop', 'till'); return status.revision !== undefined && status.inventory.length > 0 && status.inventory.every(e => 'uid' in e); };
  await until('the intent to be applied', standing);
  await settled(agent);
  const service = async (): Promise<JsonObject> => (await get(plane, '/api/v1/namespaces/shop/services/till'))!['spec'] as JsonObject;
  assert.equal((await service())['trafficDistribution'], undefined);
  const before = (await statusOf(plane, 'shop', 'till')).inventory;

  await plane.restartApiServer(newest);
  await until('the new version to be seen', () => minorOf(agent.operator.world.snapshot) === Number(newest.split('.')[1]));
  await until('the Service to say what the new version knows', async () => (await service())['trafficDistribution'] === 'PreferClose');
  await settled(agent);
  assert.ok(await standing());
  assert.deepEqual(uids((await statusOf(plane, 'shop', 'till')).inventory), uids(before), 'the same objects');
  const { status } = (await get(plane, pathOfIntent('shop', 'till')))! as unknown as { status: { conditions: { type: string; status: string }[] } };
  assert.equal(status.conditions.find(c => c.type === 'Stalled')?.status ?? 'False', 'False');
});
