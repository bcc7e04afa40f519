/**
 * Nothing is lost and nothing is left over wherever the agent is killed: between writes, before the server has one, after it
 * has it. Also: the server away, slow, busy or forgetful.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { ended, get, grantAll, installAgent, intent, kubeconfigFor, merge, pathOfIntent, populate, put, settled, spawnAgent, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';
import { isWrite, startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';

let plane: ControlPlane, proxy: Proxy, through: string;
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator'], controllers: true });
  await populate(plane, 'bare-1.30');
  const direct = await installAgent(plane, true);
  proxy = await startProxy(plane);
  through = kubeconfigFor(plane, loadKubeconfig(direct).token!, 'proxy', proxy.url);
  await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const agent = await startAgent(through);
  await grantAll(plane, agent.operator, 'shop');
  await agent.operator.stop();
});
after(async () => { try { await proxy?.close(); } finally { await plane?.stop(); } });

/** Everything that belongs to an intent, by another name, without what the server made up. */
async function leftBy(name: string): Promise<unknown> {
  const { inventory, revision } = await statusOf(plane, 'shop', name);
  const plural = (kind: string): string => (kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`).toLowerCase();
  const objects = await Promise.all(inventory.map(({ apiVersion, kind, name: object }) => get(plane, `/api${apiVersion.includes('/') ? 's' : ''}/${apiVersion}/namespaces/shop/${plural(kind)}/${object}`)));
  const bare = objects.map(object => { const { metadata, status: _, ...rest } = object!; return { ...rest, metadata: { name: metadata.name, labels: metadata.labels, annotations: metadata.annotations } }; });
  const { json } = await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions');
  const revisions = (json['items'] as KubeObject[]).filter(r => r.metadata.name.startsWith(`${name}-`)).map(r => ({ name: r.metadata.name, graph: (r['spec'] as JsonObject)['graph'] }));
  return JSON.parse(JSON.stringify({ bare, revision, revisions }).replaceAll(name, 'NAME').replace(/"clusterIPs?":("[^"]*"|\[[^\]]*\]),?/g, '').replace(/"applyset-[^"]*"/g, '"SET"'));
}

/** An agent in this process that leads and has nothing left to do. */
async function led(): Promise<Agent> {
  const agent = await startAgent(through);
  await until('it to lead', () => agent.operator.lease.leads);
  await settled(agent);
  return agent;
}

const applied = (name: string): Promise<unknown> => until(`${name} to be applied`, async () => {
  const object = await get(plane, pathOfIntent('shop', name)), status = await statusOf(plane, 'shop', name);
  return status.revision !== undefined && status.observedGeneration === object?.metadata['generation'] && status.inventory.length > 0 && status.inventory.every(e => 'uid' in e);
});

test('killed before and after writes of a rollout, it comes to the same end', async () => {
  let seen = 0;
  proxy.harm = (method, path) => { if (isWrite(method, path) && path.includes('/shop/')) seen++; return 'pass'; };
  let child = spawnAgent(through, 'one');
  await create(plane, intent('whole', 'shop', undefined, 'inventory-api'));
  await applied('whole');
  const expected = await leftBy('whole'), all = seen;
  assert.ok(all >= 8, `${all} writes`);
  child.kill('SIGKILL');
  await ended(child);

  // Every third write, one time before and one time after it.
  let name = 0;
  for (let at = 1; at <= all; at += 3) for (const when of ['before', 'after'] as const) {
    const service = `cut${name++}`;
    let count = 0, killed = false;
    proxy.harm = (method, path) => {
      if (killed || !isWrite(method, path) || !path.includes('/shop/') || ++count !== at) return killed ? 'before' : 'pass';
      killed = true;
      // Before: nobody sees the write. After: the server has it, and nobody hears the answer.
      setImmediate(() => child.kill('SIGKILL'));
      return when;
    };
    child = spawnAgent(through, 'one');
    await create(plane, intent(service, 'shop', undefined, 'inventory-api'));
    await ended(child);
    assert.ok(killed);
    proxy.harm = () => 'pass';
    child = spawnAgent(through, 'one');
    await applied(service);
    assert.deepEqual(await leftBy(service), expected, `killed ${when} write ${at} of ${all}`);
    child.kill('SIGKILL');
    await ended(child);
  }
});

test('of many that change at once all are changed before it is told of them, and none is forgotten', async () => {
  const names = Array.from({ length: 10 }, (_, i) => `many${i}`), images = (tag: string): Promise<unknown> => Promise.all(names.map(name => merge(plane, pathOfIntent('shop', name), { spec: { workload: { containerImage: `registry.corp/inventory-api:${tag}` } } })));
  let agent = await led();
  for (const name of names) await create(plane, intent(name, 'shop', undefined, 'inventory-api'));
  for (const name of names) await applied(name);
  await settled(agent);
  await agent.operator.stop();

  // Whoever leads now finds them all waiting.
  await images('2.0.0');
  const writes: string[] = [];
  proxy.harm = (method, path) => { if (isWrite(method, path) && path.includes('/many')) writes.push(path.replace(/\?.*/, '')); return 'pass'; };
  agent = await led();
  const changed = (of: readonly string[]): number => of.filter(path => path.includes('/deployments/')).length;
  assert.equal(changed(writes), names.length);
  // By the first word of it nobody waits to be changed: the other workers have the rest in hand.
  const before = changed(writes.slice(0, writes.findIndex(path => path.endsWith('/status'))));
  assert.ok(before >= names.length - 3, `${before} changed before the first was told of`);
  await agent.operator.stop();

  // What was changed and not told of is not changed again, and has one revision.
  await images('3.0.0');
  proxy.harm = (method, path) => {
    if (!isWrite(method, path) || !path.includes('/many') || !/\/status(\?|$)/.test(path)) return 'pass';
    setImmediate(() => child.kill('SIGKILL'));
    return 'before';
  };
  const child = spawnAgent(through, 'one');
  await ended(child);
  let again = 0;
  proxy.harm = (method, path) => { if (isWrite(method, path) && path.includes('/deployments/')) again++; return 'pass'; };
  agent = await led();
  assert.ok(again <= 4, `${again} changed again`);
  const { json } = await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions'), kept = (json['items'] as KubeObject[]).map(r => r.metadata.name);
  for (const name of names) {
    const status = await statusOf(plane, 'shop', name);
    assert.deepEqual([status.revision, kept.filter(revision => revision.startsWith(`${name}-`)).length], [`${name}-3`, 3]);
    assert.ok(JSON.stringify((await get(plane, `/apis/apps/v1/namespaces/shop/deployments/${name}`))?.['spec']).includes('3.0.0'));
    await plane.request('DELETE', pathOfIntent('shop', name));
  }
  await settled(agent);
  await agent.operator.stop();
});

test('killed while it prunes, it prunes to the end', async () => {
  let count = 0, killed = false;
  proxy.harm = (method, path) => {
    if (killed) return 'before';
    if (method !== 'DELETE' || !path.includes('/shop/') || ++count !== 2) return 'pass';
    killed = true;
    setImmediate(() => child.kill('SIGKILL'));
    return 'after';
  };
  let child = spawnAgent(through, 'one');
  const { inventory } = await statusOf(plane, 'shop', 'whole');
  await plane.request('DELETE', pathOfIntent('shop', 'whole'));
  await ended(child);
  assert.ok(killed && await get(plane, pathOfIntent('shop', 'whole')), 'the finaliser holds it');
  proxy.harm = () => 'pass';
  child = spawnAgent(through, 'one');
  await until('the intent to go', async () => (await get(plane, pathOfIntent('shop', 'whole'))) === undefined);
  assert.ok(inventory.length);
  assert.equal(await get(plane, '/apis/apps/v1/namespaces/shop/deployments/whole'), undefined);
  // SIGTERM ends it in order, and gives the lease back.
  child.kill('SIGTERM');
  await ended(child);
  assert.equal(child.exitCode, 0);
  const lease = await get(plane, '/apis/coordination.k8s.io/v1/namespaces/kubesynth-system/leases/kubesynth');
  assert.equal((lease!['spec'] as JsonObject)['holderIdentity'], '');
});

test('a restart infers nothing for intents that are as they were, and writes nothing', async () => {
  const first = await led();
  await first.operator.stop();
  let writes = 0;
  proxy.harm = (method, path) => { if (isWrite(method, path)) writes++; return 'pass'; };
  const second = await led();
  assert.equal(second.operator.metrics.total('kubesynth_inference_total'), 0);
  assert.equal(writes, 0);
  await second.operator.stop();
});

test('a busy server, broken watches, a forgotten place and a restart lose nothing', async () => {
  const agent = await led();
  let refused = 0;
  proxy.harm = method => (method !== 'GET' && refused++ % 2 === 0 ? { status: 429, headers: { 'retry-after': '1' }, body: { kind: 'Status', reason: 'TooManyRequests', message: 'busy', code: 429 } } : 'pass');
  await create(plane, intent('patient', 'shop', undefined, 'inventory-api'));
  await applied('patient');
  assert.ok(refused > 2);

  // While watches are down something happens; where they were is forgotten when they come again.
  let gone = 0;
  proxy.harm = (_method, path) => (/[?&]watch=1/.test(path) ? 'before' : 'pass');
  assert.ok(proxy.cutWatches() > 10);
  await merge(plane, pathOfIntent('shop', 'patient'), { spec: { workload: { containerImage: 'registry.corp/inventory-api:1.4.2' } } });
  proxy.harm = (_method, path) => (/[?&]watch=1/.test(path) && gone++ < 30 ? { status: 410, body: { kind: 'Status', reason: 'Expired', message: 'too old resource version', code: 410 } } : 'pass');
  await until('the change to arrive', async () => JSON.stringify((await get(plane, '/apis/apps/v1/namespaces/shop/deployments/patient'))?.['spec']).includes('1.4.2'));

  proxy.harm = () => 'pass';
  await plane.restartApiServer();
  await merge(plane, pathOfIntent('shop', 'patient'), { spec: { workload: { containerImage: 'registry.corp/inventory-api:1.4.3' } } });
  await until('the next change to arrive', async () => JSON.stringify((await get(plane, '/apis/apps/v1/namespaces/shop/deployments/patient'))?.['spec']).includes('1.4.3'));
  await settled(agent);
  await agent.operator.stop();
});

test('a server that has just started forbids even discovery; what it served before stands until it answers', async () => {
  const agent = await startAgent(through), { world } = agent.operator;
  await settled(agent);
  const before = world.snapshot;
  let forbidden = 0;
  proxy.harm = (method, path) => (method === 'GET' && /^\/(version|apis?(\/[^/?]+){0,2})$/.test(path) && forbidden++ < 6 ? { status: 403, body: { kind: 'Status', reason: 'Forbidden', message: 'forbidden', code: 403 } } : 'pass');
  await world.refresh();
  assert.ok(forbidden > 6, `${forbidden} questions`);
  assert.deepEqual([world.snapshot.version, world.snapshot.kinds], [before.version, before.kinds]);
  proxy.harm = () => 'pass';
  await settled(agent);
  await agent.operator.stop();
});

test('of two agents one leads; when it goes silent the other takes over, and it writes no more', async () => {
  const times = { namespace: 'kubesynth-system', durationMs: 4000, deadlineMs: 2500, retryMs: 500 };
  const direct = kubeconfigFor(plane, loadKubeconfig(through).token!, 'direct');
  const one = await startAgent(through, { lease: { ...times, identity: 'one' } });
  await until('the first to lead', () => one.operator.lease.leads);
  const two = await startAgent(direct, { lease: { ...times, identity: 'two' } });
  await settled(one);
  assert.equal(two.operator.lease.leads, false);
  // Cut off from the server, it cannot renew.
  proxy.harm = () => 'before';
  proxy.cutWatches();
  await until('the second to lead', () => two.operator.lease.leads);
  assert.equal(one.operator.lease.leads, false);
  assert.throws(() => one.operator.lease.check(), /does not hold the lease/);
  proxy.harm = () => 'pass';
  await create(plane, intent('heir', 'shop', undefined, 'inventory-api'));
  await applied('heir');
  assert.equal(one.operator.metrics.total('kubesynth_writes_total', { resource: 'deployments' }), 0);
  assert.ok(two.operator.metrics.total('kubesynth_writes_total', { resource: 'deployments' }) > 0);
  await one.operator.stop();
  await two.operator.stop();
});
