/** Another model under running services: what it changes nothing of goes on, what it would change waits until somebody lets it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LlamaEngine } from '../../src/candidate/engine.ts';
import { loadModel, shippedModel } from '../../src/candidate/model.ts';
import type { Manifest, Model } from '../../src/candidate/model.ts';
import type { JsonObject } from '../../src/kubernetes.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { condition, get, grantAll, installAgent, intent, merge, model, pathOfIntent, populate, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubesynth-models-'));
const path = '/api/v1/namespaces/kubesynth-system/configmaps/kubesynth-release';
let plane: ControlPlane, config: string, agent: Agent | undefined;
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], audit: true });
  await populate(plane, 'istio-gateway');
  config = await installAgent(plane, false);
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); rmSync(dir, { recursive: true, force: true }); });

/** Weights of another digest that say the same, in a vocabulary in which some of it is written otherwise; the same of every layer. */
function variant(name: string, word: (token: string) => string): Model {
  const folder = join(dir, name);
  cpSync(shippedModel(), folder, { recursive: true });
  rewrite(folder, name, word);
  return loadModel(folder);
}
/** @returns digest of the weights */
function rewrite(folder: string, name: string, word: (token: string) => string): string {
  const weights = Buffer.concat([readFileSync(join(folder, 'model.gguf')), Buffer.from(name)]), digest = createHash('sha256').update(weights).digest('hex'), manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Manifest;
  const below = manifest.base === undefined ? {} : { base: rewrite(join(folder, 'base'), name, word) };
  writeFileSync(join(folder, 'model.gguf'), weights);
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, ...below, name, tokens: manifest.tokens.map(word), weights: digest }));
  return digest;
}
async function led(by: Model): Promise<Agent> {
  await agent?.operator.stop();
  agent = await startAgent(config, { model: by, engine: () => LlamaEngine.load(by) });
  await until('the agent to lead', () => agent!.operator.lease.leads);
  return agent;
}
const applied = (name: string, revision: string): Promise<unknown> => until(`${name} at ${revision}`, async () => (await statusOf(plane, 'shop', name)).revision === revision);
const released = async (): Promise<JsonObject> => ((await get(plane, path))?.['data'] ?? {}) as JsonObject;
/** Of the policy: a list in which the order means nothing. */
const typesOf = async (name: string): Promise<string> => String(((await get(plane, `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/${name}`))!['spec'] as JsonObject)['policyTypes']);

test('the first model is released as it comes', async () => {
  const { operator } = await led(model);
  await grantAll(plane, operator, 'shop');
  for (const name of ['till', 'desk']) await create(plane, intent(name, 'shop', undefined, 'inventory-api'));
  await create(plane, intent('door', 'shop'));
  for (const name of ['till', 'desk', 'door']) await applied(name, `${name}-1`);
  assert.deepEqual(await released(), { model: model.digest });
});

test('a model that changes nothing releases itself, and writes nothing else', async () => {
  const same = variant('same', token => token), was = await typesOf('till');
  const { operator } = await led(same);
  await until('it to be released', async () => (await released())['model'] === same.digest);
  await settled(agent!);
  assert.deepEqual(await released(), { model: same.digest });
  for (const name of ['till', 'desk', 'door']) {
    const status = await statusOf(plane, 'shop', name);
    assert.deepEqual([status.revision, status.model], [`${name}-1`, same.digest]);
  }
  assert.equal(await typesOf('till'), was);
  assert.equal(operator.metrics.total('kubesynth_model_released', {}), 1);
});

const [usual, turned] = ['Ingress,Egress', 'Egress,Ingress'], other = variant('other', token => token.replace('="Ingress"\n="Egress"', '="Egress"\n="Ingress"'));
test('one that would change services is held: all of them are told of, none is touched', async () => {
  const was = await typesOf('till');
  await led(other);
  const said = await until('the report', async () => { const data = await released(); return data['report'] !== undefined && data; });
  assert.equal(said['candidate'], other.digest);
  assert.notEqual(said['model'], other.digest);
  assert.match(String(said['summary']), /^0 the same, 3 changed$/);
  assert.match(String(said['report']), /NetworkPolicy spec\.policyTypes: 3/);
  assert.match(String(said['report']), /service: shop\/till[^]*\["Ingress","Egress"\] → \["Egress","Ingress"\]/);
  const status = await statusOf(plane, 'shop', 'till');
  assert.deepEqual([status.revision, condition(status, 'NeedsReview').reason], ['till-1', 'ModelHeld']);
  assert.equal(await typesOf('till'), was);
});

test('one service may be let go by itself, and what is stated meanwhile waits', async () => {
  await merge(plane, pathOfIntent('shop', 'till'), { metadata: { annotations: { 'synthesis.platform/approve': 'till-2' } } });
  await applied('till', 'till-2');
  assert.deepEqual([await typesOf('till'), await typesOf('desk')], [turned, usual]);
  await merge(plane, pathOfIntent('shop', 'desk'), { spec: { workload: { containerImage: 'registry.corp/inventory-api:1.5.0' } } });
  await until('the new image to be proposed', async () => /desk-3/.test(condition(await statusOf(plane, 'shop', 'desk'), 'NeedsReview').message));
  assert.equal((await statusOf(plane, 'shop', 'desk')).revision, 'desk-1');
});

test('back to the released model, everything is as it was decided by that', async () => {
  const before = (await released())['model'];
  await led(variant('same', token => token));
  await until('the image that was stated meanwhile', async () => JSON.stringify(await get(plane, '/apis/apps/v1/namespaces/shop/deployments/desk')).includes('inventory-api:1.5.0'));
  await until('the order of before', async () => (await typesOf('till')) === usual);
  assert.equal((await released())['model'], before);
});

test('released, what it proposes is applied', async () => {
  await led(other);
  await until('the report', async () => (await released())['report'] !== undefined);
  await merge(plane, path, { metadata: { annotations: { 'synthesis.platform/release': other.digest } } });
  await until('the release to be written down', async () => (await released())['model'] === other.digest);
  for (const name of ['till', 'desk', 'door']) await until(`${name} to follow`, async () => (await typesOf(name)) === turned);
  assert.deepEqual(await released(), { model: other.digest });
  assert.equal((await get(plane, path))!.metadata.annotations?.['synthesis.platform/release'], undefined);
});
