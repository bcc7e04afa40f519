/** Both ends of a dependency: the caller's egress is written, whom the provider lets in is the provider's to say, and told of where it does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { synthesise } from '../../src/cli/synthesise.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { Intent } from '../../src/intent/types.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { oracle } from './oracle.ts';

const guardrails = loadGuardrails(shippedGuardrails()), cluster = loadSnapshot('bare-1.30');
const intent = (dependency: JsonObject) => parseIntents(JSON.stringify({
  apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'till', namespace: 'shop' },
  spec: { workload: { containerImage: 'registry.corp/till:1.4.1' }, dependencies: [{ name: 'ledger', type: 'service', port: 9443, ...dependency }] },
}), 'till.json')[0]!;
const policy = (namespace: string, spec: JsonObject): KubeObject => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'some', namespace }, spec: { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'ledger' } }, policyTypes: ['Ingress'], ...spec } });
const home: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { stage: 'live' } } };

/** What the author of the caller is told, on a cluster with these objects. */
async function saidOn(on: Snapshot, objects: KubeObject[], dependency: JsonObject, more: JsonObject = {}): Promise<string[]> {
  const base = intent(dependency), written = { ...base, spec: { ...base.spec, ...more } } as Intent, snapshot = { ...on, objects: [...on.objects.filter(o => o.kind !== 'Namespace' || o.metadata.name !== 'shop'), ...objects] };
  const { verdict, degraded, findings } = await synthesise(written, { cluster: { snapshot, namespace: 'default', snapshotMs: 0 }, guardrails, ...oracle(written, snapshot) });
  assert.equal(verdict, 'accepted', JSON.stringify(findings));
  return degraded.filter(text => text.startsWith('dependency ledger: '));
}
/** Whether the author of the caller is told to ask. */
async function told(policies: KubeObject[], dependency: JsonObject): Promise<boolean> {
  const degraded = await saidOn(cluster, [home, ...policies], dependency);
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

const istio = loadSnapshot('istio-gateway'), linkerd = loadSnapshot('linkerd-nginx');
const namespace = (name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } });
const meshed = namespace('shop', { 'istio-injection': 'enabled' }), plain = namespace('shop');
const security = (kind: string, where: string, spec: JsonObject): KubeObject => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'some', namespace: where }, spec });
const selector = { matchLabels: { 'app.kubernetes.io/name': 'ledger' } }, strict = { mtls: { mode: 'STRICT' } }, from = (source: JsonObject): JsonObject => ({ selector, rules: [{ from: [{ source }] }] });

test('a mesh that asks for an identity: who has no sidecar is told', async () => {
  const peers: [string, KubeObject[], boolean][] = [
    ['for the provider', [plain, security('PeerAuthentication', 'shop', { selector, ...strict })], true],
    ['for the provider, and this one is in the mesh', [meshed, security('PeerAuthentication', 'shop', { selector, ...strict })], false],
    ['and nothing is known of this namespace', [security('PeerAuthentication', 'shop', { selector, ...strict })], false],
    ['for others', [plain, security('PeerAuthentication', 'shop', { selector: { matchLabels: { app: 'other' } }, ...strict })], false],
    ['for a namespace that may not be in the mesh', [plain, security('PeerAuthentication', 'shop', strict)], false],
    ['the provider says otherwise', [plain, security('PeerAuthentication', 'shop', strict), security('PeerAuthentication', 'shop', { selector, mtls: { mode: 'PERMISSIVE' } })], false],
    ['the provider leaves it to the whole mesh', [plain, security('PeerAuthentication', 'istio-system', strict), security('PeerAuthentication', 'shop', { selector, mtls: {} })], true],
    ['one port may be open', [plain, security('PeerAuthentication', 'shop', { selector, ...strict, portLevelMtls: { '9443': { mode: 'DISABLE' } } })], false],
  ];
  for (const [what, objects, expected] of peers) assert.equal((await saidOn(istio, objects, {})).some(text => /without an identity.*istio-injection: enabled/.test(text)), expected, what);
  const there = [plain, namespace('books', { 'istio.io/rev': 'stable' }), security('PeerAuthentication', 'books', strict)];
  assert.equal((await saidOn(istio, there, { shared: 'books' })).length, 1);
  assert.deepEqual(await saidOn(istio, there, { shared: 'books' }, { networking: { exposure: 'internal', authPolicy: 'mtls' }, workload: { containerImage: 'registry.corp/till:1.4.1', ports: [{ name: 'http', containerPort: 8080 }] } }), []);
});

