import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, KubeObject } from '../kubernetes.ts';
import { checkBounds } from './bounds.ts';

const told = (apiVersion: string, kind: string, spec: Record<string, Json>): string[] => {
  const paths: string[] = [];
  checkBounds({ apiVersion, kind, metadata: { name: 'x' }, spec } as KubeObject, (_, path) => void paths.push(path));
  return paths;
};
const pods = (spec: Record<string, Json>): Record<string, Json> => ({ template: { metadata: {}, spec: { containers: [{ name: 'x', ...(spec['container'] as object) }], ...(spec['pod'] as object) } } });

test('a rollout must be able to replace a pod', () => {
  const strategy = (rollingUpdate: Json): Record<string, Json> => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
  assert.equal(told('apps/v1', 'Deployment', strategy({ maxSurge: 0, maxUnavailable: 0 })).length, 1);
  assert.equal(told('apps/v1', 'Deployment', strategy({ maxSurge: '0%', maxUnavailable: 0 })).length, 1);
  assert.equal(told('apps/v1', 'Deployment', strategy({ maxSurge: 0 })).length, 0, 'a quarter may be unavailable');
  assert.equal(told('apps/v1', 'Deployment', { strategy: { type: 'Recreate' } }).length, 0);
  assert.equal(told('apps/v1', 'DaemonSet', { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } }).length, 1);
  assert.equal(told('apps/v1', 'DaemonSet', {}).length, 0);
});

test('an autoscaler keeps at least one replica and no more than its maximum', () => {
  assert.deepEqual(told('autoscaling/v2', 'HorizontalPodAutoscaler', { minReplicas: 0, maxReplicas: 3 }), ['spec.minReplicas']);
  assert.deepEqual(told('autoscaling/v2', 'HorizontalPodAutoscaler', { minReplicas: 3, maxReplicas: 2 }), ['spec.minReplicas']);
  assert.deepEqual(told('autoscaling/v2', 'HorizontalPodAutoscaler', { minReplicas: 2, maxReplicas: 2 }), []);
});

test('a pod does not sleep longer than it has to stop', () => {
  const sleeping = (seconds: number, pod = {}): string[] => told('apps/v1', 'Deployment', pods({ container: { lifecycle: { preStop: { sleep: { seconds } } } }, pod }));
  assert.equal(sleeping(31).length, 1);
  assert.equal(sleeping(30).length, 0);
  assert.equal(sleeping(31, { terminationGracePeriodSeconds: 60 }).length, 0);
});
