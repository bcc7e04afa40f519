/** Schema, defaults, vocabulary, field list and CRD agree with each other. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';
import type { JsonSchema } from './shape.ts';
import type { Intent } from './types.ts';
import { amount } from './checks.ts';
import { crdYaml, structural } from './crd.ts';
import { withDefaults } from './defaults.ts';
import { inEnvironment } from './environment.ts';
import { editDistance, nearest } from './nearest.ts';
import { parseIntents } from './parse.ts';
import { intentSchema, spec } from './schema.ts';
import { validate } from './validate.ts';
import { checkTaught, checkVocabulary } from './vocabulary.ts';
import type { IntentField } from './walk.ts';
import { get, getIn, intentFields, stated } from './walk.ts';

const intentOf = (workload: object = {}, rest: object = {}): Intent =>
  parseIntents(JSON.stringify({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'shop' }, spec: { workload: { containerImage: 'r/a:1', ...workload }, ...rest } }), 'shop.json')[0]!;
const examplesFolder = new URL('../../examples/', import.meta.url);
const examples = readdirSync(examplesFolder).filter(name => name.endsWith('.yaml')).map(name => readFileSync(new URL(name, examplesFolder), 'utf8'));

test('the committed CRD is the generated one', () =>
  assert.equal(readFileSync(new URL('../../install/crds/serviceintents.yaml', import.meta.url), 'utf8'), crdYaml()));

test('the CRD is small enough for client-side apply, and open only below overrides', () => {
  assert.ok(crdYaml().length < 262144);
  const open: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('x-kubernetes-preserve-unknown-fields' in node) open.push(path);
    for (const [key, inner] of Object.entries(node)) visit(inner, `${path}.${key}`);
  };
  visit(structural(spec), '');
  assert.equal(open.length, 2);
  assert.ok(open.every(path => path.startsWith('.properties.overrides.')));
});

test('the validator agrees with a full JSON Schema implementation', () => {
  const ajv = new Ajv2020({ allErrors: false, strict: false });
  // The exclusions and uniqueness are no part of JSON Schema, so both sides see valid ones only.
  const full = ajv.compile(intentSchema as object);
  let [accepted, refused] = [0, 0];
  const compare = (value: unknown): void => {
    const ours = validate(intentSchema, value).filter(({ rule }) => !['keyword-and-exact', 'exclusive-fields', 'duplicate-name', 'duplicate-port'].includes(rule));
    assert.equal(ours.length === 0, full(value), JSON.stringify([value, ours, full.errors]).slice(0, 2000));
    if (ours.length === 0) accepted++; else refused++;
  };
  /** Every variant of a value with one leaf replaced or one key added or removed. */
  const variants = function* (value: unknown): Generator<unknown> {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) for (const variant of variants(item)) yield value.with(i, variant);
    else if (typeof value === 'object' && value !== null) {
      yield { ...value, surprise: 1 };
      for (const [key, inner] of Object.entries(value)) {
        const { [key]: _, ...without } = value as Record<string, unknown>;
        yield without;
        for (const variant of variants(inner)) yield { ...value, [key]: variant };
      }
    } else yield* [null, 7, -1, 1.5, true, '', 'Ü b', 'a'.repeat(70), [], {}];
  };
  for (const text of examples) for (const document of parseAllDocuments(text)) for (const variant of variants(document.toJS())) compare(variant);
  assert.ok(accepted > 100 && refused > 500, `${accepted} ${refused}`);
});

test('every leaf of spec is given to synthesis, except what is applied before or after it', () => {
  const left: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    if (schema['x-synthesis'] === 'list') return visit(schema.items!, `${path}[]`);
    if (schema['x-synthesis']) return;
    if (schema.properties) for (const [name, inner] of Object.entries(schema.properties)) visit(inner, path === '' ? name : `${path}.${name}`);
    else left.push(path);
  };
  visit(spec, '');
  assert.deepEqual(left, ['environments', 'overrides.patches', 'overrides.objects', 'updatePolicy']);
});

test('the fields have a canonical order, unique keys, and items for lists alone', () => {
  const all = (fields: readonly IntentField[]): IntentField[] => fields.flatMap(field => [field, ...all(field.items ?? [])]);
  const keys = all(intentFields).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(keys.slice(0, 5), ['metadata.name', 'metadata.namespace', 'workload.containerImage', 'workload.kind', 'workload.tier']);
  for (const key of ['workload.ports[].protocol', 'workload.sidecars[].ports', 'networking.hosts[]', 'dependencies[].type', 'workload.probes.liveness']) assert.ok(keys.includes(key), key);
  for (const field of all(intentFields)) assert.equal(field.items !== undefined, field.role === 'list');
});

test('fields are read by path', () => {
  const intent = intentOf({}, { networking: { hosts: ['a.b'] } });
  assert.equal(get(intent, 'metadata.name'), 'shop');
  assert.deepEqual(get(intent, 'networking.hosts'), ['a.b']);
  assert.equal(get(intent, 'networking.tls'), undefined);
  assert.equal(getIn('x', ''), 'x');
  assert.equal(getIn({}, 'constructor.name'), undefined);
  assert.deepEqual(stated(intent).map(({ field, path }) => `${field.key} ${path.join('.')}`), ['metadata.name metadata.name', 'workload.containerImage spec.workload.containerImage', 'networking.hosts spec.networking.hosts', 'networking.hosts[] spec.networking.hosts.0']);
});

