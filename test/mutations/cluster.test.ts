/** What exists in the cluster already, and what overrides change, counts like what the graph says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Intent } from '../../src/intent/types.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { verify } from '../../src/verdict/verify.ts';
import { goldens, guardrails, type Golden } from './goldens.ts';

const good = goldens();
const tokens = good.find(({ graph }) => graph.some(({ kind }) => kind === 'RequestAuthentication'))!;
const plain = good.find(({ graph }) => graph.some(({ kind }) => kind === 'Deployment') && graph.some(({ kind }) => kind === 'Service'))!;
const namespace = ({ intent }: Golden): string => intent.metadata.namespace!;

const beside = (golden: Golden, ...objects: object[]) => verify({ ...golden, guardrails, snapshot: { ...golden.snapshot, objects: [...golden.snapshot.objects, ...(objects as KubeObject[])] } });
const policy = (golden: Golden, spec: object, name = 'existing', where = namespace(golden)) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: where }, spec });
const rules = ({ findings }: { findings: { rule: string }[] }) => [...new Set(findings.map(({ rule }) => rule))];

test('an existing policy that opens more is found out, one that denies or lies elsewhere is not held against the graph', () => {
  assert.deepEqual(rules(beside(plain, policy(plain, { podSelector: {}, egress: [{}], policyTypes: ['Egress'] }))), ['egress-wider']);
  assert.deepEqual(rules(beside(plain, policy(plain, { podSelector: {}, ingress: [{}] }))), ['ingress-wider']);
  assert.equal(beside(plain, policy(plain, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })).verdict, 'accepted');
  assert.equal(beside(plain, policy(plain, { podSelector: { matchLabels: { app: 'other' } }, egress: [{}], policyTypes: ['Egress'] })).verdict, 'accepted');
  assert.equal(beside(plain, policy(plain, { podSelector: {}, egress: [{}], policyTypes: ['Egress'] }, 'existing', 'elsewhere')).verdict, 'accepted');
  assert.equal(beside(plain, policy(plain, { podSelector: {}, egress: [{}], policyTypes: ['Egress'] }, plain.intent.metadata.name)).verdict, 'accepted', 'the graph replaces its own earlier policy');
});

test('tokens are not in force beside an existing policy that lets requests through', () => {
  const allow = (name: string, where: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace: where }, spec });
  assert.deepEqual(rules(beside(tokens, allow('open', namespace(tokens), { rules: [{}] }))), ['auth-not-in-force']);
  assert.deepEqual(rules(beside(tokens, allow('open', 'istio-system', { rules: [{}] }))), ['auth-not-in-force'], 'the root namespace of the mesh is everywhere');
  assert.equal(beside(tokens, allow('open', 'elsewhere', { rules: [{}] })).verdict, 'accepted');
  assert.equal(beside(tokens, allow('deny', namespace(tokens), { action: 'DENY', rules: [{}] })).verdict, 'accepted');
  assert.deepEqual(rules(beside(tokens, { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: 'other', namespace: namespace(tokens) }, spec: { jwtRules: [{ issuer: 'https://evil.example/' }] } })), ['auth-not-in-force']);
});

test('policies of the cluster that only the server can evaluate are named', () => {
  const { verdict, unchecked } = beside(plain, { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'theirs' }, spec: { policyName: 'x' } });
  assert.equal(verdict, 'accepted');
  assert.ok(unchecked.includes('cluster-policy:theirs'));
});

const overriding = (golden: Golden, overrides: JsonObject): Intent => ({ ...golden.intent, spec: { ...golden.intent.spec, overrides } }) as Intent;
const patchedGraph = (golden: Golden, kind: string, change: (object: any) => void): KubeObject[] => {
  const graph = structuredClone(golden.graph);
  change(graph.find(object => object.kind === kind));
  return graph;
};

test('a patch licenses the field it names and no other', () => {
  const patch = { patches: [{ target: { kind: 'Deployment' }, patch: { spec: { minReadySeconds: 5, template: { metadata: { annotations: { team: 'a' } } } } } }] };
  const intent = overriding(plain, patch);
  const set = (object: any): void => { object.spec.minReadySeconds = 5; object.spec.template.metadata.annotations = { team: 'a' }; };
  const judge = (change: (object: any) => void) => verify({ ...plain, intent, guardrails, graph: patchedGraph(plain, 'Deployment', change), synthesised: plain.graph });
  assert.deepEqual(judge(set).findings, []);
  assert.deepEqual(rules(judge(object => { set(object); object.spec.template.spec.containers[0].image = 'evil.example/x:1'; })), ['image-differs']);
  assert.deepEqual(rules(judge(object => { set(object); object.spec.template.spec.containers[0].resources.limits = { memory: '9Gi' }; })), ['resources-differ']);
  const before = patchedGraph(plain, 'Deployment', object => void (object.spec.template.spec.containers[0].image = 'evil.example/x:1'));
  assert.deepEqual(rules(verify({ ...plain, intent, guardrails, graph: patchedGraph(plain, 'Deployment', set), synthesised: before })), ['image-differs'], 'what was synthesised must conform by itself');
});

test('an empty patch licenses nothing', () => {
  const intent = overriding(plain, { patches: [{ target: { kind: 'Deployment' }, patch: { spec: { template: {} } } }] });
  const graph = patchedGraph(plain, 'Deployment', object => void (object.spec.template.spec.terminationGracePeriodSeconds = 1));
  assert.deepEqual(rules(verify({ ...plain, intent, guardrails, graph })), ['process-differs']);
});

test('a patch in a list of named items is found by name', () => {
  const name = plain.intent.metadata.name;
  const intent = overriding(plain, { patches: [{ target: { kind: 'Deployment' }, patch: { spec: { template: { spec: { containers: [{ name, imagePullPolicy: 'Always' }] } } } } }] });
  const judge = (change: (container: any) => void) => verify({ ...plain, intent, guardrails, graph: patchedGraph(plain, 'Deployment', object => change(object.spec.template.spec.containers[0])) });
  assert.deepEqual(judge(container => void (container.imagePullPolicy = 'Always')).findings, []);
  assert.deepEqual(rules(judge(container => { container.imagePullPolicy = 'Always'; container.tty = true; })), ['field-not-called-for']);
});

test('guardrails hold for what overrides say too', () => {
  const intent = overriding(plain, { patches: [{ target: { kind: 'Deployment' }, patch: { spec: { template: { spec: { hostNetwork: true } } } } }] });
  assert.ok(rules(verify({ ...plain, intent, guardrails, graph: patchedGraph(plain, 'Deployment', object => void (object.spec.template.spec.hostNetwork = true)) })).includes('guardrail:pod-security'));
  const extra = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra', namespace: namespace(plain) }, data: { a: 'b' } };
  const withExtra = overriding(plain, { objects: [extra] });
  assert.equal(verify({ ...plain, intent: withExtra, guardrails, graph: [...plain.graph, extra as KubeObject] }).verdict, 'accepted');
  const foreign = { ...extra, metadata: { name: 'extra', namespace: 'kube-system' } };
  assert.deepEqual(rules(verify({ ...plain, intent: overriding(plain, { objects: [foreign] }), guardrails, graph: [...plain.graph, foreign as KubeObject] })), ['guardrail:namespaced-only']);
});

test('a field of the intent that no check covers is left to a person, by its path', () => {
  const intent = structuredClone(plain.intent) as any;
  intent.spec.observability = { ...intent.spec.observability, logs: 'archived' };
  const { verdict, findings } = verify({ ...plain, intent, guardrails });
  assert.equal(verdict, 'review');
  assert.deepEqual(findings.map(({ rule, path }) => [rule, path]), [['intent-not-checked', 'spec.observability.logs']]);
});

test('an Ingress is taken only where one class is the obvious one', () => {
  const golden = good.find(({ graph }) => graph.some(({ kind }) => kind === 'Ingress'))!;
  const ingressClass = (name: string, isDefault: boolean): KubeObject => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) } }, spec: { controller: 'example.com/controller' } });
  const others = golden.snapshot.objects.filter(({ kind }) => kind !== 'IngressClass');
  const classless = patchedGraph(golden, 'Ingress', object => void delete object.spec.ingressClassName);
  for (const classes of [[], [ingressClass('a', false), ingressClass('b', false)], [ingressClass('a', true), ingressClass('b', true)]])
    for (const graph of [golden.graph, classless])
      assert.ok(rules(verify({ ...golden, guardrails, graph, snapshot: { ...golden.snapshot, objects: [...others, ...classes] } })).includes('route-differs'));
});

test('a setting that is not of its form is named', () => {
  const golden = good.find(({ graph }) => graph.some(({ kind }) => kind === 'HTTPRoute'))!;
  const objects = golden.snapshot.objects.map(object => (object.kind === 'ConfigMap' && object.metadata.name === 'global-settings' ? { ...object, data: { ...(object.data as object), gateway: 'public' } } : object));
  assert.ok(rules(verify({ ...golden, guardrails, snapshot: { ...golden.snapshot, objects } })).includes('settings-malformed'));
});

test('blanks around a setting, and empty settings, mean nothing', () => {
  const golden = good.find(({ graph }) => graph.some(({ kind }) => kind === 'HTTPRoute'))!;
  const objects = golden.snapshot.objects.map(object => (object.kind === 'ConfigMap' && object.metadata.name === 'global-settings'
    ? { ...object, data: Object.fromEntries([...Object.entries(object.data as Record<string, string>).map(([key, value]) => [key, ` ${value}\n`]), ['ingressNamespace', '']]) } : object));
  assert.deepEqual(verify({ ...golden, guardrails, snapshot: { ...golden.snapshot, objects } }).findings, []);
});
