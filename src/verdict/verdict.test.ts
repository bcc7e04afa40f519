import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { compiler, toCel } from './cel.ts';
import { fieldTree, outside } from './fields.ts';
import { loadGuardrails } from './load.ts';
import { inDependencyOrder } from './order.ts';
import { parsePolicy } from './policy.ts';
import { parseQuantity, sameQuantity } from './quantity.ts';
import { selectorMatches } from './selector.ts';
import { verify } from './verify.ts';

const snapshot = loadSnapshot('bare-1.30');
const guardrails = loadGuardrails(join(import.meta.dirname, '..', '..', 'guardrails'));
const check = (...graph: unknown[]) => verify({ graph: graph as KubeObject[], snapshot, guardrails });
const rules = (...graph: unknown[]) => check(...graph).findings.map(({ rule, path }) => `${rule} ${path}`);
const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec });

test('quantities', () => {
  assert.equal(parseQuantity('250m'), 0.25);
  assert.equal(parseQuantity('1Gi'), 2 ** 30);
  assert.equal(parseQuantity('1e3'), 1000);
  assert.equal(parseQuantity('12x'), undefined);
  assert.ok(sameQuantity('0.5', '500m'));
  assert.ok(sameQuantity('1', 1));
  assert.ok(!sameQuantity('1Gi', '1G'));
  assert.ok(!sameQuantity(undefined, '1'));
});

test('label selectors', () => {
  assert.ok(selectorMatches({}, { a: 'b' }));
  assert.ok(!selectorMatches(undefined, { a: 'b' }));
  assert.ok(selectorMatches({ matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'DoesNotExist' }, { key: 'a', operator: 'In', values: ['b'] }] }, { a: 'b' }));
  assert.ok(!selectorMatches({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }, { a: 'b' }));
  assert.ok(!selectorMatches({ matchExpressions: [{ key: 'a', operator: 'Unknown' }] }, { a: 'b' }));
});

test('fields outside what a reader knows', () => {
  const tree = fieldTree(['spec.ports[].port', 'spec.selector.*', 'spec.any.**']);
  assert.deepEqual(outside({ spec: { ports: [{ port: 1, name: 'x' }], selector: { 'a.b/c': 'd' }, any: { deep: [1] }, other: 1 } }, tree), ['spec.ports[0].name', 'spec.other']);
});

test('expressions: integers, quantities, and what is not known is refused when loaded', () => {
  const compile = compiler('kubernetes', ['object']);
  assert.equal(compile('object.a + 1 == 3 && quantity(object.cpu).compareTo(quantity("500m")) == 0', 'x')({ object: toCel({ a: 2, cpu: '0.5' }) }), true);
  assert.deepEqual(compile('object.?missing.orValue([])', 'x')({ object: toCel({}) }), []);
  for (const source of ['authorizer.group("")', 'object.a.nonsense()', 'url(object.a)', 'object.a ==', 'unknown.x == 1'])
    assert.throws(() => compile(source, 'Policy/x'), (error: unknown) => error instanceof Refusal && error.findings[0]!.rule === 'guardrail-unsupported' && error.findings[0]!.object === 'Policy/x');
});

test('a policy with fields that cannot be evaluated here is refused when loaded', () => {
  const policy = (spec: object) => parsePolicy({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name: 'x' }, spec } as never, []);
  assert.throws(() => policy({ matchConstraints: { namespaceSelector: {} } }), /guardrail-unsupported/);
  assert.throws(() => policy({ auditAnnotations: [] }), /guardrail-unsupported/);
  assert.throws(() => policy({ paramKind: { kind: 'ConfigMap' } }), /guardrail-unsupported/);
});

test('a guardrails folder that cannot be read, malformed YAML and unknown fields are bad input', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardrails-'));
  try {
    assert.throws(() => loadGuardrails(folder), /guardrail-malformed/);
    for (const part of ['policies', 'readers', 'envelopes']) mkdirSync(join(folder, part));
    assert.equal(loadGuardrails(folder).policies.length, 0);
    writeFileSync(join(folder, 'envelopes', 'a.yaml'), '- {name: x, wehn: "true"}\n');
    assert.throws(() => loadGuardrails(folder), /unknown field 'wehn'/);
    writeFileSync(join(folder, 'envelopes', 'a.yaml'), '- {name: x\n');
    assert.throws(() => loadGuardrails(folder), /guardrail-malformed/);
    writeFileSync(join(folder, 'envelopes', 'a.yaml'), '');
    writeFileSync(join(folder, 'policies', 'a.yaml'), 'kind: ConfigMap\nmetadata: {name: x}\n');
    assert.throws(() => loadGuardrails(folder), /not a ValidatingAdmissionPolicy/);
  } finally { rmSync(folder, { recursive: true }); }
});

