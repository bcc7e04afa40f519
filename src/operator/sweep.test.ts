import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Relevance } from './relevance.ts';
import { Metrics } from './metrics.ts';
import { Sweep } from './sweep.ts';
import type { World, WorldChange } from './world.ts';

test('what happened and mattered to nobody is said to have been looked at, once nothing of it is pending', async () => {
  const said: boolean[] = [], woken: string[] = [], { promise, resolve } = Promise.withResolvers<undefined>();
  const sweep = new Sweep({
    world: { snapshot: {} } as unknown as World, relevance: { contextKey: () => 'same', concernsContexts: () => true } as unknown as Relevance, metrics: new Metrics(),
    intents: () => [], wake: key => woken.push(key), onServed: () => undefined, idle: () => true, looked: () => { said.push(sweep.pending); resolve(undefined); },
  });
  sweep.start();
  sweep.note({ what: 'object', object: {} } as unknown as WorldChange);
  assert.ok(sweep.pending, 'until then nobody is at rest');
  await promise;
  assert.deepEqual([said, woken], [[false], []]);
  sweep.stop();
});
