/**
 * The further examples in examples/new-keyword: few, free of conflicts, accepted by the checker with their guardrails and by a real
 * API server with the real definitions; without an issuer refused by name. That a model learns them is measured apart (docs/teaching.md).
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serverDryRun } from '../../src/cli/dry-run.ts';
import { joinedPlaybook } from '../../src/cli/joined.ts';
import { shippedGuardrails, shippedPlaybook } from '../../src/cli/places.ts';
import { synthesise } from '../../src/cli/synthesise.ts';
import type { Outcome } from '../../src/cli/synthesise.ts';
import { lintPlaybook } from '../../src/evaluation/lint.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { Intent } from '../../src/intent/types.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { verify } from '../../src/verdict/verify.ts';
import { oracle } from '../cli/oracle.ts';
import { snapshotOf } from '../controlplane/capture.ts';
import { create } from '../controlplane/clusters.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';

const added = join(import.meta.dirname, '..', '..', 'examples', 'new-keyword'), dir = mkdtempSync(join(tmpdir(), 'kubesynth-keyword-'));
for (const from of [shippedGuardrails(), join(added, 'guardrails')]) cpSync(from, join(dir, 'guardrails'), { recursive: true });
const guardrails = loadGuardrails(join(dir, 'guardrails')), playbook = loadPlaybook(joinedPlaybook(shippedPlaybook(), [join(added, 'playbook')], join(dir, 'playbook')));
let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane({ version: chosen(), crds: ['cert-manager'] });
  for (const name of ['shop', 'platform-system']) await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await create(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'global-settings', namespace: 'platform-system' }, data: { clusterIssuer: 'corp-authority' } });
});
after(async () => { await plane?.stop(); rmSync(dir, { recursive: true, force: true }); });

const till = (dependencies: JsonObject[], exposure = 'internal', namespace = 'shop'): Intent => parseIntents(JSON.stringify({
  apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'till', namespace }, spec: { networking: { exposure }, dependencies, workload: { containerImage: 'registry.corp/till:1.4.1' } },
}), 'till.json')[0]!;
const wired = till([{ name: 'wire', type: 'certificate' }, { name: 'ledger-wire', type: 'certificate' }, { name: 'ledger', type: 'service', port: 9443 }]);
const compile = (snapshot: Snapshot, intent = wired, live = false): Promise<Outcome> => synthesise(intent, {
  cluster: { snapshot, namespace: 'default', snapshotMs: 0, ...(live ? { dryRun: (graph: readonly KubeObject[]) => serverDryRun(loadKubeconfig(plane.kubeconfigPath), snapshot, graph) } : {}) }, guardrails, ...oracle(intent, snapshot, 20, playbook),
});
const refusedBy = ({ findings }: Pick<Outcome, 'findings'>): string[] => [...new Set(findings.filter(f => f.severity === 'refused').map(f => f.rule))];

test('five examples at most, without an error', () => {
  assert.ok(playbook.examples.filter(e => e.file.startsWith('z-added-')).length <= 5);
  assert.deepEqual(lintPlaybook(playbook, guardrails, { around: 3 }).findings.filter(f => f.severity === 'refused' || f.rule === 'example-never-applies'), []);
});

test('accepted by checker and server: one Certificate for each, in the service\'s own names', async () => {
  const outcome = await compile(await snapshotOf(plane), wired, true), certificates = outcome.graph.filter(o => o.kind === 'Certificate') as unknown as { metadata: { name: string }; spec: JsonObject }[];
  assert.deepEqual([outcome.verdict, refusedBy(outcome)], ['accepted', []]);
  assert.deepEqual(certificates.map(o => [o.metadata.name, o.spec]), ['till-ledger-wire', 'till-wire'].map(name => [name, {
    secretName: name, issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'corp-authority' }, commonName: 'till.shop.svc', dnsNames: ['till.shop.svc', 'till'], usages: ['server auth', 'client auth'],
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' }, duration: '2160h0m0s', renewBefore: '720h0m0s',
  }]));
});

test('harm done to what was written is caught', async () => {
  const snapshot = await snapshotOf(plane), { graph, intent: stated } = await compile(snapshot);
  type Loose = { spec: JsonObject & { issuerRef: JsonObject; dnsNames: string[]; usages: string[]; privateKey: JsonObject } } & JsonObject;
  const harms: Record<string, (certificate: Loose) => unknown> = {
    'the name of another service': c => (c.spec.dnsNames[1] = 'desk'), 'a further name': c => c.spec.dnsNames.push('desk.shop.svc'), 'a name less': c => c.spec.dnsNames.pop(), 'another common name': c => (c.spec['commonName'] = 'desk.shop.svc'),
    'an address': c => (c.spec['ipAddresses'] = ['10.0.0.1']), 'a wide name in other words': c => (c.spec['literalSubject'] = 'CN=desk'), 'an authority of its own': c => (c.spec['isCA'] = true), 'a further use': c => c.spec.usages.push('cert sign'), 'a use less': c => c.spec.usages.pop(),
    'another issuer': c => (c.spec.issuerRef['name'] = 'other'), 'an issuer of the namespace': c => (c.spec.issuerRef['kind'] = 'Issuer'), 'an issuer of another group': c => (c.spec.issuerRef['group'] = 'example.com'), 'another Secret': c => (c.spec['secretName'] = 'desk-wire'),
    'a key that stays': c => (c.spec.privateKey['rotationPolicy'] = 'Never'), 'whatever key': c => delete (c.spec as JsonObject)['privateKey'], 'a long life': c => (c.spec['duration'] = '87600h0m0s'), 'renewed late': c => (c.spec['renewBefore'] = '1h0m0s'), 'the Secret shown elsewhere': c => (c.spec['secretTemplate'] = { annotations: { 'reflector.example.com/copy': 'true' } }),
  };
  const missed = Object.entries(harms).filter(([, harm]) => {
    const changed = structuredClone(graph);
    harm(changed.find(o => o.kind === 'Certificate') as unknown as Loose);
    return verify({ graph: changed, intent: stated, snapshot, guardrails }).verdict === 'accepted';
  });
  assert.deepEqual(missed.map(([what]) => what), []);
  assert.notEqual(verify({ graph: graph.filter(o => o.metadata.name !== 'till-wire'), intent: stated, snapshot, guardrails }).verdict, 'accepted');
});

test('a name that no certificate holds, or the Secret of the public route, is not taken', async () => {
  assert.deepEqual(refusedBy(await compile(await snapshotOf(plane), till([{ name: 'wire', type: 'certificate' }], 'internal', 'a'.repeat(60)))), ['certificate-name-too-long']);
  const routed = loadSnapshot('linkerd-nginx');
  assert.deepEqual(refusedBy(await compile(routed, till([{ name: 'tls', type: 'certificate' }], 'public-ingress'))), ['certificate-secret-taken']);
  assert.deepEqual(refusedBy(await compile(routed, till([{ name: 'wire', type: 'certificate' }], 'public-ingress'))), []);
});

test('without cert-manager, or without the setting, it is refused by name', async () => {
  const snapshot = await snapshotOf(plane), unset = { ...snapshot, objects: snapshot.objects.filter(o => o.metadata.name !== 'global-settings') };
  assert.deepEqual(refusedBy(await compile(loadSnapshot('bare-1.30'))), ['no-authority']);
  assert.deepEqual(refusedBy(await compile(unset)), ['no-authority']);
});