test('a mesh that lets in some namespaces or accounts: who is none of them is told whom to ask', async () => {
  const rules: [JsonObject, boolean][] = [
    [from({ namespaces: ['desk'] }), true], [from({ namespaces: ['shop'] }), false], [from({ namespaces: ['sh*'] }), false], [from({ principals: ['cluster.local/ns/desk/sa/*'] }), true],
    [from({ principals: ['cluster.local/ns/shop/sa/*'] }), false], [from({ principals: ['*'] }), false], [from({ principals: ['cluster.local/ns/shop/sa/other'] }), true], [from({ requestPrincipals: ['*'] }), false],
    [{ selector, rules: [{ to: [{ operation: { paths: ['/healthz'] } }] }] }, false], [{ selector }, true], [{ ...from({ namespaces: ['desk'] }), action: 'DENY' }, false],
    [{ ...from({ namespaces: ['desk'] }), selector: { matchLabels: { app: 'other' } } }, false], [{ rules: [{ from: [{ source: { namespaces: ['desk'] } }, { source: { namespaces: ['shop'] } }] }] }, false],
    [{ targetRefs: [{ kind: 'Gateway', name: 'edge' }], rules: [] }, false],
  ];
  for (const [spec, expected] of rules) assert.equal((await saidOn(istio, [meshed, security('AuthorizationPolicy', 'shop', spec)], {})).some(text => /owner of shop\/ledger agrees by a rule for the namespace shop$/.test(text)), expected, JSON.stringify(spec));
  assert.match((await saidOn(istio, [plain, security('AuthorizationPolicy', 'shop', from({ namespaces: ['shop'] }))], {})).join(), /this pod needs a sidecar/);
  assert.equal((await saidOn(istio, [meshed, security('AuthorizationPolicy', 'istio-system', { rules: [{ from: [{ source: { namespaces: ['desk'] } }] }] })], { shared: 'books' })).length, 1, 'for the whole mesh');
});

test('the same for the other mesh', async () => {
  const object = (kind: string, name: string, spec: JsonObject): KubeObject => ({ apiVersion: `policy.linkerd.io/v1beta1`, kind, metadata: { name, namespace: 'shop' }, spec });
  const server = object('Server', 'ledger-https', { podSelector: selector, port: 'https' }), policy = (refs: JsonObject[], name = 'ledger-https'): KubeObject => object('AuthorizationPolicy', name, { targetRef: { group: 'policy.linkerd.io', kind: 'Server', name }, requiredAuthenticationRefs: refs });
  const mesh = [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'ledger' }], joined = namespace('shop', {}, { 'linkerd.io/inject': 'enabled' });
  const cases: [string, KubeObject[], boolean][] = [
    ['an identity of the mesh', [plain, server, policy(mesh)], true], ['and this one has one', [joined, server, policy(mesh)], false], ['any of the network', [plain, server, policy([{ group: 'policy.linkerd.io', kind: 'NetworkAuthentication', name: 'all' }])], false],
    ['no policy yet', [plain, server], false], ['of another server', [plain, server, policy(mesh, 'other')], false], ['nothing known of this namespace', [server, policy(mesh)], false],
  ];
  for (const [what, objects, expected] of cases) assert.equal((await saidOn(linkerd, objects, {})).some(text => /annotate the namespace shop linkerd\.io\/inject/.test(text)), expected, what);
});
