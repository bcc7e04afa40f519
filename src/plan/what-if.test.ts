import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import { decodeSnapshot, encodeSnapshot, loadSnapshot, shippedSnapshots } from '../snapshot/file.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { byPriority } from './definition.ts';
import { afterAll, parseWhatIf } from './what-if.ts';
import type { Sources } from './what-if.ts';

const bare = loadSnapshot('bare-1.30'), meshed = loadSnapshot('linkerd-nginx'), gateway = loadSnapshot('istio-gateway');
const definitions = readFileSync(join(import.meta.dirname, '../../test/controlplane/crds/linkerd.yaml'), 'utf8');
const sources = (text = definitions): Sources => ({ read: () => text, shipped: () => shippedSnapshots().map(name => ({ name, snapshot: loadSnapshot(name) })) });
const after = (snapshot: Snapshot, changes: string[], text?: string): Snapshot => afterAll(snapshot, changes.map(change => parseWhatIf(change, sources(text))));
const groups = (snapshot: Snapshot): string[] => [...new Set(snapshot.kinds.map(k => k.group))];
const refused = (work: () => unknown): [string, string, string][] => {
  try { work(); } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.equal(error.exit, 2);
    return error.findings.map(f => { assert.ok(f.object && f.message && f.fix); return [f.rule, f.path, `${f.message} ${f.fix}`]; });
  }
  return assert.fail('was not refused');
};

const crd = (spec: object = {}, metadata: object = { name: 'widgets.example.com' }): string => JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata,
  spec: { group: 'example.com', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } } }], ...spec },
});
const version = (name: string, served = true, schema: object = { type: 'object' }): object => ({ name, served, storage: false, schema: { openAPIV3Schema: schema } });

test('definitions give the very kinds and documents that the API server published for them', () => {
  const without = after(meshed, ['remove-api=policy.linkerd.io']);
  assert.ok(!groups(without).includes('policy.linkerd.io') && !Object.keys(without.openapi).some(path => path.includes('policy.linkerd.io')));
  const again = after(without, ['add-crd=linkerd.yaml']);
  assert.deepEqual(again.kinds, meshed.kinds);
  assert.deepEqual(again.openapi, meshed.openapi);
  assert.deepEqual(after(meshed, ['add-crd=linkerd.yaml']), meshed, 'and twice is once');
});

test('another version: its built-in kinds and schemas, the added ones as they are', () => {
  const older = after(gateway, ['k8s=1.30']), newer = after(bare, ['k8s=v1.37.0']);
  assert.deepEqual([older.version, newer.version], [bare.version, gateway.version]);
  assert.deepEqual(groups(older).filter(g => !groups(gateway).includes(g)), []);
  assert.ok(!groups(older).includes('resource.k8s.io') && groups(older).includes('gateway.networking.k8s.io'), 'a name like one of Kubernetes is no built-in group');
  assert.deepEqual(older.openapi['apis/apps/v1'], bare.openapi['apis/apps/v1']);
  assert.deepEqual(older.objects.filter(o => o.apiVersion.startsWith('gateway.')), gateway.objects.filter(o => o.apiVersion.startsWith('gateway.')));
  assert.deepEqual([newer.kinds.map(k => k.kind), newer.objects], [gateway.kinds.filter(k => newer.kinds.some(n => n.group === k.group && n.kind === k.kind)).map(k => k.kind), bare.objects]);
  assert.match(older.notes.at(-1)!, /1\.30\.14 is supposed.*runs v1\.37/);
  assert.equal(after(bare, ['k8s=1.30']), bare);
  // The server's own library is in the documents of added groups too.
  const meta = ({ openapi }: Snapshot): unknown => openapi['apis/cert-manager.io/v1']!.components.schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'];
  assert.notDeepEqual(meta(meshed), meta(gateway));
  assert.deepEqual(meta(after(meshed, ['k8s=1.37'])), meta(gateway));
});

test('changes come one after another, and the result is a snapshot like any other', () => {
  const there = after(bare, ['k8s=1.37', 'add-crd=linkerd.yaml', 'remove-api=batch']);
  assert.ok(groups(there).includes('policy.linkerd.io') && !groups(there).includes('batch') && there.version.minor === '37');
  assert.deepEqual(decodeSnapshot(encodeSnapshot(there), 'x'), there);
});

