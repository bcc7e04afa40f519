import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject } from '../../src/kubernetes.ts';
import { startControlPlane, type ControlPlane } from './controlplane.ts';
import { dryRun } from './dryrun.ts';
import { chosen, oldest } from './versions.ts';

let planes: ControlPlane[];
// Two at once: ports and folders must not collide.
before(async () => { planes = await Promise.all([startControlPlane({ version: oldest, exact: true, crds: ['linkerd'] }), startControlPlane({ version: chosen() })]); });
after(() => Promise.all((planes ?? []).map(plane => plane.stop())));

const deployment = (extra: object = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a', namespace: 'made-on-the-way' },
  spec: { selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a:1', ...extra }] } } },
});

test('good objects pass and nothing of them stays', async () => {
  for (const plane of planes) {
    assert.deepEqual(await dryRun(plane, [deployment()]), { rejections: [], warnings: [], dropped: [] });
    assert.equal((await plane.request('GET', '/apis/apps/v1/namespaces/made-on-the-way/deployments/a')).status, 404);
  }
});

test('an unknown field, a wrong value and an unserved kind are rejected by name', async () => {
  for (const plane of planes) {
    const { rejections } = await dryRun(plane, [deployment({ imagee: 'x' }), deployment({ imagePullPolicy: 'Sometimes' }), { apiVersion: 'no.example/v1', kind: 'No', metadata: { name: 'n' } }]);
    assert.deepEqual(rejections.map(r => r.object), ['Deployment/a', 'Deployment/a', 'No/n']);
    assert.match(rejections[0]!.message, /imagee/);
    assert.match(rejections[1]!.message, /imagePullPolicy/);
  }
});

test('a warning of the server is passed on', async () => {
  const twice = deployment({ env: [{ name: 'A', value: '1' }] });
  const label: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'w', labels: { 'pod-security.kubernetes.io/enforce': 'no-such-level' } } };
  const { rejections, warnings } = await dryRun(planes[0]!, [twice, { ...deployment(), spec: { ...(deployment()['spec'] as object), template: { metadata: { labels: { app: 'a' } }, spec: { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' }, containers: [{ name: 'a', image: 'a:1' }] } } } } as KubeObject]);
  assert.deepEqual(rejections, []);
  assert.match(warnings.map(w => w.message).join(), /beta\.kubernetes\.io\/arch.*deprecated/);
  assert.equal((await dryRun(planes[0]!, [label])).rejections.length, 1);
});

test('custom resources are checked against the definitions installed by name', async () => {
  const server = (spec: object): KubeObject => ({ apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', metadata: { name: 's', namespace: 'made-on-the-way' }, spec: spec as never });
  const { rejections } = await dryRun(planes[0]!, [server({ port: 'http', podSelector: { matchLabels: { app: 'a' } } }), server({ port: 80 })]);
  assert.deepEqual(rejections.map(r => r.status), [422]);
});
