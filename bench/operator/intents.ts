/** Many intents on one agent: convergence, memory, and one change that affects all of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { merge, until } from '../../test/operator/harness.ts';
import { startAgent } from './agent.ts';
import { createAll, fleet, list, progress, raise, settings, standings } from './cluster.ts';
import { figure, took } from './figures.ts';
import type { Measure } from './figures.ts';

export const intents: Measure = async ({ intents: count, limit, controllers }, figures, say) => {
  const teams = Array.from({ length: 10 }, (_, i) => `team-${i}`), { plane, kubeconfig } = await raise(teams, controllers);
  try {
    const agent = await startAgent(kubeconfig), patience = performance.now() + limit * 1000;
    const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
    const counted = async (): Promise<[engine: number, shape: number]> => [await agent.metric('kubesynth_inference_total', 'from="engine"'), await agent.metric('kubesynth_inference_total', 'from="shape"')];
    figures.push(figure('intents/count', count, 'intents'), figure('intents/memory/none', agent.memory().agent, 'MiB'));
    const converged = await took(async () => {
      await createAll(plane, fleet(count, teams));
      say(`${count} intents created`);
      await until(`${count} intents to be applied`, async () => { await sleep(2000); const all = await standings(plane); say(`${progress(all)}; ${agent.memory().agent} MiB`); return all.filter(s => s.applied).length === count; }, left());
    });
    const [engine, shape] = await counted();
    figures.push(figure('intents/converged', converged / 1000, 's'), figure('intents/engine', engine, 'inferences'), figure('intents/shape', shape, 'syntheses without one'));
    await agent.settled(left(), 3000);
    await sleep(5000);
    const { agent: own, engine: worker, both, peak } = agent.memory();
    figures.push(figure('intents/memory/agent', own, 'MiB'), figure('intents/memory/engine', worker, 'MiB'), figure('intents/memory/both', both, 'MiB', 400), figure('intents/memory/peak', peak, 'MiB'));

    await merge(plane, settings, { data: { jwtIssuer: 'https://id.corp.example/' } });
    const followed = await took(() => until('every service to follow', async () => {
      await sleep(1000);
      const all = await list(plane, '/apis/security.istio.io/v1/requestauthentications'), n = all.filter(t => JSON.stringify(t['spec']).includes('https://id.corp.')).length;
      say(`${n} of ${all.length} follow, ${agent.memory().agent} MiB`);
      return n === all.length;
    }, left()));
    const [engineAfter, shapeAfter] = await counted();
    figures.push(figure('intents/change/followed', followed / 1000, 's'), figure('intents/change/engine', engineAfter - engine, 'inferences'), figure('intents/change/shape', shapeAfter - shape, 'syntheses without one'));
    await agent.settled(left(), 3000);
    await sleep(5000);
    const after = agent.memory();
    figures.push(figure('intents/memory/after', after.both, 'MiB', 400), figure('intents/memory/peak-after', after.peak, 'MiB'));
    await agent.kill();
    return `${count} intents in ten namespaces, three quarters of them public, created at once; then another issuer in \`global-settings\`, which every public one follows and every other is asked about; memory is resident, of the agent's process and of its engine's; of both pages that they share are counted once, in the peaks twice${controllers ? '' : '; nothing runs Pods'}`;
  } finally { await plane.stop(); }
};
