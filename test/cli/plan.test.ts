/** `plan` with the shipped model on shipped snapshots, as a user and a script run it. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { inSnapshotOrder } from '../../src/snapshot/capture.ts';
import { loadSnapshot, saveSnapshot } from '../../src/snapshot/file.ts';
import { kubesynth, root, scratch } from './run.ts';
import type { Ran } from './run.ts';

const auth = 'examples/user-auth-service.yaml', inventory = 'examples/inventory-api.yaml', definitions = 'test/controlplane/crds/linkerd.yaml';
interface Said { verdict: string; findings: { rule: string }[] }
interface Planned extends Said { intent: string; now?: Said; then?: Said; unchecked: string[]; objects: { object: string; apiVersion: string; namespace: string; action: string; fields: { path: string; from?: unknown; to?: unknown }[] }[] }
interface Report extends Said { whatIf?: string[]; intents: Planned[] }
const report = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;
const actions = ({ objects }: Planned): string[] => objects.filter(o => o.action !== 'unchanged').map(o => `${o.action} ${o.object}`);
const rules = ({ findings }: Said): string[] => findings.map(f => f.rule);
const stated = (file: string, change: (text: string) => string): string => change(readFileSync(join(root, file), 'utf8'));
const withMutual = stated(inventory, text => text.replace('exposure: internal', 'exposure: internal, authPolicy: mtls'));

/** A shipped snapshot of a cluster that has these objects, too. */
function clusterWith(dir: string, name: string, ...objects: object[]): string {
  const path = join(dir, 'cluster.json.br'), snapshot = loadSnapshot(name);
  saveSnapshot(path, { ...snapshot, objects: inSnapshotOrder([...snapshot.objects, ...(objects as KubeObject[])]) });
  return path;
}

describe('plan', { concurrency: 1 }, () => {
  test('on a cluster that has nothing of it everything is new, or unknown where a snapshot cannot tell: exit 1', async () => {
    const ran = await kubesynth(['plan', '-f', inventory, '--snapshot', 'cnpg-keda']), json = await kubesynth(['plan', '-f', inventory, '--snapshot', 'cnpg-keda', '-o', 'json']);
    assert.deepEqual([ran.status, json.status, ran.stderr], [1, 1, '']);
    assert.match(ran.stdout, /^shop\/inventory-api: \d to create, 2 unknown\n/);
    assert.match(ran.stdout, /\n  \+ Service\/inventory-api\n[\s\S]*  \? Deployment\/inventory-api \(a snapshot does not hold deployments\)\n/);
    const said = report(json), [plan] = said.intents;
    assert.deepEqual([said.verdict, said.findings, plan!.verdict, plan!.intent], ['changed', [], 'changed', 'shop/inventory-api']);
    assert.ok(actions(plan!).includes('create NetworkPolicy/inventory-api') && plan!.unchecked.includes('server-dry-run'));
    assert.deepEqual(parse((await kubesynth(['plan', '-f', inventory, '--snapshot', 'cnpg-keda', '-o', 'yaml'])).stdout), said);
  });

  test('objects that are there: changed fields with both values, what the server filled in aside', async t => {
    const graph = (JSON.parse((await kubesynth(['synth', '-f', inventory, '--snapshot', 'bare-1.30', '-o', 'json'])).stdout) as { items: KubeObject[] }).items;
    const held = graph.filter(o => ['ServiceAccount', 'NetworkPolicy', 'Service'].includes(o.kind)).map(o => structuredClone(o));
    for (const object of held) if (object.kind === 'Service') { (object['spec'] as JsonObject)['sessionAffinity'] = 'None'; ((object['spec'] as JsonObject)['selector'] as JsonObject)['app.kubernetes.io/name'] = 'other'; }
    const ran = await kubesynth(['plan', '-f', inventory, '--snapshot', clusterWith(scratch(t), 'bare-1.30', ...held), '-o', 'json']), [plan] = report(ran).intents;
    assert.equal(ran.status, 1);
    assert.deepEqual(actions(plan!).sort(), ['change Service/inventory-api', 'unknown Deployment/inventory-api', 'unknown PodDisruptionBudget/inventory-api']);
    assert.deepEqual(plan!.objects.find(o => o.action === 'change')!.fields, [{ path: 'spec.selector["app.kubernetes.io/name"]', from: 'other', to: 'inventory-api' }]);
  });

  test('an intent that cannot be compiled now: exit 4 with its findings, beside the others', async t => {
    const dir = scratch(t);
    copyFileSync(join(root, inventory), join(dir, 'a.yaml'));
    copyFileSync(join(root, auth), join(dir, 'b.yaml'));
    writeFileSync(join(dir, 'c.yaml'), 'kind: [');
    const ran = await kubesynth(['plan', '-f', dir, '--snapshot', 'bare-1.30', '-o', 'json']), said = report(ran);
    assert.equal(ran.status, 4);
    assert.deepEqual([said.verdict, said.intents.map(i => i.verdict)], ['refused', ['changed', 'refused']]);
    assert.ok(rules(said).includes('no-mesh-for-jwt') && rules(said).includes('malformed-yaml'));
    assert.match(ran.stderr, /error\[malformed-yaml\][\s\S]*error\[no-mesh-for-jwt\]/);
  });
});

