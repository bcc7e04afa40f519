/** Policies of the cluster are evaluated where they can be, and named where they cannot; nothing of them is ever thrown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../kubernetes.ts';
import { container, deployment, judge, namespace, object, podSpec, said, workload } from '../../../test/admission/cases.ts';

const group = 'admissionregistration.k8s.io/v1';
const onDeployments = { resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'], scope: '*' }], matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
const onPods = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] };
const policy = (expression: string, more: JsonObject = {}): KubeObject => ({ apiVersion: group, kind: 'ValidatingAdmissionPolicy', metadata: { name: 'theirs' }, spec: { failurePolicy: 'Fail', matchConstraints: onDeployments, validations: [{ expression, message: 'not so' }], ...more } });
const binding = (more: JsonObject = {}, name = 'bound'): KubeObject => ({ apiVersion: group, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: 'theirs', validationActions: ['Deny'], ...more } });
const told = (graph: KubeObject[], cluster: KubeObject[], asked = false): { findings: string[]; unchecked: string[] } => {
  const verdict = judge(graph, cluster, asked);
  return { findings: verdict.findings.filter(f => f.rule === 'cluster-policy').map(f => `${f.severity} ${f.object} ${f.path}`), unchecked: verdict.unchecked.filter(name => /^(cluster|pod)-policy:/.test(name)) };
};
const graph = [deployment({}, { replicas: 9 })];
const few = 'object.spec.replicas <= 5', quiet = { findings: [], unchecked: [] }, named = { findings: [], unchecked: ['cluster-policy:bound'] };

test('what a policy denies is refused, what it warns of or notes is a warning', () => {
  assert.deepEqual(said(judge(graph, [policy(few), binding()]), 'cluster-policy'), ['Deployment/web : ValidatingAdmissionPolicy/theirs of the cluster, bound by bound: not so']);
  assert.deepEqual(told(graph, [policy(few), binding()]), { findings: ['refused Deployment/web '], unchecked: [] });
  for (const validationActions of [['Warn'], ['Audit'], ['Warn', 'Audit']]) assert.deepEqual(told(graph, [policy(few), binding({ validationActions })]).findings, ['warning Deployment/web ']);
  assert.deepEqual(told(graph, [policy(few), binding({ validationActions: ['Warn'] }, 'first'), binding()]).findings, ['refused Deployment/web '], 'the stricter of two');
  assert.deepEqual(told([deployment({}, { replicas: 2 })], [policy(few), binding()]), quiet);
});

test('what the API server fills in is there', () => {
  assert.deepEqual(told([deployment({})], [policy('object.spec.replicas == 1 && object.spec.strategy.type == "RollingUpdate" && object.spec.template.spec.containers.all(c, c.imagePullPolicy == "IfNotPresent") && object.spec.template.spec.restartPolicy == "Always"'), binding()]), quiet);
});

test('a policy without a binding, and one about something else, says nothing', () => {
  assert.deepEqual(told(graph, [policy('false')]), quiet);
  const others = [
    [{ matchConstraints: { resourceRules: [{ apiGroups: ['apps'], apiVersions: ['*'], operations: ['*'], resources: ['statefulsets'] }] } }, {}],
    [{ matchConstraints: { ...onDeployments, objectSelector: { matchLabels: { a: 'b' } } } }, {}],
    [{ matchConstraints: { ...onDeployments, excludeResourceRules: onDeployments.resourceRules } }, {}],
    [{}, { matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } }],
    [{}, { matchResources: { resourceRules: [{ ...onDeployments.resourceRules[0], resourceNames: ['other'] }] } }],
    [{ matchConditions: [{ name: 'x', expression: 'object.metadata.namespace != "shop"' }] }, {}],
    [{ matchConstraints: { resourceRules: [{ ...onDeployments.resourceRules[0], operations: ['DELETE'] }] } }, {}],
  ] as [JsonObject, JsonObject][];
  for (const [spec, bound] of others) assert.deepEqual(told(graph, [namespace(), policy('false', spec), binding(bound)]), quiet, JSON.stringify([spec, bound]));
  assert.deepEqual(told(graph, [namespace({ env: 'prod' }), policy('false'), binding({ matchResources: { namespaceSelector: { matchLabels: { env: 'prod' } } } })]).findings.length, 1);
});

test('what cannot be evaluated here is named', () => {
  const cannot = [
    [policy('false', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }), binding({ paramRef: { name: 'x', parameterNotFoundAction: 'Deny' } })],
    [policy('authorizer.group("").resource("x").check("get").allowed()'), binding()],
    [policy('this is no expression'), binding()],
    [policy('object.spec.nowhere.to.be.found == 1'), binding()],
    [policy('request.userInfo.username == "x"'), binding()],
    [policy('true', { auditAnnotations: [{ key: 'a', valueExpression: '"b"' }] }), binding()],
    [policy('true', { matchConstraints: { resourceRules: [{ ...onDeployments.resourceRules[0], operations: ['UPDATE'] }] } }), binding()],
    [policy('true', { matchConstraints: { resourceRules: [{ ...onDeployments.resourceRules[0], apiVersions: ['v1beta1'] }] } }), binding()],
    [binding()],
    [policy('false', { matchConstraints: { ...onDeployments, namespaceSelector: { matchLabels: { env: 'prod' } } } }), binding()],
  ];
  for (const [index, objects] of cannot.entries()) assert.deepEqual(told(graph, objects), named, String(index));
  for (const spec of [null, 'x', [], { validations: 'x' }, { validations: [null], matchConstraints: onDeployments }, { matchConstraints: { resourceRules: [null, 'x'] } }])
    for (const bound of [{ matchResources: 'x' }, { validationActions: {} }] as JsonObject[]) told(graph, [{ ...policy('true'), spec } as KubeObject, binding(bound)]);
});

test('one validation that cannot be evaluated hides no other', () => {
  assert.deepEqual(told(graph, [policy('true', { validations: [{ expression: 'object.nowhere.x == 1' }, { expression: few }] }), binding()]), { findings: ['refused Deployment/web '], unchecked: ['cluster-policy:bound'] });
});

test('pods that a controller will ask for are looked at as well', () => {
  const noLatest = policy('object.spec.containers.all(c, c.name != "web") || object.spec.serviceAccountName != "default"', { matchConstraints: onPods });
  assert.deepEqual(told(graph, [noLatest, binding()]), { findings: ['refused Deployment/web spec.template'], unchecked: [] });
  assert.deepEqual(told([workload('Job', podSpec([container()], { serviceAccountName: 'web', restartPolicy: 'Never' }))], [noLatest, binding()]), quiet);
  assert.deepEqual(told(graph, [policy('authorizer.x()', { matchConstraints: onPods }), binding()]).unchecked, ['pod-policy:bound']);
});

test('where the server is asked it speaks for itself, but not of pods', () => {
  assert.deepEqual(told(graph, [policy(few), binding()], true), named);
  assert.deepEqual(told(graph, [policy('false', { matchConstraints: onPods }), binding()], true).findings, ['refused Deployment/web spec.template']);
});

test('the platform\'s own policies, installed in the cluster, say nothing twice', () => {
  const source = { apiVersion: group, kind: 'ValidatingAdmissionPolicy', metadata: { name: 'no-mounted-tokens' }, spec: { matchConstraints: { resourceRules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['CREATE'], resources: ['serviceaccounts'] }] }, validations: [{ expression: 'has(object.automountServiceAccountToken) && !object.automountServiceAccountToken' }] } };
  const account = [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'shop' } }] as KubeObject[], bound = binding({ policyName: 'no-mounted-tokens' });
  assert.deepEqual(told(account, [source, bound]), quiet);
  assert.equal(told(account, [{ ...source, metadata: { name: 'another' } }, binding({ policyName: 'another' })]).findings.length, 1);
});

const kyverno = (spec: JsonObject, kind = 'ClusterPolicy'): KubeObject => ({ apiVersion: 'kyverno.io/v1', kind, metadata: { name: 'k', ...(kind === 'Policy' ? { namespace: 'shop' } : {}) }, spec });
const rule = (kinds: string[], more: JsonObject = {}): JsonObject => ({ name: 'r', match: { any: [{ resources: { kinds } }] }, validate: {}, ...more });
const constraint = (match: JsonObject, more: JsonObject = {}): KubeObject => ({ apiVersion: 'constraints.gatekeeper.sh/v1beta1', kind: 'RequiredLabels', metadata: { name: 'g' }, spec: { match, ...more } });

test('rules of webhooks that are about the graph are named', () => {
  const enforce = { validationFailureAction: 'Enforce' };
  for (const [one, expected] of [
    [kyverno({ ...enforce, rules: [rule(['Deployment'])] }), 'cluster-policy:ClusterPolicy/k'],
    [kyverno({ ...enforce, rules: [rule(['apps/v1/Deployment'])] }), 'cluster-policy:ClusterPolicy/k'],
    [kyverno({ rules: [rule(['Pod'], { validate: { failureAction: 'Enforce' } })] }, 'Policy'), 'cluster-policy:Policy/k'],
    [kyverno({ rules: [{ ...rule(['*']), validate: undefined, mutate: {} } as unknown as JsonObject] }), 'cluster-policy:ClusterPolicy/k'],
    [constraint({ kinds: [{ apiGroups: ['apps'], kinds: ['Deployment'] }] }), 'cluster-policy:RequiredLabels/g'],
    [constraint({ kinds: [{ apiGroups: [''], kinds: ['Pod'] }] }), 'pod-policy:RequiredLabels/g'],
    [constraint({}), 'cluster-policy:RequiredLabels/g'],
    [object('policies.kyverno.io/v1', 'ValidatingPolicy', { validationActions: ['Deny'], matchConstraints: onDeployments }, 'v'), ''],
  ] as [KubeObject, string][]) assert.deepEqual(told(graph, [one]).unchecked, [expected || 'cluster-policy:ValidatingPolicy/v'], JSON.stringify(one.spec));
  for (const one of [
    kyverno({ rules: [rule(['Deployment'])] }), kyverno({ ...enforce, rules: [rule(['Ingress'])] }), kyverno({ ...enforce, admission: false, rules: [rule(['*'])] }),
    kyverno({ ...enforce, rules: [{ name: 'r', match: { any: [{ resources: { kinds: ['*'], namespaces: ['kube-*'] } }] }, validate: {} }] }),
    { ...kyverno({ ...enforce, rules: [rule(['*'])] }, 'Policy'), metadata: { name: 'k', namespace: 'other' } },
    constraint({ kinds: [{ apiGroups: ['apps'], kinds: ['Deployment'] }] }, { enforcementAction: 'dryrun' }), constraint({ namespaces: ['prod-*'] }), constraint({ excludedNamespaces: ['shop'] }), constraint({ labelSelector: { matchLabels: { a: 'b' } } }),
    object('policies.kyverno.io/v1', 'ValidatingPolicy', { validationActions: ['Audit'], matchConstraints: onDeployments }, 'v'),
  ] as KubeObject[]) assert.deepEqual(told(graph, [one]).unchecked, [], JSON.stringify(one));
});
