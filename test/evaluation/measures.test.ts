/** The means of measuring: trees, leaves, memory, calibration, the table. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../src/candidate/engine.ts';
import { trainingDraws } from '../../src/evaluation/baselines.ts';
import { calibration, FLOOR } from '../../src/evaluation/calibrate.ts';
import { FieldTrees } from '../../src/evaluation/field-trees.ts';
import { assembleLeaves, leavesOf, Orders } from '../../src/evaluation/leaves.ts';
import { MemoEngine } from '../../src/evaluation/memo.ts';
import { renderReport } from '../../src/evaluation/render.ts';
import type { Score } from '../../src/evaluation/score.ts';
import { Bits, BitTree, bitColumns } from '../../src/evaluation/tree.ts';
import { bodyTokens, planToken } from '../../src/tokens/serialize.ts';
import { manifest, playbook } from './untrained.ts';

test('a tree learns a conjunction and an exception', () => {
  const rows = Array.from({ length: 64 }, (_, n) => ['a', 'b', 'c', 'd', 'e', 'f'].filter((_, i) => n & (1 << i)));
  const wanted = (r: readonly string[]): string => (r.includes('a') && (!r.includes('b') || r.includes('f')) ? 'x' : 'y');
  const columns = ['a', 'b', 'c', 'd', 'e', 'f'], tree = new BitTree(bitColumns(rows, columns), Bits.full(64), rows.map(wanted));
  for (const r of rows) assert.equal(tree.decide(i => r.includes(columns[i]!)), wanted(r));
});

test('leaves of a composed body give the body again', () => {
  const objects = trainingDraws(playbook, manifest, 150, 21).flatMap(d => d.composition.objects), orders = new Map(objects.map(o => [planToken(o), new Orders()]));
  for (const o of objects) leavesOf(o.body, orders.get(planToken(o))!);
  for (const o of objects) assert.deepEqual(bodyTokens(assembleLeaves(leavesOf(o.body, new Orders()), orders.get(planToken(o))!)), bodyTokens(o.body));
});

test('trees of a few hundred contexts answer most of them', () => {
  const draws = trainingDraws(playbook, manifest, 300, 23), trees = new FieldTrees(draws);
  const right = draws.filter(d => {
    const p = trees.patterns(d.rows.context);
    return p === 'refused' ? d.composition.refusals.length > 0 : p.map(planToken).join() === d.composition.objects.map(planToken).join();
  });
  assert.ok(right.length >= draws.length * 0.95, `${right.length} of ${draws.length}`);
});

test('a remembered row is not evaluated again, until the context changes', async () => {
  const asked: string[] = [];
  const engine: Engine = { context: ids => { asked.push(`context ${ids.join()}`); return Promise.resolve(); }, row: prefix => { asked.push(`row ${prefix.join()}`); return Promise.resolve([{ ids: [1], logits: [0] }]); }, close: () => Promise.resolve() };
  const memo = new MemoEngine(engine);
  for (const context of [[1, 2], [1, 2], [3]]) { await memo.context(context); await memo.row([7], -1, 9); }
  assert.deepEqual(asked, ['context 1,2', 'row 7', 'context 3', 'row 7']);
});

const score = (margin: number, exact: boolean, verified = true): Score => ({ case: { name: '', snapshot: undefined as never, expected: [] }, answer: { graph: [], margin }, exact, verified });

test('the threshold lies well above the surest wrong graph that the checker lets pass, and never below the floor', () => {
  assert.equal(calibration([score(3, true), score(9, true)]).threshold, FLOOR);
  const c = calibration([score(3, true), score(1.4, false), score(7, false, false), score(0.3, true)]);
  assert.equal(c.threshold, 2.8);
  assert.deepEqual([c.cases, c.wrong, c.wrongAndVerified, c.surestWrong], [4, 2, 1, 1.4]);
  assert.deepEqual(c.curve.filter(p => p.wrong).map(p => p.threshold), [0, 0.05, 0.1, 0.2, 0.5, 1]);
});

test('the table names every figure', () => {
  const table = renderReport({ model: 'sha256:ab', suites: [{ name: 'golden', labels: 'hand', cases: 58, exact: 0.9655, coverage: 0.5, acceptedWrong: 0, baselines: { unionGrammar: 0.9, nearestExample: 0.1, composition: 1, perField: 0.8 } }] });
  assert.match(table, /golden {2}hand +58 +96\.5 % +50\.0 % +0 +90\.0 % +10\.0 % +100\.0 % +80\.0 %/);
});
