/** What happens in a cluster and concerns nobody costs no write and no inference; what concerns somebody is never missed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { agentAccount, get, grantAll, installAgent, intent, pathOfIntent, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';
import { unrelated } from './noise.ts';

let plane: ControlPlane, agent: Agent;
const names = ['public', 'internal', 'other'];
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], audit: true });
  await populate(plane, 'istio-gateway');
  await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } });
  agent = await startAgent(await installAgent(plane, false));
  await grantAll(plane, agent.operator, 'shop');
  for (const [i, name] of names.entries()) await create(plane, intent(name, 'shop', undefined, i ? 'inventory-api' : 'user-auth-service'));
  for (const name of names) await until(`${name} to be applied`, async () => (await statusOf(plane, 'shop', name)).revision !== undefined);
  await settled(agent);
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); });

const counted = (): { writes: number; inferences: number; syntheses: number } => ({
  writes: plane.writes().filter(w => w.user === agentAccount && w.resource !== 'leases').length,
  inferences: agent.operator.metrics.total('kubesynth_inference_total'), syntheses: agent.operator.metrics.total('kubesynth_synthesis_total'),
});

test('four hundred changes that concern nobody: no write, no inference', async () => {
  const was = counted(), events = agent.operator.world.figures.objects;
  for (let i = 0; i < 400; i++) await unrelated(plane, i);
  await until('the agent to have seen the last of them', () => agent.operator.world.snapshot.objects.some(o => o.metadata.name === 'noise-39'));
  await settled(agent);
  assert.ok(agent.operator.world.figures.objects > events, 'it has seen them');
  assert.deepEqual(counted(), was);
});

test('every intent reconciled again for no reason: no write, no inference', async () => {
  const was = counted(), reconciled = agent.operator.metrics.total('kubesynth_reconcile_total');
  // An annotation of somebody else's is no part of what a service needs.
  for (const name of names) await plane.request('PATCH', `${pathOfIntent('shop', name)}?fieldManager=human`, { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } }, 'application/merge-patch+json');
  await until('all to be reconciled', () => agent.operator.metrics.total('kubesynth_reconcile_total') >= reconciled + names.length);
  await settled(agent);
  assert.deepEqual(counted(), was);
});

test('what an intent names and what comes while it is first looked at is not missed', async () => {
  const missing = async (): Promise<string[]> => (((await get(plane, pathOfIntent('shop', 'eager')))?.['status'] as { degraded?: { message: string }[] } | undefined)?.degraded ?? []).map(d => d.message);
  await create(plane, intent('eager', 'shop', spec => { (spec['workload'] as { envFrom?: object[] }).envFrom = [{ configMapRef: { name: 'late-settings' } }]; }, 'inventory-api'));
  await until('it to be reconciled', () => agent.log.some(line => line.intent === 'shop/eager') || agent.operator.metrics.total('kubesynth_active_workers') > 0, 5).catch(() => undefined);
  await create(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late-settings', namespace: 'shop' }, data: { a: 'b' } });
  await until('it to be applied', async () => (await statusOf(plane, 'shop', 'eager')).revision !== undefined);
  await until('nothing to be missing', async () => (await missing()).every(message => !message.includes('late-settings')), 30);
});
