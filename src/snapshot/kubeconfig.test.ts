import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import { clusterClient } from './client.ts';
import { defaultKubeconfigPath, loadKubeconfig } from './kubeconfig.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubesynth-kubeconfig-'));
after(() => rmSync(dir, { recursive: true }));
const written = (text: string): string => { const path = join(dir, 'config'); writeFileSync(path, text); return path; };
const config = `
current-context: one
contexts:
  - {name: one, context: {cluster: c, user: token}}
  - {name: two, context: {cluster: c, user: cert, namespace: shop}}
  - {name: plugin, context: {cluster: c, user: plugin}}
  - {name: lost, context: {cluster: nowhere, user: token}}
clusters: [{name: c, cluster: {server: 'https://h:6443', certificate-authority: ca.pem}}]
users:
  - {name: token, user: {token: abc}}
  - {name: cert, user: {client-certificate-data: ${Buffer.from('CERT').toString('base64')}, client-key-data: ${Buffer.from('KEY').toString('base64')}}}
  - {name: plugin, user: {exec: {command: login}}}
`;
const rule = (name: string) => (error: unknown): boolean => error instanceof Refusal && error.exit === 2 && error.findings[0]?.rule === name;

test('the current context, another one, files beside the kubeconfig', () => {
  writeFileSync(join(dir, 'ca.pem'), 'CA');
  const one = loadKubeconfig(written(config));
  assert.deepEqual([one.server, one.ca, one.token, one.namespace, one.insecure], ['https://h:6443', 'CA', 'abc', 'default', false]);
  const two = loadKubeconfig(written(config), 'two');
  assert.deepEqual([two.clientCertificate, two.clientKey, two.token, two.namespace], ['CERT', 'KEY', undefined, 'shop']);
});

test('what cannot be used is refused by name', () => {
  assert.throws(() => loadKubeconfig(join(dir, 'absent')), rule('kubeconfig-unreadable'));
  assert.throws(() => loadKubeconfig(written('a: [')), rule('kubeconfig-unreadable'));
  assert.throws(() => loadKubeconfig(written('just text')), rule('kubeconfig-unreadable'));
  assert.throws(() => loadKubeconfig(written(config), 'three'), rule('kubeconfig-context'));
  assert.throws(() => loadKubeconfig(written(config), 'plugin'), rule('kubeconfig-credentials'));
  assert.throws(() => loadKubeconfig(written(config), 'lost'), rule('kubeconfig-unreadable'));
});

test('KUBECONFIG comes first', () => {
  assert.equal(defaultKubeconfigPath({ KUBECONFIG: '/a:/b' }), '/a');
  assert.match(defaultKubeconfigPath({}), /\.kube\/config$/);
});

test('a cluster that does not answer is refused by name', async () => {
  const client = clusterClient({ server: 'https://127.0.0.1:1', insecure: false, namespace: 'default' });
  await assert.rejects(client.get('/version'), rule('cluster-unreachable'));
  client.close();
});
