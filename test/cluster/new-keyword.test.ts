/**
 * The further examples in examples/new-keyword: few, free of conflicts, accepted by the checker with their guardrails and by a real
 * API server with the real definitions; without the operator or its setting refused by name. That a model learns them is
 * measured apart (docs/teaching.md).
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
  plane = await startControlPlane({ version: chosen(), crds: ['external-secrets'] });
  for (const name of ['shop', 'platform-system']) await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await create(plane, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'global-settings', namespace: 'platform-system' }, data: { secretStore: 'corp-vault' } });
});
after(async () => { await plane?.stop(); rmSync(dir, { recursive: true, force: true }); });

const spec: JsonObject = { networking: { exposure: 'internal' }, dependencies: [{ name: 'card-keys', type: 'vault' }, { name: 'mail-keys', type: 'vault' }, { name: 'ledger', type: 'service', port: 9443 }] };
const intent = parseIntents(JSON.stringify({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'till', namespace: 'shop' }, spec: { ...spec, workload: { containerImage: 'registry.corp/till:1.4.1' } } }), 'till.json')[0]!;
const compile = (snapshot: Snapshot, live = false): Promise<Outcome> => synthesise(intent, {
  cluster: { snapshot, namespace: 'default', snapshotMs: 0, ...(live ? { dryRun: (graph: readonly KubeObject[]) => serverDryRun(loadKubeconfig(plane.kubeconfigPath), snapshot, graph) } : {}) }, guardrails, ...oracle(intent, snapshot, 20, playbook),
});
const refusedBy = ({ findings }: Pick<Outcome, 'findings'>): string[] => [...new Set(findings.filter(f => f.severity === 'refused').map(f => f.rule))];

test('five examples at most, without an error', () => {
  assert.ok(playbook.examples.filter(e => e.file.startsWith('z-added-')).length <= 5);
  assert.deepEqual(lintPlaybook(playbook, guardrails, { around: 3 }).findings.filter(f => f.severity === 'refused' || f.rule === 'example-never-applies'), []);
});

test('accepted by checker and server: one Secret for each, of the service\'s own entry', async () => {
  const outcome = await compile(await snapshotOf(plane), true), secrets = outcome.graph.filter(o => o.kind === 'ExternalSecret') as unknown as { metadata: { name: string }; spec: { secretStoreRef: JsonObject; dataFrom: JsonObject[] } }[];
  assert.deepEqual([outcome.verdict, refusedBy(outcome)], ['accepted', []]);
  assert.deepEqual(secrets.map(o => [o.metadata.name, o.spec.secretStoreRef['name'], o.spec.dataFrom]), ['card-keys', 'mail-keys'].map(name => [`till-${name}`, 'corp-vault', [{ extract: { key: `shop/till/${name}` } }]]));
});

test('harm done to what was written is caught', async () => {
  const snapshot = await snapshotOf(plane), { graph, intent: stated } = await compile(snapshot);
  type Loose = { spec: { secretStoreRef: JsonObject; target: JsonObject; refreshInterval: string; dataFrom: { extract: JsonObject }[] } } & JsonObject;
  const harms: Record<string, (secret: Loose) => unknown> = {
    'the entry of another service': s => (s.spec.dataFrom[0]!.extract['key'] = 'shop/desk/card-keys'), 'a further entry': s => s.spec.dataFrom.push({ extract: { key: 'shop/desk/card-keys' } }),
    'a property alone': s => (s.spec.dataFrom[0]!.extract['property'] = 'x'), 'another store': s => (s.spec.secretStoreRef['name'] = 'other'), 'a store of the namespace': s => (s.spec.secretStoreRef['kind'] = 'SecretStore'),
    'another Secret': s => (s.spec.target['name'] = 'desk-card-keys'), 'a Secret that stays': s => (s.spec.target['creationPolicy'] = 'Orphan'), 'never read again': s => (s.spec.refreshInterval = '0'),
  };
  const missed = Object.entries(harms).filter(([, harm]) => {
    const changed = structuredClone(graph);
    harm(changed.find(o => o.kind === 'ExternalSecret') as unknown as Loose);
    return verify({ graph: changed, intent: stated, snapshot, guardrails }).verdict === 'accepted';
  });
  assert.deepEqual(missed.map(([what]) => what), []);
  assert.notEqual(verify({ graph: graph.filter(o => o.metadata.name !== 'till-mail-keys'), intent: stated, snapshot, guardrails }).verdict, 'accepted');
});

test('without the operator, or without the setting, it is refused by name', async () => {
  assert.deepEqual(refusedBy(await compile(loadSnapshot('bare-1.30'))), ['no-secret-operator']);
  assert.deepEqual(refusedBy(await compile(loadSnapshot('cnpg-keda'))), ['no-secret-store']);
});
