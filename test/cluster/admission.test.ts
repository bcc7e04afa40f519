/**
 * LimitRanges, ResourceQuotas and policies of a real API server, asked about the very pods and objects that the checker judged by a
 * snapshot alone: both say the same.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { shippedGuardrails } from '../../src/cli/places.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { podTemplate } from '../../src/verdict/pod.ts';
import { verify } from '../../src/verdict/verify.ts';
import { snapshotOf } from '../controlplane/capture.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane, type ControlPlane } from '../controlplane/controlplane.ts';
import { dryRun } from '../controlplane/dryrun.ts';
import { chosen } from '../controlplane/versions.ts';

const guardrails = loadGuardrails(shippedGuardrails());
let plane: ControlPlane, snapshot: Snapshot;
const put = (apiVersion: string, kind: string, name: string, namespace: string | undefined, rest: JsonObject, labels: Record<string, string> = {}): Promise<void> =>
  create(plane, { apiVersion, kind, metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) }, ...rest } as KubeObject);
const vap = 'admissionregistration.k8s.io/v1';
const policy = async (name: string, expression: string, resource: [group: string, plural: string], selector: JsonObject = {}): Promise<void> => {
  await put(vap, 'ValidatingAdmissionPolicy', name, undefined, { spec: { matchConstraints: { resourceRules: [{ apiGroups: [resource[0]], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: [resource[1]] }] }, validations: [{ expression, message: `as ${name} wants it` }] } });
  await put(vap, 'ValidatingAdmissionPolicyBinding', name, undefined, { spec: { policyName: name, validationActions: ['Deny'], matchResources: { namespaceSelector: selector } } });
};

before(async () => {
  plane = await startControlPlane({ version: chosen() });
  for (const name of ['ranges', 'ratio', 'quotas', 'free']) await put('v1', 'Namespace', name, undefined, {});
  await put('v1', 'Namespace', 'guarded', undefined, {}, { policies: 'yes' });
  for (const namespace of ['ranges', 'ratio', 'quotas', 'guarded', 'free']) await put('v1', 'ServiceAccount', 'default', namespace, {});
  await put('v1', 'LimitRange', 'bounds', 'ranges', { spec: { limits: [{ type: 'Container', min: { cpu: '100m' }, max: { cpu: '1' } }, { type: 'Pod', max: { memory: '1Gi' } }, { type: 'PersistentVolumeClaim', max: { storage: '10Gi' } }] } });
  await put('v1', 'LimitRange', 'bounds', 'ratio', { spec: { limits: [{ type: 'Container', maxLimitRequestRatio: { cpu: '2' }, default: { memory: '512Mi' }, defaultRequest: { memory: '128Mi' } }] } });
  const hard = { 'limits.memory': '1Gi', 'requests.cpu': '1', 'requests.storage': '5Gi', configmaps: '9', 'services.loadbalancers': '0' };
  await put('v1', 'ResourceQuota', 'budget', 'quotas', { spec: { hard } });
  // No controller runs here that would count.
  await plane.request('PATCH', '/api/v1/namespaces/quotas/resourcequotas/budget/status', { status: { hard, used: Object.fromEntries(Object.keys(hard).map(name => [name, '0'])) } }, 'application/merge-patch+json');
  await policy('few', 'object.spec.replicas <= 3', ['apps', 'deployments'], { matchLabels: { policies: 'yes' } });
  await policy('pulled', "object.spec.containers.all(c, c.imagePullPolicy != 'Always')", ['', 'pods'], { matchLabels: { policies: 'yes' } });
  snapshot = await snapshotOf(plane);
  // A policy is in force a moment after it was written.
  for (let i = 0; i < 100 && !(await serverRefuses([deployment('guarded', ok, { replicas: 9 })])).length; i++) await sleep(100);
});
after(() => plane?.stop());

const ok: JsonObject = { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '400m', memory: '256Mi' } };
const deployment = (namespace: string, resources: JsonObject, more: JsonObject = {}, pod: JsonObject = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace },
  spec: { replicas: 1, strategy: { type: 'Recreate' }, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image: 'r.example/web:1', resources }], ...pod } }, ...more },
});
const claim = (namespace: string, storage: string): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x', resources: { requests: { storage } } } });
const podOf = (object: KubeObject): KubeObject[] => {
  const template = podTemplate(object);
  return template ? [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: object.metadata.namespace!, labels: { app: 'web' } }, spec: template.spec }] : [];
};

const rules = ['limit-range-violated', 'quota-exceeded', 'cluster-policy'];
const weRefuse = (graph: KubeObject[]): string[] => verify({ graph, snapshot, guardrails }).findings.filter(f => rules.includes(f.rule) && f.severity === 'refused').map(f => f.message);
/** The objects as such, and the pods that controllers would ask for. */
const serverRefuses = async (graph: KubeObject[]): Promise<string[]> => [...(await dryRun(plane, graph)).rejections, ...(await dryRun(plane, graph.flatMap(podOf))).rejections].map(({ message }) => message);

