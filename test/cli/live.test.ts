/** The command line against a real API server: capture, synthesis' own dry-run, and what the server's admission says. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { create, raise } from '../controlplane/clusters.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { kubesynth, scratch } from './run.ts';

let plane: ControlPlane;
before(async () => {
  plane = await raise('bare-1.30');
  await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cli' } });
});
after(() => plane?.stop());

const graph = 'test/golden/02-inventory-api/expected.yaml', here = (): string[] => ['--kubeconfig', plane.kubeconfigPath];
interface Said { verdict: string; unchecked: string[]; findings: { rule: string; severity: string; message: string }[] }

/** The golden graph in a namespace of this test. */
const moved = (dir: string, change: (text: string) => string = text => text): string => {
  const path = join(dir, 'graph.yaml');
  writeFileSync(path, change(readFileSync(graph, 'utf8').replace(/namespace: shop$/gm, 'namespace: cli')));
  return path;
};

test('snapshot saves what verify then reads', async t => {
  const path = join(scratch(t), 'deep', 'live.json.br');
  const saved = await kubesynth(['snapshot', path, ...here()]);
  assert.equal(saved.status, 0, saved.stderr);
  assert.equal(saved.stdout, '');
  assert.match(saved.stderr, /Kubernetes v1\.30/);
  assert.equal((await kubesynth(['verify', '-f', graph, '--snapshot', path])).status, 0);
});

test('with a cluster the dry-run is part of the verdict, and nothing is left unchecked but the intent', async t => {
  const ran = await kubesynth(['verify', '-f', moved(scratch(t)), '-o', 'json', ...here()]);
  const said = JSON.parse(ran.stdout) as Said;
  assert.equal(ran.status, 0, ran.stdout);
  assert.deepEqual(said.unchecked.filter(name => name === 'server-dry-run' || name.startsWith('schema-rules:')), []);
  const stayed = await plane.request('GET', '/apis/apps/v1/namespaces/cli/deployments');
  assert.deepEqual((stayed.json as { items: unknown[] }).items, [], 'a dry run writes nothing');
});

test('what only the API server can know is refused in its words', async t => {
  const ran = await kubesynth(['verify', '-f', moved(scratch(t), text => text.replace(/namespace: cli$/gm, 'namespace: nowhere')), '-o', 'json', ...here()]);
  assert.equal(ran.status, 4, ran.stdout);
  assert.ok((JSON.parse(ran.stdout) as Said).findings.some(f => f.rule === 'server-dry-run' && /nowhere/.test(f.message)));
});

test('a cluster that does not answer is bad input', async t => {
  const dir = scratch(t), path = join(dir, 'kubeconfig');
  writeFileSync(path, readFileSync(plane.kubeconfigPath, 'utf8').replace(/https:\/\/[^\s"]+/, 'https://127.0.0.1:1'));
  const ran = await kubesynth(['snapshot', join(dir, 'x'), '--kubeconfig', path]);
  assert.equal(ran.status, 2, ran.stderr);
  assert.match(ran.stderr, /error\[cluster-unreachable\]/);
});
