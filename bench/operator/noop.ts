/** What does not concern an intent costs no write and no inference. */
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { agentAccount, until } from '../../test/operator/harness.ts';
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

/** One change that no intent rests on; they take turns over ten kinds of change and forty names. */
export async function unrelated(plane: ControlPlane, i: number): Promise<void> {
  const name = `noise-${Math.floor(i / 10) % 40}`, place = i % 3 ? 'elsewhere' : 'shop', core = `/api/v1/namespaces/${place}`;
  const apply = (path: string, object: object): Promise<unknown> => plane.request('PATCH', `${path}/${name}?fieldManager=noise&force=true`, { apiVersion: 'v1', metadata: { name }, ...object }, 'application/apply-patch+yaml');
  switch (i % 10) {
    case 0: case 1: case 2: await apply(`${core}/configmaps`, { kind: 'ConfigMap', data: { value: String(i) } }); break;
    case 3: await plane.request('DELETE', `${core}/configmaps/${name}`); break;
    case 4: await apply(`${core}/services`, { kind: 'Service', metadata: { name, annotations: { value: String(i) } }, spec: { ports: [{ port: 1000 + i % 50 }] } }); break;
    case 5: await plane.request('PATCH', `/api/v1/nodes/node-${'abc'[i % 3]}1`, { metadata: { annotations: { value: String(i) } } }, 'application/merge-patch+json'); break;
    case 6: await plane.request('PATCH', `/api/v1/nodes/node-${'abc'[i % 3]}1/status`, { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: new Date().toISOString() }] } }, 'application/strategic-merge-patch+json'); break;
    case 7: await plane.request('POST', `${core}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'node-a1', containers: [{ name: 'noise', image: 'registry.example/noise:1', resources: { requests: { cpu: `${1 + i % 9}m` } } }] } }); break;
    case 8: await plane.request('DELETE', `${core}/pods/${name}?gracePeriodSeconds=0`); break;
    case 9: await plane.request('POST', `/apis/events.k8s.io/v1/namespaces/${place}/events`, { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { generateName: 'noise-' }, eventTime: new Date().toISOString().replace('Z', '000Z'), type: 'Normal', action: 'Noise', reason: 'Noise', note: String(i), reportingController: 'noise', reportingInstance: 'noise', regarding: { apiVersion: 'v1', kind: 'Namespace', name: place } }); break;
  }
}
