/** Live releases become intents' own on a whole control plane, and the agent goes on from there: no pod is another one afterwards. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { kubesynth } from '../cli/run.ts';
import type { Ran } from '../cli/run.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';
import { condition, conditionOf, get, grantAll, installAgent, kubeconfigFor, merge, pathOfIntent, populate, put, settled, startAgent, statusOf, until } from '../operator/harness.ts';
import type { Agent } from '../operator/harness.ts';
import { manifests } from './manifests.ts';
import { exported, install, running, settledPods } from './release.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubesynth-adopt-'));
const names = ['demo-blog', 'demo-cache', 'demo-database'];
let plane: ControlPlane, agentConfig: string, agent: Agent | undefined;
let found: Awaited<ReturnType<typeof running>>;

before(async () => {
  plane = await startControlPlane({ version: chosen(), controllers: true, audit: true });
  await populate(plane, 'bare-1.30');
  agentConfig = await installAgent(plane, true);
  await install(plane, 'live', [...manifests('web'), ...manifests('cache'), ...manifests('blog')], 3);
  await settledPods(plane, 'live', 5);
  found = await running(plane, 'live');
  const imported = await kubesynth(['import', '-f', '-', '--output-dir', join(dir, 'intents'), '--kubeconfig', plane.kubeconfigPath], { input: await exported(plane, 'live') });
  assert.equal(imported.status, 0, imported.stderr);
  assert.deepEqual(readdirSync(join(dir, 'intents')).sort(), [...names, 'demo-web'].map(n => `${n}.yaml`).sort());
});
after(async () => { await agent?.operator.stop(); await plane?.stop(); rmSync(dir, { recursive: true, force: true }); });

const files = (folder: string, of: readonly string[]): string[] => of.flatMap(name => ['-f', join(dir, folder, `${name}.yaml`)]);
const adopt = (...args: string[]): Promise<Ran> => kubesynth(['adopt', '--kubeconfig', plane.kubeconfigPath, ...args]);
/** What controllers write about pods, and the server's own accounts and roots. */
const theirs = new Set(['pods', 'endpoints', 'endpointslices', 'events', 'replicasets', 'controllerrevisions']);
/** The agent's own record, and what lets it write. */
const records = new Set(['serviceintents', 'synthesisrevisions', 'serviceaccounts', 'roles', 'rolebindings']);
/** Writes to objects of the namespace and to their intents, whoever made them. */
const writes = (): string[] => plane.writes().filter(w => w.namespace === 'live' && !theirs.has(w.resource) && (w.subresource === '' || w.resource === 'serviceintents')).map(w => `${w.verb} ${w.resource}/${w.name}`);
const same = async (why: string): Promise<void> => assert.deepEqual(await running(plane, 'live'), found, why);
const deployment = (name: string): Promise<KubeObject | undefined> => get(plane, `/apis/apps/v1/namespaces/live/deployments/${name}`);
const managers = (o: KubeObject | undefined): string[] => ((o?.metadata['managedFields'] ?? []) as JsonObject[]).filter(e => !e['subresource'] && JSON.stringify(e['fieldsV1']).includes('"f:spec"')).map(e => `${String(e['manager'])} ${String(e['operation'])}`);

test('import reads a live namespace, or one release in it, as it reads the same objects from a file', async () => {
  const ran = await kubesynth(['import', '--live', '-n', 'live', '--output-dir', join(dir, 'live'), '--kubeconfig', plane.kubeconfigPath]);
  assert.equal(ran.status, 0, ran.stderr);
  for (const name of [...names, 'demo-web']) assert.equal(readFileSync(join(dir, 'live', `${name}.yaml`), 'utf8'), readFileSync(join(dir, 'intents', `${name}.yaml`), 'utf8'), name);
  const wrong = await kubesynth(['import', '--release', 'dema', '-n', 'live', '--kubeconfig', plane.kubeconfigPath]);
  assert.equal(wrong.status, 2, wrong.stderr);
  assert.match(wrong.stderr, /no-manifests.*release dema[^]*Releases there: /);
});

test('the plan says what would be taken, created, left and restarted, and writes nothing', async () => {
  const was = writes(), report = join(dir, 'report.json'), ran = await adopt(...files('intents', names), '--report', report);
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /live\/demo-cache: \d+ to take over, \d+ to create, no pod restarts/);
  assert.match(ran.stdout, /> StatefulSet\/demo-cache \(from helm\)/);
  assert.match(ran.stdout, /PersistentVolumeClaim\/demo-blog-files stays outside/);
  assert.match(ran.stderr, /adopt-helm-release/);
  const said = JSON.parse(readFileSync(report, 'utf8')) as { intent: string; verdict: string; restarts: unknown[]; avoiding: string[] }[];
  assert.deepEqual(said.map(s => [s.intent, s.verdict, s.restarts]), names.map(n => [`live/${n}`, 'accepted', []]));
  assert.ok(said.every(s => s.avoiding.length > 0), 'what is only there to avoid a restart is named');
  assert.deepEqual(writes(), was);
  await same('nothing was done');
});

