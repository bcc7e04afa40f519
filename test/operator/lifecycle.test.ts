/** The agent on a whole control plane with controllers: intents become services, follow the cluster, and go without a trace. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { kubesynth } from '../cli/run.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { agentAccount, condition, conditionOf, get, grantAll, installAgent, intent, isOwnRecord, merge, pathOfIntent, populate, put, settled, startAgent, statusOf, until } from './harness.ts';
import type { Agent } from './harness.ts';

let plane: ControlPlane, agent: Agent;
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], controllers: true, audit: true });
  await populate(plane, 'istio-gateway');
  agent = await startAgent(await installAgent(plane, true));
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); });

const shop = '/api/v1/namespaces/shop';
const example = 'user-auth-service';
const jwt = `/apis/security.istio.io/v1/namespaces/shop/requestauthentications/${example}`;
const policy = `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/${example}`;
const deployment = `/apis/apps/v1/namespaces/shop/deployments/${example}`;
const inferences = (from?: string): number => agent.operator.metrics.total('kubesynth_inference_total', from ? { from } : {});
const kindsOf = (objects: readonly { kind: string }[]): string[] => objects.map(o => o.kind).sort();
const eventsAbout = async (name: string): Promise<string[]> => {
  const { json } = await plane.request('GET', '/apis/events.k8s.io/v1/namespaces/shop/events');
  return (json['items'] as JsonObject[]).filter(e => (e['regarding'] as JsonObject)['name'] === name).map(e => String(e['reason']));
};
const eventOf = (name: string, reason: string): Promise<boolean> => until(`an Event ${reason}`, async () => (await eventsAbout(name)).includes(reason));
/** What the agent wrote, in whosever name; leases are renewed all the time. */
const writes = (): ReturnType<ControlPlane['writes']> => plane.writes().filter(w => w.user === agentAccount && w.resource !== 'leases');

test('without a grant nothing is written, and the status says how to grant; with it the service is Ready', async () => {
  await create(plane, intent(example, 'shop'));
  const stalled = await conditionOf(plane, 'shop', example, 'Stalled', 'NamespaceNotGranted');
  assert.match(condition(stalled, 'Stalled').message, /kubesynth operator grant -n shop/);
  assert.equal(condition(stalled, 'Ready').status, 'False');
  assert.ok(stalled.findings.some(f => f.rule === 'namespace-not-granted' && f.fix.includes('kubectl apply')));
  assert.equal(await get(plane, deployment), undefined);

  const printed = await kubesynth(['operator', 'grant', '-n', 'shop', '--kubeconfig', plane.kubeconfigPath]);
  assert.equal(printed.status, 0, printed.stderr);
  const manifests = parseAllDocuments(printed.stdout).map(d => d.toJS() as KubeObject);
  assert.deepEqual(kindsOf(manifests), ['Role', 'RoleBinding', 'ServiceAccount']);
  assert.ok(!printed.stdout.includes('*'), 'no wildcards');
  for (const object of manifests) await create(plane, object);

  const ready = await conditionOf(plane, 'shop', example, 'Ready', 'Applied');
  assert.equal(ready.revision, `${example}-1`);
  assert.match(ready.model ?? '', /^sha256:/);
  assert.ok(ready.contextHash);
  assert.deepEqual(kindsOf(ready.inventory), ['AuthorizationPolicy', 'Deployment', 'HTTPRoute', 'NetworkPolicy', 'PodDisruptionBudget', 'RequestAuthentication', 'Service', 'ServiceAccount', 'ServiceMonitor']);
  assert.equal(((await get(plane, deployment))!['status'] as JsonObject)['availableReplicas'], ((await get(plane, deployment))!['spec'] as JsonObject)['replicas']);
  for (const type of ['Reconciling', 'Stalled', 'NeedsReview']) assert.equal(condition(ready, type).status, 'False');
  await eventOf(example, 'Applied');
});