const init = (cpu: string): JsonObject => ({ initContainers: [{ name: 'first', image: 'r.example/web:1', resources: { requests: { cpu }, limits: { cpu, memory: '64Mi' } } }] });
const cases: [what: string, graph: () => KubeObject[], refused: boolean][] = [
  ['within the bounds', () => [deployment('ranges', ok), claim('ranges', '10Gi')], false],
  ['below the least', () => [deployment('ranges', { requests: { cpu: '50m' }, limits: { memory: '1Gi' } })], true],
  ['above the most', () => [deployment('ranges', { limits: { cpu: '2', memory: '1Gi' } })], true],
  ['nothing of cpu, which is then given', () => [deployment('ranges', { limits: { memory: '1Gi' } })], false],
  ['requested beyond the limit that is given', () => [deployment('ranges', { requests: { cpu: '1500m' }, limits: { memory: '1Gi' } })], true],
  ['an init container above the most', () => [deployment('ranges', ok, {}, init('2'))], true],
  ['an init container within', () => [deployment('ranges', ok, {}, init('1'))], false],
  ['no limit of the pod as a whole', () => [deployment('ranges', { limits: { cpu: '1' } })], true],
  ['a claim above the most', () => [claim('ranges', '11Gi')], true],
  ['twice the request', () => [deployment('ratio', ok)], false],
  ['three times the request', () => [deployment('ratio', { requests: { cpu: '100m' }, limits: { cpu: '300m' } })], true],
  ['no request to compare with', () => [deployment('ratio', {})], true],
  ['within the quota', () => [deployment('quotas', ok), claim('quotas', '5Gi')], false],
  ['no limit of memory where a quota is about it', () => [deployment('quotas', { requests: { cpu: '100m', memory: '1Mi' } })], true],
  ['one pod beyond the quota', () => [deployment('quotas', { requests: { cpu: '2' }, limits: { memory: '64Mi' } })], true],
  ['an init container beyond the quota', () => [deployment('quotas', ok, {}, init('2'))], true],
  ['a claim beyond the quota', () => [claim('quotas', '6Gi')], true],
  ['a load balancer where none is allowed', () => [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'quotas' }, spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] } }], true],
  ['as the policies want it', () => [deployment('guarded', ok)], false],
  ['more replicas than a policy allows', () => [deployment('guarded', ok, { replicas: 4 })], true],
  ['pods that a policy rejects by what the server fills in', () => [deployment('guarded', ok, {}, { containers: [{ name: 'web', image: 'r.example/web:latest' }] })], true],
  ['the same where no policy is bound', () => [deployment('free', ok, { replicas: 4 }, { containers: [{ name: 'web', image: 'r.example/web:latest' }] })], false],
];
for (const [what, graph, refused] of cases)
  test(what, async () => {
    const server = await serverRefuses(graph()), ours = weRefuse(graph());
    assert.deepEqual([server.length > 0, ours.length > 0], [refused, refused], `server: ${server.join('; ')}\nchecker: ${ours.join('; ')}`);
  });

test('what is used of a quota enters no snapshot', () => {
  const kept = snapshot.objects.find(object => object.kind === 'ResourceQuota')!;
  assert.deepEqual([kept['status'], Object.keys(kept['spec'] as JsonObject)], [undefined, ['hard']]);
});