test('defaults: structural ones', () => {
  const { metadata, spec: { workload, networking, updatePolicy } } = withDefaults(intentOf());
  assert.deepEqual([metadata.namespace, workload.kind, workload.tier, networking?.paths, updatePolicy], ['default', 'service', 'standard', ['/'], 'auto']);
  assert.deepEqual(workload.ports, [{ servicePort: 8080, name: 'http', containerPort: 8080, protocol: 'TCP' }]);
  for (const kind of ['worker', 'job', 'daemon']) assert.equal(withDefaults(intentOf({ kind })).spec.workload.ports, undefined);
});

test('defaults: names of ports stay stable and unique', () => {
  const names = (ports: object[]): (string | undefined)[] => withDefaults(intentOf({ ports })).spec.workload.ports!.map(({ name }) => name);
  assert.deepEqual(names([{ containerPort: 80 }, { containerPort: 81 }, { containerPort: 81, protocol: 'UDP' }]), ['http', 'port-81', 'port-81-udp']);
  assert.deepEqual(names([{ containerPort: 80 }, { name: 'http', containerPort: 81 }]), ['port-80', 'http']);
});

test('defaults: keywords, unless an exact value stands in their place; stated ones stay', () => {
  const defaults = { 'workload.resources': 'small', 'networking.exposure': 'hidden', 'networking.authPolicy': 'open', 'dependencies[].backup': 'daily', 'newer.field': 'x' };
  const made = withDefaults(intentOf({ resourceRequirements: { requests: { cpu: 1 } } }, { networking: { auth: { issuer: 'i', jwksUri: 'https://i/k' } }, dependencies: [{ name: 'a', type: 't' }, { name: 'b', type: 't', backup: 'never' }] }), defaults).spec;
  assert.equal(made.workload.resources, undefined);
  assert.equal(made.networking!.authPolicy, undefined);
  assert.equal(made.networking!.exposure, 'hidden');
  assert.deepEqual(made.dependencies!.map(({ backup }) => backup), ['daily', 'never']);
  assert.equal(withDefaults(intentOf(), defaults).spec.workload.resources, 'small');
});

test('defaults: pure and idempotent, and the result is a valid intent', () => {
  for (const text of examples) for (const intent of parseIntents(text, 'f')) {
    const before = structuredClone(intent);
    const once = withDefaults(intent, { 'workload.rollout.type': 'rolling' });
    assert.deepEqual(intent, before);
    assert.deepEqual(withDefaults(once, { 'workload.rollout.type': 'rolling' }), once);
    assert.equal(parseIntents(JSON.stringify(once), 'g').length, 1);
  }
});

test('an unknown keyword is refused, naming the nearest, all known ones and the place', () => {
  const intent = parseIntents(examples.find(text => text.includes('name: user-auth-service'))!, 'auth.yaml')[0]!;
  const vocabulary = { 'workload.resources': ['high-priority-computer', 'tiny'], 'networking.exposure': ['public-ingress'], 'networking.authPolicy': ['jwt-validated'] };
  const findings = checkVocabulary(withDefaults(intent), vocabulary);
  assert.deepEqual(findings.map(({ rule, object, path, line, column }) => ({ rule, object, path, line, column })), [
    { rule: 'unknown-keyword', object: 'auth.yaml', path: 'spec.workload.resources', line: 8, column: 16 },
    { rule: 'unknown-keyword', object: 'auth.yaml', path: 'spec.observability.metrics', line: 13, column: 14 },
  ]);
  assert.match(findings[0]!.fix, /Did you mean high-priority-computer\? Known: high-priority-computer, tiny\./);
});

test('a closed keyword is checked where the vocabulary lists it', () => {
  assert.deepEqual(checkVocabulary(intentOf({ kind: 'daemon' }), {}), []);
  assert.equal(checkVocabulary(intentOf({ kind: 'daemon' }), { 'workload.kind': ['service'] }).length, 1);
});

test('a field that no example used is refused rather than ignored', () => {
  const taught = new Set(['metadata.name', 'workload.containerImage', 'dependencies', 'dependencies[].name', 'dependencies[].type']);
  const found = checkTaught(intentOf({}, { dependencies: [{ name: 'a', type: 't', version: '16' }] }), taught);
  assert.deepEqual(found.map(({ rule, path }) => [rule, path]), [['field-not-taught', 'spec.dependencies[0].version']]);
});

test('environments replace values, env by name, a keyword by its exact value', () => {
  const intent = intentOf({ resources: 'small', env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }] }, {
    scaling: { min: 1, max: 2 }, environments: { prod: { scaling: { max: 9 }, workload: { resourceRequirements: { requests: { cpu: 2 } }, env: [{ name: 'B', value: '3' }] } } },
  });
  const { spec: prod } = inEnvironment(intent, 'prod');
  assert.deepEqual(prod, { workload: { containerImage: 'r/a:1', resourceRequirements: { requests: { cpu: 2 } }, env: [{ name: 'A', value: '1' }, { name: 'B', value: '3' }] }, scaling: { min: 1, max: 9 } });
  assert.equal(inEnvironment(intent, undefined).spec.workload.resources, 'small');
  assert.throws(() => inEnvironment(intent, 'prdo'), /no environment/);
});

test('words: distance and nearness', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3);
  assert.equal(editDistance('ab', 'ba'), 1);
  assert.deepEqual(nearest('image', ['containerImage', 'kind']), ['containerImage']);
  assert.deepEqual(nearest('zzz', ['containerImage', 'kind']), []);
});

test('amounts', () => {
  assert.deepEqual(['500m', '2', 3, '1.5Gi', '1e3', '1E', '2k'].map(amount), [0.5, 2, 3, 1.5 * 2 ** 30, 1000, 1e18, 2000]);
  assert.ok(Number.isNaN(amount('12x')) && Number.isNaN(amount(null)));
});
