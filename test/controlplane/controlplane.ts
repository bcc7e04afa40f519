/**
 * A real etcd and kube-apiserver for tests: `const cp = await startControlPlane({ version: '1.30.14' })`.
 *
 * Ports are free ones and a collision is retried, so any number may run side by side. Everything lives in one temporary
 * folder. A watchdog shell ends the children and removes the folder when this process goes, however it goes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { allParts, binaries, serverParts } from './binaries.ts';
import { readCrdSet } from './crds.ts';
import { installCrds, uninstallCrds } from './definitions.ts';
import { httpsClient, type Answer } from './request.ts';

export interface ControlPlane {
  url: string;
  /** A kubeconfig whose current context is a member of system:masters. */
  kubeconfigPath: string;
  token: string;
  /** The version the server reports, without the `v`. */
  version: string;
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** Installs a CRD set by name and waits until discovery and OpenAPI serve all of it. */
  install(crdSet: string): Promise<void>;
  /** Deletes a CRD set by name, with all objects of its kinds, and waits until it is gone. */
  uninstall(crdSet: string): Promise<void>;
  /** The API server's own certificate and key, for a proxy that stands before it. PEM. */
  tls: { cert: string; key: string };
  /** Ends the API server, hard, and starts it again on the same port and data; with `version`, the one of that version. */
  restartApiServer(version?: string): Promise<void>;
  /** Stops etcd where it stands, as a disk that hangs would; the answer lets it go on. */
  pauseEtcd(): () => void;
  /** Writes that the API server took since it started, but for dry runs, from its audit log; only with `audit`. */
  writes(): Write[];
  stop(): Promise<void>;
}

/** One line of the audit log. */
export interface Write { user: string; asUser: string; verb: string; resource: string; namespace: string; name: string; subresource: string; code: number }

export interface Options {
  version: string; crds?: string[]; exact?: boolean;
  /** Also the controller-manager and the scheduler, and kwok, which runs Nodes and Pods that are not there. */
  controllers?: boolean;
  /** Every write is logged. */
  audit?: boolean;
}

export async function startControlPlane({ version, crds = [], exact = false, controllers = false, audit = false }: Options): Promise<ControlPlane> {
  const bin = await binaries(version, controllers ? allParts : undefined, exact);
  let cause: unknown;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const plane = await start(bin, controllers, audit);
      try { for (const set of crds) await plane.install(set); } catch (error) { await plane.stop(); throw error; }
      return plane;
    } catch (error) {
      cause = error;
      if (!/address already in use/.test(String(error))) break;
    }
  }
  throw cause;
}

async function start(bin: string, controllers: boolean, audit: boolean): Promise<ControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-controlplane-'));
  const [etcdPort, peerPort, port] = await freePorts(3);
  const token = randomBytes(16).toString('hex');
  const file = (name: string, text: string): string => { const path = join(dir, name); writeFileSync(path, text, { mode: 0o600 }); return path; };
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  const signingKey = file('serviceaccount.key', keys.privateKey);
  const etcdUrl = `http://127.0.0.1:${etcdPort}`, peerUrl = `http://127.0.0.1:${peerPort}`;

  const auditLog = join(dir, 'audit.log');
  const serverArgs = [`--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1',
    // From 1.37 on a loopback address is refused as the endpoint of the `kubernetes` Service; nothing here needs one.
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`, `--cert-dir=${dir}/certs`, `--service-account-key-file=${file('serviceaccount.pub', keys.publicKey)}`,
    `--service-account-signing-key-file=${signingKey}`, '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.0.0.0/16', '--authorization-mode=RBAC', `--token-auth-file=${file('tokens', `${token},admin,admin,system:masters\n`)}`,
    // Without controllers nobody makes the default ServiceAccounts that this plugin demands of every Pod.
    ...(controllers ? [] : ['--disable-admission-plugins=ServiceAccount']), '--allow-privileged=true',
    ...(audit ? [`--audit-policy-file=${file('audit-policy.json', JSON.stringify(auditPolicy))}`, `--audit-log-path=${auditLog}`, '--audit-log-mode=blocking'] : [])];
  const children: ChildProcess[] = [];
  const launch = (program: string, args: string[], from = bin): void => {
    const at = children.findIndex(child => basename(child.spawnargs[0]!) === program), child = run(dir, from, program, args);
    if (at >= 0) children[at] = child; else children.push(child);
    // For the watchdog.
    writeFileSync(join(dir, 'pids'), children.map(c => c.pid).filter(pid => pid !== undefined).join(' '));
  };
  const ended = (child: ChildProcess): Promise<void> => new Promise(resolve => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once('exit', () => resolve()); });
  launch('etcd', [`--data-dir=${dir}/etcd`, `--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`, `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync', '--log-level=warn']);
  launch('kube-apiserver', serverArgs);
  const watchdog = watch(dir);
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(ended));
    watchdog.stdin?.end();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const url = `https://127.0.0.1:${port}`;
    // The server signs its own certificate with a CA made on the spot; both are in this file.
    const ca = await untilReady(dir, children, async () => {
      const pem = readFileSync(join(dir, 'certs', 'apiserver.crt'), 'utf8');
      const ready = await httpsClient(url, pem, token)('GET', '/readyz');
      return ready.status === 200 ? pem : undefined;
    });
    const request = httpsClient(url, ca, token);
    // The server makes these by itself, some of them after it has called itself ready.
    for (const own of ['/api/v1/namespaces/default', '/api/v1/namespaces/kube-system', '/api/v1/namespaces/kube-public', '/api/v1/namespaces/kube-node-lease',
      '/api/v1/namespaces/default/services/kubernetes', '/apis/scheduling.k8s.io/v1/priorityclasses/system-cluster-critical', '/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical']) {
      await untilReady(dir, children, async () => ((await request('GET', own)).status === 200 ? true : undefined));
    }
    const version = String((await request('GET', '/version')).json['gitVersion']).replace(/^v/, '');
    const kubeconfigPath = file('kubeconfig', kubeconfig(url, ca, token));
    if (controllers) {
      for (const [program, args] of Object.entries(controllerArgs(kubeconfigPath, signingKey, file('ca.crt', ca)))) launch(program, args);
    }
    return {
      url, token, version, request, stop, kubeconfigPath, install: async set => installCrds(request, await readCrdSet(set)),
      uninstall: async set => uninstallCrds(request, await readCrdSet(set)),
      async restartApiServer(other) {
        const from = other === undefined ? undefined : await binaries(other, serverParts, true), server = children.find(child => child.spawnargs[0]!.endsWith('kube-apiserver'))!;
        server.kill('SIGKILL');
        await ended(server);
        launch('kube-apiserver', serverArgs, from);
        await untilReady(dir, children, async () => ((await request('GET', '/readyz')).status === 200 ? true : undefined));
      },
      pauseEtcd() {
        const etcd = children.find(child => child.spawnargs[0]!.endsWith('etcd'))!;
        etcd.kill('SIGSTOP');
        return () => void etcd.kill('SIGCONT');
      },
      tls: { cert: ca, key: readFileSync(join(dir, 'certs', 'apiserver.key'), 'utf8') },
      writes: () => writesIn(auditLog),
    };
  } catch (error) { await stop(); throw error; }
}

