/** The API server under the agent becomes a newer one, minor by minor, on the same store. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { intent, until } from '../../test/operator/harness.ts';
import { startAgent } from './agent.ts';
import { createAll, list, raise } from './cluster.ts';
import { figure } from './figures.ts';
import type { Measure } from './figures.ts';
import { objectsOf, stateOf } from './state.ts';

const path = ['1.26.15', '1.27.16', '1.28.15', '1.29.14', '1.30.14'], first = path[0]!;
/** Definitions of that day: the newest ones cannot be installed on the oldest version. */
const crds = ['mesh-istio-1.14', 'gateway-api-0.7', 'prometheus-operator', 'cert-manager'];
/** Until a change of what is served has been seen and followed: discovery is read again every ten seconds at the latest. */
const still = 15_000;

const kinds: [name: string, change: (spec: JsonObject) => void][] = [
  ['public', () => undefined], ['inside', spec => { spec['networking'] = { exposure: 'internal' }; }],
  ['worker', spec => { part(spec, 'workload')['kind'] = 'worker'; spec['networking'] = { exposure: 'none' }; delete spec['observability']; }],
  ['nightly', spec => { Object.assign(part(spec, 'workload'), { kind: 'cron', schedule: { cron: '0 3 * * *' } }); spec['networking'] = { exposure: 'none' }; delete spec['observability']; }],
  ['agent', spec => { part(spec, 'workload')['kind'] = 'daemon'; spec['networking'] = { exposure: 'none' }; delete spec['observability']; }],
  ['elastic', spec => { spec['scaling'] = { min: 2, max: 6, cpu: 70 }; }],
];
const part = (spec: JsonObject, name: string): JsonObject => spec[name] as JsonObject;
/** Small enough for all of them to run on the three nodes. */
const fleet = (): KubeObject[] => kinds.flatMap(([name, change]) => ['a', 'b'].map(which => intent(`${name}-${which}`, 'shop', spec => { part(spec, 'workload')['resources'] = 'burstable'; change(spec); })));

/** Paths at which two values differ, in words. */
function moved(before: unknown, after: unknown, at = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return [at];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(key => moved((before as JsonObject)[key], (after as JsonObject)[key], at ? `${at}.${key}` : key));
}

export const upgrade: Measure = async ({ limit }, figures, say) => {
  const { plane, kubeconfig } = await raise(['shop'], true, { version: first, crds, exact: true }), patience = performance.now() + limit * 1000;
  const left = (): number => Math.max(1, (patience - performance.now()) / 1000);
  const standing = async (): Promise<{ name: string; ready: boolean; why: string; stalled: string | undefined }[]> => (await list(plane, '/apis/synthesis.platform/v1alpha1/serviceintents')).map(({ metadata, status }: KubeObject & { status?: { conditions?: JsonObject[] } }) => {
    const is = (type: string): JsonObject | undefined => status?.conditions?.find(c => c['type'] === type && c['status'] === 'True');
    return { name: metadata.name, ready: is('Ready') !== undefined, why: String(status?.conditions?.find(c => c['type'] === 'Ready')?.['message'] ?? ''), stalled: is('Stalled')?.['message'] as string | undefined };
  });
  const agent = await startAgent(kubeconfig);
  try {
    const intents = fleet();
    await createAll(plane, intents);
    const allReady = (): Promise<unknown> => until('all intents to be ready', async () => { const all = await standing(); say(all.filter(s => !s.ready).map(s => `${s.name}: ${s.why}`).join('; ') || 'all ready'); await sleep(1000); return all.length === intents.length && all.every(s => s.ready); }, left());
    await allReady();
    await agent.settled(left(), still);
    figures.push(figure('upgrade/intents', intents.length, 'intents'), figure(`upgrade/${first}/objects`, (await objectsOf(plane)).length, 'objects'));
    const changes: string[] = [];
    for (const version of path.slice(1)) {
      const before = await objectsOf(plane), state = await stateOf(plane);
      await plane.restartApiServer(version);
      const stalled = new Set<string>(), watching = new AbortController();
      const watched = (async () => { while (!watching.signal.aborted) { for (const s of await standing().catch(() => [])) if (s.stalled) stalled.add(`${s.name}: ${s.stalled}`); await sleep(300); } })();
      await agent.settled(left(), still);
      await allReady();
      watching.abort(); await watched;
      const after = await objectsOf(plane), now = new Map(after.map(o => [String(o.metadata['uid']), o])), newState = await stateOf(plane);
      const lost = before.filter(o => !now.has(String(o.metadata['uid']))), changed = [...newState].filter(([key, value]) => !key.startsWith('intent ') && state.get(key) !== value);
      const fields = new Set(changed.flatMap(([key, value]) => moved(JSON.parse(state.get(key) ?? '{}'), JSON.parse(value)).map(at => `${key.split(' ')[0]} ${at}`)));
      figures.push(figure(`upgrade/${version}/unready`, (await standing()).filter(s => !s.ready).length, 'intents in the end', 0), figure(`upgrade/${version}/stalled`, stalled.size, 'intents at any time', 0), figure(`upgrade/${version}/lost`, lost.length, 'objects deleted or made anew', 0), figure(`upgrade/${version}/changed`, changed.length, 'objects'));
      changes.push(`${version}: ${[...fields].sort().join(', ') || 'nothing'}`);
      say(`${version}: ${[...stalled].join('; ')} lost ${lost.map(o => `${o.kind}/${o.metadata.name}`).join()} changed ${[...fields].join(', ')}`);
    }
    await agent.kill();
    return `the API server under ${intents.length} running services (${kinds.map(([name]) => name).join(', ')}; kwok runs their Pods) is ended and the next minor version started on the same etcd; the controllers stay those of ${first}. What changed in objects: ${changes.join('; ')}`;
  } finally { await plane.stop(); }
};
