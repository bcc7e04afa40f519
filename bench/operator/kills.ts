/**
 * The agent is killed again and again while it rolls out fifty intents; each rollout has to come to the state that a run without
 * kills on a control plane of its own comes to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { ended, merge, pathOfIntent, until } from '../../test/operator/harness.ts';
import { launch, leads, startAgent } from './agent.ts';
import { atOnce, createAll, fleet, raise, standings } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { figure, took } from './figures.ts';
import type { Measure } from './figures.ts';
import { differences, stateOf } from './state.ts';

const count = 50, perRound = 24, mostRounds = 9;

/** A round changes every image; in odd ones a tenth of the intents is deleted and made again. */
async function change(plane: ControlPlane, round: number): Promise<void> {
  const intents = fleet(count, ['shop', 'team']);
  if (round === 0) return createAll(plane, intents);
  await atOnce(intents, 4, async ({ metadata }, i) => {
    const path = pathOfIntent(metadata.namespace!, metadata.name);
    if (round % 2 && i % 10 === 5) await plane.request('DELETE', path);
    else if (round % 2 === 0 && i % 10 === 5) await createAll(plane, [withImage(intents[i]!, round)]);
    else await merge(plane, path, { spec: { workload: { containerImage: image(round) } } });
  });
}
const image = (round: number): string => `registry.corp/svc:${round}.0.0`;
const withImage = (made: ReturnType<typeof fleet>[number], round: number): typeof made => {
  const spec = structuredClone(made['spec']) as { workload: { containerImage: string } };
  spec.workload.containerImage = image(round);
  return { ...made, spec };
};
const intended = (round: number): number => (round % 2 ? count - count / 10 : count);

const arrived = (plane: ControlPlane, round: number, seconds: number): Promise<unknown> => until(`round ${round} to be applied`, async () => {
  const all = await standings(plane);
  await sleep(500);
  return all.length === intended(round) && all.every(s => s.applied);
}, seconds);

export const kills: Measure = async ({ kills: wanted, limit }, figures, say) => {
  const rounds = Math.min(mostRounds, Math.ceil(wanted / perRound)), each = Math.ceil(wanted / rounds), patience = performance.now() + limit * 1000;
  const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
  // The uninterrupted run, and how long its rollouts take.
  const expected: Map<string, string>[] = [];
  let rollout = 0;
  const whole = await raise(['shop', 'team'], false);
  try {
    const agent = await startAgent(whole.kubeconfig);
    for (let round = 0; round < rounds; round++) {
      rollout = await took(async () => { await change(whole.plane, round); await arrived(whole.plane, round, left()); });
      await agent.settled(left(), 1500);
      expected.push(await stateOf(whole.plane));
      say(`uninterrupted round ${round}: ${Math.round(rollout)} ms`);
    }
    await agent.kill();
  } finally { await whole.plane.stop(); }

  let killed = 0, leading = 0, equal = 0;
  const wrong: string[] = [], cut: Cluster = await raise(['shop', 'team'], false);
  try {
    for (let round = 0; round < rounds && wrong.length === 0; round++) {
      await change(cut.plane, round);
      for (let i = 0; i < each && killed < wanted && performance.now() < patience - 60_000; i++) {
        const child = launch(cut.kubeconfig, 'bench');
        // One in eight before it leads, the others anywhere in what is left of a rollout.
        if (i % 8 === 7) await sleep(Math.random() * 1500); else { await leads(child); leading++; await sleep(Math.random() * Math.max(300, rollout / (i + 1))); }
        child.kill('SIGKILL');
        await ended(child);
        killed++;
      }
      const agent = await startAgent(cut.kubeconfig);
      await arrived(cut.plane, round, left());
      await agent.settled(left(), 1500);
      const found = differences(expected[round]!, await stateOf(cut.plane));
      if (found.length) wrong.push(...found); else equal++;
      say(`round ${round}: ${killed} kills so far, ${found.length ? found.slice(0, 3).join('\n') : 'equal'}`);
      await agent.kill();
      if (performance.now() > patience - 60_000) break;
    }
    figures.push(figure('kills/kills', killed, 'kills'), figure('kills/leading', leading, 'of them while it led'), figure('kills/rounds', equal, 'rollouts equal to the uninterrupted'), figure('kills/different', wrong.length, 'differences', 0));
    if (wrong.length) throw new Error(wrong.slice(0, 5).join('; '));
    return `${count} intents; every rollout gives all of them another image, and deletes or makes again a tenth of them; SIGKILL at random moments, from before the lease to the end of the rollout; after each rollout every object, revision, inventory and finaliser is compared with a run without kills on another control plane`;
  } finally { await cut.plane.stop(); }
};
