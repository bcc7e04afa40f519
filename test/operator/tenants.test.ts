/** Namespaces are tenants: an intent neither reads nor writes what is another's, whatever it states and whatever somebody puts into its status. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../src/kubernetes.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { agentAccount, condition, conditionOf, get, grantAll, installAgent, intent, isOwnRecord, merge, pathOfIntent, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent, Status } from './harness.ts';

let plane: ControlPlane, agent: Agent;
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], audit: true });
  await populate(plane, 'istio-gateway');
  await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rival' } });
  agent = await startAgent(await installAgent(plane, false));
  for (const namespace of ['shop', 'rival']) await grantAll(plane, agent.operator, namespace);
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); });

const applied = (namespace: string, name: string): Promise<Status> => until(`${namespace}/${name} to be applied`, async () => {
  const status = await statusOf(plane, namespace, name);
  return status.revision !== undefined && status.inventory.length > 0 && status.inventory.every(e => 'uid' in e) ? status : undefined;
});
const graphOf = async (namespace: string, revision: string): Promise<string> => JSON.stringify((await get(plane, `/apis/synthesis.platform/v1alpha1/namespaces/${namespace}/synthesisrevisions/${revision}`))!['spec']);
const everythingOf = async (namespace: string): Promise<string> => JSON.stringify(await Promise.all(['/api/v1', '/apis/apps/v1', '/apis/networking.k8s.io/v1'].flatMap(api => (
  { '/api/v1': ['configmaps', 'secrets', 'services', 'serviceaccounts'], '/apis/apps/v1': ['deployments'], '/apis/networking.k8s.io/v1': ['networkpolicies'] }[api]!.map(async plural => (await plane.request('GET', `${api}/namespaces/${namespace}/${plural}`)).json['items'])))));

test('what another namespace holds under the same names changes nothing of a service, and is left as it is', async () => {
  const named = (spec: JsonObject): void => {
    const workload = spec['workload'] as JsonObject;
    workload['env'] = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'vault', key: 'password' } } }];
    workload['envFrom'] = [{ configMapRef: { name: 'flags' } }];
  };
  await create(plane, intent('alone', 'shop', named, 'inventory-api'));
  const alone = await applied('shop', 'alone'), missing = JSON.stringify(await get(plane, pathOfIntent('shop', 'alone')));
  assert.match(missing, /vault/, 'it is said to be missing');
  const graph = await graphOf('shop', alone.revision!), syntheses = agent.operator.metrics.total('kubesynth_synthesis_total');

  // Now the other namespace has all of it, and a service by the same name.
  await put(plane, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'vault', namespace: 'rival' }, stringData: { password: 'hunter2-of-rival' } });
  await put(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags', namespace: 'rival' }, data: { FLAG: 'flag-of-rival' } });
  await put(plane, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'alone', namespace: 'rival' }, spec: { ports: [{ port: 80 }] } });
  const theirs = await everythingOf('rival');
  await settled(agent);
  await merge(plane, pathOfIntent('shop', 'alone'), { spec: { workload: { containerImage: 'registry.corp/inventory-api:1.4.2' } } });
  const after = await until('the new image', async () => { const status = await statusOf(plane, 'shop', 'alone'); return status.revision !== alone.revision ? status : undefined; });
  await settled(agent);
  assert.equal((await graphOf('shop', after.revision!)).replaceAll('1.4.2', '1.4.1').includes('of-rival'), false);
  assert.deepEqual(JSON.parse(await graphOf('shop', after.revision!)).graph, JSON.parse(graph.replaceAll('1.4.1', '1.4.2')).graph);
  assert.equal(agent.operator.metrics.total('kubesynth_synthesis_total'), syntheses + 1, 'the image alone');
  assert.match(JSON.stringify(await get(plane, pathOfIntent('shop', 'alone'))), /vault/, 'still missing here');
  assert.equal(await everythingOf('rival'), theirs);
});

test('content of another namespace, or of any Secret, is nowhere in what the agent says or writes', async () => {
  await settled(agent);
  const said = JSON.stringify(agent.log) + await (await fetch(`http://127.0.0.1:${agent.operator.port}/metrics`)).text() + await everythingOf('shop') + JSON.stringify((await plane.request('GET', '/apis/synthesis.platform/v1alpha1/synthesisrevisions')).json)
    + JSON.stringify((await plane.request('GET', '/apis/synthesis.platform/v1alpha1/serviceintents')).json) + JSON.stringify(agent.operator.world.snapshot);
  assert.equal(/hunter2-of-rival|flag-of-rival/.test(said), false);
});

test('an inventory that somebody forges prunes nothing of anybody', async () => {
  const theirs = { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', namespace: 'rival' }, mine = { apiVersion: 'v1', kind: 'ConfigMap', name: 'own-work', namespace: 'shop' };
  await put(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own-work', namespace: 'shop' }, data: { a: 'b' } });
  const { inventory } = await statusOf(plane, 'shop', 'alone');
  const forged = await plane.request('PATCH', `${pathOfIntent('shop', 'alone')}/status?fieldManager=forger`, { status: { inventory: [...inventory, theirs, mine] } }, 'application/merge-patch+json');
  assert.equal(forged.status, 200, forged.text);
  await merge(plane, pathOfIntent('shop', 'alone'), { spec: { workload: { containerImage: 'registry.corp/inventory-api:1.4.3' } } });
  await until('the forged entries to go', async () => (await statusOf(plane, 'shop', 'alone')).inventory.every(e => e.kind !== 'ConfigMap'));
  await plane.request('DELETE', pathOfIntent('shop', 'alone'));
  await until('the intent to go', async () => (await get(plane, pathOfIntent('shop', 'alone'))) === undefined);
  assert.ok(await get(plane, '/api/v1/namespaces/rival/configmaps/flags'));
  assert.ok(await get(plane, '/api/v1/namespaces/shop/configmaps/own-work'));
});

test('one host for two tenants: both say so, the first keeps it, and it goes over when the first goes', async () => {
  const host = (spec: JsonObject): void => { (spec['networking'] as JsonObject)['hosts'] = ['login.apps.corp.example']; };
  await create(plane, intent('first', 'rival', host));
  await applied('rival', 'first');
  await create(plane, intent('second', 'shop', host));
  const second = await conditionOf(plane, 'shop', 'second', 'Stalled', 'HostConflict');
  assert.equal(second.revision, undefined);
  assert.match(condition(second, 'Stalled').message, /rival\/first/);
  await until('the first to say it too', async () => (await statusOf(plane, 'rival', 'first')).findings.some(f => f.rule === 'host-conflict' && f.severity === 'warning' && f.message.includes('shop/second')));
  assert.equal(await get(plane, '/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/second'), undefined);
  await plane.request('DELETE', pathOfIntent('rival', 'first'));
  await applied('shop', 'second');
});

test('every object was written by the account of its own namespace', () => {
  const own = plane.writes().filter(w => w.user === agentAccount && w.resource !== 'leases');
  assert.ok(own.length > 20);
  for (const write of own) {
    const { asUser, namespace } = write;
    if (asUser) assert.equal(asUser, `system:serviceaccount:${namespace}:kubesynth-synthesis`);
    else assert.ok(isOwnRecord(write), `the agent itself wrote ${write.resource} ${write.name}`);
  }
});
