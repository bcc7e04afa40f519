/** The same input gives the same bytes: on every run, whatever came before, after restarts, and on a busy machine. `bench/determinism.ts` does it 1,000 times. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCompiler } from '../compiler.ts';
import { underLoad } from './load.ts';
import { cases, countOutputs, totalOf } from './runs.ts';
import type { Counts } from './runs.ts';

/** One digest per case, whichever order they ran in. */
function sole(counts: Counts): Record<string, string> {
  assert.equal(Object.keys(counts).length, cases.length);
  return Object.fromEntries(Object.keys(counts).sort().map(name => {
    const digests = Object.keys(counts[name]!);
    assert.equal(digests.length, 1, `${name} gave ${digests.length} different outputs`);
    return [name, digests[0]!];
  }));
}

const elsewhere = (runs: number): Promise<Counts> => new Promise((resolve, reject) => {
  execFile(process.execPath, [join(import.meta.dirname, 'runs.ts'), String(runs)], (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout) as Counts)));
});

let reference: Record<string, string>;

test('40 runs in one process, one intent between another', async () => {
  const compiler = await openCompiler();
  try {
    const counts = await countOutputs(compiler, 40);
    assert.equal(totalOf(counts), 40);
    reference = sole(counts);
  } finally { await compiler.close(); }
});

test('three restarts give the same', async () => {
  for (let restart = 0; restart < 3; restart++) assert.deepEqual(sole(await elsewhere(cases.length)), reference);
});

test('so does a machine with more to do than cores', async () => {
  assert.deepEqual(await underLoad(async () => sole(await elsewhere(2 * cases.length))), reference);
});
