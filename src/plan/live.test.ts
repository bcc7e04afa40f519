import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../change/api.ts';
import { peaceful } from '../change/contest.ts';
import { askedDigest } from '../change/inventory.ts';
import { MANAGER } from '../change/managed-fields.ts';
import { applySetId, ownerReference, stamped } from '../change/ownership.ts';
import type { IntentRef } from '../change/ownership.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { againstCluster } from './live.ts';
import type { LivePlan, Server, Standing } from './live.ts';

const bare = loadSnapshot('bare-1.30'), ref: IntentRef = { name: 'a', namespace: 'shop', uid: 'uid-of-a' };
const object = (kind: string, rest: object = {}, metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name: 'a', namespace: 'shop', ...metadata } as KubeObject['metadata'], ...rest });
const service = (ports: number[], metadata: object = {}): KubeObject => object('Service', { spec: { type: 'ClusterIP', ports: ports.map(port => ({ port, protocol: 'TCP', targetPort: port })) } }, metadata);
const path = (kind: string, name = 'a'): string => `/api/v1/namespaces/shop/${kind}/${name}`;

/** `{a: {b: 1}}` as field ownership has it; lists are their owner's whole. */
const fieldsOf = (value: Json): JsonObject => Object.fromEntries(Object.entries(value as JsonObject).map(([key, member]) => [`f:${key}`, member !== null && typeof member === 'object' && !Array.isArray(member) ? fieldsOf(member) : {}]));
const ownedIn = (asked: KubeObject): JsonObject => { const { apiVersion: _a, kind: _k, metadata: { labels, annotations }, ...rest } = asked; return fieldsOf({ metadata: { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) }, ...rest } as Json); };
const managedBy = (manager: string, fields: JsonObject): JsonObject => ({ manager, operation: 'Apply', fieldsV1: fields });

/** What is there, and a server that merges what is asked for over it. */
function server(live: Record<string, KubeObject>, refuse: Record<string, ApiError> = {}): Server & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked, get: async at => live[at],
    async apply(at, want, options) {
      asked.push(at);
      assert.ok(options.dryRun && options.manager === MANAGER);
      if (refuse[at]) throw refuse[at];
      const merge = (was: Json | undefined, is: Json): Json => (was && is && typeof was === 'object' && typeof is === 'object' && !Array.isArray(was) && !Array.isArray(is)
        ? { ...was, ...Object.fromEntries(Object.entries(is).map(([key, value]) => [key, merge(was[key], value)])) } : is);
      const there = live[at], merged = merge(there as Json | undefined, want as Json) as KubeObject, others = ((there?.metadata['managedFields'] ?? []) as JsonObject[]).filter(m => m['manager'] !== MANAGER);
      return { ...merged, metadata: { ...merged.metadata, resourceVersion: 'next', managedFields: [...others, managedBy(MANAGER, ownedIn(want))] } };
    },
  };
}
const plan = (api: Server, graph: KubeObject[], standing?: Standing, judge = peaceful): Promise<LivePlan> => againstCluster(api, graph, bare, standing, { judge, recreate: o => o.kind === 'Pod' });
const brief = ({ objects }: LivePlan): string[] => objects.map(o => [o.object, o.action, ...o.fields.map(f => f.path)].join(' '));

test('what is not there is created, and the server is asked all the same', async () => {
  const api = server({}), refusing = server({}, { [path('services')]: new ApiError(422, 'Invalid', 'spec.ports: Required value') });
  assert.deepEqual(brief(await plan(api, [service([80]), object('ServiceAccount')])), ['Service/a create', 'ServiceAccount/a create']);
  assert.equal(api.asked.length, 2);
  const refused = await plan(refusing, [service([]), object('ServiceAccount')]);
  assert.deepEqual([brief(refused), refused.findings.map(f => [f.rule, f.object])], [['ServiceAccount/a create'], [['apply-rejected', 'Service/a']]]);
  assert.deepEqual((await plan(api, [{ ...service([80]), apiVersion: 'v7' }])).findings.map(f => f.rule), ['kind-not-served']);
});

test('what is there is compared with what the server would make of it', async () => {
  const live = { [path('services')]: service([80], { uid: 'x', resourceVersion: '1', labels: { theirs: 'yes' } }) };
  assert.deepEqual(brief(await plan(server(live), [service([80])])), ['Service/a unchanged']);
  assert.deepEqual(brief(await plan(server(live), [service([80], { labels: { mine: 'yes' } })])), ['Service/a change metadata.labels.mine']);
  assert.deepEqual(brief(await plan(server(live), [service([81])])), ['Service/a change spec.ports[port=81,protocol=TCP] spec.ports[port=80,protocol=TCP]']);
});

