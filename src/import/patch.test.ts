/** Overrides lead exactly where they should, by the merge with which they are applied. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergePatch } from '../candidate/overrides.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { overridesTo, patchesTo, stated } from './patch.ts';

const object = (spec: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, spec });
function leads(from: JsonObject, to: JsonObject): JsonObject[] {
  const patches = patchesTo(object(from), object(to));
  assert.deepEqual(patches.reduce<Json>((o, p) => mergePatch(o, p), object(from) as Json), object(to));
  return patches;
}

test('nothing differs: no patch', () => assert.deepEqual(leads({ a: 1, list: [{ name: 'x' }] }, { a: 1, list: [{ name: 'x' }] }), []));
test('fields are set, and removed by null', () => assert.deepEqual(leads({ a: 1, b: { c: 2 } }, { b: { c: 3 }, d: 'x' }), [{ spec: { a: null, b: { c: 3 }, d: 'x' } }]));
test('of a named item only what differs is said', () => assert.deepEqual(leads({ ports: [{ name: 'http', port: 8080 }, { name: 'grpc', port: 9 }] }, { ports: [{ name: 'http', port: 80 }, { name: 'grpc', port: 9 }] }), [{ spec: { ports: [{ name: 'http', port: 80 }] } }]));
test('items of new names follow', () => void leads({ list: [{ name: 'a' }] }, { list: [{ name: 'a' }, { name: 'b', x: 1 }] }));
test('a list with a name twice, and one that loses or reorders items, is written anew', () => {
  assert.equal(leads({ mounts: [{ name: 'v', mountPath: '/a' }] }, { mounts: [{ name: 'v', mountPath: '/a' }, { name: 'v', mountPath: '/b' }] }).length, 2);
  leads({ list: [{ name: 'a' }, { name: 'b' }] }, { list: [{ name: 'b' }] });
  leads({ list: [{ name: 'a', x: 1 }, { name: 'b' }] }, { list: [{ name: 'b' }, { name: 'a' }] });
  leads({ c: [{ name: 'main', mounts: [{ name: 'v', p: 1 }, { name: 'v', p: 2 }] }] }, { c: [{ name: 'main', mounts: [{ name: 'v', p: 2 }] }] });
});
test('lists without names are replaced', () => void leads({ args: ['a', 'b'], rules: [{ x: 1 }] }, { args: ['b'], rules: [{ x: 2 }, { y: 1 }] }));

test('what the graph lacks is an object beside it; a patch names its target where the kind does not', () => {
  const a = object({ x: 1 }), b = { ...a, metadata: { name: 'b' } }, extra: KubeObject = { apiVersion: 'v1', kind: 'Other', metadata: { name: 'o' } };
  const made = overridesTo([a, b], [{ ...a, spec: { x: 2 } }, b, extra]);
  assert.deepEqual(made, { patches: [{ target: { kind: 'Thing', name: 'a' }, patch: { spec: { x: 2 } } }], objects: [extra] });
  assert.equal(stated(overridesTo([a], [a])), undefined);
});
