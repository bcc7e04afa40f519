/** The agent as it runs in a cluster: a process of its own, known by its log, its metrics and its memory. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { documents, ended, root, until } from '../../test/operator/harness.ts';

export interface Agent {
  child: ChildProcess;
  /** Sum of a metric's series whose labels contain `labels`. */
  metric(name: string, labels?: string): Promise<number>;
  /** How long after changes of the cluster everything that came of them was done, by the agent's own account, since the last call. */
  delays(): Promise<{ sweeps: number; mean: number; /** Upper bound of the longest, ms. */ most: number }>;
  /**
   * MiB that are resident: of the agent's process, of its engine's, of both with pages that they share (the program itself) counted
   * once, as a container is charged for them, and the most there ever was of both with those pages counted twice.
   */
  memory(): { agent: number; engine: number; both: number; peak: number };
  /** Resolves when no intent has waited or been worked on for `stillMs`; with the moment (performance.now) it was last busy. */
  settled(seconds: number, stillMs?: number): Promise<number>;
  kill(): Promise<void>;
}

/** Resolves when it leads. */
export async function startAgent(kubeconfig: string, identity = 'bench'): Promise<Agent> {
  const child = launch(kubeconfig, identity), says = linesOf(child);
  const port = await new Promise<number>((resolve, reject) => {
    let found = 0;
    says(line => { if (line['msg'] === 'started') found = Number(line['port']); if (line['msg'] === 'leads') resolve(found); });
    child.once('exit', () => reject(new Error('the agent ended before it led')));
    setTimeout(() => reject(new Error('the agent did not lead within two minutes')), 120_000).unref();
  });
  let known: Map<string, number> = new Map();
  const text = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return {
    child,
    metric: async (name, labels = '') => sumOf(await text(), name, labels),
    async delays() {
      const series = [...(await text()).matchAll(/^kubesynth_event_delay_seconds_(?:bucket\{le="([^"]+)"\}|(sum|count)) (.+)$/gm)].map(([, le, what, value]) => [le ?? what!, Number(value)] as const);
      const since = new Map(series.map(([key, value]) => [key, value - (known.get(key) ?? 0)])), sweeps = since.get('count') ?? 0;
      known = new Map(series);
      const most = series.find(([key]) => key !== 'sum' && key !== 'count' && since.get(key) === sweeps)?.[0];
      return { sweeps, mean: sweeps ? (since.get('sum') ?? 0) / sweeps * 1000 : 0, most: sweeps ? Number((most ?? '+Inf').replace('+Inf', 'Infinity')) * 1000 : 0 };
    },
    memory: () => memoryOf(child.pid!),
    async settled(seconds, stillMs = 1000) {
      let busy = performance.now();
      await until('the agent to settle', async () => {
        const now = await text();
        if (sumOf(now, 'kubesynth_workqueue_depth') + sumOf(now, 'kubesynth_active_workers') > 0) busy = performance.now();
        return performance.now() - busy >= stillMs;
      }, seconds);
      return busy;
    },
    async kill() { child.kill('SIGKILL'); await ended(child); },
  };
}

const running = new Set<ChildProcess>();
/** Whatever was started and broke off with its part. */
export function endAll(): void { for (const child of running) child.kill('SIGKILL'); }
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

export function launch(kubeconfig: string, identity: string): ChildProcess {
  const child = spawn(join(root, 'bin', 'kubesynth'), ['operator', '--kubeconfig', kubeconfig, '--port', '0', '--host', '127.0.0.1', '--lease-namespace', 'kubesynth-system', '--identity', identity],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...installed() } });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Literal variables of the Deployment that is installed. */
function installed(): Record<string, string> {
  const { spec } = documents('install/deployment.yaml')[0] as unknown as { spec: { template: { spec: { containers: { env: { name: string; value?: string }[] }[] } } } };
  return Object.fromEntries(spec.template.spec.containers[0]!.env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

/** Resolves when the process says that it leads, or has ended. */
export function leads(child: ChildProcess): Promise<void> {
  return new Promise(resolve => { child.once('exit', () => resolve()); linesOf(child)(line => { if (line['msg'] === 'leads') resolve(); }); });
}

function linesOf(child: ChildProcess): (listener: (line: Record<string, unknown>) => void) => void {
  const listeners: ((line: Record<string, unknown>) => void)[] = [];
  let rest = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (process.env['KUBESYNTH_DEBUG']) process.stderr.write(`${line}\n`);
      if (line.startsWith('{')) for (const tell of listeners) tell(JSON.parse(line) as Record<string, unknown>);
    }
  });
  return listener => void listeners.push(listener);
}

const sumOf = (text: string, name: string, labels = ''): number =>
  text.split('\n').filter(line => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels)).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

/** From /proc; zeros where there is none. */
function memoryOf(pid: number): ReturnType<Agent['memory']> {
  const field = (of: number | string, name: string, file = 'status'): number => { try { return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${of}/${file}`, 'utf8'))?.[1] ?? 0); } catch { return 0; } };
  let all: string[] = [];
  try { all = readdirSync('/proc').filter(name => /^\d+$/.test(name)); } catch { /* no /proc */ }
  const children = all.filter(of => field(of, 'PPid') === pid), mib = (kib: number): number => Math.round(kib / 1024);
  const sum = (of: readonly (string | number)[], name: string, file?: string): number => mib(of.reduce<number>((total, one) => total + field(one, name, file), 0));
  return { agent: sum([pid], 'VmRSS'), engine: sum(children, 'VmRSS'), both: sum([pid, ...children], 'Pss', 'smaps_rollup'), peak: sum([pid, ...children], 'VmHWM') };
}
