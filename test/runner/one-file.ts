/**
 * Runs one test file in a process group of its own, and ends the whole group when the file ends or its time is up: whatever a
 * test started and forgot goes with it, and nothing a test does can keep the run from ending.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEvent } from './events.ts';

export interface Failure { test: string; cause: string }
export interface FileResult { passed: number; failures: Failure[]; seconds: number }

/** Process groups that are to go when this process does. */
const groups = new Set<number>();
export function endGroup(pid: number): void {
  groups.delete(pid);
  try { process.kill(-pid, 'SIGKILL'); } catch { /* it has ended */ }
}
process.on('exit', () => { for (const pid of groups) endGroup(pid); });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/**
 * Runs a program as a group of its own.
 * @returns its exit status, or `late` when it was ended after `limitMs`
 */
export function runGroup(program: string, args: readonly string[], limitMs: number): Promise<number | 'late'> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true, env: { ...process.env, NODE_TEST_CONTEXT: undefined } }), pid = child.pid;
    let late = false;
    if (pid !== undefined) groups.add(pid);
    const timer = setTimeout(() => { late = true; if (pid !== undefined) endGroup(pid); }, limitMs);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (pid !== undefined) endGroup(pid);
      resolve(late ? 'late' : code ?? (signal === null ? -1 : 128));
    });
  });
}

/** @param limitMs for the whole file; one test of it may take three quarters of that */
export async function runFile(file: string, limitMs: number): Promise<FileResult> {
  const folder = mkdtempSync(join(tmpdir(), 'kubesynth-run-')), log = join(folder, 'events'), began = performance.now();
  try {
    const status = await runGroup(process.execPath, ['--disable-warning=ExperimentalWarning', '--test-force-exit', `--test-timeout=${Math.round(limitMs * 0.75)}`,
      `--test-reporter=${join(import.meta.dirname, 'events.ts')}`, `--test-reporter-destination=${log}`, file], limitMs);
    const events = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(line => line.endsWith('}')).map(line => JSON.parse(line) as TestEvent) : [];
    return { ...judge(events, status, limitMs), seconds: (performance.now() - began) / 1000 };
  } finally { rmSync(folder, { recursive: true, force: true }); }
}

/** What the events of a file and its end come to. */
export function judge(events: readonly TestEvent[], status: number | 'late', limitMs: number): Omit<FileResult, 'seconds'> {
  const passed = events.filter(e => e.type === 'passed' && !e.suite).length;
  const failures = events.filter(e => e.type === 'failed' && !e.suite).map(e => ({ test: e.name, cause: e.cause ?? '' }));
  if (status === 'late') failures.push({ test: running(events), cause: `was still running when the file's ${Math.round(limitMs / 1000)} s were over; the file and all it had started were ended` });
  else if (status !== 0 && !failures.length) failures.push({ test: 'the file itself', cause: `ended with status ${status}` });
  else if (!passed && !failures.length) failures.push({ test: 'the file itself', cause: 'has no test that ran' });
  return { passed, failures };
}

/** The test that has begun last and not ended. */
function running(events: readonly TestEvent[]): string {
  const open: TestEvent[] = [];
  for (const event of events) {
    if (event.type === 'began') { open.push(event); continue; }
    const at = open.findLastIndex(e => e.name === event.name && e.nesting === event.nesting);
    if (at >= 0) open.splice(at, 1);
  }
  return open.at(-1)?.name ?? (events.length ? 'what follows the last test' : 'what precedes the first test');
}
