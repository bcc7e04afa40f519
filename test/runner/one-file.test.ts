/** The run always ends, and says what did not. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestEvent } from './events.ts';
import { isHeavy } from './files.ts';
import { judge, runFile } from './one-file.ts';

const event = (type: TestEvent['type'], name: string, more: Partial<TestEvent> = {}): TestEvent => ({ type, name, nesting: 0, suite: false, ...more });

test('a test that never ends is named, and what it started is ended with it', async () => {
  const server = createServer().listen(0, '127.0.0.1'), ended = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
  server.on('connection', socket => socket.on('error', () => undefined));
  await once(server, 'listening');
  process.env['KUBESYNTH_PORT'] = String((server.address() as AddressInfo).port);
  const { passed, failures } = await runFile(join('test', 'runner', 'hanging.ts'), 6000);
  assert.equal(passed, 1);
  assert.deepEqual(failures.map(f => f.test), ['never ends']);
  await ended;
  server.close();
});

test('a file whose time is up failed in the test that ran', () => {
  const { passed, failures } = judge([event('began', 'one'), event('passed', 'one'), event('began', 'two'), event('began', 'inner', { nesting: 1 })], 'late', 5000);
  assert.equal(passed, 1);
  assert.deepEqual(failures, [{ test: 'inner', cause: 'was still running when the file\'s 5 s were over; the file and all it had started were ended' }]);
  assert.equal(judge([], 'late', 5000).failures[0]!.test, 'what precedes the first test');
});

test('a file that ends badly, or runs no test, failed', () => {
  assert.deepEqual(judge([event('passed', 'one')], 1, 1).failures, [{ test: 'the file itself', cause: 'ended with status 1' }]);
  assert.deepEqual(judge([event('passed', 'suite', { suite: true })], 0, 1).failures, [{ test: 'the file itself', cause: 'has no test that ran' }]);
  assert.deepEqual(judge([event('failed', 'one', { cause: 'why' })], 1, 1).failures, [{ test: 'one', cause: 'why' }]);
});

test('whether a file raises a control plane is found through what it imports', () => {
  assert.ok(isHeavy('test/change/apply.test.ts'));
  assert.ok(isHeavy('test/controlplane/snapshot.test.ts'));
  assert.ok(!isHeavy('test/operator/install.test.ts'));
});
