/** Both ends of a dependency: the caller's egress is written, whom the provider lets in is the provider's to say, and told of where it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { synthesise } from '../../src/cli/synthesise.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { oracle } from './oracle.ts';

const guardrails = loadGuardrails(shippedGuardrails()), cluster = loadSnapshot('bare-1.30');
const intent = (dependency: JsonObject) => parseIntents(JSON.stringify({
  apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'till', namespace: 'shop' },
  spec: { workload: { containerImage: 'registry.corp/till:1.4.1' }, dependencies: [{ name: 'ledger', type: 'service', port: 9443, ...dependency }] },
}), 'till.json')[0]!;
const policy = (namespace: string, spec: JsonObject): KubeObject => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'some', namespace }, spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'ledger' } }, policyTypes: ['Ingress'], ...spec } });
const home: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { stage: 'live' } } };

/** Whether the author of the caller is told to ask. */
async function told(policies: KubeObject[], dependency: JsonObject): Promise<boolean> {
  const snapshot = { ...cluster, objects: [...cluster.objects, home, ...policies] }, written = intent(dependency);
  const { verdict, degraded } = await synthesise(written, { cluster: { snapshot, namespace: 'default', snapshotMs: 0 }, guardrails, ...oracle(written, snapshot) });
  assert.equal(verdict, 'accepted');
  assert.ok(degraded.every(text => /networking\.allowFrom: \{name: till, namespace: shop\}/.test(text)), degraded.join());
  return degraded.length > 0;
}
const port = { port: 9443, protocol: 'TCP' }, named = (name: string) => ({ podSelector: { matchLabels: { 'app.kubernetes.io/name': name } } }), among = (labels: JsonObject) => ({ namespaceSelector: { matchLabels: labels } });

test('nothing is known, or somebody lets it in: nothing is said', async () => {
  const open: [string, KubeObject[]][] = [
    ['no policy', []], ['everybody', [policy('shop', { ingress: [{}] })]], ['of other pods', [policy('shop', { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'other' } } })]],
    ['egress only', [policy('shop', { policyTypes: ['Egress'] })]], ['by name', [policy('shop', { ingress: [{ from: [named('till')], ports: [port] }] })]],
    ['the namespace', [policy('shop', { ingress: [{ from: [{ podSelector: {} }], ports: [port] }] })]], ['one of several', [policy('shop', {}), policy('shop', { ingress: [{ from: [named('other')] }, { from: [named('till')], ports: [{ port: 9000, endPort: 9999 }] }] })]],
    ['a named port', [policy('shop', { ingress: [{ from: [named('till')], ports: [{ port: 'https' }] }] })]], ['in another namespace', [policy('books', {})]],
  ];
  for (const [what, policies] of open) assert.equal(await told(policies, {}), false, what);
  for (const peer of [{ ...named('till'), ...among({ 'kubernetes.io/metadata.name': 'shop' }) }, among({ stage: 'live' }), { ipBlock: { cidr: '10.0.0.0/8' } }]) assert.equal(await told([policy('books', { ingress: [{ from: [peer], ports: [port] }] })], { shared: 'books' }), false, JSON.stringify(peer));
});

test('the policies of the provider let nobody in from here: its owner is named', async () => {
  const shut: [string, JsonObject][] = [
    ['default deny', { podSelector: {} }], ['others by name', { ingress: [{ from: [named('desk')], ports: [port] }] }], ['another port', { ingress: [{ from: [named('till')], ports: [{ port: 8080 }] }] }],
    ['another protocol', { ingress: [{ from: [named('till')], ports: [{ port: 9443, protocol: 'UDP' }] }] }],
  ];
  for (const [what, spec] of shut) assert.equal(await told([policy('shop', spec)], {}), true, what);
  for (const peer of [named('till'), { ...named('till'), ...among({ 'kubernetes.io/metadata.name': 'mall' }) }, among({ stage: 'trial' }), { ...named('desk'), ...among({ stage: 'live' }) }]) assert.equal(await told([policy('books', { ingress: [{ from: [peer], ports: [port] }] })], { shared: 'books' }), true, JSON.stringify(peer));
});
