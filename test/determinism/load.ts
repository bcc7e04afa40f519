/** Keeps every core busy while `work` runs: child processes that compute until they are ended. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

export async function underLoad<T>(work: () => Promise<T>, processes = availableParallelism()): Promise<T> {
  // A child also ends by itself when its parent is gone: stdin closes.
  const busy = "process.stdin.on('end', () => process.exit()).resume(); (function spin() { for (let i = 0, x = 1; i < 3e7; i++) x = Math.sin(x + i); setImmediate(spin); })()";
  const children = Array.from({ length: processes }, () => spawn(process.execPath, ['-e', busy], { stdio: ['pipe', 'ignore', 'ignore'] }));
  try { return await work(); } finally {
    await Promise.all(children.map(child => new Promise(resolve => { child.once('exit', resolve); child.kill(); })));
  }
}
