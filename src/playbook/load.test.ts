/** Examples → patterns: alignment, loops and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import { bodyTokens } from '../tokens/serialize.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import { conditions, loadExamples } from './load.ts';

const load = (text: string): ReturnType<typeof loadExamples>[number] => loadExamples('x.yaml', `- name: e\n${text.replace(/^/gm, '  ')}`)[0]!;
const object = (text: string): ObjectPattern => load(text).objects[0]!;
const tokens = (text: string): string => bodyTokens(object(text).body).join(' ');
const invalid = (text: string, says: RegExp): void => assert.throws(() => load(text), (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'playbook-invalid' && says.test(e.findings[0]!.message), text);
const map = (data: string, more = ''): string => `${more}objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout-x, namespace: shop}, data: ${data}}]`;

test('sample values become slots, whole, inside texts and in keys', () => {
  const intent = 'intent: {spec: {workload: {containerImage: "registry.corp/basket:2.7.1"}}}\n';
  assert.equal(object(map('{}')).name, '${metadata.name}-x');
  assert.equal(tokens(map('{a: checkout, b: checkout.shop.svc, c: checkouts, d: my_checkout, checkout-key: v}')),
    '{ .data { .${metadata.name}-key ="v" .a $${metadata.name} .b $${metadata.name}.${metadata.namespace}.svc .c ="checkouts" .d $my_${metadata.name} } }');
  assert.equal(tokens(map('{i: "registry.corp/basket:2.7.1", t: 2.7.1, v: v2.7.1}', intent)), '{ .data { .i $${workload.containerImage} .t $${workload.containerImage.tag} .v ="v2.7.1" } }');
});

test('numbers: from ten on, as numbers and as text', () => {
  const facts = 'facts: {port: {name: web, number: 8443}, small: {number: 3}}\n';
  assert.equal(tokens(map('{a: 8443, b: "8443", c: 3, d: 8444, e: "port 8443"}', facts)), '{ .data { .a $${fact:port.number} .b $${fact:port.number.text} .c =3 .d =8444 .e $port ${fact:port.number.text} } }');
});

test('whole subtrees and lists are copied whole, empty ones stay literal', () => {
  const intent = 'intent: {spec: {workload: {args: [--trace, --deep], env: [{name: MODE, value: dark}], probes: {liveness: {httpGet: {path: /alive, port: 9911}, periodSeconds: 17}}}}}\n';
  assert.equal(tokens(map('{a: [--trace, --deep], e: [{name: MODE, value: dark}], p: {httpGet: {path: /alive, port: 9911}, periodSeconds: 17}, none: {}, empty: []}', intent)),
    '{ .data { .a $${workload.args} .e $${workload.env} .empty [ ] .none { } .p $${workload.probes.liveness} } }');
});

test('two paths with one value are an error', () => {
  invalid(map('{}', 'intent: {metadata: {name: basket}, spec: {workload: {containerImage: basket}}}\n'), /"basket" is both metadata.name and workload.containerImage/);
  invalid(map('{}', 'facts: {a: {x: 77}, b: {y: 77}}\n'), /77 is both/);
});

const files = 'intent: {spec: {workload: {files: [{path: /etc/app/a.yaml, content: "x: 1"}]}}}\n';

test('the smallest element around an item repeats: list element, map entry, object', () => {
  assert.equal(tokens(map('{l: [{m: {path: /etc/app/a.yaml}}], k: fixed}', files)), '{ .data { .k ="fixed" .l [ *workload.files { .m { .path $${workload.files[].path} } } ] } }');
  assert.equal(tokens(map('{etc-app-a.yaml: "x: 1", z: y}', files)), '{ .data { *workload.files .${workload.files[].path.slug} $${workload.files[].content} .z ="y" } }');
  const own = object(`${files}objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout-etc-app-a.yaml}, data: {p: /etc/app/a.yaml}}]`);
  assert.deepEqual([own.over, own.name, bodyTokens(own.body).join(' ')], ['workload.files', '${metadata.name}-${workload.files[].path.slug}', '{ .data { .p $${workload.files[].path} } }']);
});

test('uses with no common element repeat each where it stands; the index of an item can be part of a name', () => {
  assert.equal(tokens(map('{a: [{p: /etc/app/a.yaml}], b: [{n: file-0, q: /etc/app/a.yaml}]}', files)),
    '{ .data { .a [ *workload.files { .p $${workload.files[].path} } ] .b [ *workload.files { .n $file-${workload.files[].index} .q $${workload.files[].path} } ] } }');
});

test('`each` says which list repeats, where it is not the smallest element', () => {
  const text = 'intent: {spec: {workload: {files: [{path: /etc/app/a.yaml}]}}}\n';
  const data = '{rules: [{to: [{path: /etc/app/a.yaml}], fixed: [1]}]}';
  assert.equal(tokens(map(data, text)), '{ .data { .rules [ { .fixed [ =1 ] .to [ *workload.files { .path $${workload.files[].path} } ] } ] } }');
  assert.equal(tokens(map(data, `${text}each: {workload.files: rules}\n`)), '{ .data { .rules [ *workload.files { .fixed [ =1 ] .to [ { .path $${workload.files[].path} } ] } ] } }');
});

test('a use that no element can repeat is an error', () => {
  invalid(map('{a: /etc/app/a.yaml}', files), /no list element repeats for workload.files in ConfigMap/);
  invalid(`${files}pod: {spec: {x: /etc/app/a.yaml}}`, /in pod/);
});

test('conditions: values, items and versions', () => {
  assert.deepEqual(conditions({ 'a.b': ['x', true], 'l[].f': 'present', k8s: '>=1.30' }), [
    { name: 'a.b', values: ['x', 'true'] }, { name: 'l[]', list: 'l', field: 'f', values: ['present'] }, { name: 'k8s>=1.30', values: ['yes'] }]);
  assert.deepEqual(conditions({ k8s: '<1.28' }), [{ name: 'k8s>=1.28', values: ['no'] }]);
  assert.throws(() => conditions({ k8s: '1.30' }), Refusal);
});

test('what is no example is named with its file', () => {
  invalid('objects: [{kind: X, metadata: {name: a}}]', /needs apiVersion/);
  invalid('objects: [{apiVersion: v1, kind: X}]', /metadata.name/);
  assert.throws(() => loadExamples('dir/bad.yaml', 'a: 1'), (e: unknown) => e instanceof Refusal && e.findings[0]!.object === 'dir/bad.yaml');
  assert.throws(() => loadExamples('bad.yaml', '- {because: none}'), Refusal);
});

test('identity is left to the cluster and the intent', () => {
  assert.equal(tokens('objects: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: checkout, namespace: shop, labels: {a: b}}, spec: {}}]'), '{ .metadata { .labels { .a ="b" } } .spec { } }');
  assert.deepEqual((({ body: _, ...head }) => head)(object('objects: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: checkout}}]')), { group: 'apps', kind: 'Deployment', name: '${metadata.name}' });
});
