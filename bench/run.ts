/**
 * The benchmark: `make bench`, or
 *   node bench/run.ts [-o json] [--rounds 15] [--limit SECONDS] [--only synth,helm,smollm] [--write]
 * `--write` renews docs/bench.md. Where the machine has taskset, everything runs on one core.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareHelm } from './helm.ts';
import type { Measured } from './measure.ts';
import { figuresOf, pageOf, tableOf } from './report.ts';
import { prepareSmollm } from './smollm.ts';

const { values: options } = parseArgs({ options: {
  output: { type: 'string', short: 'o' }, rounds: { type: 'string', default: '15' }, limit: { type: 'string', default: '180' },
  only: { type: 'string', default: 'synth,helm,smollm' }, write: { type: 'boolean', default: false },
} });
const parts = options.only.split(',');
const prepare = (part: string, needs: string, work: () => void): void => {
  if (!parts.includes(part)) return;
  try { work(); } catch (e) {
    process.stderr.write(`${part} cannot be measured: ${(e as Error).message.split('\n')[0]}\n  fix: ${needs}, or leave it out with --only ${options.only.split(',').filter(p => p !== part).join()}\n`);
    process.exit(1);
  }
};
prepare('helm', 'Go is needed to build it', prepareHelm);
prepare('smollm', 'Python 3 with pip is needed to fetch it', prepareSmollm);

/** The last core this process may use: `taskset -pc` prints `…: 0,2-5`. */
function pinning(): string[] {
  try {
    const cores = execFileSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const last = /(\d+)\s*$/.exec(cores)?.[1];
    return last === undefined ? [] : ['taskset', '-c', last];
  } catch { return []; }
}

const pinned = pinning();
const [program, ...args] = [...pinned, process.execPath, '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'measure.ts'), options.rounds, options.limit, parts.join()];
const child = spawnSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });
if (child.status !== 0) process.exit(child.status ?? 1);
const measured = JSON.parse(child.stdout) as Measured, figures = figuresOf(measured);
if (options.write) writeFileSync(join(import.meta.dirname, '..', 'docs', 'bench.md'), pageOf(measured, figures, 'make bench BENCH=--write', pinned.length > 0));
process.stdout.write(options.output === 'json' ? `${JSON.stringify(figures, null, 2)}\n` : tableOf(figures));
