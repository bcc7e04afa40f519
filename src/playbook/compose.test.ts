/** Merging and composition: which examples apply, and what they give together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Features } from '../context/features.ts';
import { bodyTokens } from '../tokens/serialize.ts';
import { compose } from './compose.ts';
import type { Composition } from './compose.ts';
import type { Playbook } from './example.ts';
import { loadExamples } from './load.ts';
import { MergeConflict } from './merge.ts';

const playbook = (...examples: string[]): Playbook => ({
  examples: loadExamples('x.yaml', examples.map((e, i) => `- name: e${i}\n${e.replace(/^/gm, '  ')}`).join('\n')), facts: [], settings: [],
  sampling: { defaults: {}, weights: {}, apis: [], unseen: [], exclusive: [], oneOf: [], implies: [], nothing: [] },
});
const map = (body: string, where = '{}', more = ''): string => `where: ${where}\n${more}objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: ${body}}]`;
const tokens = (c: Composition, i = 0): string => bodyTokens(c.objects[i]!.body).join(' ');
const composed = (examples: string[], features: Features = {}): string => tokens(compose(playbook(...examples), features));

test('maps merge, named items merge, other items are appended in order and never twice', () => {
  assert.equal(composed([map('{a: {x: 1}, l: [{name: n, p: 1}, 5]}'), map('{a: {y: 2}, l: [{name: n, q: 2}, 6, 5]}')]),
    '{ .data { .a { .x =1 .y =2 } .l [ { .name ="n" .p =1 .q =2 } =5 =6 ] } }');
});

test('the example with more conditions wins, whatever the order; unless counts as conditions', () => {
  const wide = map('{a: wide}', '{f: [on]}'), narrow = map('{a: narrow}', '{f: [on], g: [on]}'), but = map('{a: but}', '{f: [on]}', 'unless: [{g: [off]}, {h: [off]}]\n');
  const features = { f: 'on', g: 'on', h: 'on' };
  for (const examples of [[wide, narrow], [narrow, wide]]) assert.equal(composed(examples, features), '{ .data { .a ="narrow" } }');
  assert.equal(composed([wide, narrow], { f: 'on', g: 'off' }), '{ .data { .a ="wide" } }');
  assert.equal(composed([wide, narrow, but], features), '{ .data { .a ="but" } }');
});

test('different values with equally many conditions are a conflict that names both examples', () => {
  assert.throws(() => composed([map('{a: {deep: 1}}'), map('{a: {deep: 2}}')]), (e: unknown) => e instanceof MergeConflict && /ConfigMap.*\.data\.a\.deep: examples e0 and e1/.test(e.message));
  assert.throws(() => composed([map('{a: {deep: 1}}'), map('{a: 2}')]), MergeConflict);
  assert.equal(composed([map('{a: 1}'), map('{a: 1}')]), '{ .data { .a =1 } }', 'the same value is none');
});

test('examples apply by their conditions, and not when an `unless` holds', () => {
  const p = playbook(map('{a: 1}'), map('{b: 1}', '{f: [x, y]}'), map('{c: 1}', '{f: [present]}', 'unless: {g: [present]}\n'));
  const names = (f: Features): string[] => compose(p, f).applied.map(e => e.name);
  assert.deepEqual(names({}), ['e0']);
  assert.deepEqual(names({ f: 'y' }), ['e0', 'e1', 'e2']);
  assert.deepEqual(names({ f: 'z', g: 'present' }), ['e0']);
});

test('a refusal replaces every resource', () => {
  const p = playbook(map('{a: 1}'), 'where: {f: [x]}\nrefuse: {rule: not-here, message: m, fix: g}');
  assert.deepEqual(compose(p, { f: 'x' }).refusals, [{ rule: 'not-here', message: 'm', fix: 'g' }]);
  assert.equal(compose(p, { f: 'x' }).objects.length, 0);
  assert.equal(compose(p, {}).objects.length, 1);
});

test('loops run over the classes that the item conditions admit', () => {
  const sample = 'intent: {spec: {dependencies: [{name: orders, type: alpha}]}}\n';
  const text = map('{l: [{host: orders}]}', '{"dependencies[].type": [alpha, beta]}', sample);
  const features = { 'dependencies[]': ['dependencies{type=alpha}', 'dependencies{shared,type=beta}', 'dependencies{type=gamma}'] };
  assert.equal(composed([text], features), '{ .data { .l [ *dependencies{type=alpha} { .host $${dependencies[].name} } *dependencies{shared,type=beta} { .host $${dependencies[].name} } ] } }');
  assert.equal(compose(playbook(text), { 'dependencies[]': ['dependencies{type=gamma}'] }).objects.length, 0);
  const objects = compose(playbook(`where: {"dependencies[].type": [alpha]}\n${sample}objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout-orders}}]`), features).objects;
  assert.deepEqual(objects.map(o => [o.name, o.over]), [['${metadata.name}-${dependencies[].name}', 'dependencies{type=alpha}']]);
});

test('a list without classes is looped over whole', () => {
  assert.equal(composed([map('{h: [{host: a.example.org}]}', '{}', 'intent: {spec: {networking: {hosts: [a.example.org]}}}\n')]), '{ .data { .h [ *networking.hosts { .host $${networking.hosts[]} } ] } }');
});

test('pod and container parts go into whichever workload applies', () => {
  const workload = (kind: string, path: string): string => `where: {kind: [${kind}]}\nobjects: [{apiVersion: ${kind === 'CronJob' ? 'batch' : 'apps'}/v1, kind: ${kind}, metadata: {name: checkout}, spec: ${path}}]`;
  const p = playbook(workload('Deployment', '{replicas: 2}'), workload('CronJob', '{schedule: often}'), 'pod: {metadata: {labels: {a: b}}, spec: {c: 1}}', 'container: {name: main, image: checkout}', 'container: {name: main, tty: true}');
  const pod = '.template { .metadata { .labels { .a ="b" } } .spec { .c =1 .containers [ { .image $${metadata.name} .name ="main" .tty =true } ] } }';
  assert.equal(tokens(compose(p, { kind: 'Deployment' })), `{ .spec { .replicas =2 ${pod} } }`);
  assert.equal(tokens(compose(p, { kind: 'CronJob' })), `{ .spec { .jobTemplate { .spec { ${pod} } } .schedule ="often" } }`);
  assert.equal(compose(p, {}).objects.length, 0);
});

test('objects come in plan order', () => {
  const of = (group: string, kind: string): string => `objects: [{apiVersion: ${group}v1, kind: ${kind}, metadata: {name: checkout}}]`;
  assert.deepEqual(compose(playbook(of('x.io/', 'B'), of('', 'Z'), of('x.io/', 'A')), {}).objects.map(o => `${o.group}/${o.kind}`), ['/Z', 'x.io/A', 'x.io/B']);
});