test('a field that kubectl applied before and nobody asks for any more would go', async () => {
  const before = service([80], { labels: { old: '1', kept: '2' } }), now = service([80], { labels: { kept: '2' } });
  const clientSide = { ...before, metadata: { ...before.metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(before) } } } as KubeObject;
  const serverSide = { ...before, metadata: { ...before.metadata, managedFields: [managedBy('kubectl', ownedIn(before))] } } as KubeObject;
  for (const live of [clientSide, serverSide]) assert.deepEqual(brief(await plan(server({ [path('services')]: live }), [now])), ['Service/a change metadata.labels.old']);
  for (const text of ['{', 'null', '[]', '{"metadata":null}']) {
    const odd = { ...before, metadata: { ...before.metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text } } } as KubeObject;
    assert.deepEqual(brief(await plan(server({ [path('services')]: odd }), [now])), ['Service/a unchanged'], text);
  }
});

test('who may not write is told what the fields say', async () => {
  const no = { [path('services')]: new ApiError(403, 'Forbidden', 'no'), [path('serviceaccounts')]: new ApiError(403, 'Forbidden', 'no') };
  const told = await plan(server({ [path('services')]: service([80]) }, no), [service([81]), object('ServiceAccount')]);
  assert.deepEqual([brief(told), told.unasked, told.findings], [['Service/a change spec.ports[port=81,protocol=TCP] spec.ports[port=80,protocol=TCP]', 'ServiceAccount/a create'], ['Service/a', 'ServiceAccount/a'], []]);
  await assert.rejects(plan(server({}, { [path('services')]: new ApiError(500, '', 'down') }), [service([80])]), /down/);
});

test('an intent on the cluster: what the agent would do, what it would leave and what it would delete', async () => {
  const owned = (o: KubeObject, more: object = {}): KubeObject => { const s = stamped(o, ref); return { ...s, metadata: { ...s.metadata, uid: `uid-${o.kind}`, ...more } }; };
  const asked = service([80]), mine = owned(asked, { managedFields: [managedBy(MANAGER, ownedIn(stamped(asked, ref)))] }), gone = owned(object('ConfigMap', {}, { name: 'old' }));
  const live = { [path('services')]: mine, [path('configmaps', 'old')]: gone, [path('configmaps', 'theirs')]: object('ConfigMap', {}, { name: 'theirs', labels: { 'applyset.kubernetes.io/part-of': applySetId(ref) } }) };
  const inventory = [{ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'a' }, { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'old' }, { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'theirs' }];
  assert.deepEqual(brief(await plan(server(live), [asked], { ref, inventory })), ['Service/a unchanged', 'ConfigMap/old prune']);
  assert.deepEqual(brief(await plan(server(live), [service([80], { labels: { mine: 'yes' } })], { ref, inventory })), ['Service/a change metadata.labels.mine', 'ConfigMap/old prune']);

  const contested = { ...mine, spec: { ...mine['spec'] as JsonObject, type: 'NodePort' }, metadata: { ...mine.metadata, managedFields: [managedBy('somebody', { 'f:spec': { 'f:type': {} } }), managedBy(MANAGER, ownedIn(stamped(service([80]), ref)))] } } as KubeObject;
  const left = await plan(server({ [path('services')]: contested }), [asked], { ref, inventory: [] });
  assert.deepEqual([brief(left), left.objects[0]!.left], [['Service/a unchanged'], ['spec.type']]);
  assert.deepEqual(brief(await plan(server({ [path('services')]: contested }), [asked], { ref, inventory: [] }, () => 'restore')), ['Service/a change spec.type']);

  const foreign = await plan(server({ [path('services')]: service([80]) }), [asked], { ref, inventory: [] });
  assert.deepEqual(foreign.findings.map(f => f.rule), ['object-not-owned']);
});

test('what the server does not let change is made anew where that is allowed', async () => {
  const pod = (image: string): KubeObject => object('Pod', { spec: { containers: [{ name: 'a', image }] } }), s = stamped(pod('r/a:1'), ref);
  const live = { ...s, metadata: { ...s.metadata, ownerReferences: [ownerReference(ref)], uid: 'p' } } as KubeObject, at = path('pods');
  const told = await plan(server({ [at]: live }, { [at]: new ApiError(422, 'Invalid', 'field is immutable') }), [pod('r/a:2')], { ref, inventory: [{ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a', applied: askedDigest(s) }] });
  assert.deepEqual([brief(told), told.objects[0]!.recreate], [['Pod/a change spec.containers[name=a].image'], true]);
});
