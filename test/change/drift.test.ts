/** What happens to synthesised fields on a real API server when others change them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { applyRevision } from '../../src/change/apply.ts';
import type { Applied } from '../../src/change/apply.ts';
import type { IntentRef } from '../../src/change/ownership.ts';
import { classify, driftFindings, judgeBy, recreatesBy } from '../../src/drift/classify.ts';
import type { Drift } from '../../src/drift/classify.ts';
import { loadDriftRules } from '../../src/drift/rules.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { graphOf, liveCluster, statusStore } from './live.ts';
import type { Live } from './live.ts';

const rules = loadDriftRules(join(import.meta.dirname, '..', '..', 'guardrails', 'drift.yaml'));
let live: Live;
before(async () => { live = await liveCluster(); });
after(() => live?.stop());

async function reconcile(intent: IntentRef, graph: readonly KubeObject[] = graphOf(intent.namespace)): Promise<Applied & { drifts: Drift[] }> {
  const store = statusStore(live.api, intent);
  const result = await applyRevision(live.api, await store.read(), graph, { intent, kinds: live.kinds, record: inventory => store.record(inventory), judge: judgeBy(rules), recreate: recreatesBy(rules) });
  assert.deepEqual(result.conflicts, []);
  return { ...result, drifts: classify(result.contests, rules) };
}
const seen = (drifts: Drift[]): unknown[] => drifts.map(({ kind, path, who, action }) => [kind, path, who, action]);
const deploymentOf = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments/shop`;
const spec = (object: KubeObject | undefined): JsonObject => object!['spec'] as JsonObject;
const podOf = (object: KubeObject | undefined): { containers: JsonObject[]; hostNetwork?: boolean } => (spec(object)['template'] as JsonObject)['spec'] as unknown as { containers: JsonObject[] };
/** As kubectl does it: a strategic merge patch under its own manager. */
const edit = async (path: string, patch: object, manager = 'kubectl-edit', subresource = ''): Promise<void> => {
  const answer = await live.plane.request('PATCH', `${path}${subresource}?fieldManager=${manager}`, patch, `application/${subresource ? 'merge' : 'strategic-merge'}-patch+json`);
  assert.equal(answer.status, 200, answer.text);
};
const quiet = async (intent: IntentRef): Promise<Drift[]> => {
  live.writes.length = live.dryRuns.length = 0;
  const { drifts } = await reconcile(intent);
  assert.deepEqual([live.writes, live.dryRuns], [[], []]);
  return drifts;
};

test('the autoscaler keeps the replicas it set, also when the graph changes', async () => {
  const intent = await live.intent('scaled'), path = deploymentOf('scaled');
  await reconcile(intent);
  await edit(path, { spec: { replicas: 7 } }, 'kube-controller-manager', '/scale');
  const first = await reconcile(intent);
  assert.deepEqual(seen(first.drifts), [['yielded', 'spec.replicas', ['kube-controller-manager'], 'left']]);
  assert.deepEqual(first.applied, []);
  assert.deepEqual(driftFindings(first.drifts), []);
  assert.equal((await quiet(intent)).length, 1);
  await edit(path, { spec: { replicas: 5 } }, 'kube-controller-manager', '/scale');
  assert.equal((await quiet(intent)).length, 1);
  assert.equal((await reconcile(intent, graphOf('scaled', 'r/shop:2'))).applied.length, 1);
  const now = await live.api.get(path);
  assert.deepEqual([spec(now)['replicas'], podOf(now).containers[0]!['image']], [5, 'r/shop:2']);
});

test('a harmless edit stays, is reported with what to state in the intent, and ends when it is undone', async () => {
  const intent = await live.intent('edited'), path = deploymentOf('edited');
  await reconcile(intent);
  await edit(path, { spec: { replicas: 4, template: { spec: { containers: [{ name: 'shop', env: [{ name: 'LEVEL', value: 'debug' }] }] } } } });
  const first = await reconcile(intent);
  assert.deepEqual(seen(first.drifts), [['edited', 'spec.replicas', ['kubectl-edit'], 'left'], ['edited', 'spec.template.spec.containers[name=shop].env[name=LEVEL].value', ['kubectl-edit'], 'left']]);
  assert.deepEqual(first.drifts.map(d => d.suggestion), [
    '{spec: {scaling: {min: 4}}}',
    '{spec: {overrides: {patches: [{target: {kind: Deployment, name: shop}, patch: {spec: {template: {spec: {containers: [{name: shop, env: [{name: LEVEL, value: debug}]}]}}}}}]}}}',
  ]);
  assert.match(driftFindings(first.drifts)[0]!.message, /kubectl-edit changed it from 2 to 4; it is left so/);
  assert.deepEqual(first.applied, []);
  assert.equal((await quiet(intent)).length, 2);
  // A later change of the graph writes everything else.
  assert.equal((await reconcile(intent, graphOf('edited', 'r/shop:2'))).applied.length, 1);
  const now = await live.api.get(path);
  assert.deepEqual([spec(now)['replicas'], podOf(now).containers[0]!['image']], [4, 'r/shop:2']);
  assert.match(JSON.stringify(podOf(now)), /"debug"/);

  await edit(path, { spec: { replicas: 2, template: { spec: { containers: [{ name: 'shop', env: [{ name: 'LEVEL', value: 'info' }] }] } } } });
  assert.deepEqual((await reconcile(intent, graphOf('edited', 'r/shop:2'))).drifts, []);
  assert.deepEqual((await reconcile(intent)).drifts, []);
  assert.deepEqual(await quiet(intent), []);
});

