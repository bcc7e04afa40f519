/** The benchmark's arithmetic, and that it prints what its contract says. How fast anything is, no test asserts. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { median, quantile, withRatios } from '../bench/figures.ts';
import type { Figure } from '../bench/figures.ts';

test('quantiles are samples, by nearest rank', () => {
  assert.equal(median([5, 1, 9]), 5);
  assert.equal(median([4, 1, 3, 2]), 2);
  assert.equal(quantile([3, 1, 2], 0.95), 3);
  assert.equal(quantile([7], 0.95), 7);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('a ratio is given where its other side was measured', () => {
  const figures: Figure[] = [{ name: 'a', value: 6, unit: 'ms' }, { name: 'b', value: 4, unit: 'ms' }];
  assert.deepEqual(withRatios(figures, { a: 'b', b: 'missing' }), [{ name: 'a', value: 6, unit: 'ms', ratioTo: 'b', ratio: 1.5 }, { name: 'b', value: 4, unit: 'ms' }]);
});

test('`-o json` gives the figures of a run with the model', async () => {
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [join(import.meta.dirname, '..', 'bench', 'run.ts'), '-o', 'json', '--only', 'synth', '--rounds', '1'], (error, out) => (error ? reject(error) : resolve(out)));
  });
  const figures = JSON.parse(stdout) as Figure[];
  for (const f of figures) assert.ok(typeof f.name === 'string' && Number.isFinite(f.value) && f.unit, JSON.stringify(f));
  const value = (name: string): number => figures.find(f => f.name === name)!.value;
  assert.ok(value('synth/p50') > 0 && value('synth/p95') >= value('synth/p50'));
  assert.ok(value('synth/user-auth-service/evaluated') > 0 && value('synth/user-auth-service/evaluated') < value('synth/user-auth-service/tokens'));
});
