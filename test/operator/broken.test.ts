/** APIs that are there by half: the status says what is wrong, what runs stays as it was, and what is mended is followed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { condition, conditionOf, get, grantAll, installAgent, intent, kubeconfigFor, merge, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';
import { startProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';

let plane: ControlPlane, proxy: Proxy, agent: Agent;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const applied = (name: string): Promise<unknown> => until(`${name} to be applied`, async () => {
  const status = await statusOf(plane, 'shop', name);
  return status.revision !== undefined && condition(status, 'Stalled').status !== 'True' && status.inventory.length > 0 && status.inventory.every(e => 'uid' in e);
});
const revision = async (name: string): Promise<string | undefined> => (await statusOf(plane, 'shop', name)).revision;

before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'] });
  await populate(plane, 'istio-gateway');
  const direct = await installAgent(plane, false);
  proxy = await startProxy(plane);
  // OpenAPI answers late at first, and not at all now and then.
  let asked = 0;
  proxy.harm = (_method, path) => (path.startsWith('/openapi/v3') ? asked++ % 7 === 0 ? { status: 500, body: { kind: 'Status', message: 'not yet', code: 500 } } : { afterMs: 300 } : 'pass');
  agent = await startAgent(kubeconfigFor(plane, loadKubeconfig(direct).token!, 'proxy', proxy.url));
  assert.ok(asked > 20);
  proxy.harm = () => 'pass';
  await grantAll(plane, agent.operator, 'shop');
  await create(plane, intent('first', 'shop'));
  await applied('first');
});
after(async () => { try { await agent?.operator.stop(); await proxy?.close(); } finally { await plane?.stop(); } });

test('a mesh that is installed by half: the intent that needs all of it says so, and is ready when the rest comes', async () => {
  const path = `${definitions}/authorizationpolicies.security.istio.io`, whole = (await get(plane, path))!, last = await revision('first');
  await plane.request('DELETE', path);
  const stalled = await conditionOf(plane, 'shop', 'first', 'Stalled');
  assert.match(condition(stalled, 'Stalled').message, /AuthorizationPolicy/);
  assert.equal(stalled.revision, last, 'the last accepted revision stays');
  assert.ok(await get(plane, '/apis/apps/v1/namespaces/shop/deployments/first'), 'what runs goes on running');
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, managedFields: _m, finalizers: _f, ...metadata } = whole.metadata as unknown as JsonObject;
  await until('the definition to be gone', async () => (await get(plane, path)) === undefined);
  await create(plane, { apiVersion: whole.apiVersion, kind: whole.kind, metadata, spec: whole['spec'] } as unknown as KubeObject);
  await applied('first');
  await until('what went with it to be back', async () => await get(plane, '/apis/security.istio.io/v1/namespaces/shop/authorizationpolicies/first') !== undefined);
});

test('a definition whose conversion has nobody to ask: new intents say what the server says, the others stay', async () => {
  await settled(agent);
  const path = `${definitions}/httproutes.gateway.networking.k8s.io`, definition = (await get(plane, path))!, spec = definition['spec'] as JsonObject, last = await revision('first');
  const stored = (version: string): JsonObject[] => (spec['versions'] as JsonObject[]).map(v => ({ ...v, storage: v['name'] === version }));
  const versions = (spec['versions'] as JsonObject[]).map(v => String(v['name']));
  assert.ok(versions.includes('v1beta1'), versions.join());
  await merge(plane, path, { spec: { versions: stored('v1beta1'), conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:9/convert' } } } } });
  await create(plane, intent('second', 'shop'));
  const stalled = await conditionOf(plane, 'shop', 'second', 'Stalled');
  assert.match(JSON.stringify([stalled.conditions, stalled.findings]), /conversion webhook/);
  assert.equal(await revision('first'), last);
  assert.ok(await get(plane, '/apis/apps/v1/namespaces/shop/deployments/first'));
  await merge(plane, path, { spec: { versions: stored('v1'), conversion: { strategy: 'None', webhook: null } } });
  await applied('second');
});

test('an aggregated API whose server is away is not served, and nothing else suffers', async () => {
  await put(plane, { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1beta1.metrics.k8s.io' }, spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { name: 'gone', namespace: 'kube-system' } } } as unknown as KubeObject);
  await settled(agent);
  await create(plane, intent('third', 'shop'));
  await applied('third');
  await plane.request('DELETE', '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io');
});

test('OpenAPI that lacks what is served: it is asked again until it knows', async () => {
  await settled(agent);
  let wrong = 0;
  proxy.harm = (_method, path) => (/^\/openapi\/v3\/apis\/example\.org/.test(path) && wrong++ < 2 ? { status: 200, body: { openapi: '3.0.0', components: { schemas: {} } } } : 'pass');
  await create(plane, {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.example.org' },
    spec: { group: 'example.org', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } } }] },
  } as unknown as KubeObject);
  await until('the schema to be known', () => Object.keys(agent.operator.world.snapshot.openapi['apis/example.org/v1']?.components.schemas ?? {}).length > 0);
  assert.ok(wrong > 2, `${wrong} questions`);
  proxy.harm = () => 'pass';
  await applied('first');
});
