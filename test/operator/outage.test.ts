/** The store stands still under two agents: one of them leads before and one after, and what they make is made once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { get, grantAll, installAgent, intent, kubeconfigFor, pathOfIntent, populate, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';

let plane: ControlPlane, one: Agent, two: Agent;
const times = { namespace: 'kubesynth-system', durationMs: 4000, deadlineMs: 2500, retryMs: 500 };
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator'], audit: true });
  await populate(plane, 'bare-1.30');
  const kubeconfig = await installAgent(plane, false);
  one = await startAgent(kubeconfig, { lease: { ...times, identity: 'one' } });
  await grantAll(plane, one.operator, 'shop');
  await until('the first to lead', () => one.operator.lease.leads);
  two = await startAgent(kubeconfigFor(plane, loadKubeconfig(kubeconfig).token!, 'second'), { lease: { ...times, identity: 'two' } });
});
after(async () => { await one?.operator.stop(); await two?.operator.stop(); await plane?.stop(); });

const leaders = (): string[] => [one, two].flatMap((agent, i) => (agent.operator.lease.leads ? [['one', 'two'][i]!] : []));
const applied = (name: string): Promise<unknown> => until(`${name} to be applied`, async () => { const status = await statusOf(plane, 'shop', name); return status.revision !== undefined && status.inventory.every(e => 'uid' in e); });
const names = Array.from({ length: 6 }, (_, i) => `svc-${i}`);

test('etcd stands still while intents are made, for longer than a lease lasts', async () => {
  for (const name of names) await create(plane, intent(name, 'shop', undefined, 'inventory-api'));
  const resume = plane.pauseEtcd();
  const most: number[] = [];
  for (let waited = 0; waited < 7000; waited += 100) { most.push(leaders().length); await sleep(100); }
  resume();
  assert.ok(Math.max(...most) <= 1, 'never two leaders');
  assert.equal(most.at(-1), 0, 'who cannot renew the lease stops writing');
  await until('one to lead again', () => leaders().length === 1);
  for (const name of names) await applied(name);
  await until('every revision to be there', async () => ((await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions')).json['items'] as KubeObject[]).length >= names.length);
  await settled(leaders()[0] === 'one' ? one : two);
  const revisions = (await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions')).json['items'] as KubeObject[];
  assert.deepEqual(revisions.map(r => r.metadata.name).sort(), names.map(name => `${name}-1`), 'one revision each');
  for (const name of names) assert.ok(await get(plane, `/apis/apps/v1/namespaces/shop/deployments/${name}`));
  const { json } = await plane.request('GET', '/apis/apps/v1/namespaces/shop/deployments');
  assert.deepEqual((json['items'] as KubeObject[]).map(d => (d.metadata as unknown as JsonObject)['generation']), names.map(() => 1), 'each written once in effect');
});

test('the leader changes hands again and again while intents change, and nothing is done twice', async () => {
  for (let round = 0; round < 3; round++) {
    const leader = await until('a leader', () => leaders()[0]), agent = leader === 'one' ? one : two;
    for (const name of names) await plane.request('PATCH', `${pathOfIntent('shop', name)}?fieldManager=human`, { spec: { workload: { containerImage: `registry.corp/inventory-api:2.0.${round}` } } }, 'application/merge-patch+json');
    // Somebody else takes the lease in the midst of it, as another replica with a faster clock would.
    const path = '/apis/coordination.k8s.io/v1/namespaces/kubesynth-system/leases/kubesynth';
    await plane.request('PATCH', `${path}?fieldManager=thief`, { spec: { holderIdentity: leader === 'one' ? 'two' : 'one', renewTime: new Date().toISOString().replace('Z', '000Z') } }, 'application/merge-patch+json');
    await until('the other to lead', () => !agent.operator.lease.leads && leaders().length === 1);
    await until('every image', async () => (((await plane.request('GET', '/apis/apps/v1/namespaces/shop/deployments')).json['items'] as KubeObject[]).every(d => JSON.stringify(d['spec']).includes(`:2.0.${round}`))));
    await settled(leaders()[0] === 'one' ? one : two);
  }
  const revisions = ((await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions')).json['items'] as KubeObject[]).map(r => r.metadata.name).sort();
  assert.deepEqual(revisions, names.flatMap(name => [1, 2, 3, 4].map(n => `${name}-${n}`)), 'one revision for each image');
});
