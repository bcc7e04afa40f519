/** What does not concern an intent costs no write and no inference. */
import { agentAccount, until } from '../../test/operator/harness.ts';
import { unrelated } from '../../test/operator/noise.ts';
import { startAgent } from './agent.ts';
import { atOnce, createAll, fleet, raise, standings } from './cluster.ts';
import { figure, took } from './figures.ts';
import type { Measure } from './figures.ts';

export const noop: Measure = async ({ changes, limit }, figures, say) => {
  const { plane, kubeconfig } = await raise(['shop', 'elsewhere'], false);
  try {
    const agent = await startAgent(kubeconfig), intents = fleet(20, ['shop']);
    await createAll(plane, intents);
    await until('20 intents to be applied', async () => { const all = await standings(plane); return all.length === intents.length && all.every(s => s.applied); }, limit);
    await agent.settled(60, 3000);
    const counted = async (): Promise<{ writes: number; inferences: number; checks: number }> => ({
      writes: plane.writes().filter(w => w.user === agentAccount && w.resource !== 'leases').length, inferences: await agent.metric('kubesynth_inference_total'), checks: await agent.metric('kubesynth_checks_total'),
    });
    const before = await counted(), patience = performance.now() + limit * 1000;
    await agent.delays();
    let done = 0;
    const spent = await took(() => atOnce(Array.from({ length: changes }, (_, i) => i), 8, async i => {
      if (performance.now() > patience) return;
      await unrelated(plane, i);
      if (++done % 1000 === 0) say(`${done} changes`);
    }));
    await agent.settled(limit, 2000);
    const after = await counted(), { mean, most } = await agent.delays();
    figures.push(figure('noop/changes', done, 'changes'), figure('noop/writes', after.writes - before.writes, 'writes', 0), figure('noop/inferences', after.inferences - before.inferences, 'inferences', 0),
      figure('noop/checks', after.checks - before.checks, 'checks'), figure('noop/rate', done / (spent / 1000), 'changes/s'), figure('noop/behind/mean', mean, 'ms'), figure('noop/behind/most', most, 'ms or less', 2000), figure('noop/memory', agent.memory().agent, 'MiB'));
    await agent.kill();
    return 'changes beside 20 intents, eight at a time: ConfigMaps and Services of another namespace and of their own, Pods that come and go on nodes, heartbeats and annotations of nodes, Events; writes are counted in the audit log of the API server';
  } finally { await plane.stop(); }
};
