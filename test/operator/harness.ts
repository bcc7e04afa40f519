/** A control plane with the agent's CRDs and rights, and agents on it: in this process, or as processes that can be killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { LlamaEngine } from '../../src/candidate/engine.ts';
import { loadModel } from '../../src/candidate/model.ts';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { loadDriftRules } from '../../src/drift/rules.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { jsonLog } from '../../src/operator/log.ts';
import { grantManifests, kindsOfModel } from '../../src/operator/grants.ts';
import { Operator } from '../../src/operator/operator.ts';
import type { OperatorOptions } from '../../src/operator/operator.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { asServed, clusterPlan, collectionPath, create } from '../controlplane/clusters.ts';
import type { ControlPlane, Write } from '../controlplane/controlplane.ts';

export const root = join(import.meta.dirname, '..', '..');
export const documents = (path: string): KubeObject[] => parseAllDocuments(readFileSync(join(root, path), 'utf8')).map(d => d.toJS() as KubeObject).filter(Boolean);
export const model = loadModel();
export const agentAccount = 'system:serviceaccount:kubesynth-system:kubesynth';

/** What the agent writes in its own name, its lease aside: what it notes of intents, and which model is released. */
export const isOwnRecord = ({ resource, namespace, name }: Write): boolean =>
  ['serviceintents', 'synthesisrevisions', 'events'].includes(resource) || (resource === 'configmaps' && namespace === 'kubesynth-system' && (name === '' || name === 'kubesynth-release'));

/** Waits for `probe` to give something, and says what it waited for when it does not. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false, seconds = 180): Promise<T> {
  const patience = Date.now() + seconds * 1000;
  for (let cause: unknown; ;) {
    try { const value = await probe(); if (value) return value; } catch (error) { cause = error; }
    if (Date.now() > patience) assert.fail(`waited ${seconds} s for ${what}${cause ? `: ${String(cause)}` : ''}`);
    await sleep(100);
  }
}

/** What `until` is to a condition, for a promise: neither test nor hook waits for ever. */
function within<T>(what: string, promise: Promise<T>, seconds = 120): Promise<T> {
  const patience = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: patience.signal }).then(() => assert.fail(`waited ${seconds} s for ${what}`));
  return Promise.race([promise, late]).finally(() => { late.catch(() => undefined); patience.abort(); });
}

