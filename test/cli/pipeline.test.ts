/** The pipeline behind `synth` and `explain`, with the playbook's own composition in place of the trained model. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { explain } from '../../src/cli/explain.ts';
import { graphText } from '../../src/cli/output.ts';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { reportOf } from '../../src/cli/report.ts';
import { synthesise } from '../../src/cli/synthesise.ts';
import type { Outcome, Setting } from '../../src/cli/synthesise.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { KubeObject } from '../../src/kubernetes.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { oracle } from './oracle.ts';
import { root } from './run.ts';

const guardrails = loadGuardrails(shippedGuardrails());
const example = (name: string): string => readFileSync(join(root, 'examples', `${name}.yaml`), 'utf8');

async function compile(text: string, snapshotName: string, margin?: number): Promise<{ outcome: Outcome; setting: Setting }> {
  const intent = parseIntents(text, 'intent.yaml')[0]!, snapshot = loadSnapshot(snapshotName);
  const setting: Setting = { cluster: { snapshot, namespace: 'default', snapshotMs: 0 }, guardrails, ...oracle(intent, snapshot, margin) };
  return { outcome: await synthesise(intent, setting), setting };
}
const kinds = (o: Outcome): string[] => o.graph.map(g => g.kind);
const withSpec = (text: string, change: (spec: Record<string, unknown>) => void): string => {
  const value = parse(text) as { spec: Record<string, unknown> };
  change(value.spec);
  return JSON.stringify(value);
};

test('an accepted graph comes in dependency order, whole in both formats', async () => {
  const { outcome } = await compile(example('user-auth-service'), 'istio-gateway');
  assert.deepEqual([outcome.verdict, outcome.exit, outcome.findings], ['accepted', 0, []]);
  assert.ok(kinds(outcome).indexOf('ServiceAccount') < kinds(outcome).indexOf('Deployment'));
  assert.ok(outcome.unchecked.includes('server-dry-run'));
  const documents = parseAllDocuments(graphText(outcome.graph, 'yaml')).map(d => d.toJS() as KubeObject);
  assert.deepEqual(documents, outcome.graph);
  assert.deepEqual(JSON.parse(graphText(outcome.graph, 'json')), { apiVersion: 'v1', kind: 'List', items: outcome.graph });
});

test('the report has the fields of the contract', async () => {
  const { outcome } = await compile(example('inventory-api'), 'cnpg-keda');
  const report = reportOf(outcome, 'sha256:x');
  assert.deepEqual(Object.keys(report), ['verdict', 'unchecked', 'model', 'contextHash', 'cacheHit', 'timings', 'decode', 'degraded', 'findings']);
  assert.deepEqual(Object.keys(report['timings'] as object), ['snapshotMs', 'contextMs', 'decodeMs', 'verifyMs', 'totalMs']);
  assert.deepEqual(Object.keys(report['decode'] as object), ['tokens', 'forced', 'drafted', 'evaluated', 'minMargin']);
  assert.match(report['contextHash'] as string, /^[0-9a-f]{64}$/);
});

test('what the model refuses is refused in its words, with exit 4', async () => {
  const { outcome } = await compile(example('user-auth-service'), 'bare-1.30');
  assert.deepEqual([outcome.verdict, outcome.exit, outcome.graph], ['refused', 4, []]);
  assert.ok(outcome.findings.some(f => f.rule === 'no-mesh-for-jwt' && f.object === 'ServiceIntent/user-auth-service'));
  assert.ok(outcome.findings.every(f => f.message && f.fix));
});

test('an unknown keyword is refused with exit 4, naming the nearest', async () => {
  const { outcome } = await compile(withSpec(example('inventory-api'), s => { (s['workload'] as Record<string, unknown>)['resources'] = 'standart'; }), 'bare-1.30');
  assert.equal(outcome.exit, 4);
  assert.match(outcome.findings[0]!.fix, /Did you mean standard/);
});

test('a model that is unsure abstains: exit 3, naming the margin', async () => {
  const { outcome } = await compile(example('inventory-api'), 'bare-1.30', 0.4);
  assert.deepEqual([outcome.verdict, outcome.exit, outcome.findings.map(f => f.rule)], ['review', 3, ['low-margin']]);
  assert.match(outcome.findings[0]!.message, /0\.40 nats, below the 1\.00/);
});

test('overrides are applied and checked like everything else', async () => {
  const patched = (patch: unknown): string => withSpec(example('inventory-api'), s => { s['overrides'] = { patches: [{ target: { kind: 'Deployment' }, patch }] }; });
  const { outcome: good } = await compile(patched({ spec: { minReadySeconds: 7 } }), 'bare-1.30');
  assert.equal(good.exit, 0, JSON.stringify(good.findings));
  assert.equal((good.graph.find(o => o.kind === 'Deployment')!['spec'] as Record<string, unknown>)['minReadySeconds'], 7);
  const { outcome: privileged } = await compile(patched({ spec: { template: { spec: { hostNetwork: true } } } }), 'bare-1.30');
  assert.equal(privileged.exit, 4);
  const { outcome: unknown } = await compile(patched({ spec: { minReadySecond: 7 } }), 'bare-1.30');
  assert.equal(unknown.exit, 4);
});

test('overrides never widen what guardrails hold, and say where they are wrong', async () => {
  const overridden = async (overrides: unknown, name = 'inventory-api', snapshot = 'bare-1.30'): Promise<{ exit: number; rules: string[] }> => {
    const { outcome } = await compile(withSpec(example(name), s => { s['overrides'] = overrides; }), snapshot);
    return { exit: outcome.exit, rules: [...new Set(outcome.findings.filter(f => f.severity === 'refused' || f.severity === 'review').map(f => f.rule))] };
  };
  const egress = (rule: object): object => ({ patches: [{ target: { kind: 'NetworkPolicy' }, patch: { spec: { egress: [rule] } } }] });
  const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}): object => ({ objects: [{ apiVersion, kind, metadata: { name: 'extra', ...metadata }, ...rest }] });
  const policy = (spec: object): object => object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ...spec } });
  const refused: [overrides: object, rule: string, name?: string, snapshot?: string][] = [
    [egress({}), 'guardrail:network-peers-are-named'], [egress({ to: [{ namespaceSelector: {} }] }), 'guardrail:network-peers-are-named'],
    [egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }), 'guardrail:addresses-are-declared'], [egress({ to: [{ ipBlock: { cidr: '::/0' } }] }), 'guardrail:addresses-are-declared'],
    [policy({ egress: [{}] }), 'guardrail:network-peers-are-named'], [policy({ ingress: [{ from: [] }] }), 'guardrail:network-peers-are-named'],
    [object('v1', 'ConfigMap', { data: { a: 'b' } }, { namespace: 'kube-system' }), 'guardrail:namespaced-only'], [object('v1', 'Secret', { stringData: { a: 'b' } }), 'guardrail:no-secret-values'],
    [object('v1', 'Pod', { spec: { containers: [{ name: 'a', image: 'r/x:1', securityContext: { privileged: true } }] } }), 'guardrail:pod-security'],
    [object('v1', 'Service', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }), 'guardrail:services-stay-inside'],
    [object('rbac.authorization.k8s.io/v1', 'RoleBinding', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [] }), 'guardrail:bindings-stay-inside'],
    [{ patches: [{ target: { kind: 'AuthorizationPolicy' }, patch: { spec: { rules: [{}] } } }] }, 'guardrail:allowed-requests-are-bounded', 'user-auth-service', 'istio-gateway'],
    [object('security.istio.io/v1', 'PeerAuthentication', { spec: { mtls: { mode: 'DISABLE' } } }), 'guardrail:peers-stay-encrypted', 'user-auth-service', 'istio-gateway'],
    [{ patches: [{ target: { kind: 'Deployments' }, patch: {} }] }, 'override-target'], [{ patches: [{ target: { kind: 'Service' }, patch: { metadata: { name: 'x' } } }] }, 'override-identity'],
    [object('v1', 'Service', { spec: {} }, { name: 'inventory-api' }), 'override-exists'],
  ];
  for (const [overrides, rule, name, snapshot] of refused) {
    const { exit, rules } = await overridden(overrides, name, snapshot);
    assert.equal(exit, 4, JSON.stringify(overrides));
    assert.ok(rules.includes(rule), `${JSON.stringify(overrides)}: ${rules.join(', ')}`);
  }
  assert.deepEqual(await overridden(object('v1', 'ConfigMap', { data: { a: 'b' } })), { exit: 0, rules: [] });
  assert.deepEqual(await overridden(object('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] })), { exit: 4, rules: ['permissions-differ'] });
  assert.equal((await overridden(object('node.k8s.io/v1', 'RuntimeClass', { handler: 'runc' }))).exit === 0, false, 'nobody said what a RuntimeClass does');
});

test('explain: intent field, observed object, default, choice and the examples behind them', async () => {
  const { outcome, setting } = await compile(example('user-auth-service'), 'istio-gateway');
  const one = (object: string, field: string) => explain(outcome, setting, object, field)[0]!;
  const image = one('Deployment/user-auth-service', 'spec.template.spec.containers[0].image');
  assert.deepEqual([image.from[0]!.kind, image.from[0]!.text, image.from[0]!.at], ['intent', 'spec.workload.containerImage', 'intent.yaml:7']);
  const issuer = one('RequestAuthentication', 'spec.jwtRules[0].issuer');
  assert.match(issuer.from[0]!.text, /ConfigMap\/global-settings in \S+, key jwtIssuer/);
  assert.ok(issuer.examples.length > 0 && issuer.examples[0]!.because !== '');
  assert.equal(one('Deployment', 'spec.template.spec.containers[0].ports').from[0]!.kind, 'default');
  const replicas = one('Deployment', 'spec.replicas');
  assert.deepEqual([replicas.from[0]!.kind, replicas.margin], ['model', 20]);
  assert.ok(one('Deployment', 'spec.template.spec.securityContext.seccompProfile').guardrails.length > 0, 'a guardrail constrains it');
  assert.throws(() => explain(outcome, setting, 'Deployment/nosuch', ''), /is not among the synthesised/);
  assert.throws(() => explain(outcome, setting, 'Deployment', 'spec.nosuch'), /has no field/);
});

test('explain names the dependency that an item of a loop came from, and overrides', async () => {
  const text = withSpec(example('inventory-api'), s => {
    (s['dependencies'] as unknown[]).push({ name: 'ledger-db', type: 'postgres', shared: 'finance' });
    s['overrides'] = { patches: [{ target: { kind: 'Deployment' }, patch: { spec: { minReadySeconds: 7 } } }] };
  });
  const { outcome, setting } = await compile(text, 'cnpg-keda');
  const egress = explain(outcome, setting, 'NetworkPolicy', 'spec.egress').filter(e => e.value === 'finance');
  assert.equal(egress[0]!.from[0]!.text, 'spec.dependencies[1].shared');
  assert.equal(explain(outcome, setting, 'Deployment', 'spec.minReadySeconds')[0]!.from[0]!.kind, 'override');
});
