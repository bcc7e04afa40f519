/**
 * Runs everything: the type check, then every *.test.ts of src/ and test/. Tests that raise a real control plane run one
 * file at a time, the others side by side. Says what failed, and ends with `N passed, N failed`.
 *   node test/run.ts [PATH…]     only files whose path contains one of these
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const count = { passed: 0, failed: 0 };
const failures: string[] = [];

const typecheck = spawnSync('node_modules/.bin/tsc', ['--noEmit'], { encoding: 'utf8' });
if (typecheck.status === 0) { count.passed++; process.stdout.write('ok    type check\n'); }
else { count.failed++; failures.push(`type check\n${typecheck.stdout}${typecheck.stderr}`); process.stdout.write('FAIL  type check\n'); }

const wanted = process.argv.slice(2);
const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort().filter(f => !wanted.length || wanted.some(w => f.includes(w)));
/** What a test file reaches tells how heavy it is. */
const heavy = (file: string): boolean => /controlplane\/(controlplane|clusters|dryrun)\.ts|startControlPlane|raise\(/.test(readFileSync(file, 'utf8'));
const light = files.filter(f => !heavy(f));

async function runFiles(group: string[], concurrency: number): Promise<void> {
  if (!group.length) return;
  const running = new Map<string, { passed: number; failed: number }>();
  // A test nobody ran is a failure: a skip or a todo never counts as passed.
  const stream = run({ files: group.map(f => join(root, f)), concurrency, timeout: 20 * 60_000, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const of = (file: string | undefined): { passed: number; failed: number } => {
    const name = file?.replace(`${root}/`, '') ?? '?';
    return running.get(name) ?? running.set(name, { passed: 0, failed: 0 }).get(name)!;
  };
  stream.on('test:pass', t => {
    if (t.details.type === 'suite') return;
    if (t.skip !== undefined || t.todo !== undefined) { of(t.file).failed++; failures.push(`${t.file}: ${t.name}\n    skipped`); } else of(t.file).passed++;
  });
  stream.on('test:fail', t => {
    // What failed inside is already counted.
    if ((t.details.error as { failureType?: string }).failureType === 'subtestsFailed') return;
    of(t.file).failed++;
    const cause = t.details.error.cause;
    failures.push(`${t.file}: ${t.name}\n${String(cause instanceof Error ? cause.stack ?? cause.message : cause ?? t.details.error.message).replace(/^/gm, '    ')}`);
  });
  stream.on('test:stderr', t => process.stderr.write(t.message));
  for await (const _ of stream) { /* the listeners do the work */ }
  for (const [file, { passed, failed }] of [...running].sort(([a], [b]) => (a < b ? -1 : 1))) {
    count.passed += passed; count.failed += failed;
    process.stdout.write(`${failed ? 'FAIL' : 'ok  '}  ${file} (${passed} passed${failed ? `, ${failed} failed` : ''})\n`);
  }
}

await runFiles(light, 2);
await runFiles(files.filter(f => !light.includes(f)), 1);
for (const failure of failures) process.stdout.write(`\n--- ${failure}\n`);
process.stdout.write(`\n${count.passed} passed, ${count.failed} failed\n`);
process.exit(count.failed ? 1 : 0);