test('another issuer in global-settings is followed, without another inference', async () => {
  await settled(agent);
  const before = inferences('engine');
  await merge(plane, '/api/v1/namespaces/platform-system/configmaps/global-settings', { data: { jwtIssuer: 'https://id.corp.example/' } });
  await until('the issuer to follow', async () => JSON.stringify((await get(plane, jwt))?.['spec']).includes('https://id.corp.example/'));
  await until('the status to follow', async () => (await statusOf(plane, 'shop', example)).revision === `${example}-2`);
  await conditionOf(plane, 'shop', example, 'Ready', 'Applied');
  assert.equal(inferences('engine'), before, 'the context has the same shape');
});

test('what does not concern it causes no write and no inference', async () => {
  await settled(agent);
  const before = { writes: writes().length, inferences: inferences(), checks: agent.operator.metrics.total('kubesynth_checks_total') };
  for (let i = 0; i < 60; i++) {
    const name = `noise-${i % 20}`;
    await put(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'production' }, data: { [`key${i}`]: String(i) } });
    if (i % 20 === 19) await plane.request('DELETE', '/api/v1/namespaces/production/configmaps');
  }
  await put(plane, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'noise', namespace: 'production' }, spec: { nodeName: 'node-a1', containers: [{ name: 'noise', image: 'r.example/noise:1' }] } });
  await merge(plane, '/api/v1/nodes/node-a1', { metadata: { annotations: { noise: '1' } } });
  await settled(agent);
  assert.deepEqual({ writes: writes().length, inferences: inferences(), checks: agent.operator.metrics.total('kubesynth_checks_total') }, before);
});

test('an edit that matters to security is taken back and told of; another is left and reported with what to state', async () => {
  await merge(plane, policy, { spec: { ingress: [{}] } });
  await until('the policy to be as it was', async () => !JSON.stringify((await get(plane, policy))!['spec']).includes('"ingress":[{}]'));
  await eventOf(example, 'DriftReverted');

  await merge(plane, deployment, { spec: { replicas: 5 } });
  const reported = await until('the edit to be reported', async () => (await statusOf(plane, 'shop', example)).findings.find(f => f.rule === 'drift-edited'));
  assert.match(reported.fix, /scaling/);
  await settled(agent);
  assert.equal(((await get(plane, deployment))!['spec'] as JsonObject)['replicas'], 5, 'it is left');
  await conditionOf(plane, 'shop', example, 'Ready', 'Applied');
  // What is set back by hand is ours again.
  const wanted = Number(/set it to (\d+)/.exec(reported.fix)![1]);
  await merge(plane, deployment, { spec: { replicas: wanted } });
  await until('the finding to go', async () => !(await statusOf(plane, 'shop', example)).findings.some(f => f.rule === 'drift-edited'));
});

test('an intent can neither write into another namespace nor as anybody but its own', async () => {
  await create(plane, intent('trespasser', 'shop', spec => { spec['overrides'] = { objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'planted', namespace: 'production' }, data: { a: 'b' } }] }; }, 'inventory-api'));
  const stalled = await conditionOf(plane, 'shop', 'trespasser', 'Stalled');
  assert.ok(stalled.findings.some(f => f.rule === 'guardrail:namespaced-only'), JSON.stringify(stalled.findings));
  assert.equal(await get(plane, '/api/v1/namespaces/production/configmaps/planted'), undefined);
  for (const write of writes()) {
    const { asUser, namespace } = write;
    if (asUser) assert.equal(asUser, `system:serviceaccount:${namespace}:kubesynth-synthesis`);
    else assert.ok(isOwnRecord(write), `the agent itself wrote ${write.resource} ${write.name}`);
  }
  await plane.request('DELETE', pathOfIntent('shop', 'trespasser'));
});

test('bad input: the server refuses what the schema refuses, the status says the rest', async () => {
  const malformed = await plane.request('POST', '/apis/synthesis.platform/v1alpha1/namespaces/shop/serviceintents?fieldValidation=Strict', { ...intent('bad', 'shop'), spec: { workload: { containerImage: 7 } } });
  assert.equal(malformed.status, 422, malformed.text);
  await create(plane, intent('bad', 'shop', spec => { (spec['networking'] as JsonObject)['exposure'] = 'publik-ingress'; }));
  const stalled = await conditionOf(plane, 'shop', 'bad', 'Stalled', 'UnknownKeyword');
  assert.match(stalled.findings[0]!.fix, /public-ingress/);
  assert.equal(stalled.revision, undefined);
  await plane.request('DELETE', pathOfIntent('shop', 'bad'));
});

