/** Applying graphs on a real API server: order, no-op, conflicts, prune, and being broken off anywhere. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/change/api.ts';
import type { ClusterApi } from '../../src/change/api.ts';
import { applyRevision } from '../../src/change/apply.ts';
import type { Applied } from '../../src/change/apply.ts';
import type { Judge } from '../../src/change/contest.ts';
import { PART_OF, applySetId } from '../../src/change/ownership.ts';
import type { IntentRef } from '../../src/change/ownership.ts';
import { objectPath, refOf } from '../../src/change/paths.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { graphOf, intentsPath, liveCluster, statusStore } from './live.ts';
import type { Live } from './live.ts';

let live: Live;
before(async () => { live = await liveCluster(); });
after(() => live?.stop());

/** One reconcile, from the stored inventory on. */
async function reconcile(intent: IntentRef, graph: readonly KubeObject[], more: { api?: ClusterApi; recreate?: boolean; untouched?: boolean; judge?: Judge } = {}): Promise<Applied> {
  const api = more.api ?? live.api, store = statusStore(api, intent);
  return applyRevision(api, await store.read(), graph, { intent, kinds: live.kinds, record: inventory => store.record(inventory), recreate: () => more.recreate === true, untouched: () => more.untouched === true, ...(more.judge ? { judge: more.judge } : {}) });
}
const path = (object: KubeObject): string => objectPath(refOf(object), live.kinds)!;
const get = (object: KubeObject): Promise<KubeObject | undefined> => live.api.get(path(object));
const find = (graph: KubeObject[], kind: string): KubeObject => graph.find(o => o.kind === kind)!;
const names = (refs: { kind: string }[]): string => refs.map(r => r.kind).join(' ');

test('applied in dependency order, then nothing is written again', async () => {
  const intent = await live.intent('once'), graph = graphOf('once');
  const first = await reconcile(intent, [...graph].reverse());
  assert.deepEqual(first.conflicts, []);
  assert.equal(names(first.applied), 'ServiceAccount NetworkPolicy Service Deployment');
  const deployment = (await get(find(graph, 'Deployment')))!;
  assert.equal(deployment.metadata.labels?.[PART_OF], applySetId(intent));
  assert.equal((deployment.metadata['ownerReferences'] as JsonObject[])[0]!['uid'], intent.uid);
  assert.equal(first.inventory.every(entry => entry.uid && entry.applied && entry.observed), true);

  live.writes.length = live.dryRuns.length = 0;
  const second = await reconcile(intent, graph);
  assert.deepEqual([names(second.unchanged), second.applied.length], ['ServiceAccount NetworkPolicy Service Deployment', 0]);
  assert.deepEqual([live.writes, live.dryRuns], [[], []]);
});

test('status of others and what controllers note beside are no reason to write', async () => {
  const intent = await live.intent('noise'), graph = graphOf('noise'), deployment = find(graph, 'Deployment');
  await reconcile(intent, graph);
  await live.api.patchStatus(path(deployment), { status: { replicas: 2, readyReplicas: 2 } });
  await live.api.patch(path(deployment), { metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } } }, { manager: 'kube-controller-manager' });
  live.writes.length = live.dryRuns.length = 0;
  assert.equal((await reconcile(intent, graph)).applied.length, 0);
  assert.deepEqual([live.writes, live.dryRuns], [[], []]);
});

test('a change writes the object concerned only; another spelling of a quantity writes nothing', async () => {
  const intent = await live.intent('change');
  await reconcile(intent, graphOf('change'));
  assert.equal(names((await reconcile(intent, graphOf('change', 'r/shop:2'))).applied), 'Deployment');
  const spelled = JSON.parse(JSON.stringify(graphOf('change', 'r/shop:2')).replace('"1000m"', '"1"')) as KubeObject[];
  const third = await reconcile(intent, spelled);
  assert.equal(third.applied.length, 0);
  live.dryRuns.length = 0;
  await reconcile(intent, spelled);
  assert.deepEqual(live.dryRuns, []);
});

