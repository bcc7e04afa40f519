/** What a graph asks for as it stands is held against `hard` of every quota that is about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../kubernetes.ts';
import { claim, container, deployment, judge, limitRange, object, podSpec, quota, said, workload } from '../../../test/admission/cases.ts';

const rule = 'quota-exceeded';
const against = (graph: KubeObject[], hard: JsonObject, more: JsonObject = {}, beside: KubeObject[] = []): string[] => said(judge(graph, [quota(hard, more), ...beside]), rule);
const half = { requests: { cpu: '500m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } };
const scaler = (minReplicas: number, maxReplicas: number): KubeObject => object('autoscaling/v2', 'HorizontalPodAutoscaler', { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas, maxReplicas, metrics: [] });

test('requests and limits of all replicas must fit', () => {
  const graph = [deployment(half, { replicas: 4, strategy: { type: 'Recreate' } })];
  assert.deepEqual(against(graph, { cpu: '2', 'requests.cpu': '2', 'limits.cpu': '4', 'requests.memory': '1Gi', memory: '1Gi', 'limits.memory': '2Gi', pods: '4' }), []);
  assert.deepEqual(against(graph, { 'requests.cpu': '1', 'limits.memory': '1Gi', pods: '3' }), [
    'Deployment/web spec: with it the graph needs requests.cpu 2 (4 pods), and ResourceQuota/budget allows the whole namespace 1',
    'Deployment/web spec: with it the graph needs limits.memory 2Gi (4 pods), and ResourceQuota/budget allows the whole namespace 1Gi',
    'Deployment/web spec: with it the graph needs pods 4 (4 pods), and ResourceQuota/budget allows the whole namespace 3',
  ]);
});

test('an autoscaler\'s minimum counts, its maximum is told, and so is a rollout that would not fit', () => {
  const verdict = judge([deployment(half), scaler(2, 6)], [quota({ 'requests.cpu': '1' })]);
  assert.deepEqual(said(verdict, rule), []);
  assert.ok(verdict.degraded.some(text => text.includes('a rollout needs requests.cpu 1500m for a moment')));
  assert.ok(verdict.degraded.some(text => text.includes('scaled to its maximum the graph needs requests.cpu 3,')));
  assert.equal(against([deployment(half), scaler(3, 6)], { 'requests.cpu': '1' }).length, 1);
  const events = object('example.com/v1', 'Scaler', { scaleTargetRef: { name: 'web' }, minReplicaCount: 0, maxReplicaCount: 9 });
  assert.deepEqual(against([deployment(half), events], { 'requests.cpu': '1m' }), [], 'nothing runs as it stands');
});

test('a rollout that takes pods away first needs no more than there are', () => {
  const with_ = (rollingUpdate: JsonObject): string[] => judge([deployment(half, { replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate } })], [quota({ pods: '2' })]).degraded;
  assert.deepEqual(with_({ maxSurge: 1, maxUnavailable: 1 }), []);
  assert.equal(with_({ maxSurge: 1, maxUnavailable: 0 }).length, 1);
});

test('jobs count by their parallelism, daemons once', () => {
  const pod = podSpec([container(half)], { restartPolicy: 'OnFailure' });
  assert.deepEqual(against([workload('Job', pod, { parallelism: 5, completions: 3 })], { pods: '2' }), ['Job/web spec: with it the graph needs pods 3 (3 pods), and ResourceQuota/budget allows the whole namespace 2']);
  assert.deepEqual(against([workload('DaemonSet', podSpec([container(half)]))], { pods: '1' }), []);
});

test('a container that states none of what a quota is about has its pods rejected, unless a LimitRange states it', () => {
  const graph = [deployment({ requests: { cpu: '100m', memory: '1Mi' }, limits: { memory: '1Mi' } }, { replicas: 1 })];
  assert.deepEqual(against(graph, { 'limits.cpu': '10', 'limits.memory': '10Gi' }), ['Deployment/web spec.template.spec.containers[0].resources: states no limits.cpu, and ResourceQuota/budget is about it: every pod would be rejected']);
  assert.deepEqual(against(graph, { 'limits.cpu': '10' }, {}, [limitRange({ type: 'Container', default: { cpu: '1' } })]), []);
  assert.deepEqual(against(graph, { 'requests.ephemeral-storage': '1Gi' }), [], 'only cores and memory are asked for');
});

test('storage, by class too', () => {
  const replicas = workload('StatefulSet', podSpec([container(half)]), { serviceName: 'web', replicas: 3, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('10Gi', { storageClassName: 'fast' }).spec as JsonObject }] });
  assert.deepEqual(against([replicas], { 'requests.storage': '30Gi', persistentvolumeclaims: '3', 'fast.storageclass.storage.k8s.io/requests.storage': '30Gi', 'slow.storageclass.storage.k8s.io/requests.storage': '0' }), []);
  assert.deepEqual(against([replicas, claim('1Gi')], { 'requests.storage': '30Gi', persistentvolumeclaims: '3', 'fast.storageclass.storage.k8s.io/requests.storage': '20Gi' }).map(text => /needs (.*), and/.exec(text)![1]), ['requests.storage 31Gi', 'persistentvolumeclaims 4', 'fast.storageclass.storage.k8s.io/requests.storage 30Gi']);
  const byDefault: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } };
  assert.equal(against([claim('1Gi')], { 'fast.storageclass.storage.k8s.io/persistentvolumeclaims': '0' }, {}, [byDefault]).length, 1);
});

test('services and other objects, by their numbers', () => {
  const service = (spec: JsonObject): KubeObject => object('v1', 'Service', { selector: { app: 'web' }, ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }], ...spec });
  const none = { 'services.loadbalancers': '0', 'services.nodeports': '0' };
  assert.deepEqual(against([service({})], { ...none, services: '1', 'count/services': '1' }), []);
  assert.equal(against([service({ type: 'LoadBalancer' })], none).length, 2);
  assert.deepEqual(against([service({ type: 'NodePort' })], { ...none, 'services.nodeports': '1' }), ['Service/web spec: with it the graph needs services.nodeports 2, and ResourceQuota/budget allows the whole namespace 1']);
  const map: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: 'shop' }, data: {} };
  assert.equal(against([map, deployment(half)], { configmaps: '0', 'count/configmaps': '0', 'count/deployments.apps': '0', 'count/pods': '0', 'count/replicasets.apps': '0', 'count/statefulsets.apps': '0' }).length, 5);
});

test('scopes choose pods; an unknown one is left unchecked', () => {
  const graph = [deployment(half, { replicas: 1, strategy: { type: 'Recreate' } }), claim('1Gi')], none = { pods: '0' };
  assert.equal(against(graph, none, { scopes: ['NotBestEffort', 'NotTerminating'] }).length, 1);
  for (const scope of ['BestEffort', 'Terminating', 'PriorityClass']) assert.deepEqual(against(graph, none, { scopes: [scope] }), [], scope);
  const important = [workload('Deployment', podSpec([container(half)], { priorityClassName: 'high' }), { strategy: { type: 'Recreate' } })];
  const among = (operator: string, values?: string[]): number => against(important, none, { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator, ...(values ? { values } : {}) }] } }).length;
  assert.deepEqual([among('In', ['high']), among('In', ['low']), among('NotIn', ['low']), among('Exists'), among('DoesNotExist')], [1, 0, 1, 1, 0]);
  assert.deepEqual(against(graph, { persistentvolumeclaims: '0' }, { scopes: ['NotTerminating'] }), [], 'with scopes a quota is about pods alone');
  const unknown = judge(graph, [quota(none, { scopes: ['NewerThanThis'] })]);
  assert.deepEqual([said(unknown, rule), unknown.unchecked.filter(name => name.startsWith('resource-quota:'))], [[], ['resource-quota:budget']]);
});

test('what is used already says nothing', () => {
  assert.deepEqual(said(judge([deployment(half)], [{ ...quota({ pods: '5' }), status: { hard: { pods: '5' }, used: { pods: '5' } } } as KubeObject]), rule), []);
});
