/**
 * Runs everything: the type check, then every *.test.ts of src/ and test/. Tests that raise a real control plane run one
 * file at a time, after its binaries were built; the others side by side. Each file's result is told when it ends. Always
 * ends, with what failed and `N passed, N failed`.
 *   node test/run.ts [PATH…]     only files whose path contains one of these
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isHeavy, testFiles } from './runner/files.ts';
import { runFile, runGroup } from './runner/one-file.ts';
import type { FileResult } from './runner/one-file.ts';

process.chdir(join(import.meta.dirname, '..'));
const minute = 60_000;
/** For one file; building, on a machine that never did; everything together. */
const limits = { light: 8 * minute, heavy: 6 * minute, build: 25 * minute, all: 80 * minute };
const count = { passed: 0, failed: 0 }, failures: string[] = [];
const left = (most: number): number => Math.max(1, Math.min(most, limits.all - performance.now()));

function tell(what: string, { passed, failures: failed, seconds }: FileResult): void {
  count.passed += passed; count.failed += failed.length;
  process.stdout.write(`${failed.length ? 'FAIL' : 'ok  '}  ${what} (${passed} passed${failed.length ? `, ${failed.length} failed` : ''}, ${seconds.toFixed(1)} s)\n`);
  for (const { test, cause } of failed) failures.push(`${what}: ${test}\n${cause.replace(/^/gm, '    ')}`);
}

async function step(what: string, work: () => Promise<string | undefined>): Promise<boolean> {
  const began = performance.now(), cause = await work();
  tell(what, { passed: cause === undefined ? 1 : 0, failures: cause === undefined ? [] : [{ test: what, cause }], seconds: (performance.now() - began) / 1000 });
  return cause === undefined;
}

async function runFiles(files: readonly string[], side: number, limitMs: number): Promise<void> {
  const waiting = [...files];
  await Promise.all(Array.from({ length: side }, async () => { for (let file; (file = waiting.shift()) !== undefined;) tell(file, await runFile(file, left(limitMs))); }));
}

await step('type check', async () => {
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsc', ['--noEmit'], { encoding: 'utf8' });
  return status === 0 ? undefined : stdout + stderr;
});
const files = testFiles(process.argv.slice(2)), heavy = files.filter(file => isHeavy(file)), light = files.filter(file => !heavy.includes(file));
await runFiles(light, Math.min(2, availableParallelism()), limits.light);
const built = !heavy.length || await step('control planes', async () => {
  const status = await runGroup(process.execPath, ['--disable-warning=ExperimentalWarning', 'test/controlplane/prepare.ts'], left(limits.build));
  return status === 0 ? undefined : status === 'late' ? `were not built in ${limits.build / minute} minutes` : `prepare.ts ended with status ${status}`;
});
if (built) await runFiles(heavy, 1, limits.heavy);
else for (const file of heavy) tell(file, { passed: 0, failures: [{ test: 'the file itself', cause: 'was not run: there is no control plane' }], seconds: 0 });
for (const failure of failures) process.stdout.write(`\n--- ${failure}\n`);
process.stdout.write(`\n${count.passed} passed, ${count.failed} failed\n`);
process.exit(count.failed ? 1 : 0);
