import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../kubernetes.ts';
import { redact, secretTexts } from './redact.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const secret: KubeObject = {
  apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { password: base64('hunter2-hunter2'), flag: base64('true') },
  metadata: { name: 'db', namespace: 'shop', uid: 'u', resourceVersion: '7', creationTimestamp: 'now', managedFields: [], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': base64('hunter2-hunter2') } },
};
const none = secretTexts([]), known = secretTexts([secret]);

test('a Secret keeps its type and keys only', () => {
  assert.deepEqual(redact(secret, known, true), { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db', namespace: 'shop' }, type: 'Opaque', data: { password: '', flag: '' } });
});

test('a ConfigMap keeps its values in the config namespace only', () => {
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: '1' }, binaryData: { b: 'AA==' } };
  assert.deepEqual(redact(map, none, true)['data'], { a: '1' });
  assert.deepEqual([redact(map, none, false)['data'], redact(map, none, false)['binaryData']], [{ a: '' }, { b: '' }]);
});

test('annotations that hold a Secret value go, ordinary ones and short values stay', () => {
  const object: KubeObject = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'i', annotations: { 'is-default': 'true', note: 'pw is hunter2-hunter2', coded: base64('hunter2-hunter2') } } };
  assert.deepEqual(redact(object, known, false).metadata.annotations, { 'is-default': 'true' });
});

test('a credential inside a custom resource is replaced, a host name that a Secret also holds is not', () => {
  const host = secretTexts([{ data: { host: base64('https://db1.corp.example/v1'), name: base64('orders-database') } }]);
  const object: KubeObject = { apiVersion: 'x.example/v1', kind: 'X', metadata: { name: 'x' }, spec: { url: 'postgres://app:hunter2-hunter2@db', host: 'https://db1.corp.example/v1', name: 'orders-database' } };
  assert.equal((redact(object, known, false)['spec'] as { url: string }).url, '(redacted)');
  assert.deepEqual(redact(object, host, false)['spec'], object['spec']);
});

test('what the server allocates and writes is dropped', () => {
  const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', uid: 'u' }, status: { loadBalancer: {} }, spec: { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'], ports: [{ port: 80, nodePort: 31000 }], selector: { app: 's' } } };
  assert.deepEqual(redact(service, none, false), { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }], selector: { app: 's' } } });
  const headless = redact({ ...service, spec: { clusterIP: 'None', ports: [] } }, none, false);
  assert.deepEqual(headless['spec'], { clusterIP: 'None' });
});

test('what is used of a quota is dropped, so that a change of it is none', () => {
  const quota = (used: string): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', resourceVersion: used }, spec: { hard: { pods: '9' } }, status: { hard: { pods: '9' }, used: { pods: used } } });
  assert.deepEqual(redact(quota('1'), none, false), { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: '9' } } });
  assert.deepEqual(redact(quota('1'), none, false), redact(quota('2'), none, false));
});
