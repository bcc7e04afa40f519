/** Paths as managed fields speak of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlaps, pathText, valueAt, without } from './field-path.ts';
import type { FieldPath } from './field-path.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { foreignFields, ownFields } from './managed-fields.ts';

interface Sample { [field: string]: Json; spec: { [field: string]: Json } }
const object = (): Sample => ({ spec: { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }, { port: 80, protocol: 'TCP' }], finalizers: ['a', 'b'], strategy: { type: 'x' } }, metadata: { labels: { 'a.b/c': '1' } } });
const port = (number: number, protocol: string): FieldPath => ['spec', 'ports', { key: { port: number, protocol } }];

test('items are found by all their keys first, then by those that are written', () => {
  assert.deepEqual(valueAt(object(), port(53, 'UDP')), { port: 53, protocol: 'UDP' });
  assert.deepEqual(valueAt(object(), port(53, 'TCP')), { port: 53 });
  assert.equal(valueAt(object(), port(54, 'TCP')), undefined);
  assert.equal(valueAt(object(), ['spec', 'finalizers', { value: 'b' }]), 'b');
  assert.equal(valueAt(object(), ['spec', 'ports', 'length']), undefined);
});

test('taken out: the field, what becomes empty by it, never the keys of an item', () => {
  assert.deepEqual(without(object(), [['spec', 'strategy', 'type']]).spec, { ports: object().spec['ports'], finalizers: ['a', 'b'] });
  assert.deepEqual(without(object(), [port(53, 'TCP'), [...port(80, 'TCP'), 'port']]).spec['ports'], [{ port: 53, protocol: 'UDP' }, { port: 80, protocol: 'TCP' }]);
  assert.deepEqual(without(object(), [['spec', 'finalizers', { value: 'a' }]]).spec['finalizers'], ['b']);
});

test('as text', () => {
  assert.equal(pathText([...port(53, 'UDP'), 'name']), 'spec.ports[port=53,protocol=UDP].name');
  assert.equal(pathText(['metadata', 'labels', 'a.b/c']), 'metadata.labels["a.b/c"]');
  assert.equal(overlaps(['spec'], port(1, 'TCP')), true);
  assert.equal(overlaps(port(2, 'TCP'), port(1, 'TCP')), false);
});

test('managed fields: ours by apply, the others by manager, status aside', () => {
  const set = { 'f:spec': { 'f:ports': { '.': {}, 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } }, 'f:finalizers': { 'v:"a"': {} } } };
  const live: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', managedFields: [
    { manager: 'kubesynth', operation: 'Apply', fieldsV1: set },
    { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:status': { 'f:x': {} } } },
    { manager: 'controller', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
  ] } };
  assert.deepEqual(ownFields(live).map(({ path, item }) => [pathText(path), item]), [['spec.ports[port=80,protocol=TCP]', true], ['spec.ports[port=80,protocol=TCP].port', false], ['spec.finalizers[="a"]', true]]);
  assert.deepEqual(foreignFields(live).map(({ owner, fields }) => [owner.manager, fields.map(f => pathText(f.path))]), [['kubectl-edit', ['metadata.labels.a']]]);
});
