/** SynthesisRevisions on a real API server: immutable, numbered, collected, and enough to apply again. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ApiError } from '../../src/change/api.ts';
import type { ClusterApi } from '../../src/change/api.ts';
import { controlsOf, rollbackTarget } from '../../src/change/controls.ts';
import { revisionCrdYaml } from '../../src/change/crd.ts';
import { collectRevisions, readRevision, recordedIn, recordRevision, revisionsOf, revisionsPath } from '../../src/change/revision.ts';
import type { RevisionContent } from '../../src/change/revision.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { graphOf, intentsPath, liveCluster } from './live.ts';
import type { Live } from './live.ts';

let live: Live;
before(async () => { live = await liveCluster(); });
after(() => live?.stop());

const content = (image: string, more: Partial<RevisionContent> = {}): RevisionContent => ({
  generation: 1, contextHash: 'abc', shape: 'def', model: 'm', guardrails: 'g', verdict: 'accepted', findings: [], degraded: ['no storage class'], unchecked: [],
  graph: graphOf('x', image), provenance: { 'Deployment/shop': [{ path: 'spec.replicas', margin: 3.25 }] }, ...more,
});

test('the committed CRD is the generated one', () => {
  assert.equal(readFileSync(new URL('../../install/crds/synthesisrevisions.yaml', import.meta.url), 'utf8'), revisionCrdYaml());
});

test('recorded, read back the same, and recorded once', async () => {
  const intent = await live.intent('record');
  const made = await recordRevision(live.api, intent, content('r/shop:1'));
  assert.equal(made.metadata.name, 'shop-1');
  assert.deepEqual(readRevision((await live.api.get(`${revisionsPath('record')}/shop-1`))!), { name: 'shop-1', number: 1, content: content('r/shop:1') });
  assert.equal((await recordRevision(live.api, intent, content('r/shop:1', { generation: 2 }))).metadata.name, 'shop-1');
  assert.equal((await recordRevision(live.api, intent, content('r/shop:2'))).metadata.name, 'shop-2');
  // Back to an earlier graph is a new revision: the newest is always the one in force.
  assert.equal((await recordRevision(live.api, intent, content('r/shop:1'))).metadata.name, 'shop-3');
});

test('who wrote the newest one lists none, and still writes nothing twice', async () => {
  const intent = await live.intent('known'), lists: string[] = [], api: ClusterApi = { ...live.api, list: (path, query) => { lists.push(path); return live.api.list(path, query); } };
  const first = await recordRevision(api, intent, content('r/shop:1'));
  lists.length = 0;
  assert.equal((await recordRevision(api, intent, content('r/shop:1'), recordedIn(first))).metadata.name, 'shop-1');
  const second = await recordRevision(api, intent, content('r/shop:2'), recordedIn(first));
  assert.equal(second.metadata.name, 'shop-2');
  assert.deepEqual(lists, []);
  // Somebody deleted it.
  await live.api.delete(`${revisionsPath('known')}/shop-2`);
  assert.equal((await recordRevision(api, intent, content('r/shop:2'), recordedIn(second))).metadata.name, 'shop-2');
});

test('a revision does not change', async () => {
  const intent = await live.intent('immutable'), { metadata } = await recordRevision(live.api, intent, content('r/shop:1'));
  await assert.rejects(live.api.patch(`${revisionsPath('immutable')}/${metadata.name}`, { spec: { verdict: 'review' } }), (e: unknown) => e instanceof ApiError && e.status === 422 && /does not change/.test(e.message));
});

test('a graph of a thousand objects fits', async () => {
  const intent = await live.intent('large');
  const graph = Array.from({ length: 1000 }, (_, i): KubeObject => ({ ...graphOf('large')[3]!, metadata: { name: `shop-${i}`, namespace: 'large' } }));
  const made = await recordRevision(live.api, intent, content('', { graph }));
  assert.equal(((made['spec'] as JsonObject)['graph'] as JsonObject)['encoding'], 'gzip');
  assert.deepEqual(readRevision(made).content.graph, graph);
});

test('the oldest go, those in use stay', async () => {
  const intent = await live.intent('collect');
  for (let n = 1; n <= 14; n++) await recordRevision(live.api, intent, content(`r/shop:${n}`));
  const gone = await collectRevisions(live.api, await revisionsOf(live.api, intent), ['shop-2', 'shop-14']);
  assert.deepEqual(gone, ['shop-1', 'shop-3', 'shop-4', 'shop-5']);
  const left = await revisionsOf(live.api, intent);
  assert.deepEqual(left.map(r => readRevision(r).number), [2, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  assert.deepEqual(await collectRevisions(live.api, left, ['shop-14']), []);

  const stored = (await live.api.get(`${intentsPath('collect')}/shop`))!;
  assert.equal((rollbackTarget(stored, left, '6') as KubeObject).metadata.name, 'shop-6');
  assert.equal((rollbackTarget(stored, left, 'shop-7') as KubeObject).metadata.name, 'shop-7');
  assert.deepEqual(rollbackTarget(stored, left, '1'), {
    rule: 'rollback-unknown', severity: 'refused', object: 'ServiceIntent/shop', path: 'metadata.annotations["synthesis.platform/rollback-to"]',
    message: 'there is no revision shop-1', fix: 'Name one that is kept: 2, 6, 7, 8, 9, 10, 11, 12, 13, 14.',
  });
});

test('revisions left by a namesake are neither read nor written over', async () => {
  const intent = await live.intent('again');
  await recordRevision(live.api, intent, content('r/shop:1'));
  const path = `${intentsPath('again')}/shop`, old = (await live.api.get(path))!;
  // No controller collects what it owned.
  await live.api.delete(path);
  const made = await live.api.create(intentsPath('again'), { apiVersion: old.apiVersion, kind: old.kind, metadata: { name: 'shop', namespace: 'again' }, spec: old['spec']! });
  const later = { ...intent, uid: String(made.metadata['uid']) };
  assert.deepEqual(await revisionsOf(live.api, later), []);
  assert.equal((await recordRevision(live.api, later, content('r/shop:1'))).metadata.name, 'shop-2');
});

test('annotations control', () => {
  const at = (annotations?: Record<string, string>) => controlsOf({ apiVersion: '', kind: 'ServiceIntent', metadata: { name: 'x', ...(annotations ? { annotations } : {}) } });
  assert.deepEqual(at(), { suspended: false });
  assert.deepEqual(at({ 'synthesis.platform/suspend': 'true', 'synthesis.platform/rollback-to': '3', 'synthesis.platform/approve': 'x-4' }), { suspended: true, rollbackTo: '3', approved: 'x-4' });
});
