/**
 * What the trained model writes, put before real API servers: every shipped cluster is raised at its own version with its
 * CRDs, every example and every golden intent of that cluster is compiled, and the outputs are applied as a server-side dry
 * run with strict fields. The same intents are compiled against the live cluster, which must give the same bytes as the
 * shipped snapshot of it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { captureLive } from '../../src/cli/cluster.ts';
import { graphText } from '../../src/cli/output.ts';
import type { Outcome } from '../../src/cli/synthesise.ts';
import { withSettings } from '../../src/evaluation/settings.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { bytesOf, modelFolder, openCompiler, shipped } from '../compiler.ts';
import type { Compiler } from '../compiler.ts';
import { raise } from '../controlplane/clusters.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { dryRun } from '../controlplane/dryrun.ts';

const root = join(import.meta.dirname, '..', '..');
const examples = readdirSync(join(root, 'examples')).filter(f => f.endsWith('.yaml')).sort();
const textOf = (example: string): string => readFileSync(join(root, 'examples', example), 'utf8');

/** Where each example can be satisfied (docs/standard.md); everywhere else it must be refused (exit 4). */
const satisfiable: Record<string, string[]> = {
  'bare-1.30': ['inventory-api.yaml', 'log-agent.yaml', 'mail-worker.yaml', 'nightly-report.yaml'],
  'cnpg-keda': ['inventory-api.yaml', 'log-agent.yaml', 'mail-worker.yaml', 'nightly-report.yaml'],
  'istio-gateway': ['inventory-api.yaml', 'log-agent.yaml', 'mail-worker.yaml', 'nightly-report.yaml', 'user-auth-service.yaml'],
  'linkerd-nginx': ['inventory-api.yaml', 'log-agent.yaml', 'mail-worker.yaml', 'nightly-report.yaml'],
};

interface Golden { name: string; text: string; snapshot: string; settings?: Record<string, string> }
const goldens: Golden[] = readdirSync(join(root, 'test', 'golden')).sort().flatMap(name => {
  const folder = join(root, 'test', 'golden', name);
  if (!existsSync(join(folder, 'scenario.yaml'))) return [];
  const { snapshot, settings, expect } = parse(readFileSync(join(folder, 'scenario.yaml'), 'utf8')) as { snapshot: string; settings?: Record<string, string>; expect: string };
  return expect === 'accepted' ? [{ name, text: readFileSync(join(folder, 'intent.yaml'), 'utf8'), snapshot, ...(settings && { settings }) }] : [];
});

const said = (o: Outcome): string => [o.verdict, ...o.findings.map(f => `${f.rule} ${f.object} ${f.path}: ${f.message}`)].join('\n');

/** The command line itself, as a user runs it. */
const synth = (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> => new Promise(resolve => {
  const model = modelFolder();
  execFile(join(root, 'bin', 'kubesynth'), ['synth', ...args, ...(model === undefined ? [] : ['--model', model])], { maxBuffer: 1 << 24 },
    (error, stdout, stderr) => resolve({ status: error ? Number(error.code ?? -1) : 0, stdout, stderr }));
});

let compiler: Compiler;
before(async () => { compiler = await openCompiler(); });
after(() => compiler?.close());

for (const [cluster, possible] of Object.entries(satisfiable)) {
  describe(cluster, () => {
    let plane: ControlPlane, live: Snapshot;
    // Captured before any dry run: that makes namespaces.
    before(async () => { plane = await raise(cluster); live = await captureLive(loadKubeconfig(plane.kubeconfigPath)); });
    after(() => plane?.stop());

    test('every example is accepted and passes, or is refused where this cluster cannot satisfy it', async () => {
      for (const example of examples) {
        const outcome = await compiler.compile(textOf(example), example, shipped(cluster));
        if (!possible.includes(example)) {
          assert.equal(outcome.exit, 4, `${example} should be refused: ${said(outcome)}`);
          assert.ok(outcome.candidate?.refusals.length, `${example}: the model itself says that it cannot be had here: ${said(outcome)}`);
          assert.ok(outcome.findings.length > 0 && outcome.findings.every(f => f.message && f.fix), `${example}: a refusal says what is missing and what to do`);
          continue;
        }
        assert.equal(outcome.exit, 0, `${example}: ${said(outcome)}`);
        assert.deepEqual(await dryRun(plane, outcome.graph), { rejections: [], warnings: [], dropped: [] }, example);
      }
    });

    test('the live cluster gives the bytes of its shipped snapshot', async () => {
      for (const example of examples) {
        assert.equal(bytesOf(await compiler.compile(textOf(example), example, live)), bytesOf(await compiler.compile(textOf(example), example, shipped(cluster))), example);
      }
    });

    test('so does the command line with a kubeconfig, whose graph the server also takes', async () => {
      const file = join(root, 'examples', 'inventory-api.yaml');
      const fromCluster = await synth('-f', file, '--kubeconfig', plane.kubeconfigPath), fromFile = await synth('-f', file, '--snapshot', cluster);
      assert.equal(fromCluster.status, 0, fromCluster.stderr);
      assert.ok(fromCluster.stdout.length > 0);
      assert.equal(fromCluster.stdout, fromFile.stdout);
      assert.equal(fromFile.stdout, graphText((await compiler.compile(textOf('inventory-api.yaml'), file, shipped(cluster))).graph, 'yaml'));
    });

    test('what the model writes for the golden intents passes', async t => {
      const own = goldens.filter(g => g.snapshot === cluster), kept: string[] = [];
      for (const { name, text, settings } of own) {
        const outcome = await compiler.compile(text, name, settings ? withSettings(shipped(cluster), settings) : shipped(cluster));
        if (outcome.exit !== 0) { t.diagnostic(`${name} not accepted: ${said(outcome)}`); continue; }
        assert.deepEqual(await dryRun(plane, outcome.graph), { rejections: [], warnings: [], dropped: [] }, name);
        kept.push(name);
      }
      t.diagnostic(`${kept.length} of ${own.length} accepted, all of them pass`);
      // How many are right is for `kubesynth eval` to say; that most are written at all is what gives this test its weight.
      assert.ok(kept.length * 4 >= own.length * 3, `only ${kept.length} of ${own.length} were accepted`);
    });
  });
}
