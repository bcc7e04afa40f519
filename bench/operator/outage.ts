/** The store hangs and the API server goes while intents are made. */
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../test/operator/harness.ts';
import { startAgent } from './agent.ts';
import { createAll, fleet, raise, standings } from './cluster.ts';
import { figure } from './figures.ts';
import type { Measure } from './figures.ts';
import { differences, stateOf } from './state.ts';

export const outage: Measure = async ({ limit }, figures, say) => {
  const { plane, kubeconfig } = await raise(['shop'], false), patience = performance.now() + limit * 1000;
  const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
  /** Twenty intents by a name of their own; `harm` is done a second after they were made. @returns what is there in the end */
  const made = async (name: string, harm: () => Promise<unknown>): Promise<[seconds: number, state: Map<string, string>]> => {
    const intents = fleet(20, ['shop'], name);
    await createAll(plane, intents);
    await sleep(1000);
    await harm();
    const back = performance.now();
    await until(`all of ${name} to be applied`, async () => { const found = (await standings(plane).catch(() => [])).filter(s => s.name.startsWith(`${name}-`)); return found.length === intents.length && found.every(s => s.applied); }, left());
    const seconds = (performance.now() - back) / 1000;
    await agent.settled(left(), 2000);
    const mine = [...await stateOf(plane)].filter(([key]) => key.includes(`/${name}-`));
    // Names, and the hashes that names enter, are all that may differ.
    return [seconds, new Map(mine.map(([key, value]) => [key.replaceAll(name, 'NAME'), value.replaceAll(name, 'NAME').replace(/"[0-9a-f]{64}"/g, '"HASH"')]))];
  };
  const agent = await startAgent(kubeconfig);
  try {
    const [, expected] = await made('calm', () => Promise.resolve());
    for (const [what, harm] of [['etcd', async () => { const resume = plane.pauseEtcd(); await sleep(20_000); resume(); }], ['server', () => plane.restartApiServer()]] as const) {
      const [seconds, state] = await made(what, harm), found = differences(expected, state);
      figures.push(figure(`outage/${what}/converged`, seconds, 's'), figure(`outage/${what}/objects`, state.size, 'objects and intents compared'), figure(`outage/${what}/different`, found.length, 'differences', 0));
      say(`${what}: ${found.slice(0, 3).join('\n') || 'equal'}`);
    }
    await agent.kill();
    return '20 intents are made; a second later etcd stands still for 20 s (SIGSTOP), or the API server is killed and started again; what there is in the end is compared with what an undisturbed run left';
  } finally { await plane.stop(); }
};
