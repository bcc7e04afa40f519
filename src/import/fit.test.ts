/** What is left of an intent when a part of it cannot be said: no part that means something else alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiVersion, kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import { droppable, fitted, without } from './fit.ts';

const intent = (workload: object): Intent => ({ apiVersion, kind, metadata: { name: 'web' }, spec: { workload: { containerImage: 'x.org/x:1', ...workload } } }) as unknown as Intent;
const untaught = (...paths: string[]): Parameters<typeof droppable>[0] => paths.map(path => ({ rule: 'field-not-taught', severity: 'refused', object: '', path: `spec.workload.${path}`, message: '', fix: '' }));
const after = (made: Intent, ...paths: string[]): Intent['spec']['workload'] => fitted(droppable(untaught(...paths)).reduce<Intent>((left, path) => without(left, path), made)).spec.workload;

test('a volume goes with what it shows, and with it the mounts of others; its neighbours stay', () => {
  const made = intent({
    volumes: [{ name: 'a', mountPath: '/a', readOnly: true, configMap: { name: 'a' } }, { name: 'b', mountPath: '/b', readOnly: true }, { name: 'c', configMap: { name: 'c', items: [{ key: 'k', path: 'k' }] } }],
    init: [{ name: 'early', containerImage: 'x.org/x:1', volumeMounts: [{ name: 'b', mountPath: '/b' }, { name: 'c', mountPath: '/c' }], security: { writableRoot: true } }],
  });
  const left = after(made, 'volumes[0].readOnly', 'volumes[0].configMap', 'volumes[1].readOnly', 'volumes[2].configMap', 'init[0].security.writableRoot');
  assert.deepEqual(left.volumes, [{ name: 'b', mountPath: '/b' }]);
  assert.deepEqual(left.init, [{ name: 'early', containerImage: 'x.org/x:1', volumeMounts: [{ name: 'b', mountPath: '/b' }] }]);
});

test('what no schema admits of a source takes the volume with it, and of an affinity the whole affinity', () => {
  const left = fitted(intent({
    volumes: [{ name: 'a', mountPath: '/a', projected: { sources: [{ secret: { name: 's' } }, { clusterTrustBundle: { name: 't', path: 'p' } }] } }, { name: 'b', mountPath: '/b' }],
    placement: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 't', matchLabelKeys: ['k'] }] } },
  })).spec.workload;
  assert.deepEqual([left.volumes, left.placement], [[{ name: 'b', mountPath: '/b' }], undefined]);
});
