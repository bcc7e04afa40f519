/** What is said of a playbook before training: the shipped one has no errors, and each kind of mistake is found and named. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { joinedPlaybook } from '../../src/cli/joined.ts';
import type { Finding } from '../../src/diagnostic.ts';
import { lintPlaybook } from '../../src/evaluation/lint.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';

const root = join(import.meta.dirname, '..', '..'), guardrails = loadGuardrails(join(root, 'guardrails'));
const folders: string[] = [];
after(() => { for (const f of folders) rmSync(f, { recursive: true, force: true }); });

function lintWith(examples: string): Finding[] {
  const added = mkdtempSync(join(tmpdir(), 'kubesynth-lint-')), copy = mkdtempSync(join(tmpdir(), 'kubesynth-lint-'));
  folders.push(added, copy);
  writeFileSync(join(added, 'added.yaml'), examples);
  return lintPlaybook(loadPlaybook(joinedPlaybook(join(root, 'playbook'), [added], join(copy, 'playbook'))), guardrails, { around: 4 }).findings;
}

test('the shipped playbook has no errors, and its examples meet', () => {
  const { findings, pairs, met, checked } = lintPlaybook(loadPlaybook(join(root, 'playbook')), guardrails, { around: 6 });
  assert.deepEqual(findings.filter(f => f.severity === 'refused' || f.rule === 'example-never-applies'), []);
  assert.ok(met > pairs * 0.9 && checked > 300, `${met} of ${pairs} pairs, ${checked} checked`);
});

test('two examples that write different values with equally many conditions are named', () => {
  const found = lintWith(`
- {name: grace-short, where: {workload.tier: [core]}, pod: {spec: {terminationGracePeriodSeconds: 5}}}
- {name: grace-long, where: {workload.kind: [service]}, pod: {spec: {terminationGracePeriodSeconds: 7}}}
`).filter(f => f.rule === 'examples-conflict');
  assert.ok(found.some(f => f.path.includes('grace-short') && f.path.includes('grace-long')), JSON.stringify(found));
});

test('what no API accepts and what the checker forbids is refused, with object and field', () => {
  const found = lintWith(`
- {name: odd-field, where: {workload.kind: [worker]}, pod: {spec: {hostNetwork: true}}}
- {name: no-such-field, where: {workload.kind: [cron]}, objects: [{apiVersion: batch/v1, kind: CronJob, metadata: {name: checkout}, spec: {patience: 17}}]}
`).filter(f => f.rule === 'example-refused');
  assert.ok(found.some(f => f.path.endsWith('hostNetwork')), JSON.stringify(found));
  assert.ok(found.some(f => f.object === 'CronJob' && f.path === 'spec.patience' && f.message.startsWith('schema: ')), JSON.stringify(found));
});

test('an example that can never apply is named, with its file', () => {
  const found = lintWith(`
- {name: never, where: {workload.schedule.cron: [present], workload.ports: [present], workload.kind: [daemon]}, pod: {metadata: {annotations: {a: b}}}}
`).filter(f => f.rule === 'example-never-applies');
  assert.deepEqual(found.map(f => [f.object, f.path]), [['z-added-0/added.yaml', 'never']]);
});
