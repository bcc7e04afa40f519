/** What a measurement was taken on, in one sentence each. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export function machine(): string {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const simd = ['avx512f', 'avx2', 'asimd'].find(f => flags.includes(` ${f} `)) ?? '';
  return `Machine: ${availableParallelism()} shared cores of ${cpus()[0]?.model.trim() ?? 'an unnamed CPU'}${simd ? ` (${simd})` : ''}, ${Math.round(totalmem() / 2 ** 30)} GiB.`;
}

const packageVersion = (name: string): string => (JSON.parse(readFileSync(join(import.meta.dirname, '..', 'node_modules', ...name.split('/'), 'package.json'), 'utf8')) as { version: string }).version;

/** The commit's short id, with a mark where the files differ from it; '' outside a repository. */
function commit(): string {
  try { return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(); } catch { return ''; }
}

export const versions = (): string => `Commit ${commit() || 'unknown'}, Node ${process.versions.node}, node-llama-cpp ${packageVersion('node-llama-cpp')}.`;
