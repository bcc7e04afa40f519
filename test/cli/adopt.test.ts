/** `adopt` as a user calls it wrongly, or without a cluster. What it does on one is in test/adopt. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { intent, kubesynth, scratch } from './run.ts';

describe('adopt', { concurrency: 1 }, () => {
  const cases: [name: string, args: string[], rule: string][] = [
    ['nothing to adopt', ['adopt'], 'usage'],
    ['two manners at once', ['adopt', '-f', '-', '--harden', '--hold'], 'usage'],
    ['a snapshot, which has no live objects', ['adopt', '-f', '-', '--snapshot', 'bare-1.30'], 'usage'],
    ['no kubeconfig', ['adopt', '-f', '-'], 'kubeconfig-unreadable'],
    ['no intent', ['adopt', '-f', '/nonexistent.yaml'], 'input-unreadable'],
  ];
  for (const [name, args, rule] of cases) {
    test(`${name}: exit 2, ${rule}`, async () => {
      const ran = await kubesynth([...args, '-o', 'json'], { input: intent() });
      assert.equal(ran.status, 2, ran.stderr);
      assert.deepEqual((JSON.parse(ran.stdout) as { findings: { rule: string }[] }).findings.map(f => f.rule), [rule], ran.stdout);
    });
  }

  test('a cluster that does not answer: exit 2, cluster-unreachable', async t => {
    const config = join(scratch(t), 'config');
    writeFileSync(config, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'c', contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }], users: [{ name: 'u', user: { token: 't' } }] }));
    const ran = await kubesynth(['adopt', '-f', '-', '--kubeconfig', config], { input: intent() });
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /cluster-unreachable/);
    assert.equal(ran.stdout, '');
  });

  test('help names the three manners', async () => {
    const ran = await kubesynth(['help', 'adopt']);
    assert.equal(ran.status, 0);
    for (const what of ['--apply', '--harden', '--hold', 'exit: 0']) assert.ok(ran.stdout.includes(what), what);
  });
});
