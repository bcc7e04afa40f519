import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import type { KubeObject } from '../../src/kubernetes.ts';
import { captureSnapshot } from '../../src/snapshot/capture.ts';
import { clusterClient } from '../../src/snapshot/client.ts';
import { encodeSnapshot, loadSnapshot } from '../../src/snapshot/file.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { snapshotOf } from './capture.ts';
import { create, raise } from './clusters.ts';
import type { ControlPlane } from './controlplane.ts';

let plane: ControlPlane;
before(async () => { plane = await raise('bare-1.30'); });
after(() => plane?.stop());
const named = (kind: string, name: string, rest: object = {}): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' }, ...rest });

test('the shipped bare-1.30 is what a fresh cluster gives, byte for byte, every time', async () => {
  const captured = await snapshotOf(plane), shipped = loadSnapshot('bare-1.30'), first = encodeSnapshot(captured);
  const { openapi: _schemas, ...rest } = captured, { openapi: _shippedSchemas, ...shippedRest } = shipped;
  assert.deepEqual(rest, shippedRest); // what differs, said readably; the bytes below are the claim
  assert.ok(first.equals(readFileSync(join(import.meta.dirname, '..', '..', 'snapshots', 'bare-1.30.json.br'))), 'the bytes differ from those shipped');
  assert.ok(encodeSnapshot(await snapshotOf(plane)).equals(first), 'a second capture differs from the first');
});

test('a Secret value that is in the cluster is nowhere in the bytes', async () => {
  const value = 'correct-horse-42-battery', base64 = Buffer.from(value).toString('base64');
  const secret = named('Secret', 'db-password', { stringData: { password: value }, type: 'Opaque' });
  secret.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { password: base64 } }), 'example/copy': value };
  const service = named('Service', 'careless', { spec: { ports: [{ port: 80 }], type: 'ExternalName', externalName: 'db.example' } });
  service.metadata.annotations = { 'example/leak': `password=${value}`, 'example/kept': 'yes' };
  const map = named('ConfigMap', 'careless', { data: { 'database.url': `postgres://app:${value}@db` } });
  for (const object of [secret, service, map]) await create(plane, object);

  const snapshot = await snapshotOf(plane), text = brotliDecompressSync(encodeSnapshot(snapshot)).toString();
  assert.ok(!text.includes(value) && !text.includes(base64));
  const of = (kind: string): KubeObject => snapshot.objects.find(o => o.kind === kind && o.metadata.namespace === 'shop')!;
  assert.deepEqual([of('Secret')['type'], of('Secret')['data'], of('Secret').metadata], ['Opaque', { password: '' }, { name: 'db-password', namespace: 'shop' }]);
  assert.deepEqual(of('ConfigMap')['data'], { 'database.url': '' });
  assert.deepEqual(of('Service').metadata.annotations, { 'example/kept': 'yes' });
});

test('utilisation is read where metrics.k8s.io is served', async () => {
  assert.ok((await snapshotOf(plane)).nodes.every(node => node.used === undefined));
  // A definition stands in for the metrics server: the same group, version and shape, served by the same API server.
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await create(plane, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
    metadata: { name: 'nodes.metrics.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
    spec: { group: 'metrics.k8s.io', scope: 'Cluster', names: { kind: 'NodeMetrics', plural: 'nodes', singular: 'node', listKind: 'NodeMetricsList' },
      versions: [{ name: 'v1beta1', served: true, storage: true, schema: { openAPIV3Schema: open } }] } });
  const usage = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'NodeMetrics', metadata: { name: 'node-a1' }, usage: { cpu: '1500m', memory: '2Gi' } };
  for (let patience = 100; ; patience--) {
    const served = await plane.request('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
    if (served.status === 200 || patience === 0) break;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  await create(plane, usage as unknown as KubeObject);
  const { nodes } = await snapshotOf(plane);
  assert.deepEqual(nodes.map(node => [node.name, node.used]), [['node-a1', { cpu: 1.5, memory: 2 ** 31 }], ['node-b1', undefined], ['node-c1', undefined]]);
});

test('wrong credentials and an unknown certificate authority are refused by name', async () => {
  const client = clusterClient({ ...loadKubeconfig(plane.kubeconfigPath), token: 'wrong' });
  await assert.rejects(client.get('/version'), /cluster-unreachable.*HTTP 401/s);
  client.close();
  const noCa = clusterClient({ ...loadKubeconfig(plane.kubeconfigPath), ca: undefined });
  await assert.rejects(noCa.get('/version'), /cluster-unreachable.*certificate/s);
  noCa.close();
});

test('what the credentials may not list is said in the notes', async () => {
  const rbac = 'rbac.authorization.k8s.io', role = { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'some' }, rules: [{ apiGroups: [''], resources: ['namespaces', 'services', 'nodes', 'pods'], verbs: ['list'] }] };
  const binding = { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'some' }, roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'some' }, subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'shop' }] };
  for (const object of [named('ServiceAccount', 'reader'), role, binding]) await create(plane, object as unknown as KubeObject);
  const issued = await plane.request('POST', '/api/v1/namespaces/shop/serviceaccounts/reader/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const client = clusterClient({ ...loadKubeconfig(plane.kubeconfigPath), token: (issued.json['status'] as { token: string }).token });
  try {
    const snapshot = await captureSnapshot(client, ['first']);
    assert.equal(snapshot.notes[0], 'first');
    assert.match(snapshot.notes[1]!, /may not list configmaps, customresourcedefinitions\.apiextensions\.k8s\.io, .*secrets.*every custom resource/);
    assert.deepEqual([...new Set(snapshot.objects.map(o => o.kind))], ['Namespace', 'Service']);
    assert.equal(snapshot.nodes.length, 3);
  } finally { client.close(); }
});

test('a killed test leaves no process and no folder behind', async () => {
  const script = `const { startControlPlane } = await import(${JSON.stringify(join(import.meta.dirname, 'controlplane.ts'))});
    const plane = await startControlPlane({ version: ${JSON.stringify(plane.version)}, exact: true }); console.log(plane.url, plane.kubeconfigPath); process.kill(process.pid, 'SIGKILL');`;
  const [url, kubeconfig] = (await new Promise<string>(resolve => { execFile(process.execPath, ['--input-type=module', '-e', script], (_error, stdout) => resolve(stdout)); })).trim().split(' ');
  assert.ok(url && kubeconfig, 'the other process had its control plane');
  const answers = async (): Promise<boolean> => fetch(url).then(() => true, error => (error as { cause?: { code?: string } }).cause?.code !== 'ECONNREFUSED');
  for (let patience = 200; patience > 0 && (existsSync(kubeconfig) || await answers()); patience--) await new Promise(resolve => setTimeout(resolve, 100));
  assert.deepEqual([existsSync(kubeconfig), await answers()], [false, false]);
});
