/** LimitRanges are held against containers, pods and claims as the API server does it when pods are made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../kubernetes.ts';
import { claim, container, deployment, judge, limitRange, podSpec, quota, said, workload } from '../../../test/admission/cases.ts';

const rule = 'limit-range-violated';
const at = 'Deployment/web spec.template.spec.containers[0].resources: ';
const against = (graph: KubeObject | KubeObject[], ...limits: JsonObject[]): string[] => said(judge([graph].flat(), [limitRange(...limits)]), rule);

test('a container that asks for less or more than the bounds is refused', () => {
  const bounds = { type: 'Container', min: { cpu: '100m' }, max: { cpu: '1', memory: '1Gi' } };
  assert.deepEqual(against(deployment({ requests: { cpu: '50m' } }), bounds), [`${at}requests cpu 50m, and LimitRange/bounds asks a container for at least 100m`]);
  assert.deepEqual(against(deployment({ requests: { cpu: '500m' }, limits: { cpu: '2', memory: '2Gi' } }), bounds), [`${at}limits cpu to 2, and LimitRange/bounds allows a container at most 1`, `${at}limits memory to 2Gi, and LimitRange/bounds allows a container at most 1Gi`]);
  assert.deepEqual(against(deployment({ requests: { cpu: '0.1', memory: '1024Mi' }, limits: { cpu: '1000m', memory: '1Gi' } }), bounds), []);
});

test('init containers and sidecars are containers too', () => {
  const pod = podSpec([container({ limits: { cpu: '1' } })], { initContainers: [container({ limits: { cpu: '3' } }, { name: 'first' }), container({ limits: { cpu: '4' } }, { name: 'beside', restartPolicy: 'Always' })] });
  assert.deepEqual(against(workload('StatefulSet', pod, { serviceName: 'web' }), { type: 'Container', max: { cpu: '1' } }).map(text => text.split(':')[0]), ['StatefulSet/web spec.template.spec.initContainers[0].resources', 'StatefulSet/web spec.template.spec.initContainers[1].resources']);
});

test('defaults stand where nothing is stated, a maximum being one as well, and are told', () => {
  const verdict = judge([deployment({ requests: { cpu: '500m' } })], [limitRange({ type: 'Container', max: { cpu: '1' }, default: { memory: '1Gi' } })]);
  assert.deepEqual(said(verdict, rule), []);
  assert.deepEqual(verdict.degraded, [`${at}LimitRange/bounds adds limits.cpu 1, limits.memory 1Gi, requests.memory 1Gi, which nothing here states`]);
  assert.deepEqual(judge([deployment({ requests: { cpu: '500m' }, limits: { cpu: '1' } })], [limitRange({ type: 'Container', max: { cpu: '1' } })]).degraded, [], 'nothing was left out');
});

test('a default limit below what is requested makes pods that no server takes', () => {
  assert.deepEqual(against(deployment({ requests: { cpu: '2' } }), { type: 'Container', default: { cpu: '1' } }), [`${at}requests cpu 2 and states no limit, so LimitRange/bounds gives it one of 1, which is less`]);
});

test('a limit that is too many times the request is refused, and so is none', () => {
  const bounds = { type: 'Container', maxLimitRequestRatio: { memory: '2' } };
  assert.deepEqual(against(deployment({ requests: { memory: '256Mi' }, limits: { memory: '512Mi' } }), bounds), []);
  assert.deepEqual(against(deployment({ requests: { memory: '256Mi' }, limits: { memory: '1Gi' } }), bounds), [`${at}limits memory to 1Gi, 4.0 times its request of 256Mi, and LimitRange/bounds allows a container a limit of at most 2 times its request`]);
  assert.deepEqual(against(deployment({ requests: { memory: '256Mi' } }), bounds), [`${at}has no limit of memory, and LimitRange/bounds allows a container a limit of at most 2 times its request`]);
});

test('a pod as a whole is what runs together, or what prepares it', () => {
  const pod = (init: string): KubeObject => workload('Deployment', podSpec([container({ limits: { cpu: '1' } }), container({ limits: { cpu: '1' } }, { name: 'other' })], { initContainers: [container({ limits: { cpu: '500m' } }, { name: 'beside', restartPolicy: 'Always' }), container({ limits: { cpu: init } }, { name: 'last' })] }));
  assert.deepEqual(against(pod('2'), { type: 'Pod', max: { cpu: '2500m' } }), []);
  assert.deepEqual(against(pod('3'), { type: 'Pod', max: { cpu: '2500m' } }), ['Deployment/web spec.template.spec: limits cpu to 3500m, and LimitRange/bounds allows a pod as a whole at most 2500m']);
  assert.deepEqual(against(deployment({ requests: { cpu: '1' } }), { type: 'Pod', max: { cpu: '2' } }), ['Deployment/web spec.template.spec: has no limit of cpu, and LimitRange/bounds allows a pod as a whole at most 2'], 'of pods nothing is added');
});

test('claims, and those of replicas, are of a size between the bounds', () => {
  const bounds = { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } };
  assert.deepEqual(against(claim('5Gi'), bounds), []);
  assert.deepEqual(against(claim('500Mi'), bounds), ['PersistentVolumeClaim/data spec.resources: requests storage 500Mi, and LimitRange/bounds asks a claim for at least 1Gi']);
  const replicas = workload('StatefulSet', podSpec([container()]), { serviceName: 'web', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('20Gi').spec as JsonObject }] });
  assert.deepEqual(against(replicas, bounds), ['StatefulSet/web spec.volumeClaimTemplates[0].spec.resources: requests storage 20Gi, and LimitRange/bounds allows a claim at most 10Gi']);
});

test('what lies in another namespace, or is no LimitRange of ours, says nothing', () => {
  const elsewhere = { ...limitRange({ type: 'Container', max: { cpu: '1m' } }), metadata: { name: 'bounds', namespace: 'other' } };
  assert.deepEqual(said(judge([deployment({ limits: { cpu: '1' } })], [elsewhere]), rule), []);
});

test('malformed bounds are nobody\'s fault here', () => {
  for (const limits of [null, 'x', [null], [{ type: 'Container', max: 'x', min: { cpu: {} } }], [{ type: 'Other', max: { cpu: '1' } }]])
    assert.deepEqual(said(judge([deployment({})], [{ ...limitRange(), spec: { limits } } as KubeObject, { ...quota({}), spec: { hard: limits } } as KubeObject]), rule), []);
});
