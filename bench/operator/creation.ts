/** From the creation of an intent to everything of it live and said so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { get, pathOfIntent, statusOf, until } from '../../test/operator/harness.ts';
import { median, quantile } from '../figures.ts';
import { startAgent } from './agent.ts';
import { createAll, fleet, raise } from './cluster.ts';
import { figure } from './figures.ts';
import type { Measure } from './figures.ts';

export const creation: Measure = async ({ creations, limit, controllers }, figures, say) => {
  const { plane, kubeconfig } = await raise(['shop'], controllers);
  try {
    const agent = await startAgent(kubeconfig), applied: number[] = [], ready: number[] = [], patience = performance.now() + limit * 1000;
    for (const intent of fleet(creations, ['shop'])) {
      if (performance.now() > patience) break;
      const { name } = intent.metadata, began = performance.now();
      await createAll(plane, [intent]);
      // The revision is in the status once all of its objects are applied.
      while ((await statusOf(plane, 'shop', name)).revision === undefined) {
        if (performance.now() - began > 60_000) throw new Error(`${name} is not applied after a minute`);
        await sleep(10);
      }
      applied.push(performance.now() - began);
      if (controllers) {
        await until(`${name} to be ready`, async () => (await statusOf(plane, 'shop', name)).conditions.some(c => c.type === 'Ready' && c.status === 'True'), 60);
        ready.push(performance.now() - began);
      }
      const { inventory } = await statusOf(plane, 'shop', name);
      if (inventory.length < 4 || !await get(plane, pathOfIntent('shop', name))) throw new Error(`${name} has ${inventory.length} objects`);
      say(`${name} ${Math.round(applied.at(-1)!)} ms`);
      await sleep(300);
    }
    figures.push(figure('creation/first', applied[0]!, 'ms', 2000), figure('creation/p50', median(applied), 'ms', 2000), figure('creation/p95', quantile(applied, 0.95), 'ms', 2000), figure('creation/most', Math.max(...applied), 'ms', 2000));
    if (ready.length) figures.push(figure('creation/ready/p50', median(ready), 'ms'));
    await agent.kill();
    return `${applied.length} intents of nine objects (public) and of five (internal), one after another, from the request that creates one to the status that names its revision; the first finds a cold engine${controllers ? '' : '; nothing runs Pods'}`;
  } finally { await plane.stop(); }
};