test('hardened, it says which pods would restart and by which fields', async () => {
  const ran = await adopt(...files('intents', ['demo-blog']), '--harden');
  assert.match(ran.stdout, /demo-blog: .*1 pod would restart/, ran.stderr);
  assert.match(ran.stdout, /! Deployment\/demo-blog: 1 pod would restart, by\n +spec\.template\./);
  await same('nothing was done');
});

test('what the checker refuses is named finding by finding, and nothing of anything is written', async () => {
  const was = writes(), ran = await adopt(...files('intents', [...names, 'demo-web']), '--apply');
  assert.equal(ran.status, 4, ran.stderr);
  for (const what of ['runAsNonRoot must be true', 'capabilities must drop ALL', 'seccompProfile RuntimeDefault']) assert.ok(ran.stderr.includes(what), what);
  assert.match(ran.stderr, /nothing was changed.*--harden.*--hold/);
  assert.deepEqual(writes(), was);
  assert.equal(await get(plane, pathOfIntent('live', 'demo-cache')), undefined);
});

test('adopted: objects are the intents\' own, and every pod is the one it was', async () => {
  const ran = await adopt(...files('intents', names), '--apply', '--output-dir', join(dir, 'kept'), '-o', 'json');
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual((JSON.parse(ran.stdout) as { items: KubeObject[] }).items.map(o => o.metadata.name), names);
  await same('adopting starts no pod');
  for (const name of names) {
    const intent = (await get(plane, pathOfIntent('live', name)))!;
    assert.deepEqual(intent.metadata.annotations ?? {}, {}, 'it is let go');
    for (const { kind, name: of } of (await statusOf(plane, 'live', name)).inventory) assert.notEqual(kind, 'PersistentVolumeClaim', of);
  }
  const blog = (await deployment('demo-blog'))!;
  assert.deepEqual(managers(blog), ['kubesynth Apply']);
  assert.deepEqual((blog.metadata['ownerReferences'] as JsonObject[]).map(o => [o['kind'], o['name'], o['controller']]), [['ServiceIntent', 'demo-blog', true]]);
  assert.ok(!Object.keys(blog.metadata.annotations ?? {}).some(key => key.startsWith('meta.helm.sh/')));
  assert.deepEqual((blog['spec'] as { selector: JsonObject }).selector, { matchLabels: { 'app.kubernetes.io/name': 'blog', 'app.kubernetes.io/instance': 'demo' } });
  assert.equal((await get(plane, '/api/v1/namespaces/live/persistentvolumeclaims/demo-blog-files'))!.metadata['ownerReferences'], undefined);
});

test('adopted again, by what was given or by what was kept, nothing is written', async () => {
  for (const folder of ['intents', 'kept']) {
    const was = writes().length, ran = await adopt(...files(folder, names), '--apply', '--output-dir', join(dir, 'again'));
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stderr, /demo-cache: adopted, 0 objects written/);
    assert.deepEqual(writes().slice(was), [], folder);
    for (const name of names) assert.deepEqual(parse(readFileSync(join(dir, 'again', `${name}.yaml`), 'utf8')), parse(readFileSync(join(dir, 'kept', `${name}.yaml`), 'utf8')), `${folder}/${name}`);
  }
  await same('nothing was done');
});

test('held, it is taken over exactly as it is, whatever the checker says', async () => {
  const was = JSON.stringify((await deployment('demo-web'))!['spec']), ran = await adopt(...files('intents', ['demo-web']), '--apply', '--hold', '--output-dir', join(dir, 'kept'));
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stderr, /degraded\[guardrail:pod-security\]/);
  assert.match(ran.stderr, /held as revision demo-web-1/);
  assert.equal(JSON.stringify((await deployment('demo-web'))!['spec']), was);
  assert.deepEqual((await get(plane, pathOfIntent('live', 'demo-web')))!.metadata.annotations, { 'synthesis.platform/rollback-to': '1' });
  const then = writes().length, again = await adopt(...files('intents', ['demo-web']), '--apply', '--hold');
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(writes().slice(then), []);
  await same('holding starts no pod');
});