test('a mesh that goes leaves the last accepted revision in force and says why; a mesh that comes makes a refused intent ready', async () => {
  await grantAll(plane, agent.operator, 'shop');
  await settled(agent);
  await plane.uninstall('mesh-istio');
  const stalled = await conditionOf(plane, 'shop', example, 'Stalled', 'NoMeshForJwt');
  assert.match(condition(stalled, 'Stalled').message, /last accepted revision/);
  // Pods that come and go move the headroom of zones and may have led to a revision since; made after the mesh was gone it has none.
  const inForce = await get(plane, `/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions/${stalled.revision}`);
  assert.match(JSON.stringify(inForce), /RequestAuthentication/);
  assert.ok(await get(plane, deployment), 'what runs goes on running');
  await create(plane, intent('latecomer', 'shop'));
  await conditionOf(plane, 'shop', 'latecomer', 'Stalled', 'NoMeshForJwt');

  await plane.install('mesh-istio');
  await conditionOf(plane, 'shop', 'latecomer', 'Ready', 'Applied');
  await conditionOf(plane, 'shop', example, 'Ready', 'Applied');
  assert.ok(await get(plane, jwt), 'what went with the mesh is back');
});

test('two intents that take one host both say so, and the older one stays', async () => {
  const both = (spec: JsonObject): void => { (spec['networking'] as JsonObject)['hosts'] = ['login.apps.corp.example']; };
  await create(plane, intent('first', 'shop', both));
  await conditionOf(plane, 'shop', 'first', 'Ready', 'Applied');
  await create(plane, intent('second', 'shop', both));
  const second = await conditionOf(plane, 'shop', 'second', 'Stalled', 'HostConflict');
  assert.equal(second.revision, undefined);
  await until('the first to say it too', async () => (await statusOf(plane, 'shop', 'first')).findings.some(f => f.rule === 'host-conflict' && f.severity === 'warning'));
  await conditionOf(plane, 'shop', 'first', 'Ready', 'Applied');
  await plane.request('DELETE', pathOfIntent('shop', 'first'));
  await conditionOf(plane, 'shop', 'second', 'Ready', 'Applied');
});

test('whom a service lets in is its own to say: who depends on it is told while it does not, and no longer, without an inference', async () => {
  const lets = (names: string[]) => (spec: JsonObject): void => { spec['networking'] = { exposure: 'internal', allowFrom: names.map(name => ({ name })) }; };
  const told = async (): Promise<boolean> => ((await statusOf(plane, 'shop', 'caller') as { degraded?: { message: string }[] }).degraded ?? []).some(d => /shop\/ledger agrees by networking\.allowFrom/.test(d.message));
  await create(plane, intent('ledger', 'shop', lets(['desk']), 'inventory-api'));
  await conditionOf(plane, 'shop', 'ledger', 'Ready', 'Applied');
  await create(plane, intent('caller', 'shop', spec => { spec['dependencies'] = [{ name: 'ledger', type: 'service', port: 8080 }]; }, 'inventory-api'));
  await conditionOf(plane, 'shop', 'caller', 'Ready', 'Applied');
  await until('the caller to be told', told);
  await merge(plane, pathOfIntent('shop', 'ledger'), { spec: { networking: { allowFrom: [{ name: 'desk' }, { name: 'caller' }] } } });
  await until('the caller to be told no more', async () => !await told());
  const before = inferences();
  await merge(plane, pathOfIntent('shop', 'ledger'), { spec: { networking: { allowFrom: [{ name: 'desk' }] } } });
  await until('the caller to be told again', told);
  await settled(agent);
  // Of the ledger, at most: two callers by name have the shape of one.
  assert.ok(inferences() - before <= 1);
  assert.equal((await statusOf(plane, 'shop', 'caller')).revision, 'caller-1');
  for (const name of ['caller', 'ledger']) await plane.request('DELETE', pathOfIntent('shop', name));
  await settled(agent);
});

