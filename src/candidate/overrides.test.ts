import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intent } from '../intent/types.ts';
import { parseIntents } from '../intent/parse.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { applyOverrides, mergePatch } from './overrides.ts';

const snapshot = { kinds: [{ group: '', versions: ['v1'], kind: 'ConfigMap', plural: 'configmaps', namespaced: true }, { group: '', versions: ['v1'], kind: 'Namespace', plural: 'namespaces', namespaced: false }] } as unknown as Snapshot;
const graph = [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'shop' }, spec: { template: { spec: { containers: [{ name: 'a', image: 'x:1', args: ['-v'] }, { name: 'b', image: 'y:1' }] } } } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'shop' } }, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a-headless', namespace: 'shop' } },
] as unknown as KubeObject[];
const intent = (overrides: unknown): Intent => parseIntents(JSON.stringify({
  apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'a', namespace: 'shop' }, spec: { workload: { containerImage: 'x:1' }, overrides },
}), 'a.json')[0]!;
const rules = (overrides: unknown): string[] => applyOverrides(graph, intent(overrides), snapshot).findings.map(f => f.rule);

test('merge patches: null removes, maps merge, named items merge by name, other lists are replaced', () => {
  const base: Json = { a: 1, gone: true, map: { x: 1 }, named: [{ name: 'p', v: 1, w: 1 }, { name: 'q' }], plain: [1, 2] };
  assert.deepEqual(mergePatch(base, { gone: null, map: { y: 2 }, named: [{ name: 'p', v: 2, w: null }, { name: 'r' }], plain: [3] }),
    { a: 1, map: { x: 1, y: 2 }, named: [{ name: 'p', v: 2 }, { name: 'q' }, { name: 'r' }], plain: [3] });
  assert.deepEqual(base, { a: 1, gone: true, map: { x: 1 }, named: [{ name: 'p', v: 1, w: 1 }, { name: 'q' }], plain: [1, 2] }, 'the argument is left as it is');
  assert.deepEqual(mergePatch(undefined, { a: { b: null, c: 1 } }), { a: { c: 1 } });
});

test('a patch changes the one object it targets, and the graph given stays', () => {
  const before = structuredClone(graph);
  const { graph: after, findings } = applyOverrides(graph, intent({ patches: [{ target: { kind: 'Deployment' }, patch: { spec: { template: { spec: { containers: [{ name: 'a', args: null, env: [{ name: 'X', value: '1' }] }] } } } } }] }), snapshot);
  assert.deepEqual(findings, []);
  assert.deepEqual((after[0]!['spec'] as { template: unknown }).template, { spec: { containers: [{ name: 'a', image: 'x:1', env: [{ name: 'X', value: '1' }] }, { name: 'b', image: 'y:1' }] } });
  assert.deepEqual(graph, before);
});

test('a target that is not there, or not the only one, is refused', () => {
  assert.deepEqual(rules({ patches: [{ target: { kind: 'Ingress' }, patch: { spec: {} } }] }), ['override-target']);
  assert.deepEqual(rules({ patches: [{ target: { kind: 'Service' }, patch: { spec: {} } }] }), ['override-target']);
  assert.deepEqual(rules({ patches: [{ target: { kind: 'Service', name: 'a' }, patch: { spec: {} } }] }), []);
});

test('a patch may not rename or move an object', () => {
  for (const patch of [{ metadata: { name: 'b' } }, { metadata: { namespace: 'other' } }, { kind: 'Pod' }, { apiVersion: 'v2' }]) {
    assert.deepEqual(rules({ patches: [{ target: { kind: 'Deployment' }, patch }] }), ['override-identity']);
  }
});

test('extra objects get the namespace of the intent where they have one, and may not shadow synthesised ones', () => {
  const extra = (kind: string, name: string): unknown => ({ objects: [{ apiVersion: 'v1', kind, metadata: { name } }] });
  assert.equal(applyOverrides(graph, intent(extra('ConfigMap', 'c')), snapshot).graph.at(-1)!.metadata.namespace, 'shop');
  assert.equal(applyOverrides(graph, intent(extra('Namespace', 'n')), snapshot).graph.at(-1)!.metadata.namespace, undefined);
  assert.deepEqual(rules(extra('Service', 'a')), ['override-exists']);
});
