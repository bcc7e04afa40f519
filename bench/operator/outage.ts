/** The store hangs and the API server goes while intents are made. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/operator/harness.ts';
import { startAgent } from './agent.ts';
import { createAll, fleet, raise, standings } from './cluster.ts';
import { figure } from './figures.ts';
import type { Measure } from './figures.ts';
import { differences, stateOf } from './state.ts';

export const outage: Measure = async ({ limit }, figures, say) => {
  const names = ['shop'], { plane, kubeconfig } = await raise(names, false), made = fleet(20, names), patience = performance.now() + limit * 1000;
  const all = async (): Promise<boolean> => { const found = await standings(plane).catch(() => []); return found.length === made.length && found.every(s => s.applied); };
  const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
  try {
    const agent = await startAgent(kubeconfig), expected = new Map<string, string>();
    await createAll(plane, made);
    await until('all to be applied', all, left());
    await agent.settled(left(), 2000);
    for (const [key, value] of await stateOf(plane)) expected.set(key, value);
    for (const [what, harm] of [['etcd', async () => { const resume = plane.pauseEtcd(); await sleep(20_000); resume(); }], ['server', () => plane.restartApiServer()]] as const) {
      for (const { metadata } of made) await plane.request('DELETE', `/apis/synthesis.platform/v1alpha1/namespaces/shop/serviceintents/${metadata.name}`);
      await until('all to go', async () => (await standings(plane)).length === 0, left());
      await createAll(plane, made);
      await sleep(1000);
      await harm();
      const back = performance.now();
      await until('all to be applied', all, left());
      figures.push(figure(`outage/${what}/converged`, (performance.now() - back) / 1000, 's'));
      await agent.settled(left(), 2000);
      const found = differences(expected, await stateOf(plane));
      figures.push(figure(`outage/${what}/different`, found.length, 'differences', 0));
      say(`${what}: ${found.join('\n') || 'equal'}`);
    }
    await agent.kill();
    return '20 intents are made; a second later etcd stands still for 20 s (SIGSTOP), or the API server is killed and started again; what there is in the end is compared with what an undisturbed run left';
  } finally { await plane.stop(); }
};