test('a security-relevant edit is taken back, and only it', async () => {
  const intent = await live.intent('guarded'), path = deploymentOf('guarded');
  await reconcile(intent);
  await edit(path, { spec: { replicas: 9, template: { spec: { containers: [{ name: 'shop', image: 'evil/shop:1', securityContext: { allowPrivilegeEscalation: true } }] } } } });
  const first = await reconcile(intent);
  assert.deepEqual(seen(first.drifts).sort(), [
    ['edited', 'spec.replicas', ['kubectl-edit'], 'left'],
    ['edited', 'spec.template.spec.containers[name=shop].image', ['kubectl-edit'], 'reverted'],
    ['edited', 'spec.template.spec.containers[name=shop].securityContext.allowPrivilegeEscalation', ['kubectl-edit'], 'reverted'],
  ]);
  const now = await live.api.get(path);
  assert.deepEqual([spec(now)['replicas'], podOf(now).containers[0]!['image'], (podOf(now).containers[0]!['securityContext'] as JsonObject)['allowPrivilegeEscalation']], [9, 'r/shop:1', false]);
  assert.deepEqual(driftFindings(first.drifts).map(f => f.rule).sort(), ['drift-edited', 'drift-reverted', 'drift-reverted']);
  assert.equal((await quiet(intent)).length, 1);
});

test('what others add where it matters to security is taken out; elsewhere it stays', async () => {
  const intent = await live.intent('added'), path = deploymentOf('added');
  await reconcile(intent);
  await edit(path, {
    metadata: { annotations: { note: 'mine' } },
    spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } }, spec: { hostNetwork: true, containers: [
      { name: 'shop', securityContext: { privileged: false }, env: [{ name: 'EXTRA', value: '1' }], ports: [{ containerPort: 8080, hostPort: 8080, protocol: 'TCP' }] },
      { name: 'miner', image: 'evil/miner:1' }] } } },
  });
  const { drifts } = await reconcile(intent);
  assert.ok(drifts.length >= 4 && drifts.every(d => d.action === 'reverted'), JSON.stringify(seen(drifts)));
  const pod = podOf(await live.api.get(path)), text = JSON.stringify(await live.api.get(path));
  assert.deepEqual(pod.containers.map(c => c['name']), ['shop']);
  assert.equal(pod.hostNetwork ?? false, false);
  assert.equal(JSON.stringify(pod).includes('hostPort'), false);
  assert.equal(JSON.stringify(pod).includes('privileged":false'), false);
  assert.match(text, /"note":"mine"/);
  assert.match(text, /"EXTRA"/);
  assert.match(text, /restartedAt/);
  assert.deepEqual(await quiet(intent), []);
});

test('lists without keys are taken back as a whole; fields taken away come back', async () => {
  const intent = await live.intent('lists'), policy = '/apis/networking.k8s.io/v1/namespaces/lists/networkpolicies/shop';
  await reconcile(intent);
  const before = spec(await live.api.get(policy));
  await edit(policy, { spec: { ingress: [{}] } });
  await edit('/api/v1/namespaces/lists/serviceaccounts/shop', { automountServiceAccountToken: null });
  await edit(deploymentOf('lists'), { spec: { template: { spec: { containers: [{ name: 'shop', resources: null }] } } } });
  const first = await reconcile(intent);
  assert.deepEqual(seen(first.drifts.filter(d => d.object === 'NetworkPolicy/shop')), [['edited', 'spec.ingress', ['kubectl-edit'], 'reverted']]);
  assert.ok(first.drifts.some(d => d.object === 'ServiceAccount/shop' && d.action === 'reverted' && d.live === undefined));
  assert.ok(first.drifts.some(d => d.path.includes('resources.requests.cpu') && d.action === 'reverted'));
  assert.deepEqual(spec(await live.api.get(policy)), before);
  assert.equal((await live.api.get('/api/v1/namespaces/lists/serviceaccounts/shop'))!['automountServiceAccountToken'], false);
  assert.deepEqual(await quiet(intent), []);
});

test('a deleted object comes back', async () => {
  const intent = await live.intent('gone');
  await reconcile(intent);
  await live.api.delete('/apis/networking.k8s.io/v1/namespaces/gone/networkpolicies/shop');
  assert.deepEqual((await reconcile(intent)).applied.map(r => r.kind), ['NetworkPolicy']);
});

test('taking over by a forced server-side apply is an edit like any other', async () => {
  const intent = await live.intent('forced'), path = deploymentOf('forced');
  await reconcile(intent);
  await live.api.apply(path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop', namespace: 'forced' }, spec: { replicas: 3, template: { spec: { containers: [{ name: 'shop', image: 'evil/shop:2' }] } } } } as unknown as KubeObject, { manager: 'pipeline', force: true });
  assert.deepEqual(seen((await reconcile(intent)).drifts), [['edited', 'spec.replicas', ['pipeline'], 'left'], ['edited', 'spec.template.spec.containers[name=shop].image', ['pipeline'], 'reverted']]);
  assert.equal((await quiet(intent)).length, 1);
});

test('a co-owner of equal values hinders a change no more than an edit does', async () => {
  const intent = await live.intent('shared');
  await reconcile(intent);
  await live.api.apply(deploymentOf('shared'), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop', namespace: 'shared' }, spec: { template: { spec: { containers: [{ name: 'shop', image: 'r/shop:1' }] } } } } as unknown as KubeObject, { manager: 'pipeline' });
  assert.deepEqual(await quiet(intent), []);
  // The image is the intent's to change, whoever else states it.
  assert.equal((await reconcile(intent, graphOf('shared', 'r/shop:2'))).applied.length, 1);
  assert.equal(podOf(await live.api.get(deploymentOf('shared'))).containers[0]!['image'], 'r/shop:2');
});