test('a single object that is known to be as it was left is written without a look; where that was wrong, it is looked at', async () => {
  const intent = await live.intent('trial'), known = { untouched: true, judge: (contest => (contest.ours === undefined ? 'remove' : 'leave')) as Judge };
  await reconcile(intent, graphOf('trial'));
  live.writes.length = live.dryRuns.length = 0;
  const plain = await reconcile(intent, graphOf('trial', 'r/shop:2'), known), deployment = find(graphOf('trial'), 'Deployment'), stored = `PATCH ${intentsPath('trial')}/shop/status`;
  assert.deepEqual([names(plain.applied), live.writes.filter(w => w !== stored), live.dryRuns], ['Deployment', [`PATCH ${path(deployment)}`], []]);
  assert.deepEqual(plain.inventory, (await reconcile(intent, graphOf('trial', 'r/shop:2'))).inventory);

  // Somebody applied what is there, and so holds on to what we drop.
  const policy = find(graphOf('trial'), 'NetworkPolicy'), open = graphOf('trial', 'r/shop:2');
  const closed = open.map(o => (o.kind === 'NetworkPolicy' ? { ...o, spec: { podSelector: {}, policyTypes: ['Ingress'] } } : o));
  await live.api.apply(path(policy), find(open, 'NetworkPolicy'), { manager: 'kubectl', force: false });
  await reconcile(intent, closed, known);
  assert.deepEqual(((await get(policy))!['spec'] as JsonObject)['ingress'] ?? [], []);

  // Somebody else took the image meanwhile.
  await live.api.patch(path(deployment), { spec: { template: { spec: { containers: [{ name: 'shop', image: 'r/theirs:1' }] } } } }, { manager: 'kubectl-edit' });
  const taken = await reconcile(intent, closed.map(o => (o.kind === 'Deployment' ? find(graphOf('trial', 'r/shop:3'), 'Deployment') : o)), known);
  assert.deepEqual(taken.contests.map(c => [c.path.at(-1), c.ruling]), [['image', 'leave']]);
  assert.match(JSON.stringify(await get(deployment)), /r\/theirs:1/);
});

test('a field that leaves the graph leaves the object', async () => {
  const intent = await live.intent('fewer'), graph = graphOf('fewer');
  await reconcile(intent, graph);
  const fewer = structuredClone(graph);
  const container = (((find(fewer, 'Deployment')['spec'] as JsonObject)['template'] as JsonObject)['spec'] as { containers: JsonObject[] }).containers[0]!;
  delete container['env'];
  assert.equal(names((await reconcile(intent, fewer)).applied), 'Deployment');
  assert.equal(JSON.stringify(await get(find(graph, 'Deployment'))).includes('"LEVEL","value"'), false);
});

test('what leaves the graph is pruned; what others made, or took over, is not', async () => {
  const intent = await live.intent('prune'), graph = graphOf('prune');
  await live.api.create('/api/v1/namespaces/prune/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'prune', labels: { [PART_OF]: applySetId(intent) } } });
  await reconcile(intent, graph);
  const fewer = graph.filter(o => o.kind !== 'NetworkPolicy');
  assert.equal(names((await reconcile(intent, fewer)).pruned), 'NetworkPolicy');
  assert.equal(await get(find(graph, 'NetworkPolicy')), undefined);

  // The Service is deleted and made again by somebody else, by the same name.
  const service = find(graph, 'Service');
  await live.api.delete(path(service));
  await live.api.create(path(service).replace(/\/shop$/, ''), service, { manager: 'kubectl-create' });
  const all = await reconcile(intent, []);
  assert.equal(names(all.pruned), 'Deployment ServiceAccount');
  assert.deepEqual(all.inventory, []);
  assert.ok(await get(service));
  assert.ok(await live.api.get('/api/v1/namespaces/prune/configmaps/theirs'));
});

test('an object that was not made for the intent is not touched, and then nothing is', async () => {
  const intent = await live.intent('foreign'), graph = graphOf('foreign'), service = find(graph, 'Service');
  await live.api.create(path(service).replace(/\/shop$/, ''), { ...service, spec: { ports: [{ port: 1 }] } }, { manager: 'kubectl-create' });
  live.writes.length = 0;
  const result = await reconcile(intent, graph);
  assert.deepEqual(result.conflicts.map(f => [f.rule, f.object]), [['object-not-owned', 'Service/shop']]);
  assert.deepEqual(live.writes, []);
});

test('nothing outside the namespace is written, and nothing cluster-wide', async () => {
  const intent = await live.intent('inside');
  const outside = graphOf('default')[0]!, wide: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
  const absent: KubeObject = { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'x', namespace: 'inside' } };
  live.writes.length = 0;
  const result = await reconcile(intent, [outside, wide, absent]);
  assert.deepEqual(result.conflicts.map(f => f.rule).sort(), ['foreign-namespace', 'foreign-namespace', 'kind-not-served']);
  assert.deepEqual(live.writes, []);
});

test('a rejection is found before anything is written, where the object is there already', async () => {
  const intent = await live.intent('reject'), graph = graphOf('reject');
  await reconcile(intent, graph);
  const other = structuredClone(graphOf('reject', 'r/shop:3'));
  (find(other, 'Deployment')['spec'] as JsonObject)['selector'] = { matchLabels: { app: 'other' } };
  live.writes.length = 0;
  const result = await reconcile(intent, other);
  assert.deepEqual(result.conflicts.map(f => [f.rule, f.object]), [['apply-rejected', 'Deployment/shop']]);
  assert.match(result.conflicts[0]!.message, /immutable/);
  assert.deepEqual(live.writes, []);
});