describe('plan --what-if', { concurrency: 1 }, () => {
  test('a change that changes nothing: exit 0', async () => {
    const ran = await kubesynth(['plan', '-f', inventory, '--snapshot', 'bare-1.30', '--what-if', `add-crd=${definitions}`, '--what-if', 'k8s=1.30']);
    assert.deepEqual([ran.status, ran.stderr], [0, '']);
    assert.match(ran.stdout, /^What if: with 4 definitions of .*, Kubernetes 1\.30\nshop\/inventory-api: no change, \d objects\n$/);
  });

  test('an API that goes: what changes in one intent, and why another would be refused: exit 1', async t => {
    const changed = await kubesynth(['plan', '-f', inventory, '--snapshot', 'cnpg-keda', '--what-if', 'remove-api=postgresql.cnpg.io', '-o', 'json']), [first] = report(changed).intents;
    assert.deepEqual([changed.status, first!.verdict, actions(first!)], [1, 'changed', ['change NetworkPolicy/inventory-api']]);
    assert.ok(first!.objects.some(o => o.fields.some(f => f.path.startsWith('spec.egress[1].to[0].podSelector') && f.from === 'orders-db')));

    const dir = scratch(t);
    copyFileSync(join(root, inventory), join(dir, 'a.yaml'));
    copyFileSync(join(root, auth), join(dir, 'b.yaml'));
    const ran = await kubesynth(['plan', '-f', dir, '--snapshot', 'istio-gateway', '--what-if', 'remove-api=security.istio.io', '-o', 'json']), said = report(ran);
    assert.deepEqual([ran.status, said.verdict, said.findings, said.whatIf], [1, 'changed', [], ['without security.istio.io']]);
    assert.deepEqual(said.intents.map(i => [i.verdict, i.now!.verdict, i.then!.verdict]), [['unchanged', 'accepted', 'accepted'], ['refused', 'accepted', 'refused']]);
    assert.ok(rules(said.intents[1]!.then!).includes('no-mesh-for-jwt'));
    const text = await kubesynth(['plan', '-f', auth, '--snapshot', 'istio-gateway', '--what-if', 'remove-api=security.istio.io']);
    assert.match(text.stdout, /user-auth-service: would be refused\n[\s\S]*\[no-mesh-for-jwt\]\n +fix: /);
  });

  test('definitions that come: an intent becomes possible', async () => {
    const args = ['plan', '-f', '-', '--snapshot', 'bare-1.30', '--what-if', `add-crd=${definitions}`];
    const ran = await kubesynth([...args, '-o', 'json'], { input: withMutual }), [plan] = report(ran).intents;
    assert.deepEqual([ran.status, plan!.verdict, rules(plan!.now!)], [1, 'possible', ['no-mesh-for-mtls']], ran.stderr);
    assert.ok(actions(plan!).includes('create Server/inventory-api-http'));
    assert.match((await kubesynth(args, { input: withMutual })).stdout, /becomes possible \(refused now\): \d to create\n +now refused by no-mesh-for-mtls\n/);
  });

  test('what is refused now and then: exit 4', async () => {
    const ran = await kubesynth(['plan', '-f', auth, '--snapshot', 'bare-1.30', '--what-if', 'k8s=1.37', '-o', 'json']), said = report(ran);
    assert.deepEqual([ran.status, said.verdict, said.intents[0]!.verdict], [4, 'refused', 'impossible']);
    assert.deepEqual(rules(said), rules(said.intents[0]!.now!));
  });

  test('without -f every intent of the cluster is asked about', async t => {
    const held = parse(readFileSync(join(root, inventory), 'utf8')) as KubeObject, dir = scratch(t);
    held.metadata.annotations = { 'synthesis.platform/suspend': 'true' };
    const path = clusterWith(dir, 'cnpg-keda', held, { ...held, metadata: { name: 'bad', namespace: 'other' }, spec: {} });
    const ran = await kubesynth(['plan', '-n', 'shop', '--snapshot', path, '--what-if', 'remove-api=postgresql.cnpg.io', '-o', 'json']);
    assert.deepEqual([ran.status, report(ran).intents.map(i => [i.intent, i.verdict])], [1, [['shop/inventory-api', 'changed']]], ran.stderr);
    const all = await kubesynth(['plan', '--snapshot', path, '--what-if', 'remove-api=postgresql.cnpg.io', '-o', 'json']);
    assert.deepEqual([all.status, report(all).intents.length, rules(report(all)).length > 0], [2, 1, true]);
  });
});

describe('plan: bad input', { concurrency: 2 }, () => {
  const cases: [args: string[], rule: string, says: RegExp][] = [
    [['--snapshot', 'bare-1.30'], 'usage', /no input is given/], [['--snapshot', 'bare-1.30', '--what-if', 'k8s=1.37'], 'no-intent', /the cluster holds no ServiceIntent/],
    [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', 'k8=1.30'], 'what-if-unknown', /Did you mean k8s/], [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', 'k8s=new'], 'version-malformed', /"new"/],
    [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', 'k8s=1.12'], 'version-not-shipped', /Available: 1\.30, 1\.37/], [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', 'remove-api=example.com'], 'api-not-served', /example\.com/],
    [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', 'add-crd=nosuch.yaml'], 'input-unreadable', /nosuch\.yaml/], [['-f', inventory, '--snapshot', 'bare-1.30', '--what-if', `add-crd=${inventory}`], 'crd-malformed', /inventory-api\.yaml:1:1[\s\S]*ServiceIntent/],
  ];
  for (const [args, rule, says] of cases) {
    test(`${args.join(' ')}: exit 2, ${rule}`, async () => {
      const ran = await kubesynth(['plan', ...args, '-o', 'json']), [finding] = (JSON.parse(ran.stdout) as { findings: Record<string, string>[] }).findings;
      assert.equal(ran.status, 2, ran.stderr);
      assert.match(ran.stderr, new RegExp(`^error\\[${rule}\\]`));
      assert.match(ran.stderr, says);
      for (const field of ['rule', 'object', 'path', 'message', 'fix']) assert.equal(typeof finding![field], 'string');
    });
  }
});
