import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PART_OF, applySetId } from '../change/ownership.ts';
import type { KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { REDACTED } from '../snapshot/redact.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { againstSnapshot } from './offline.ts';

const bare = loadSnapshot('bare-1.30'), intent = { name: 'a', namespace: 'shop' };
const object = (apiVersion: string, kind: string, rest: object = {}, metadata: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'a', namespace: 'shop', ...metadata } as KubeObject['metadata'], ...rest });
const withObjects = (...objects: KubeObject[]): Snapshot => ({ ...bare, objects: [...bare.objects, ...objects] });
const plan = (graph: KubeObject[], snapshot: Snapshot): string[] => againstSnapshot(graph, snapshot, intent).map(o => [o.object, o.action, ...o.fields.map(f => f.path)].join(' '));

const service = object('v1', 'Service', { spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } });
const live = object('v1', 'Service', { spec: { selector: { app: 'a' }, type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] } });

test('what a snapshot holds is compared, what it cannot hold is unknown', () => {
  const graph = [object('v1', 'ServiceAccount'), service, object('apps/v1', 'Deployment', { spec: {} }), object('example.com/v1', 'Widget')];
  assert.deepEqual(plan(graph, bare), ['ServiceAccount/a create', 'Service/a create', 'Deployment/a unknown', 'Widget/a unknown']);
  assert.deepEqual(plan([service], withObjects(live)), ['Service/a unchanged']);
  assert.deepEqual(plan([{ ...service, spec: { selector: { app: 'a' }, ports: [{ port: 81 }] } }], withObjects(live)), ['Service/a change spec.ports[port=81,protocol=TCP] spec.ports[port=80,protocol=TCP]']);
});

test('a kind that the credentials could not list is unknown', () => {
  const blind = (names: string): Snapshot => ({ ...bare, notes: [`These credentials may not list ${names}: their objects are not in the snapshot.`] });
  assert.deepEqual(plan([service, object('v1', 'ServiceAccount')], blind('secrets, services')), ['Service/a unknown', 'ServiceAccount/a create']);
});

test('of ConfigMaps and Secrets the keys count, and their values are unknown', () => {
  const map = (...keys: string[]): KubeObject => object('v1', 'ConfigMap', { data: Object.fromEntries(keys.map(key => [key, 'text'])) }), there = object('v1', 'ConfigMap', { data: { a: '' } });
  assert.deepEqual(plan([map('a')], withObjects(there)), ['ConfigMap/a unknown']);
  assert.deepEqual(plan([map('a', 'b')], withObjects(there)), ['ConfigMap/a change data.b']);
  const platform = (text: string): KubeObject => object('v1', 'ConfigMap', { data: { a: text } }, { namespace: 'platform-system' });
  assert.deepEqual(plan([platform('x'), object('v1', 'Secret', { type: 'Opaque' })], withObjects(platform('y'), object('v1', 'Secret', { type: 'Opaque' }))), ['ConfigMap/a change data.a', 'Secret/a unchanged']);
  assert.deepEqual(plan([{ ...service, spec: { ...service['spec'] as object, externalName: 'x' } }], withObjects({ ...live, spec: { ...live['spec'] as object, externalName: REDACTED } })), ['Service/a unknown']);
});

test('what bears the mark of the intent and is not in the graph would go', () => {
  const marked = (name: string, of: typeof intent): KubeObject => object('v1', 'Service', {}, { name, labels: { [PART_OF]: applySetId(of) } });
  const there = [marked('old', intent), marked('other', { ...intent, name: 'b' }), object('v1', 'Service', {}, { name: 'plain' })];
  assert.deepEqual(plan([service], withObjects(live, ...there)), ['Service/a unchanged', 'Service/old prune']);
});
