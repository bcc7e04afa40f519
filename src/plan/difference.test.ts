import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { differences } from './difference.ts';
import { fieldChanges } from './fields.ts';

const snapshot = loadSnapshot('bare-1.30');
const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'a', namespace: 'shop', ...metadata } as KubeObject['metadata'], ...rest });
const changes = (from: KubeObject, to: KubeObject, counts: 'all' | 'stated' = 'all'): [string, Json | undefined, Json | undefined][] =>
  fieldChanges(to, differences(from, to, snapshot, counts)).map(({ path, from: was, to: is }) => [path, was, is]);

const deployment = (container: object, spec: object = {}): KubeObject =>
  object('apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'a' } }, ...spec, template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'r/a:1', ...container }] } } } });
const policy = (spec: object): KubeObject => object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ...spec } });
const service = (ports: object[], spec: object = {}): KubeObject => object('v1', 'Service', { spec: { selector: { app: 'a' }, ports, ...spec } });
const main = 'spec.template.spec.containers[name=a]';

test('amounts, not their spelling; numbers and texts of ports are apart', () => {
  assert.deepEqual(changes(deployment({ resources: { requests: { cpu: '500m', memory: '1Gi' } } }), deployment({ resources: { requests: { cpu: '0.5', memory: '1024Mi' } } })), []);
  assert.deepEqual(changes(deployment({ resources: { requests: { cpu: '500m' } } }), deployment({ resources: { requests: { cpu: '1' } } })), [[`${main}.resources.requests.cpu`, '500m', '1']]);
  assert.deepEqual(changes(service([{ port: 80, targetPort: 80 }]), service([{ port: 80, targetPort: '80' }])), [['spec.ports[port=80,protocol=TCP].targetPort', 80, '80']]);
});

test('items pair by their keys, whatever their order, and keys may be left to their defaults', () => {
  const http = { name: 'http', port: 80 }, dns = { name: 'dns', port: 53, protocol: 'UDP' };
  assert.deepEqual(changes(service([http, dns]), service([dns, { ...http, protocol: 'TCP' }])), []);
  assert.deepEqual(changes(service([http, dns]), service([{ ...http, name: 'web' }])), [['spec.ports[port=80,protocol=TCP].name', 'http', 'web'], ['spec.ports[port=53,protocol=UDP]', dns, undefined]]);
  assert.deepEqual(changes(deployment({ env: [{ name: 'A', value: '1' }] }), deployment({ env: [{ name: 'A', value: '2' }, { name: 'B', value: '3' }] })),
    [[`${main}.env[name=A].value`, '1', '2'], [`${main}.env[name=B]`, undefined, { name: 'B', value: '3' }]]);
});

test('a list that is one value is told item by item; its order counts', () => {
  const to = (...names: string[]): object => ({ egress: names.map(app => ({ to: [{ podSelector: { matchLabels: { app } } }], ports: [{ port: 80 }] })) });
  assert.deepEqual(changes(policy(to('a', 'b')), policy(to('a', 'c', 'b'))).map(([path, from, is]) => [path, from === undefined, is === undefined]), [['spec.egress[1]', true, false]]);
  assert.deepEqual(changes(policy(to('a', 'b')), policy(to('b'))).map(([path, , is]) => [path, is]), [['spec.egress[0]', undefined]]);
  assert.deepEqual(changes(policy(to('a', 'b')), policy(to('a', 'c'))), [['spec.egress[1].to[0].podSelector.matchLabels.app', 'b', 'c']]);
  assert.deepEqual(changes(deployment({ args: ['x', 'y'] }), deployment({ args: ['y', 'x'] })), [[`${main}.args`, ['x', 'y'], ['y', 'x']]]);
  assert.deepEqual(changes(policy(to()), policy({})), [], 'the server does not tell an empty list from none');
});

test('what is stated against what is there: the server and others may have put more beside it', () => {
  const live = deployment({ imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' }, { replicas: 2, progressDeadlineSeconds: 600 });
  Object.assign(live.metadata, { uid: 'u', resourceVersion: '7', managedFields: [], labels: { team: 'x' }, annotations: { 'deployment.kubernetes.io/revision': '3' } });
  live['status'] = { readyReplicas: 2 };
  assert.deepEqual(changes(live, deployment({}), 'stated'), []);
  assert.deepEqual(changes(live, deployment({}, { replicas: 3 }), 'stated'), [['spec.replicas', 2, 3]]);
  assert.deepEqual(changes(live, deployment({})).map(([path]) => path).sort(), ['metadata.annotations', 'metadata.labels', `${main}.imagePullPolicy`, `${main}.terminationMessagePath`, 'spec.progressDeadlineSeconds', 'spec.replicas'].sort());
});

test('an empty label is a label', () => {
  const labelled = (labels: object): KubeObject => object('v1', 'ServiceAccount', {}, { labels });
  assert.deepEqual(changes(labelled({ a: '' }), labelled({ b: '', protocol: 'TCP' })), [['metadata.labels.a', '', undefined], ['metadata.labels.b', undefined, ''], ['metadata.labels.protocol', undefined, 'TCP']]);
});

test('but never wider: a rule, a selector and a list are whole, their defaults aside', () => {
  const from = [{ podSelector: { matchLabels: { app: 'x' } } }];
  assert.deepEqual(changes(policy({ ingress: [{ from, ports: [{ port: 80, protocol: 'TCP' }] }], policyTypes: ['Ingress'] }), policy({ ingress: [{ from, ports: [{ port: 80 }] }] }), 'stated'), []);
  assert.deepEqual(changes(policy({ ingress: [{ from, ports: [{ port: 80 }] }] }), policy({ ingress: [{ ports: [{ port: 80 }] }] }), 'stated'), [['spec.ingress[0].from', from, undefined]]);
  assert.deepEqual(changes(policy({ podSelector: { matchLabels: { app: 'x' } } }), policy({}), 'stated'), [['spec.podSelector.matchLabels', { app: 'x' }, undefined]]);
  assert.deepEqual(changes(service([{ port: 80 }, { port: 81 }]), service([{ port: 80 }]), 'stated'), [['spec.ports[port=81,protocol=TCP]', { port: 81 }, undefined]]);
  assert.deepEqual(changes(service([{ port: 80 }], { selector: { app: 'a', version: '1' } }), service([{ port: 80 }]), 'stated'), [['spec.selector.version', '1', undefined]]);
});

test('a kind without a schema is compared all the same', () => {
  const odd = (spec: JsonObject): KubeObject => object('example.com/v1', 'Odd', { spec });
  assert.deepEqual(changes(odd({ a: [{ b: 1 }], c: { d: true } }), odd({ a: [{ b: 2 }], c: { d: true } })), [['spec.a[0].b', 1, 2]]);
});

test('no value of a Secret is shown, wherever it stands', () => {
  const secret = (data: JsonObject, more: object = {}): KubeObject => object('v1', 'Secret', { data, ...more }, { annotations: { copy: JSON.stringify(data) } });
  const said = JSON.stringify(changes(secret({ password: 'aHVudGVyMg==' }), secret({ password: 'c3dvcmRmaXNo', other: 'bW9yZQ==' }, { stringData: { token: 'plain-text' } })));
  for (const value of ['aHVudGVyMg==', 'c3dvcmRmaXNo', 'bW9yZQ==', 'plain-text']) assert.ok(!said.includes(value), value);
  assert.match(said, /"data.password","\(redacted\)","\(redacted\)"/);
});
