import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../kubernetes.ts';
import { nodeFacts } from './nodes.ts';
import { parseQuantity } from './quantity.ts';

test('quantities', () => {
  for (const [text, value] of [['250m', 0.25], ['2', 2], ['1.5', 1.5], ['1Gi', 2 ** 30], ['500M', 5e8], ['1e3', 1000], ['1E', 1e18], ['.5', 0.5], ['-1', -1]] as const) assert.equal(parseQuantity(text), value, text);
  for (const text of ['', 'x', '1gi', '1 Gi', '1.2.3']) assert.ok(Number.isNaN(parseQuantity(text)), text);
});

const node = (labels: Record<string, string>, spec = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels }, spec,
  status: { allocatable: { cpu: '4', memory: '8Gi' }, conditions: [{ type: 'Ready', status: 'True' }] } });
const pod = (requests: { cpu?: string; memory?: string }, extra: Record<string, unknown> = {}, phase = 'Running'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { nodeName: 'n1', containers: [{ resources: { requests } }], ...extra } as never, status: { phase } });

test('requests count as the scheduler counts them', () => {
  const [facts] = nodeFacts([node({ 'topology.kubernetes.io/zone': 'z', 'node-role.kubernetes.io/worker': '' })], [
    pod({ cpu: '100m', memory: '1Gi' }), pod({ cpu: '200m' }),
    pod({ cpu: '1' }, {}, 'Succeeded'), pod({ cpu: '1' }, { nodeName: undefined }),
    pod({ cpu: '1' }, { initContainers: [{ resources: { requests: { cpu: '2' } } }] }),
    pod({ cpu: '100m' }, { initContainers: [{ restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } }], overhead: { cpu: '50m' } }),
  ], undefined);
  assert.deepEqual(facts, { name: 'n1', zone: 'z', pool: 'worker', arch: '', ready: true, taints: [], allocatable: { cpu: 4, memory: 2 ** 33 }, requested: { cpu: 2.55, memory: 2 ** 30 } });
});

test('a cordoned or unready node is not ready; usage comes from metrics; the pool label wins', () => {
  const usage = [{ metadata: { name: 'n1' }, usage: { cpu: '1500m', memory: '2Gi' } }];
  const [cordoned] = nodeFacts([node({ 'synthesis.platform/pool': 'gpu', 'node-role.kubernetes.io/worker': '' }, { unschedulable: true, taints: [{ key: 'a', effect: 'NoSchedule', timeAdded: 'now' }] })], [], usage);
  assert.deepEqual([cordoned?.ready, cordoned?.pool, cordoned?.used, cordoned?.taints], [false, 'gpu', { cpu: 1.5, memory: 2 ** 31 }, [{ key: 'a', effect: 'NoSchedule' }]]);
});
