import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import type { FeatureSpec } from '../context/features.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { parseBody } from '../tokens/serialize.ts';
import { expandObject } from './expand.ts';
import { mergePatch } from './overrides.ts';

const specs: FeatureSpec[] = [{ name: 'workload.init[]', type: 'items', list: 'workload.init', by: [{ field: 'sort', role: 'keyword', values: ['a', 'b'], when: [{}] }] }];
const spec = {
  workload: {
    containerImage: 'r/a:1', env: [{ name: 'A', value: '1' }], empty: [],
    init: [{ sort: 'b', name: 'one' }, { sort: 'a', name: 'two' }, { sort: 'b', name: 'three' }],
    files: [{ path: '/etc/z', content: 'zz' }, { path: '/etc/a', content: 'aa' }, { path: '/etc/none' }],
    ports: Array.from({ length: 100 }, (_, i) => ({ name: `p${i}`, containerPort: 1000 + i })),
  },
};
const context: Context = contextOf(specs, { metadata: { name: 'shop', namespace: 'ns' }, spec } as unknown as Intent, { gate: { name: 'public' } }, new Set(), 30);
const expanded = (body: string, more: { name?: string; over?: string } = {}, namespaced = true): ReturnType<typeof expandObject> =>
  expandObject({ group: '', kind: 'Thing', name: '${metadata.name}', ...more, body: parseBody(body.split(' ')) }, context, 'v1', namespaced);
const one = (body: string): KubeObject => expanded(body)[0]!.object;

test('absent slots leave their field out, and what becomes empty by that, as does a list without items; a literal empty map stays', () => {
  assert.deepEqual(one('{ .a $${workload.none} .b { .c $${workload.none} .d [ $${workload.none} { .e $${fact:none.x} } ] } .f { } .g [ ] .h [ $${workload.empty} =1 ] }'),
    { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'shop', namespace: 'ns' }, f: {}, h: [1] });
});

test('slots are copied with their type, and the copy is its own', () => {
  const [a, b] = [one('{ .env $${workload.env} .n $${fact:gate.name}.x }'), one('{ .env $${workload.env} }')];
  assert.deepEqual(a['env'], spec.workload.env);
  assert.equal(a['n'], 'public.x');
  assert.notEqual(a['env'], b['env']);
  assert.notEqual(a['env'], spec.workload.env);
});

test('neighbouring loops over classes of one list keep the stated order', () => {
  assert.deepEqual(one('{ .l [ ="first" *workload.init{sort=a} $${workload.init[].name} *workload.init{sort=b} $${workload.init[].name} ="last" *workload.init{sort=a} ="again" ] }')['l'],
    ['first', 'one', 'two', 'three', 'last', 'again']);
});

test('loops over map entries: keys from items, in code unit order; entries without a value go', () => {
  const data = one('{ .data { *workload.files .${workload.files[].path.slug} $${workload.files[].content} .b ="x" } }')['data'] as JsonObject;
  assert.deepEqual(Object.entries(data), [['b', 'x'], ['etc-a', 'aa'], ['etc-z', 'zz']]);
});

test('odd keys are keys', () => {
  const o = one('{ .data { .__proto__ ="p" .constructor ="c" } }');
  assert.deepEqual(Object.entries(o['data'] as JsonObject), [['__proto__', 'p'], ['constructor', 'c']]);
  assert.equal(JSON.stringify(o['data']), '{"__proto__":"p","constructor":"c"}');
});

test('one object per item of its loop, and none for an empty one', () => {
  const names = (more: { name: string; over: string }): string[] => expanded('{ .data { .c $${workload.files[].content} } }', more).map(e => e.object.metadata.name);
  assert.deepEqual(names({ name: '${metadata.name}-${workload.files[].index}', over: 'workload.files' }), ['shop-0', 'shop-1', 'shop-2']);
  assert.deepEqual(names({ name: 'x', over: 'workload.none' }), []);
});

test('the namespace is the intent\'s, and only where the kind has one', () => {
  assert.deepEqual(expanded('{ .metadata { .labels { .a ="b" } } }', {}, false)[0]!.object.metadata, { name: 'shop', labels: { a: 'b' } });
  assert.equal(one('{ }').metadata.namespace, 'ns');
});

test('a hundred ports, each with the path of where it ended', () => {
  const { object, leaves } = expanded('{ .ports [ *workload.ports { .name $${workload.ports[].name} .none $${workload.none} .port $${workload.ports[].containerPort} } ] .x.y/z =1 }')[0]!;
  assert.equal((object['ports'] as unknown[]).length, 100);
  assert.deepEqual((object['ports'] as JsonObject[])[99], { name: 'p99', port: 1099 });
  assert.equal(leaves.length, 201);
  assert.deepEqual(leaves.slice(-3).map(l => l.path), ['ports[99].name', 'ports[99].port', '["x.y/z"]']);
});

test('patches: null removes, named items merge, the rest is replaced, odd keys included', () => {
  assert.deepEqual(mergePatch({ a: 1, b: { c: 1, d: 2 }, l: [{ name: 'x', v: 1 }], m: [1] }, { a: null, b: { c: 3 }, l: [{ name: 'y' }, { name: 'x', w: 2 }], m: [2, 3] }),
    { b: { c: 3, d: 2 }, l: [{ name: 'x', v: 1, w: 2 }, { name: 'y' }], m: [2, 3] });
  const odd = mergePatch({ labels: { a: 'b' } }, JSON.parse('{"labels":{"__proto__":"x","constructor":{"y":1}}}')) as JsonObject;
  assert.equal(JSON.stringify(odd), '{"labels":{"a":"b","__proto__":"x","constructor":{"y":1}}}');
  assert.equal(({} as JsonObject)['y'], undefined);
});

test("the intent's labels and annotations reach every object and pod template; what is written there stays", () => {
  const stated = contextOf([], { metadata: { name: 'shop', namespace: 'ns' }, spec: { labels: { team: 'x', own: 'stated' }, annotations: { 'a.b/c': '1' } } } as unknown as Intent, {}, new Set(), 30);
  const expand = (body: string) => expandObject({ group: '', kind: 'Thing', name: '${metadata.name}', body: parseBody(body.split(' ')) }, stated, 'v1', true)[0]!;
  const { object, leaves } = expand('{ .metadata { .labels { .own ="written" } } .spec { .template { .spec { .containers [ { .name ="a" } ] } } } }');
  assert.deepEqual(object.metadata, { name: 'shop', namespace: 'ns', labels: { own: 'written', team: 'x' }, annotations: { 'a.b/c': '1' } });
  assert.deepEqual((object['spec'] as JsonObject)['template'], { spec: { containers: [{ name: 'a' }] }, metadata: { labels: { own: 'stated', team: 'x' }, annotations: { 'a.b/c': '1' } } });
  assert.ok(leaves.some(l => l.path === 'spec.template.metadata.labels.team' && l.node.k === 'slot' && l.node.s === '${labels}'));
  assert.ok(!leaves.some(l => l.path === 'metadata.labels.own' && l.node.k === 'slot'));
  // A template that describes no pods is none of them.
  assert.deepEqual(expand('{ .spec { .template { .x =1 } } }').object['spec'], { template: { x: 1 } });
});
