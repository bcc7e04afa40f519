/** The shipped model on a sample of every suite: never wrong and accepted, and as good as its scoreboard says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadModel } from '../../src/candidate/model.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import type { Report } from '../../src/evaluation/evaluate.ts';
import { playbookDigest } from '../../src/playbook/prepare.ts';
import { root } from './untrained.ts';

const model = loadModel();
/** Below the scoreboard's figure by what a sample of 60 may differ. */
const SLACK = 0.06;

test('the shipped model was trained on this playbook', () => {
  assert.equal(model.manifest.playbook, playbookDigest(join(root, 'playbook')));
});

test('the scoreboard is of the shipped model, complete, and without a wrong graph accepted', () => {
  const board = JSON.parse(readFileSync(join(root, 'docs/scoreboard.json'), 'utf8')) as Report & { threshold: number };
  assert.equal(board.model, model.digest);
  assert.equal(board.threshold, model.manifest.threshold);
  const cases = Object.fromEntries(board.suites.map(s => [s.name, s.cases]));
  assert.ok(cases['golden']! >= 44 && cases['compositions']! >= 2000, JSON.stringify(cases));
  assert.deepEqual(board.suites.map(s => s.acceptedWrong), board.suites.map(() => 0));
});

test('a sample of each suite', async t => {
  const board = JSON.parse(readFileSync(join(root, 'docs/scoreboard.json'), 'utf8')) as Report;
  const wrong: string[] = [];
  const report = await evaluate({ model, limit: 60, onProgress: p => { if (!p.score.exact) wrong.push(`${p.suite}: ${p.score.case.name}`); } });
  t.diagnostic(`not exact: ${wrong.join(', ') || 'none'}`);
  for (const { name, cases, exact, acceptedWrong } of report.suites) {
    const said = board.suites.find(s => s.name === name)!;
    t.diagnostic(`${name}: ${(exact * 100).toFixed(1)} % of ${cases} exact, the scoreboard says ${(said.exact * 100).toFixed(1)} %`);
    assert.equal(acceptedWrong, 0, name);
    assert.ok(exact >= said.exact - SLACK, `${name}: ${exact}`);
  }
});