function run(dir: string, bin: string, program: string, args: string[]): ChildProcess {
  const log = openSync(join(dir, `${program}.log`), 'w');
  const child = spawn(join(bin, program), args, { cwd: dir, stdio: ['ignore', log, log] });
  child.on('error', error => writeFileSync(join(dir, `${program}.log`), String(error)));
  return child;
}

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [{ level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] }, { level: 'None' }],
};

function writesIn(path: string): Write[] {
  interface Line { user: { username: string }; impersonatedUser?: { username: string }; verb: string; requestURI: string; objectRef?: { resource?: string; namespace?: string; name?: string; subresource?: string }; responseStatus?: { code?: number } }
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as Line).filter(line => !/[?&]dryRun=/.test(line.requestURI)).map(({ user, impersonatedUser, verb, objectRef = {}, responseStatus }) => ({
    user: user.username, asUser: impersonatedUser?.username ?? '', verb, resource: objectRef.resource ?? '', namespace: objectRef.namespace ?? '', name: objectRef.name ?? '', subresource: objectRef.subresource ?? '', code: responseStatus?.code ?? 0,
  }));
}

const controllerArgs = (kubeconfig: string, signingKey: string, ca: string): Record<string, string[]> => ({
  'kube-controller-manager': [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0', '--use-service-account-credentials=false', `--service-account-private-key-file=${signingKey}`, `--root-ca-file=${ca}`, '--concurrent-gc-syncs=5'],
  'kube-scheduler': [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  kwok: [`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', '--node-lease-duration-seconds=40'],
});

/** Ends the children and the folder when our end of its stdin closes, even by SIGKILL. */
function watch(dir: string): ChildProcess {
  const dog = spawn('/bin/sh', ['-c', 'read _; kill -9 $(cat "$1/pids") 2>/dev/null; sleep 0.2; rm -rf "$1"', 'watchdog', dir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  dog.unref();
  (dog.stdin as unknown as { unref(): void }).unref();
  return dog;
}

async function untilReady<T>(dir: string, children: ChildProcess[], probe: () => Promise<T | undefined>): Promise<T> {
  const patience = Date.now() + 300_000;
  let cause: unknown;
  for (;;) {
    const dead = children.find(child => child.exitCode !== null || child.signalCode !== null || child.pid === undefined);
    const tail = (program: string): string => { try { return readFileSync(join(dir, `${program}.log`), 'utf8').slice(-2000); } catch { return ''; } };
    if (dead) throw new Error(`the control plane ended early\netcd: ${tail('etcd')}\nkube-apiserver: ${tail('kube-apiserver')}`);
    if (Date.now() > patience) throw new Error(`the control plane is not ready after five minutes\n${tail('kube-apiserver')}`, { cause });
    try { const value = await probe(); if (value !== undefined) return value; } catch (error) { cause = error; }
    await sleep(100);
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer().on('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map(server => (server.address() as { port: number }).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

const kubeconfig = (server: string, ca: string, token: string): string => JSON.stringify({
  apiVersion: 'v1', kind: 'Config', 'current-context': 'test', contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
  users: [{ name: 'admin', user: { token } }],
});