test('schema: unknown fields, types, required fields, enumerations, duplicates', () => {
  assert.deepEqual(rules(service({ selector: { a: 'b' }, ports: [{ port: 80, targetPort: 'web' }] })), []);
  assert.deepEqual(rules(service({ ports: [{ port: '80' }] })), ['schema spec.ports[0].port']);
  assert.deepEqual(rules(service({ prots: [] })), ['schema spec.prots']);
  assert.deepEqual(rules(service({ ports: [{ name: 'x' }] })), ['schema spec.ports[0].port']);
  assert.deepEqual(rules(service({ ports: [{ port: 80, name: 'a' }, { port: 80, name: 'b' }] })), ['schema spec.ports', 'invalid-object spec.ports']);
  assert.deepEqual(rules({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'x', namespace: 'shop' } }), ['kind-not-served apiVersion', 'kind-without-reader ']);
  assert.deepEqual(rules({ apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'x', namespace: 'shop' } })[0], 'kind-not-served apiVersion');
});

test('what is not an object is refused', () => {
  for (const graph of [[null], ['x'], [{}], [{ apiVersion: 'v1', kind: 'Service' }]]) assert.deepEqual(rules(...graph), ['not-an-object [0]']);
});

test('without an intent, conformance is named as unchecked, and the dry-run too', () => {
  const { unchecked, verdict } = check(service({ selector: { a: 'b' }, ports: [{ port: 80 }] }));
  assert.equal(verdict, 'accepted');
  for (const name of ['server-dry-run', 'conformance', 'guardrail:namespaced-only']) assert.ok(unchecked.includes(name), name);
});

test('guardrails speak without an intent', () => {
  assert.deepEqual(rules(service({ type: 'LoadBalancer', ports: [{ port: 80 }] })), ['guardrail:services-stay-inside ']);
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'x', namespace: 'shop' }, rules: [{ apiGroups: ['*'], resources: ['pods'], verbs: ['get'] }] };
  assert.ok(rules(role).includes('guardrail:no-wildcard-permissions '));
});

test('a kind nobody wrote a reader for is left to a person', () => {
  const { verdict, findings } = check({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'x', namespace: 'shop' }, spec: { limits: [] } });
  assert.equal(verdict, 'review');
  assert.equal(findings[0]!.rule, 'kind-without-reader');
});

test('references that dangle are listed where no intent says who named them', () => {
  const pod = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x', namespace: 'shop' }, spec: { storageClassName: 'none', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  assert.deepEqual(check(pod).degraded, ['PersistentVolumeClaim/x spec.storageClassName: StorageClass none does not exist']);
});

test('what a controller makes of an object of the graph is there to be referred to', () => {
  const database = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'db', namespace: 'shop' }, spec: { instances: 1 } };
  const keys = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name: 'keys', namespace: 'shop' }, spec: { target: { name: 'filled' } } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'shop' }, spec: { containers: [{ name: 'x', envFrom: ['db-app', 'filled', 'keys'].map(name => ({ secretRef: { name } })) }] } };
  const missing = (...graph: unknown[]): string[] => check(...graph).degraded.map(text => /Secret shop\/(\S+) does not exist/.exec(text)![1]!);
  assert.deepEqual(missing(pod), ['db-app', 'filled', 'keys']);
  assert.deepEqual(missing(pod, database, keys), ['keys']);
  assert.deepEqual(missing(pod, { ...keys, metadata: { ...keys.metadata, namespace: 'other' } }), ['db-app', 'filled', 'keys']);
});

test('objects are ordered so that what is needed comes first', () => {
  const kinds = ['HorizontalPodAutoscaler', 'Deployment', 'Ingress', 'Service', 'NetworkPolicy', 'ConfigMap', 'ServiceAccount', 'Widget'];
  const graph = kinds.map(kind => ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...(kind === 'Deployment' ? { spec: { template: { spec: { containers: [] } } } } : {}) })) as unknown as KubeObject[];
  assert.deepEqual(inDependencyOrder(graph).map(({ kind }) => kind), ['ServiceAccount', 'ConfigMap', 'NetworkPolicy', 'Service', 'Widget', 'Deployment', 'Ingress', 'HorizontalPodAutoscaler']);
});
