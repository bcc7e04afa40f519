/**
 * `make up`: a real control plane with controllers, a scheduler, nodes in three zones and a demo platform, and the agent on it,
 * in the background until `make down`. Everything lies in .cache/up.
 *   node test/up.ts up [VERSION] | down | serve [VERSION]
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLog } from '../src/operator/log.ts';
import { startControlPlane } from './controlplane/controlplane.ts';
import { chosen } from './controlplane/versions.ts';
import { grantAll, installAgent, populate, put, startAgent } from './operator/harness.ts';

const folder = join(import.meta.dirname, '..', '.cache', 'up');
const file = (name: string): string => join(folder, name);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const [command, version = chosen()] = process.argv.slice(2);

const running = (): number | undefined => {
  if (!existsSync(file('pid'))) return undefined;
  const pid = Number(readFileSync(file('pid'), 'utf8'));
  try { process.kill(pid, 0); return pid; } catch { return undefined; }
};

/** Holds it all until it is told to end. */
async function serve(): Promise<void> {
  const plane = await startControlPlane({ version, crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], controllers: true });
  try {
    await populate(plane, 'istio-gateway');
    const kubeconfig = await installAgent(plane, true);
    const agent = await startAgent(kubeconfig, { port: 0, log: jsonLog() });
    for (const namespace of ['shop', 'default']) await grantAll(plane, agent.operator, namespace);
    await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } });
    copyFileSync(plane.kubeconfigPath, file('kubeconfig'));
    writeFileSync(file('ready'), JSON.stringify({ version: plane.version, metrics: `http://127.0.0.1:${agent.operator.port}/metrics` }));
    await new Promise(resolve => { process.once('SIGTERM', resolve); process.once('SIGINT', resolve); });
    await agent.operator.stop();
  } finally { await plane.stop(); }
}

async function up(): Promise<void> {
  if (running() !== undefined) { say('it is up already; `make down` ends it'); tell(); return; }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const log = openSync(file('log'), 'w');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename, 'serve', version], { detached: true, stdio: ['ignore', log, log] });
  writeFileSync(file('pid'), String(child.pid));
  child.unref();
  say(`starting Kubernetes ${version} and the agent; the first time its binaries are built, which takes minutes (log: ${file('log')})`);
  while (!existsSync(file('ready'))) {
    if (child.exitCode !== null) { process.stderr.write(`${readFileSync(file('log'), 'utf8').slice(-3000)}\nit did not come up\n`); process.exit(1); }
    await sleep(200);
  }
  tell();
}

function tell(): void {
  const { version: served, metrics } = JSON.parse(readFileSync(file('ready'), 'utf8')) as { version: string; metrics: string };
  say(`
Kubernetes ${served} with a mesh, the Gateway API and nodes in three zones is up, and the agent runs on it.

  export KUBECONFIG=${file('kubeconfig')}

  kubectl -n shop apply -f examples/user-auth-service.yaml
  kubectl -n shop get serviceintents -w
  kubectl -n shop get all,networkpolicies,httproutes,requestauthentications
  kubectl -n shop describe serviceintent user-auth-service
  kubectl -n platform-system patch configmap global-settings --type merge -p '{"data":{"jwtIssuer":"https://id.example/"}}'
  curl -s ${metrics}

docs/operator.md says more. \`make down\` ends it.`);
}

async function down(): Promise<void> {
  const pid = running();
  if (pid === undefined) { say('nothing is up'); return; }
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; running() !== undefined && waited < 30_000; waited += 100) await sleep(100);
  if (running() !== undefined) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  say('down');
}

if (command === 'serve') await serve(); else if (command === 'up') await up(); else if (command === 'down') await down(); else { process.stderr.write('usage: up.ts up [VERSION] | down\n'); process.exitCode = 2; }