/** CRDs, namespace, account and rights of install/install.yaml; the agent itself runs here. @returns a kubeconfig of its account */
export async function installAgent(plane: ControlPlane, controllers: boolean): Promise<string> {
  for (const object of documents('install/install.yaml')) if (!['Deployment', 'NetworkPolicy'].includes(object.kind)) await create(plane, object);
  // Only a controller fills the role that aggregates others.
  const reader = documents('install/reader.yaml')[0]!, aggregated = { ...reader, metadata: { name: 'kubesynth-reader' } };
  if (!controllers) await put(plane, aggregated);
  for (const plural of ['serviceintents', 'synthesisrevisions']) await until(`${plural} to be served`, async () => (await plane.request('GET', `/apis/synthesis.platform/v1alpha1/${plural}`)).status === 200);
  const answer = await plane.request('POST', '/api/v1/namespaces/kubesynth-system/serviceaccounts/kubesynth/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 86_400 } });
  assert.equal(answer.status, 201, answer.text);
  return kubeconfigFor(plane, String((answer.json['status'] as JsonObject)['token']), 'agent');
}

export function kubeconfigFor(plane: ControlPlane, token: string, name: string, server = plane.url): string {
  const path = join(dirname(plane.kubeconfigPath), `kubeconfig-${name}`), config = JSON.parse(readFileSync(plane.kubeconfigPath, 'utf8')) as { clusters: { cluster: { server: string } }[]; users: { user: unknown }[] };
  config.clusters[0]!.cluster.server = server;
  config.users[0]!.user = { token };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** The objects of a shipped cluster; Pods only where something runs them. */
export async function populate(plane: ControlPlane, cluster: string): Promise<void> {
  for (const object of clusterPlan(cluster).objects) if (object.kind !== 'Pod') await create(plane, await asServed(plane, object));
}

/** Lets the agent write whatever the model can in a namespace, as an administrator would. */
export async function grantAll(plane: ControlPlane, operator: Operator, namespace: string): Promise<void> {
  for (const object of grantManifests(namespace, kindsOfModel(model.manifest.tokens, operator.world.snapshot.kinds))) await put(plane, object);
}

export interface Line { msg: string; intent?: string; [field: string]: unknown }
export interface Agent { operator: Operator; log: Line[] }

export async function startAgent(kubeconfig: string, more: Partial<OperatorOptions> = {}): Promise<Agent> {
  const log: Line[] = [];
  const operator = new Operator({
    access: loadKubeconfig(kubeconfig), model, guardrails: loadGuardrails(shippedGuardrails()), rules: loadDriftRules(join(shippedGuardrails(), 'drift.yaml')),
    log: jsonLog(line => { log.push(JSON.parse(line) as Line); if (process.env['KUBESYNTH_DEBUG']) process.stderr.write(line); }), lease: { namespace: 'kubesynth-system' }, port: 0, host: '127.0.0.1',
    engine: () => LlamaEngine.load(model), ...more,
  });
  await within('the agent to have seen the cluster', operator.start()).catch((error: unknown) => { throw new Error(`its last words: ${JSON.stringify(log.slice(-3))}`, { cause: error }); });
  return { operator, log };
}

/** Until nothing is left to do: twice, since what was done may have told of something new. */
export async function settled({ operator }: Agent): Promise<void> {
  for (let still = 0; still < 4; await sleep(100)) still = await until('the agent to settle', () => operator.idle) ? still + 1 : 0;
}

/** The agent as a process of its own. */
export function spawnAgent(kubeconfig: string, identity: string): ChildProcess {
  return spawn(join(root, 'bin', 'kubesynth'), ['operator', '--kubeconfig', kubeconfig, '--port', '0', '--host', '127.0.0.1', '--lease-namespace', 'kubesynth-system', '--identity', identity],
    { cwd: root, stdio: ['ignore', 'ignore', process.env['KUBESYNTH_DEBUG'] ? 'inherit' : 'ignore'] });
}

export const ended = (child: ChildProcess): Promise<void> =>
  within('the agent\'s process to end', new Promise(resolve => { if (child.exitCode !== null || child.signalCode !== null) resolve(); else child.once('exit', () => resolve()); }));

/** An intent of the shipped example, in a namespace, by another name or with other fields. */
export function intent(name: string, namespace: string, change: (spec: JsonObject) => void = () => undefined, example = 'user-auth-service', metadata: JsonObject = {}): KubeObject {
  const [object] = documents(`examples/${example}.yaml`), made = structuredClone(object!);
  made.metadata = { name, namespace, ...metadata };
  change(made['spec'] as JsonObject);
  return made;
}

export const get = async (plane: ControlPlane, path: string): Promise<KubeObject | undefined> => {
  const answer = await plane.request('GET', path);
  return answer.status === 200 ? answer.json as unknown as KubeObject : undefined;
};

/** Creates it, or makes it this. */
export async function put(plane: ControlPlane, object: KubeObject): Promise<KubeObject> {
  const path = `${await collectionPath(plane, object)}/${object.metadata.name}`;
  const answer = await plane.request('PATCH', `${path}?fieldManager=test&force=true`, object, 'application/apply-patch+yaml');
  assert.ok(answer.status < 300, answer.text);
  return answer.json as unknown as KubeObject;
}

export async function merge(plane: ControlPlane, path: string, patch: JsonObject, manager = 'human'): Promise<KubeObject> {
  const answer = await plane.request('PATCH', `${path}?fieldManager=${manager}`, patch, 'application/merge-patch+json');
  assert.ok(answer.status < 300, answer.text);
  return answer.json as unknown as KubeObject;
}

export const pathOfIntent = (namespace: string, name: string): string => `/apis/synthesis.platform/v1alpha1/namespaces/${namespace}/serviceintents/${name}`;
export interface Status { observedGeneration: number; revision?: string; contextHash?: string; model?: string; inventory: { apiVersion: string; kind: string; name: string }[]; findings: { rule: string; severity: string; object: string; message: string; fix: string }[]; conditions: { type: string; status: string; reason: string; message: string }[] }
export const statusOf = async (plane: ControlPlane, namespace: string, name: string): Promise<Status> => {
  const status = ((await get(plane, pathOfIntent(namespace, name)))?.['status'] ?? {}) as unknown as Partial<Status>;
  return { observedGeneration: 0, inventory: [], findings: [], conditions: [], ...status };
};
export const condition = ({ conditions }: Status, type: string): { status: string; reason: string; message: string } => conditions.find(c => c.type === type) ?? { status: '', reason: '', message: '' };

/** Waits until a condition is True (or has a reason) for the intent's present generation. */
export async function conditionOf(plane: ControlPlane, namespace: string, name: string, type: string, reason?: string): Promise<Status> {
  let last: Status | undefined;
  try {
    return await until(`${namespace}/${name} ${type} ${reason ?? ''}`, async () => {
      const object = await get(plane, pathOfIntent(namespace, name));
      last = await statusOf(plane, namespace, name);
      const found = condition(last, type);
      return object?.metadata['generation'] === last.observedGeneration && found.status === 'True' && (reason === undefined || found.reason === reason) ? last : undefined;
    });
  } catch (error) { throw new Error(`${String(error)}; it is ${JSON.stringify(last)}`); }
}
