import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../kubernetes.ts';
import { dropped, droppedFindings } from './kept.ts';

test('a field that is not given back is named, the outermost part of it', () => {
  const sent: Json = { spec: { initContainers: [{ name: 'a', restartPolicy: 'Always' }, { name: 'b' }], spread: { keys: ['x'] } } };
  assert.deepEqual(dropped(sent, { spec: { initContainers: [{ name: 'a' }, { name: 'b' }] } }), ['spec.initContainers[0].restartPolicy', 'spec.spread']);
});

test('what the server adds, reorders or writes in its own way is not dropped', () => {
  const sent: Json = { cpu: '1000m', list: [{ name: 'a', v: 1 }, { name: 'b' }], set: ['x', 'y'], ports: [{ port: 80 }] };
  assert.deepEqual(dropped(sent, { cpu: '1', list: [{ name: 'z' }, { name: 'b', extra: true }, { name: 'a', v: 1 }], set: ['y', 'x', 'w'], ports: [{ port: 1 }, { port: 80, protocol: 'TCP' }], uid: 'u' }), []);
});

test('empty and zero values may be left out', () => assert.deepEqual(dropped({ a: false, b: 0, c: '', d: {}, e: [{ f: false }], g: [] }, {}), []));

test('one finding for each object, for a person to look at', () => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { trafficDistribution: 'PreferClose', type: 'ClusterIP' } };
  const [finding] = droppedFindings(object, { ...object, spec: { type: 'ClusterIP' } });
  assert.equal(finding?.severity, 'review');
  assert.equal(finding?.path, 'spec.trafficDistribution');
  assert.deepEqual(droppedFindings(object, object), []);
});
