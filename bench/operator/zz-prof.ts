import { Session } from 'node:inspector/promises';
import { startAgent, until, merge, conditionOf } from '../../test/operator/harness.ts';
import { createAll, fleet, list, raise, settings, standings } from './cluster.ts';
const n = Number(process.argv[2] ?? 60);
const { plane, kubeconfig, namespaces } = await raise(['team-0', 'team-1', 'team-2'], false);
const agent = await startAgent(kubeconfig);
const t0 = performance.now();
await createAll(plane, fleet(n, namespaces));
await until('applied', async () => (await standings(plane)).filter(s => s.applied).length === n);
console.log('converged', performance.now() - t0);
await new Promise(r => setTimeout(r, 4000));
const session = new Session(); session.connect();
const writes0 = plane.writes().length;
await session.post('Profiler.enable'); await session.post('Profiler.setSamplingInterval', { interval: 500 }); await session.post('Profiler.start');
const cpu0 = process.cpuUsage(); const t1 = performance.now();
const reqs: Record<string, number> = {};
await merge(plane, settings, { data: { jwtIssuer: 'https://id-9.corp.example/' } });
const tokens = '/apis/security.istio.io/v1/requestauthentications';
await until('follow', async () => { await new Promise(r => setTimeout(r, 200)); const all = await list(plane, tokens); return all.every(t => JSON.stringify(t['spec']).includes('https://id-9.')); });
const wall = performance.now() - t1; const cpu = process.cpuUsage(cpu0);
const { profile } = await session.post('Profiler.stop') as any;
const by = new Map(plane.writes().slice(writes0).map(w => [0, w] as const)); const counts: Record<string, number> = {};
for (const w of plane.writes().slice(writes0)) { const k = `${w.verb} ${w.resource}/${w.subresource}`; counts[k] = (counts[k] ?? 0) + 1; }
console.log('behind', wall, 'cpu ms', (cpu.user + cpu.system) / 1000, 'per', wall / (n * .75), counts);
// inclusive times by function
const nodes = new Map<number, any>(profile.nodes.map((x: any) => [x.id, x])); const self = new Map<number, number>();
profile.samples.forEach((id: number, i: number) => self.set(id, (self.get(id) ?? 0) + profile.timeDeltas[i]));
const parent = new Map<number, number>(); for (const x of profile.nodes) for (const c of x.children ?? []) parent.set(c, x.id);
const incl = new Map<string, number>(), own = new Map<string, number>();
for (const [id, t] of self) { const seen = new Set<string>(); let at: number | undefined = id; const f = (x: any) => `${x.callFrame.functionName || '(anon)'} ${x.callFrame.url.replace(/.*\/main\//, '')}:${x.callFrame.lineNumber + 1}`; own.set(f(nodes.get(id)), (own.get(f(nodes.get(id))) ?? 0) + t); while (at !== undefined) { const k = f(nodes.get(at)); if (!seen.has(k)) { seen.add(k); incl.set(k, (incl.get(k) ?? 0) + t); } at = parent.get(at); } }
const top = (m: Map<string, number>, k: number) => [...m].sort((a, b) => b[1] - a[1]).slice(0, k).map(([k, t]) => `${(t / 1000).toFixed(0).padStart(7)} ${k}`).join('\n');
console.log('INCLUSIVE\n' + top(incl, 70)); console.log('SELF\n' + top(own, 30));
await agent.operator.stop(); await plane.stop(); process.exit(0);