test('the agent goes on from there: everything is Ready, nothing is written but its own record', async () => {
  const was = writes();
  agent = await startAgent(agentConfig);
  await grantAll(plane, agent.operator, 'live');
  for (const name of names) assert.equal((await conditionOf(plane, 'live', name, 'Ready', 'Applied')).revision, `${name}-1`);
  assert.equal((await conditionOf(plane, 'live', 'demo-web', 'Ready', 'RolledBack')).revision, 'demo-web-1');
  await settled(agent);
  assert.deepEqual(writes().slice(was.length).filter(w => !records.has(w.split(/[ /]/)[1]!)), []);
  await same('the agent starts no pod');
});

test('an override that is taken out takes effect: nobody else keeps the field there', async () => {
  const kept = parse(readFileSync(join(dir, 'kept', 'demo-blog.yaml'), 'utf8')) as KubeObject & { spec: { overrides: { patches: { patch: { spec?: { template?: { spec?: JsonObject } } } }[] } } };
  assert.ok(JSON.stringify((await deployment('demo-blog'))!['spec']).includes('journal'));
  for (const { patch } of kept.spec.overrides.patches) delete patch.spec?.template?.spec?.['hostname'];
  await put(plane, kept as unknown as KubeObject);
  await until('the field to go', async () => !JSON.stringify((await deployment('demo-blog'))!['spec']).includes('journal'));
});

test('let go without having been mended, the held one stays as it is and says why', async () => {
  const pods = (await running(plane, 'live')).pods.filter(p => p.startsWith('demo-web'));
  await merge(plane, pathOfIntent('live', 'demo-web'), { metadata: { annotations: { 'synthesis.platform/rollback-to': null } } });
  const stalled = await conditionOf(plane, 'live', 'demo-web', 'Stalled', 'GuardrailPodSecurity');
  assert.match(condition(stalled, 'Stalled').message, /demo-web-1, stays/);
  assert.deepEqual((await running(plane, 'live')).pods.filter(p => p.startsWith('demo-web')), pods);
});

test('bad input: not live, somebody else\'s, no rights, no cluster', async () => {
  const given = (metadata: JsonObject): string => { const path = join(dir, 'bad.json'); writeFileSync(path, JSON.stringify({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata, spec: { workload: { containerImage: 'registry.corp/web:1.0.0' } } })); return path; };
  const refused = async (rule: string, status: number, ...args: string[]): Promise<void> => {
    const ran = await adopt(...args, '-o', 'json');
    assert.equal(ran.status, status, ran.stderr);
    const { findings } = JSON.parse(ran.stdout) as { findings: { rule: string; object: string; path: string; message: string; fix: string }[] };
    const found = findings.find(f => f.rule === rule);
    assert.ok(found && found.object && found.message && found.fix, ran.stdout);
  };
  await refused('adopt-not-live', 4, '-f', given({ name: 'nobody', namespace: 'live' }));
  await refused('adopt-not-live', 4, '-f', given({ name: 'demo-web' }), '-n', 'nowhere');
  const web = manifests('web').find(o => o.kind === 'Deployment')!, orphan = { ...web, metadata: { name: 'controlled', namespace: 'live', labels: { a: 'b' }, ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Rollout', name: 'above', uid: 'e9d4ad5f-5f0a-4b0c-9d4f-2f6f1f9f6a11', controller: true }] } } as unknown as KubeObject;
  (orphan['spec'] as JsonObject)['replicas'] = 0;
  await create(plane, orphan);
  await refused('adopt-controlled', 4, '-f', given({ name: 'controlled', namespace: 'live' }));
  await plane.request('DELETE', '/apis/apps/v1/namespaces/live/deployments/controlled');

  await create(plane, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody', namespace: 'live' } });
  const token = await plane.request('POST', '/api/v1/namespaces/live/serviceaccounts/nobody/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const config = kubeconfigFor(plane, String((token.json['status'] as JsonObject)['token']), 'nobody');
  const forbidden = await kubesynth(['adopt', '-f', join(dir, 'kept', 'demo-cache.yaml'), '--kubeconfig', config, '-o', 'json']);
  assert.equal(forbidden.status, 2, forbidden.stderr);
  assert.match(forbidden.stdout, /cluster-forbidden/);
  const unreachable = await kubesynth(['adopt', '-f', join(dir, 'kept', 'demo-cache.yaml'), '--kubeconfig', kubeconfigFor(plane, 'none', 'gone', 'https://127.0.0.1:1')]);
  assert.equal(unreachable.status, 2);
  assert.match(unreachable.stderr, /cluster-unreachable/);
  assert.equal((await adopt('-f', join(dir, 'kept'), '--hold', '--harden')).status, 2);
});
