import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { WorkQueue } from './queue.ts';

async function worked(keys: readonly string[], meanwhile: (key: string, queue: WorkQueue) => void = () => undefined): Promise<string[]> {
  const order: string[] = [];
  const queue: WorkQueue = new WorkQueue(async key => {
    const first = !order.includes(key), { pressed } = queue;
    order.push(key);
    meanwhile(key, queue);
    await turn();
    return first && pressed ? 'last' : undefined;
  }, { workers: 1 });
  for (const key of keys) queue.add(key);
  assert.equal(queue.depth, keys.length);
  queue.start();
  while (!queue.idle) await turn();
  return order;
}

test('what can wait is worked on once nothing else waits, in the order in which it was put off', async () => {
  // Nobody waits behind the last of them, so it need not come again.
  assert.deepEqual(await worked(['a', 'b', 'c']), ['a', 'b', 'c', 'a', 'b']);
});

test('what was put off and is added again does not wait for the others that were', async () => {
  let once = false;
  assert.deepEqual(await worked(['a', 'b', 'c', 'd', 'e'], (key, queue) => { if (key === 'c' && !once) { once = true; queue.add('b'); } }), ['a', 'b', 'c', 'd', 'e', 'b', 'a', 'c', 'd', 'e']);
});

test('what is forgotten or stopped is not worked on', async () => {
  assert.deepEqual(await worked(['a', 'b', 'c'], (key, queue) => { if (key === 'c') queue.forget('a'); }), ['a', 'b', 'c', 'b']);
  assert.deepEqual(await worked(['a', 'b', 'c'], (key, queue) => { if (key === 'c') void queue.stop(); }), ['a', 'b', 'c']);
});
