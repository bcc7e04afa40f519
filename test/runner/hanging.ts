/** What `one-file.test.ts` runs: a test that passes, one that never ends and has started a process, in a file that would not end. */
import { spawn } from 'node:child_process';
import { test } from 'node:test';

setInterval(() => undefined, 1000);
test('passes', () => undefined);
test('never ends', async () => {
  spawn(process.execPath, ['-e', `require('node:net').connect(${process.env['KUBESYNTH_PORT']}, '127.0.0.1')`]);
  await new Promise(() => undefined);
});