test('updatePolicy review proposes and waits for approval; a rollback holds; a suspended intent is left alone', async () => {
  const path = pathOfIntent('shop', 'second'), annotate = (name: string, value: string | null): Promise<KubeObject> => merge(plane, path, { metadata: { annotations: { [`synthesis.platform/${name}`]: value } } });
  const image = async (): Promise<string> => JSON.stringify((await get(plane, '/apis/apps/v1/namespaces/shop/deployments/second'))!['spec']);
  await merge(plane, path, { spec: { updatePolicy: 'review', workload: { containerImage: 'registry.corp/auth-svc:2.3.0' } } });
  const waiting = await conditionOf(plane, 'shop', 'second', 'NeedsReview', 'UpdatePolicy');
  const proposed = /approve: "([^"]+)"/.exec(condition(waiting, 'NeedsReview').message)![1]!;
  assert.notEqual(waiting.revision, proposed);
  assert.ok((await image()).includes(':2.2.0'), 'not before it is approved');
  await annotate('approve', proposed);
  await until('the approved revision', async () => (await statusOf(plane, 'shop', 'second')).revision === proposed);
  assert.ok((await image()).includes(':2.3.0'));

  await annotate('rollback-to', waiting.revision!);
  await conditionOf(plane, 'shop', 'second', 'Ready', 'RolledBack');
  assert.ok((await image()).includes(':2.2.0'));
  await annotate('rollback-to', null);
  await conditionOf(plane, 'shop', 'second', 'Ready', 'Applied');
  assert.ok((await image()).includes(':2.3.0'));

  await annotate('suspend', 'true');
  await until('it to be suspended', async () => condition(await statusOf(plane, 'shop', 'second'), 'Ready').reason === 'Suspended');
  await merge(plane, '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/second', { spec: { ingress: [] } });
  await settled(agent);
  assert.deepEqual(((await get(plane, '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/second'))!['spec'] as JsonObject)['ingress'] ?? [], [], 'left alone');
  await annotate('suspend', null);
  await until('it to be taken back', async () => JSON.stringify((await get(plane, '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/second'))!['spec']).includes('"from"'));
});

test('a deleted intent takes everything it made with it, and nothing else', async () => {
  await put(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bystander', namespace: 'shop', labels: { 'app.kubernetes.io/name': example } }, data: { a: 'b' } });
  const { inventory } = await statusOf(plane, 'shop', example), others = await get(plane, `${shop}/configmaps/bystander`);
  assert.equal(inventory.length, 9);
  await plane.request('DELETE', pathOfIntent('shop', example));
  await until('the intent to go', async () => (await get(plane, pathOfIntent('shop', example))) === undefined);
  for (const path of [jwt, policy, deployment, `${shop}/services/${example}`, `${shop}/serviceaccounts/${example}`]) await until(`${path} to go`, async () => (await get(plane, path)) === undefined);
  assert.deepEqual(await get(plane, `${shop}/configmaps/bystander`), others);
  assert.ok(await get(plane, '/apis/apps/v1/namespaces/shop/deployments/second'), 'another intent\'s service');
  await until('its revisions to be collected', async () => ((await plane.request('GET', '/apis/synthesis.platform/v1alpha1/namespaces/shop/synthesisrevisions')).json['items'] as KubeObject[]).every(r => !r.metadata.name.startsWith(example)));
});

test('metrics say what was done, health and readiness are served', async () => {
  const at = `http://127.0.0.1:${agent.operator.port}`, text = await (await fetch(`${at}/metrics`)).text();
  for (const name of ['kubesynth_reconcile_total{result="success"}', 'kubesynth_reconcile_time_seconds_bucket', 'kubesynth_workqueue_depth 0', 'kubesynth_inference_total{from="engine"}', 'kubesynth_writes_total{method="PATCH",resource="deployments"}', 'kubesynth_drift_total{kind="edited",action="reverted"}', 'kubesynth_leader 1']) assert.ok(text.includes(name), name);
  assert.equal((await fetch(`${at}/healthz`)).status, 200);
  assert.equal((await fetch(`${at}/readyz`)).status, 200);
  assert.ok(agent.log.some(line => line.msg === 'applied' && typeof line['trace'] === 'string' && line.intent === `shop/${example}`));
});
