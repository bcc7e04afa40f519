/** `plan` against a real API server: before and after `kubectl apply`, and under the agent's rules once the cluster holds the intent. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { applyRevision } from '../../src/change/apply.ts';
import type { IntentRef } from '../../src/change/ownership.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { clusterApi } from '../../src/operator/client.ts';
import { Transport } from '../../src/operator/transport.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { snapshotOf } from '../controlplane/capture.ts';
import { collectionPath, create, raise } from '../controlplane/clusters.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { installCrds } from '../controlplane/definitions.ts';
import type { Crd } from '../controlplane/crds.ts';
import { kubesynth, root, scratch } from './run.ts';

let plane: ControlPlane;
before(async () => {
  plane = await raise('bare-1.30');
  for (const name of ['by-hand', 'by-agent']) await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
});
after(() => plane?.stop());

interface Planned { intent: string; verdict: string; unchecked: string[]; objects: { object: string; action: string; fields: { path: string; from?: unknown; to?: unknown }[]; left?: string[] }[] }
interface Report { verdict: string; findings: { rule: string; object: string }[]; intents: Planned[] }

const stated = (namespace: string, change: (spec: JsonObject) => void = () => undefined): string => {
  const intent = parse(readFileSync(join(root, 'examples', 'inventory-api.yaml'), 'utf8')) as KubeObject;
  intent.metadata.namespace = namespace;
  change(intent['spec'] as JsonObject);
  return JSON.stringify(intent);
};
const at = async (command: string, input: string, ...more: string[]): Promise<{ status: number; stdout: string; stderr: string }> => kubesynth([command, '-f', '-', '-o', 'json', '--kubeconfig', plane.kubeconfigPath, ...more], { input });
const plan = async (input: string, ...more: string[]): Promise<{ status: number; said: Report; actions: string[] }> => {
  const { status, stdout, stderr } = await at('plan', input, ...more), said = JSON.parse(stdout || '{"intents":[]}') as Report;
  assert.ok(stdout, stderr);
  return { status, said, actions: said.intents.flatMap(i => i.objects).filter(o => o.action !== 'unchanged').map(o => `${o.action} ${o.object}`) };
};
const graphOf = async (input: string): Promise<KubeObject[]> => {
  const { status, stdout, stderr } = await at('synth', input);
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as { items: KubeObject[] }).items;
};
const image = (tag: string) => (spec: JsonObject): void => { (spec['workload'] as JsonObject)['containerImage'] = `registry.corp/inventory-api:${tag}`; };
const withEnv = (spec: JsonObject): void => { (spec['workload'] as JsonObject)['env'] = [{ name: 'LEVEL', value: 'info' }]; };
const deployment = ({ said }: { said: Report }): Planned['objects'][number] => said.intents[0]!.objects.find(o => o.object.startsWith('Deployment/'))!;

test('by hand: everything new, then nothing, then what another image and a variable less change; nothing is written', async () => {
  const first = await plan(stated('by-hand', withEnv));
  assert.equal(first.status, 1);
  assert.ok(first.actions.includes('create Deployment/inventory-api') && first.actions.every(a => a.startsWith('create ')), first.actions.join());
  assert.deepEqual(first.said.intents[0]!.unchecked.filter(name => name === 'server-dry-run'), []);
  assert.deepEqual((await plane.request('GET', '/apis/apps/v1/namespaces/by-hand/deployments')).json['items'], []);

  for (const object of await graphOf(stated('by-hand', withEnv))) {
    const made = await plane.request('PATCH', `${await collectionPath(plane, object)}/${object.metadata.name}?fieldManager=kubectl`, object, 'application/apply-patch+yaml');
    assert.ok(made.status < 300, made.text);
  }
  const second = await plan(stated('by-hand', withEnv));
  assert.deepEqual([second.status, second.said.verdict, second.actions], [0, 'unchanged', []]);
  assert.match((await kubesynth(['plan', '-f', '-', '--kubeconfig', plane.kubeconfigPath], { input: stated('by-hand', withEnv) })).stdout, /^by-hand\/inventory-api: no change, \d objects\n$/);

  const third = await plan(stated('by-hand', image('1.5.0'))), fields = deployment(third).fields;
  assert.equal(third.status, 1);
  assert.deepEqual(fields.find(f => f.path.endsWith('containers[name=inventory-api].image')), { path: 'spec.template.spec.containers[name=inventory-api].image', from: 'registry.corp/inventory-api:1.4.1', to: 'registry.corp/inventory-api:1.5.0' });
  assert.ok(fields.some(f => f.path.includes('.env') && f.from !== undefined && f.to === undefined), JSON.stringify(fields));
  assert.ok(!fields.some(f => f.path.startsWith('metadata.') && !f.path.includes('version')), JSON.stringify(fields));
  assert.deepEqual((await plan(stated('by-hand', withEnv))).status, 0);
});

test('what the API server would not take: exit 4 in its words', async () => {
  const { status, said } = await plan(stated('nowhere'));
  assert.deepEqual([status, said.verdict], [4, 'refused']);
  assert.ok(said.findings.some(f => f.rule === 'apply-rejected'), JSON.stringify(said.findings));
});

test('by the agent: objects of others stop it, its own are compared, kept fields are named, and what the graph has no more would go', async t => {
  await installCrds((...request) => plane.request(...request), ['serviceintents', 'synthesisrevisions'].map(name => parse(readFileSync(join(root, 'install', 'crds', `${name}.yaml`), 'utf8')) as Crd));
  const resource = JSON.parse(stated('by-agent')) as KubeObject, transport = new Transport(loadKubeconfig(plane.kubeconfigPath)), api = clusterApi(transport);
  t.after(() => transport.close());
  const intents = '/apis/synthesis.platform/v1alpha1/namespaces/by-agent/serviceintents', made = await api.create(intents, resource);
  const ref: IntentRef = { name: 'inventory-api', namespace: 'by-agent', uid: String(made.metadata['uid']) };
  await create(plane, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'inventory-api', namespace: 'by-agent' } });
  const stopped = await plan(stated('by-agent'));
  assert.deepEqual([stopped.status, stopped.said.findings.map(f => [f.rule, f.object])], [4, [['object-not-owned', 'ServiceAccount/inventory-api']]]);
  await api.delete('/api/v1/namespaces/by-agent/serviceaccounts/inventory-api');

  const graph = await graphOf(stated('by-agent')), { kinds } = await snapshotOf(plane);
  const applied = await applyRevision(api, [], graph, { intent: ref, kinds, record: async inventory => void await api.patchStatus(`${intents}/inventory-api`, { status: { inventory: inventory as unknown as JsonObject[] } }) });
  assert.deepEqual(applied.conflicts, []);
  assert.deepEqual((await plan(stated('by-agent'))).status, 0);

  // Somebody scales it: the agent leaves that to them, and the plan says so.
  const scaled = await plane.request('PATCH', '/apis/apps/v1/namespaces/by-agent/deployments/inventory-api?fieldManager=somebody', { spec: { replicas: 7 } }, 'application/merge-patch+json');
  assert.equal(scaled.status, 200, scaled.text);
  const left = await plan(stated('by-agent'));
  assert.deepEqual([left.status, deployment(left).left, deployment(left).fields], [0, ['spec.replicas'], []]);

  const internal = (await plan(stated('by-agent', spec => { (spec['networking'] as JsonObject)['exposure'] = 'none'; })));
  assert.equal(internal.status, 1);
  assert.ok(internal.actions.includes('prune Service/inventory-api'), internal.actions.join());
  assert.ok((await api.get('/api/v1/namespaces/by-agent/services/inventory-api')) !== undefined, 'nothing was deleted');

  // What the cluster itself holds, on a cluster as it would be.
  const path = join(scratch(t), 'crd.yaml');
  writeFileSync(path, readFileSync(join(root, 'test/controlplane/crds/linkerd.yaml')));
  const whatIf = await kubesynth(['plan', '--what-if', `add-crd=${path}`, '--kubeconfig', plane.kubeconfigPath, '-o', 'json']), said = JSON.parse(whatIf.stdout) as Report;
  assert.deepEqual([whatIf.status, said.intents.map(i => [i.intent, i.verdict])], [0, [['by-agent/inventory-api', 'unchanged']]], whatIf.stderr);
});
