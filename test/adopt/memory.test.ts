/** Adoption against objects in memory, with the real model and checker: what it plans, what it writes, and who holds which field then. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adoptionsOf } from '../../src/adopt/adopt.ts';
import type { Manner } from '../../src/adopt/adopt.ts';
import { readNamespace } from '../../src/adopt/namespace.ts';
import { take } from '../../src/adopt/take.ts';
import type { Taken } from '../../src/adopt/take.ts';
import type { Adoption } from '../../src/adopt/types.ts';
import { objectPath, refOf } from '../../src/change/paths.ts';
import { withSetting } from '../../src/cli/setting.ts';
import { importManifests } from '../../src/import/import.ts';
import { intentOf } from '../../src/operator/decide.ts';
import { canonicalJson } from '../../src/snapshot/canonical.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { Intent } from '../../src/intent/types.ts';
import { objectName } from '../../src/kubernetes.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import type { ServedKind, Snapshot } from '../../src/snapshot/types.ts';
import { synthesise } from '../../src/synthesis/synthesise.ts';
import type { Setting } from '../../src/synthesis/synthesise.ts';
import { memoryServer } from './memory.ts';
import type { Memory } from './memory.ts';
import { manifests } from './manifests.ts';

const ours: ServedKind[] = ['ServiceIntent', 'SynthesisRevision'].map(kind => ({ group: 'synthesis.platform', versions: ['v1alpha1'], kind, plural: `${kind.toLowerCase()}s`, namespaced: true }) as unknown as ServedKind);
let setting: Setting, done: () => void, closed: Promise<void>;
before(async () => {
  await new Promise<void>((ready, failed) => {
    closed = withSetting({ snapshot: 'bare-1.30' }, given => new Promise(end => {
      const snapshot: Snapshot = { ...given.cluster.snapshot, kinds: [...given.cluster.snapshot.kinds, ...ours] };
      setting = { ...given, cluster: { ...given.cluster, snapshot } }; done = () => end(undefined); ready();
    }));
    closed.catch(failed);
  });
});
after(async () => { done(); await closed; });

async function released(...names: string[]): Promise<{ server: Memory; intents: Intent[] }> {
  const server = memoryServer(), objects = names.flatMap(manifests).map((o): KubeObject => ({ ...o, metadata: { ...o.metadata, namespace: 'live' } }));
  for (const o of objects) {
    const path = objectPath(refOf(o), setting.cluster.snapshot.kinds)!;
    await server.update(path, o, { manager: 'helm' });
    if (o.kind === 'Deployment' || o.kind === 'StatefulSet') await server.patchStatus(path, { status: { replicas: 1 } });
  }
  // What a controller made of a claim template.
  if (names.includes('cache')) await server.create('/api/v1/namespaces/live/persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-demo-cache-0', namespace: 'live', labels: { 'app.kubernetes.io/name': 'cache' } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '8Gi' } } } });
  const { intents } = await importManifests([...server.objects.values()].map(o => structuredClone(o)), setting);
  server.writes.length = 0;
  return { server, intents };
}
const planned = async (server: Memory, intents: readonly Intent[], manner: Manner = 'same'): Promise<Adoption[]> =>
  adoptionsOf(intents, await readNamespace(server, 'live', setting.cluster.snapshot.kinds), server, setting, manner);
const carriedOut = (server: Memory, adoption: Adoption, held = false): Promise<Taken> => take(server, adoption, { kinds: setting.cluster.snapshot.kinds, namespace: 'live', held, model: 'sha256:m', guardrails: 'g' });
const find = (server: Memory, kind: string, name: string): KubeObject => [...server.objects.values()].find(o => o.kind === kind && o.metadata.name === name)!;
const templateOf = (server: Memory, kind: string, name: string): unknown => (find(server, kind, name)['spec'] as JsonObject)['template'];
const holders = (o: KubeObject): string[] => ((o.metadata['managedFields'] as JsonObject[]) ?? []).filter(e => JSON.stringify(e['fieldsV1']).includes('"f:spec"')).map(e => `${String(e['manager'])} ${String(e['operation'])}`);
const refused = (a: Adoption): string[] => a.findings.filter(f => f.severity === 'refused' || f.severity === 'review').map(f => `${f.rule} ${f.object} ${f.message}`);

test('a store and a site with its database: accepted, no template differs, nothing is written to say so', async () => {
  const { server, intents } = await released('cache', 'blog'), adoptions = await planned(server, intents);
  for (const a of adoptions) {
    assert.deepEqual([a.verdict, a.restarts, refused(a)], ['accepted', [], []], a.intent.metadata.name);
    assert.ok(a.avoiding.length > 0 && a.overrides.identity > 0);
    assert.ok(![...a.objects.map(o => o.object), ...a.graph.map(objectName)].some(name => name.startsWith('PersistentVolumeClaim/')), 'claims are never the intent\'s');
  }
  assert.deepEqual(server.writes, []);
  // What the agent makes of the intent that is kept is the very graph, so that it finds nothing to write.
  for (const { intent, graph } of adoptions) assert.equal(canonicalJson((await synthesise(intentOf({ ...intent, spec: JSON.parse(JSON.stringify(intent.spec)) } as unknown as KubeObject), setting)).graph), canonicalJson(graph));
  assert.deepEqual(adoptions.map(a => a.intent.metadata.name).sort(), ['demo-blog', 'demo-cache', 'demo-database']);
});

test('taken, every field is ours, templates are what they were, and a second time writes nothing', async () => {
  const { server, intents } = await released('cache', 'blog'), workloads = [['Deployment', 'demo-blog'], ['StatefulSet', 'demo-cache'], ['StatefulSet', 'demo-database']] as const;
  const was = workloads.map(([kind, name]) => structuredClone(templateOf(server, kind, name))), first = await planned(server, intents);
  for (const a of first) assert.deepEqual((await carriedOut(server, a)).findings, []);
  for (const [i, [kind, name]] of workloads.entries()) {
    assert.deepEqual(templateOf(server, kind, name), was[i], name);
    assert.deepEqual(holders(find(server, kind, name)), ['kubesynth Apply']);
    assert.deepEqual((find(server, kind, name).metadata['ownerReferences'] as JsonObject[]).map(o => o['name']), [name]);
    assert.equal(find(server, kind, name).metadata.annotations?.['meta.helm.sh/release-name'], undefined);
  }
  assert.equal(find(server, 'PersistentVolumeClaim', 'demo-blog-files').metadata['ownerReferences'], undefined);
  assert.deepEqual((await planned(server, intents)).flatMap(a => a.objects).filter(o => o.action !== 'own' || o.fields.length), []);
  server.writes.length = 0;
  // By what was given, and by what was kept.
  for (const given of [intents, first.map(a => a.intent)]) {
    const again = await planned(server, given);
    assert.deepEqual(again.map(a => a.intent), first.map(a => a.intent));
    for (const a of again) assert.deepEqual(await carriedOut(server, a), { written: 0, findings: [] });
  }
  assert.deepEqual(server.writes, []);
});

test('a field that is not asked for any more goes, and nobody keeps it there', async () => {
  const { server, intents } = await released('blog'), [blog] = await planned(server, intents), aliases = (): unknown => ((templateOf(server, 'Deployment', 'demo-blog') as JsonObject)['spec'] as JsonObject)['hostAliases'];
  await carriedOut(server, blog!);
  assert.ok(aliases());
  const graph = structuredClone(blog!.graph), deployment = graph.find(o => o.kind === 'Deployment')!;
  delete (((deployment['spec'] as JsonObject)['template'] as JsonObject)['spec'] as JsonObject)['hostAliases'];
  const stale = await carriedOut(server, { ...blog!, graph, seen: 'another/1' });
  assert.deepEqual([stale.written, stale.findings.map(f => f.rule)], [0, ['adopt-changed-meanwhile']]);
  assert.deepEqual((await carriedOut(server, { ...(await planned(server, intents))[0]!, graph })).findings, []);
  assert.deepEqual(aliases() ?? [], []);
});

test('a selector stated by hand holds for every object: one that selects others is refused', async () => {
  const { server, intents } = await released('cache'), [cache] = await planned(server, intents), { intent } = cache!;
  assert.equal((await synthesise(intent, setting)).verdict, 'accepted');
  const strayed = structuredClone(intent), patches = strayed.spec.overrides!.patches as unknown as { target: { kind: string }; patch: { spec?: { selector?: JsonObject } } }[];
  patches.find(p => p.target.kind === 'Service')!.patch.spec!.selector = { 'app.kubernetes.io/instance': 'demo', 'app.kubernetes.io/name': null };
  const outcome = await synthesise(strayed, setting);
  assert.deepEqual([outcome.verdict, outcome.findings.filter(f => f.severity === 'refused').map(f => f.rule)], ['refused', ['selector-misses']]);
});

test('what lies in the namespace and belongs to nobody adopted is left alone', async () => {
  const { server, intents } = await released('web');
  for (const o of [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stray', namespace: 'live' }, data: { a: 'b' } }, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'stray', namespace: 'live' } }]) await server.create(`/api/v1/namespaces/live/${o.kind.toLowerCase()}s`, o as unknown as KubeObject);
  const [held] = await planned(server, intents, 'held');
  assert.ok(![...held!.objects, ...held!.left].some(o => o.object.includes('stray')), JSON.stringify(held!.objects));
});

test('a web service that says nothing of its user is refused finding by finding; held, it is taken as it is', async () => {
  const { server, intents } = await released('web'), [plain] = await planned(server, intents);
  assert.equal(plain!.verdict, 'refused');
  assert.ok(refused(plain!).some(f => f.includes('runAsNonRoot must be true')));
  const was = structuredClone(find(server, 'Deployment', 'demo-web')['spec']), [held] = await planned(server, intents, 'held');
  assert.deepEqual([held!.verdict, held!.restarts, held!.objects.map(o => `${o.action} ${o.object}`)], ['accepted', [], ['take Service/demo-web', 'take Deployment/demo-web']]);
  assert.ok(held!.findings.some(f => f.severity === 'degraded' && f.rule === 'guardrail:pod-security'));
  assert.equal((await carriedOut(server, held!, true)).revision, 'demo-web-1');
  assert.deepEqual(find(server, 'Deployment', 'demo-web')['spec'], was);
  assert.deepEqual(find(server, 'ServiceIntent', 'demo-web').metadata.annotations, { 'synthesis.platform/rollback-to': '1' });
  server.writes.length = 0;
  assert.deepEqual(await carriedOut(server, (await planned(server, intents, 'held'))[0]!, true), { written: 0, findings: [] });
  assert.deepEqual(server.writes, []);
});

test('the number of replicas that an autoscaler sets is not touched', async () => {
  const { server, intents } = await released('web'), deployment = find(server, 'Deployment', 'demo-web');
  await server.create('/apis/autoscaling/v2/namespaces/live/horizontalpodautoscalers', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'demo-web', namespace: 'live' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo-web' }, minReplicas: 2, maxReplicas: 9, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }] } });
  (deployment['spec'] as JsonObject)['replicas'] = 7;
  const [held] = await planned(server, intents, 'held');
  assert.deepEqual([held!.restarts, held!.objects.flatMap(o => o.fields).filter(f => f.path.startsWith('spec'))], [[], []]);
  assert.deepEqual((await carriedOut(server, held!, true)).findings, []);
  assert.equal((find(server, 'Deployment', 'demo-web')['spec'] as JsonObject)['replicas'], 7);
});

test('hardened, names and selectors stay, and the restart is named with its fields', async () => {
  const { server, intents } = await released('blog'), [blog] = await planned(server, intents, 'hardened');
  assert.equal(blog!.restarts.length, 1);
  assert.equal(blog!.restarts[0]!.pods, 1);
  assert.ok(blog!.restarts[0]!.fields.length > 0 && blog!.restarts[0]!.fields.every(f => f.path.startsWith('spec.template.')));
  const made = blog!.graph.find(o => o.kind === 'Deployment')!;
  assert.deepEqual((made['spec'] as JsonObject)['selector'], { matchLabels: { 'app.kubernetes.io/name': 'blog', 'app.kubernetes.io/instance': 'demo' } });
});

test('policies that are new reach pods by the labels they have, also those of other adopted services', async () => {
  const { server, intents } = await released('blog'), policies = (await planned(server, intents)).flatMap(a => a.graph).filter(o => o.kind === 'NetworkPolicy');
  assert.equal(policies.length, 2);
  const peers = ((policies.find(p => p.metadata.name === 'demo-blog')!['spec'] as JsonObject)['egress'] as JsonObject[]).flatMap(rule => rule['to'] as JsonObject[]).map(peer => (peer['podSelector'] as JsonObject)['matchLabels'] as JsonObject);
  assert.deepEqual(peers.filter(labels => labels['app.kubernetes.io/name'] === 'database'), [{ 'app.kubernetes.io/name': 'database', 'app.kubernetes.io/instance': 'demo' }]);
  assert.ok(policies.every(p => !JSON.stringify(p['spec']).includes('demo-')), JSON.stringify(policies));
});

test('what is not live, somebody else\'s or being deleted is refused by name', async () => {
  const { server, intents } = await released('web'), deployment = find(server, 'Deployment', 'demo-web');
  const rules = async (): Promise<string[]> => (await planned(server, intents)).flatMap(a => a.findings.filter(f => f.severity === 'refused').map(f => f.rule));
  const stranger = parseIntents(Buffer.from(JSON.stringify({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'nobody', namespace: 'live' }, spec: { workload: { containerImage: 'r.example/a:1.0.0' } } })), 'nobody.yaml');
  const [missing] = await planned(server, stranger);
  assert.deepEqual(missing!.findings.map(f => [f.rule, f.object, f.path]), [['adopt-not-live', 'nobody.yaml', 'metadata.name']]);
  assert.match(missing!.findings[0]!.fix, /Deployment\/demo-web/);
  deployment.metadata['ownerReferences'] = [{ apiVersion: 'example.com/v1', kind: 'Rollout', name: 'above', uid: 'u', controller: true }];
  assert.deepEqual(await rules(), ['adopt-controlled']);
  deployment.metadata['ownerReferences'] = [{ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', name: 'other', uid: 'u', controller: true }];
  assert.deepEqual(await rules(), ['adopt-owned']);
  delete deployment.metadata['ownerReferences'];
  deployment.metadata['deletionTimestamp'] = '2026-01-01T00:00:00Z';
  assert.deepEqual(await rules(), ['object-terminating']);
});