test('a job that cannot change is written anew, where that is allowed', async () => {
  const intent = await live.intent('job');
  const job = (image: string): KubeObject => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'shop', namespace: 'job' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'shop', image }] } } } });
  await reconcile(intent, [job('r/shop:1')]);
  const uid = (await get(job('')))!.metadata['uid'];
  assert.deepEqual((await reconcile(intent, [job('r/shop:2')])).conflicts.map(f => f.rule), ['apply-rejected']);
  assert.equal(names((await reconcile(intent, [job('r/shop:2')], { recreate: true })).applied), 'Job');
  assert.notEqual((await get(job('')))!.metadata['uid'], uid);
});

test('writes as another user need that user\'s rights', async () => {
  const intent = await live.intent('rights'), store = statusStore(live.api, intent);
  const result = await applyRevision(live.api.as('system:serviceaccount:rights:kubesynth-synthesis'), await store.read(), graphOf('rights'),
    { intent, kinds: live.kinds, record: i => store.record(i), reader: live.api });
  assert.deepEqual(result.conflicts.map(f => [f.rule, f.object]), [['write-forbidden', 'ServiceAccount/shop']]);
  assert.match(result.conflicts[0]!.message, /system:serviceaccount:rights:kubesynth-synthesis/);
});

test('two writers: the one whose inventory is out of date writes nothing', async () => {
  const intent = await live.intent('race'), stale = statusStore(live.api, intent), before = await stale.read();
  await reconcile(intent, graphOf('race'));
  live.writes.length = 0;
  await assert.rejects(applyRevision(live.api, before, [...graphOf('race', 'r/shop:9')], { intent, kinds: live.kinds, record: i => stale.record(i) }), (e: unknown) => e instanceof ApiError && e.status === 409);
  assert.deepEqual(live.writes.filter(w => !w.includes('serviceintents')), []);
});

/** Breaks off before or after the nth write. */
class Killed extends Error {}
function dying(api: ClusterApi, at: number, when: 'before' | 'after'): ClusterApi {
  let count = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    const now = ++count;
    if (now > at) throw new Killed();
    if (now === at && when === 'before') throw new Killed();
    const value = await work();
    if (now === at) throw new Killed();
    return value;
  };
  return {
    ...api, as: () => { throw new Error('not here'); },
    apply: (p, o, options) => (options.dryRun ? api.apply(p, o, options) : step(() => api.apply(p, o, options))), update: (...a) => step(() => api.update(...a)),
    patchStatus: (...a) => step(() => api.patchStatus(...a)), delete: (...a) => step(() => api.delete(...a)),
  };
}

test('broken off before and after every write of a rollout, the next run ends where an undisturbed one does', async () => {
  const collections = ['/api/v1/services', '/api/v1/serviceaccounts', '/api/v1/configmaps', '/apis/apps/v1/deployments', '/apis/networking.k8s.io/v1/networkpolicies'];
  const state = async (namespace: string): Promise<string> => {
    const lists = await Promise.all(collections.map(collection => live.api.list(collection.replace(/\/(?=[a-z]+$)/, `/namespaces/${namespace}/`))));
    const addresses = /"clusterIPs?":(\[[^\]]*\]|"[^"]*"),?/g;
    return JSON.stringify(lists.flatMap(l => l.items).map(({ kind, metadata: { name, labels }, spec, data }) => [kind, name, labels?.['app.kubernetes.io/name'], spec, data])).replace(addresses, '');
  };
  const from = graphOf('x'), to = [...graphOf('x', 'r/shop:2').filter(o => o.kind !== 'NetworkPolicy'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop', namespace: 'x' }, data: { a: 'b' } } as KubeObject];
  const inside = (graph: KubeObject[], namespace: string): KubeObject[] => graph.map(o => ({ ...o, metadata: { ...o.metadata, namespace } }));
  const undisturbed = await live.intent('kill');
  await reconcile(undisturbed, inside(from, 'kill'));
  live.writes.length = 0;
  await reconcile(undisturbed, inside(to, 'kill'));
  const writes = live.writes.length, wanted = await state('kill');
  assert.equal(writes, 5, live.writes.join('\n'));
  for (let at = 1; at <= writes; at++) for (const when of ['before', 'after'] as const) {
    const namespace = `kill-${at}-${when}`, intent = await live.intent(namespace);
    await reconcile(intent, inside(from, namespace));
    await assert.rejects(reconcile(intent, inside(to, namespace), { api: dying(live.api, at, when) }), Killed);
    const after = await reconcile(intent, inside(to, namespace));
    assert.deepEqual(after.conflicts, [], namespace);
    assert.equal(await state(namespace), wanted, namespace);
    assert.deepEqual(after.inventory.map(e => e.kind), ['ConfigMap', 'Service', 'ServiceAccount', 'Deployment']);
  }
});
