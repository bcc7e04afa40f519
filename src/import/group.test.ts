/** Which objects belong to which workload, and which are nobody's to import. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grouped } from './group.ts';
import { readManifests } from './read.ts';

export const parsed = (text: string) => readManifests([{ name: 'test.yaml', text: Buffer.from(text) }]).objects;
const workload = (kind: string, name: string, labels: string, pod = ''): string =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {${labels}}}, template: {metadata: {labels: {${labels}}}, spec: {containers: [{name: c, image: 'x:1'}]${pod}}}}\n---\n`;
const service = (name: string, labels: string, more = ''): string => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {${labels}}, ports: [{port: 80}]${more}}\n---\n`;
const names = (list: readonly { kind: string; metadata: { name: string } }[]): string[] => list.map(o => `${o.kind}/${o.metadata.name}`).sort();

test('each workload takes what serves it alone', () => {
  const { groups } = grouped(parsed(`${workload('Deployment', 'web-v1', 'app: web')}${service('web', 'app: web')}${workload('StatefulSet', 'db', 'app: db')}${service('db-headless', 'app: db', ', clusterIP: None')}${service('db', 'app: db')}
apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p}\nspec: {selector: {matchLabels: {app: db}}, maxUnavailable: 1}\n---
apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web-v1}, maxReplicas: 3}\n`));
  assert.deepEqual(groups.map(g => [g.name, names(g.objects), names(g.extras)]), [
    // Others reach it by the Service's name, which therefore is the intent's.
    ['web', ['Deployment/web-v1', 'HorizontalPodAutoscaler/h', 'Service/web'], []],
    ['db', ['PodDisruptionBudget/p', 'Service/db', 'Service/db-headless', 'StatefulSet/db'], []],
  ]);
});

test('a Service of several workloads, and a second of one, are carried whole', () => {
  const { groups } = grouped(parsed(`${workload('Deployment', 'v1', 'app: r, version: v1')}${workload('Deployment', 'v2', 'app: r, version: v2')}${service('r', 'app: r')}${workload('Deployment', 'web', 'app: web')}${service('web', 'app: web')}${service('web-metrics', 'app: web')}`));
  assert.deepEqual(groups.map(g => names(g.extras)), [['Service/r'], [], ['Service/web-metrics']]);
});

test('rights belong to the one workload that runs as the account; an account of several stays', () => {
  const account = (name: string): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}\n---\n`;
  const rights = (name: string): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: ${name}}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: ${name}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${name}}\nsubjects: [{kind: ServiceAccount, name: ${name}}]\n---\n`;
  const { groups } = grouped(parsed(`${workload('Deployment', 'a', 'app: a', ', serviceAccountName: one')}${account('one')}${rights('one')}${workload('Deployment', 'b', 'app: b', ', serviceAccountName: two')}${workload('Deployment', 'c', 'app: c', ', serviceAccountName: two')}${account('two')}`));
  assert.deepEqual(names(groups[0]!.objects), ['Deployment/a', 'Role/one', 'RoleBinding/one', 'ServiceAccount/one']);
  assert.deepEqual(groups.map(g => names(g.extras)), [[], ['ServiceAccount/two'], []]);
});

test('what is no service of a team is named with its reason, and left alone', () => {
  const { groups, outOfScope } = grouped(parsed(`${workload('Deployment', 'web', 'app: web')}${workload('Deployment', 'operator', 'app: op', ', serviceAccountName: op')}${workload('DaemonSet', 'agent', 'app: agent', ', hostNetwork: true')}
apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {}\n---
apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: op}\nroleRef: {kind: ClusterRole, name: op}\nsubjects: [{kind: ServiceAccount, name: op, namespace: default}]\n---
apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: hook}\n---
apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: Yg==}\n---
apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: t, image: 'x:1'}]}\n`));
  assert.deepEqual(groups.map(g => g.name), ['web']);
  assert.deepEqual(outOfScope.map(o => o.object).sort(), ['ClusterRoleBinding/op', 'CustomResourceDefinition/things.example.com', 'DaemonSet/agent', 'Deployment/operator', 'Pod/t', 'Secret/s', 'ValidatingWebhookConfiguration/hook']);
  assert.ok(outOfScope.every(o => o.reason));
});

test('without a workload nothing is imported, and everything is named', () => {
  const { groups, outOfScope } = grouped(parsed(service('a', 'app: a')));
  assert.deepEqual([groups.length, outOfScope.map(o => o.object)], [0, ['Service/a']]);
});

test('objects of a live namespace: what controllers made comes back by itself', () => {
  const { groups, outOfScope } = grouped(parsed(`${workload('Deployment', 'web', 'app: web')}apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web-1, ownerReferences: [{controller: true, kind: Deployment, name: web, apiVersion: apps/v1, uid: '1'}]}\nspec: {}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\n`));
  assert.deepEqual([groups[0]!.extras, outOfScope], [[], []]);
});

test('an autoscaler that no API server would take is named and changes nothing', () => {
  const { groups, outOfScope } = grouped(parsed(`${workload('Deployment', 'web-v1', 'app: web')}apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web-v1}, maxReplicas: null}\n`));
  assert.deepEqual([groups.map(g => names(g.objects)), outOfScope.map(o => o.object)], [[['Deployment/web-v1']], ['HorizontalPodAutoscaler/h']]);
});
