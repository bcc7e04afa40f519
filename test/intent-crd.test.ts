/** The committed CRD on real API servers: accepted, structural, and as strict as the command line. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { startControlPlane, type ControlPlane } from './controlplane/controlplane.ts';
import { chosen } from './controlplane/versions.ts';
import { parseIntents } from '../src/intent/parse.ts';
import { withDefaults } from '../src/intent/defaults.ts';

const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const examples = readdirSync(new URL('examples/', root)).filter(name => name.endsWith('.yaml'));
let plane: ControlPlane;

before(async () => {
  plane = await startControlPlane({ version: chosen() });
  const made = await plane.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', parse(read('install/crds/serviceintents.yaml')));
  assert.equal(made.status, 201, made.text);
  for (;;) {
    const { json } = await plane.request('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/serviceintents.synthesis.platform');
    const conditions = (json as { status?: { conditions?: { type: string; status: string; message: string }[] } }).status?.conditions ?? [];
    assert.deepEqual(conditions.filter(({ type, status }) => type === 'NonStructuralSchema' && status === 'True'), []);
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) break;
    await sleep(50);
  }
});
after(() => plane?.stop());

/** What the server answers to creating the intent, with unknown fields refused as kubectl does. */
const create = async (intent: object) => {
  for (;;) {
    const answer = await plane.request('POST', '/apis/synthesis.platform/v1alpha1/namespaces/default/serviceintents?dryRun=All&fieldValidation=Strict', intent);
    // Established a moment before it is served.
    if (answer.status !== 404) return answer;
    await sleep(50);
  }
};
const here = (intent: { metadata: object }) => ({ ...intent, metadata: { ...intent.metadata, namespace: 'default' } });

test('every example is accepted, and the server defaults it as the command line does', async () => {
  for (const name of examples) {
    for (const intent of parseIntents(read(`examples/${name}`), name)) {
      const answer = await create(here(intent));
      assert.equal(answer.status, 201, `${name}: ${answer.text}`);
      const stored = (answer.json as { spec: { workload: { kind: string; tier: string }; updatePolicy: string } }).spec;
      const { spec } = withDefaults(intent);
      assert.deepEqual([stored.workload.kind, stored.workload.tier, stored.updatePolicy], [spec.workload.kind, spec.workload.tier, spec.updatePolicy]);
    }
  }
});

const base = { apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'shop' } };
const refused: [string, object][] = [
  ['image missing', { workload: {} }],
  ['unknown field', { workload: { containerImage: 'r/a:1', imaeg: 'x' } }],
  ['keyword and exact resources', { workload: { containerImage: 'r/a:1', resources: 'x', resourceRequirements: { requests: { cpu: '1' } } } }],
  ['keyword and exact auth', { workload: { containerImage: 'r/a:1' }, networking: { authPolicy: 'x', auth: { issuer: 'i', jwksUri: 'https://i/k' } } }],
  ['impossible quantity', { workload: { containerImage: 'r/a:1', resourceRequirements: { requests: { cpu: '12x' } } } }],
  ['duplicate port', { workload: { containerImage: 'r/a:1', ports: [{ containerPort: 80 }, { containerPort: 80 }] } }],
  ['200 ports', { workload: { containerImage: 'r/a:1', ports: Array.from({ length: 200 }, (_, i) => ({ containerPort: i + 1 })) } }],
  ['two probe handlers', { workload: { containerImage: 'r/a:1', probes: { liveness: { tcpSocket: { port: 1 }, grpc: { port: 1 } } } } }],
  ['no probe handler', { workload: { containerImage: 'r/a:1', probes: { liveness: { periodSeconds: 3 } } } }],
  ['two files with one path', { workload: { containerImage: 'r/a:1', files: [{ path: '/a', content: '' }, { path: '/a', content: '' }] } }],
  ['value and source of a variable', { workload: { containerImage: 'r/a:1', env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'x' } } }] } }],
  ['keyword as a mapping', { workload: { containerImage: 'r/a:1', resources: { cpu: 1 } } }],
];
for (const [what, spec] of refused) {
  test(`refused by server and command line alike: ${what}`, async () => {
    const answer = await create({ ...base, spec });
    assert.ok(answer.status === 422 || answer.status === 400, `${answer.status} ${answer.text}`);
    assert.throws(() => parseIntents(JSON.stringify({ ...base, spec }), 'x.json'));
  });
}

test('a name over 63 characters is refused by the server too', async () => {
  const answer = await create({ ...base, metadata: { name: 'a'.repeat(64) }, spec: { workload: { containerImage: 'r/a:1' } } });
  assert.equal(answer.status, 422, answer.text);
});