test('another version of a definition takes the place of the one that is there, and objects follow', () => {
  const first = after(bare, ['add-crd=w.yaml'], crd()), object: KubeObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'shop' } };
  const second = after({ ...first, objects: [...first.objects, object] }, ['add-crd=w.yaml'], crd({ versions: [version('v1', false), version('v2beta1'), version('v2')] }));
  assert.deepEqual(second.kinds.find(k => k.kind === 'Widget'), { group: 'example.com', kind: 'Widget', plural: 'widgets', namespaced: true, versions: ['v2', 'v2beta1'] });
  assert.deepEqual([second.openapi['apis/example.com/v1'], second.objects.find(o => o.kind === 'Widget')!.apiVersion], [undefined, 'example.com/v2']);
  assert.ok(openApiIndex(second).find('example.com', 'Widget'));
  const none = after(second, ['add-crd=w.yaml'], crd({ versions: [version('v2', false)] }));
  assert.deepEqual([groups(none).includes('example.com'), none.objects.some(o => o.kind === 'Widget'), Object.keys(none.openapi).some(path => path.includes('example.com'))], [false, false, false]);
});

test('versions by priority', () => {
  assert.deepEqual(['foo10', 'v1alpha1', 'v1', 'v11beta2', 'v2', 'foo1', 'v3beta1', 'v10', 'v12alpha1'].sort(byPriority), ['v10', 'v2', 'v1', 'v11beta2', 'v3beta1', 'v12alpha1', 'v1alpha1', 'foo1', 'foo10']);
});

test('what is no change of a cluster is refused by name', () => {
  const cases: [change: string, rule: string, says: RegExp][] = [
    ['k8', 'what-if-unknown', /Did you mean k8s.*remove-api=GROUP/], ['k8s', 'what-if-unknown', /k8s=VERSION/], ['k8s=', 'what-if-unknown', /k8s=VERSION/], ['remove-crd=x', 'what-if-unknown', /remove-crd=x.*Did you mean/], ['', 'what-if-unknown', /Known/],
    ['k8s=banana', 'version-malformed', /banana.*1\.30/], ['k8s=1', 'version-malformed', /"1"/], ['k8s=1.30.x', 'version-malformed', /1\.30\.x/],
    ['k8s=1.29', 'version-not-shipped', /1\.29.*Available: 1\.30, 1\.37/], ['k8s=2.0', 'version-not-shipped', /2\.0/],
    ['remove-api=policy.linkerd', 'api-not-served', /policy\.linkerd.*Did you mean .*policy\.linkerd\.io\?/], ['remove-api=batch/v1', 'api-not-served', /without a version/], ['remove-api=v1', 'api-not-served', /Added to this cluster: .*policy\.linkerd\.io/],
  ];
  for (const [change, rule, says] of cases) {
    const [finding, ...more] = refused(() => after(meshed, [change]));
    assert.deepEqual([finding![0], more.length], [rule, 0], change);
    assert.match(finding![2], says, change);
  }
  assert.match(refused(() => after(bare, ['remove-api=x']))[0]![2], /Nothing was added/);
});

test('a file that holds no definition, or a wrong one, is refused with the place', () => {
  const cases: [text: string, rule: string, path: string][] = [
    ['', 'crd-malformed', ''], ['kind: [', 'malformed-yaml', ''], ['hello', 'crd-malformed', ''], ['apiVersion: v1\nkind: Pod', 'crd-malformed', ''], [crd().replace('/v1"', '/v1beta1"'), 'crd-malformed', ''],
    [crd({ group: undefined }), 'crd-malformed', 'spec.group'], [crd({ group: 'Example' }), 'crd-malformed', 'spec.group'], [crd({ scope: 'Everywhere' }), 'crd-malformed', 'spec.scope'], [crd({ names: { kind: 'widget', plural: 'widgets' } }), 'crd-malformed', 'spec.names.kind'],
    [crd({}, { name: 'widgets' }), 'crd-malformed', 'metadata.name'], [crd({ versions: [] }), 'crd-malformed', 'spec.versions'], [crd({ versions: {} }), 'crd-malformed', 'spec.versions'], [crd({ versions: [version('v1'), version('v1')] }), 'crd-malformed', 'spec.versions'],
    [crd({ versions: [version('v1', true, {})] }), 'crd-malformed', 'spec.versions[0].schema.openAPIV3Schema'], [crd({ versions: [{ name: 'v1', served: true }] }), 'crd-malformed', 'spec.versions[0].schema.openAPIV3Schema'],
    [crd({ group: 'networking.k8s.io' }, { name: 'widgets.networking.k8s.io' }), 'crd-of-built-in', 'spec.group'],
  ];
  for (const [text, rule, path] of cases) {
    const [finding] = refused(() => after(bare, ['add-crd=w.yaml'], text));
    assert.deepEqual(finding!.slice(0, 2), [rule, path], text);
  }
  assert.equal(refused(() => after(bare, ['add-crd=w.yaml'], crd({ group: '', scope: '' }))).length, 2, 'all that is wrong at once');
  assert.ok(groups(after(bare, ['add-crd=w.yaml'], `---\n${crd()}\n---\n# nothing\n`)).includes('example.com'));
});
