/** What the agent is measured on: a real control plane with a mesh, public routes and monitoring, and namespaces that may be written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Discovered } from '../../src/operator/discovered.ts';
import { grantManifests, kindsOfModel } from '../../src/operator/grants.ts';
import { Transport } from '../../src/operator/transport.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { startControlPlane } from '../../test/controlplane/controlplane.ts';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { chosen } from '../../test/controlplane/versions.ts';
import { installAgent, intent, model, populate, put } from '../../test/operator/harness.ts';

export interface Cluster { plane: ControlPlane; kubeconfig: string; namespaces: string[] }

const usual = { crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager'], exact: false };

/** @param controllers also what runs Pods; without it intents are applied, and never healthy */
export async function raise(namespaces: string[], controllers: boolean, how: { version: string; crds: string[]; exact: boolean } = { version: chosen(), ...usual }): Promise<Cluster> {
  const plane = await startControlPlane({ ...how, controllers, audit: true });
  try {
    await populate(plane, 'istio-gateway');
    const kubeconfig = await installAgent(plane, controllers);
    const transport = new Transport(loadKubeconfig(kubeconfig)), discovered = new Discovered(transport);
    await discovered.refresh();
    for (const name of namespaces) {
      await put(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      for (const object of grantManifests(name, kindsOfModel(model.manifest.tokens, discovered.served!.kinds))) await put(plane, object);
    }
    transport.close();
    return { plane, kubeconfig, namespaces };
  } catch (error) { await plane.stop(); throw error; }
}

/** `n` intents over the namespaces, of which three quarters are the public example and the others the internal one. */
export const fleet = (n: number, namespaces: readonly string[], prefix = 'svc'): KubeObject[] =>
  Array.from({ length: n }, (_, i) => intent(`${prefix}-${i}`, namespaces[i % namespaces.length]!, undefined, i % 4 === 3 ? 'inventory-api' : 'user-auth-service'));

/** Creates them, a few at a time. */
export const createAll = (plane: ControlPlane, intents: readonly KubeObject[]): Promise<void> => atOnce(intents, 8, async made => {
  const { status, text } = await plane.request('POST', `/apis/synthesis.platform/v1alpha1/namespaces/${made.metadata.namespace}/serviceintents`, made);
  if (status !== 201) throw new Error(`${made.metadata.name}: ${text}`);
});

export async function atOnce<T>(items: readonly T[], side: number, work: (item: T, index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: side }, async () => { for (let i; (i = next++) < items.length;) await work(items[i]!, i); }));
}

export async function list(plane: ControlPlane, path: string): Promise<KubeObject[]> {
  let { status, json, text } = await plane.request('GET', path);
  // A server that has just started asks for patience.
  for (let tries = 0; status === 429 && tries < 30; tries++) { await sleep(1000); ({ status, json, text } = await plane.request('GET', path)); }
  if (status !== 200) throw new Error(`${path}: ${text.slice(0, 300)}`);
  return json['items'] as unknown as KubeObject[];
}

/** What the agent has to say of every intent. */
export async function standings(plane: ControlPlane): Promise<{ name: string; applied: boolean; reason: string; review: boolean }[]> {
  return (await list(plane, '/apis/synthesis.platform/v1alpha1/serviceintents')).map(object => {
    const status = (object['status'] ?? {}) as { observedGeneration?: number; revision?: string; conditions?: JsonObject[] };
    const is = (type: string): boolean => status.conditions?.some(c => c['type'] === type && c['status'] === 'True') === true;
    return { name: object.metadata.name, applied: status.revision !== undefined && status.observedGeneration === object.metadata['generation'] && !is('Stalled'), reason: String(status.conditions?.[0]?.['reason'] ?? ''), review: is('NeedsReview') };
  });
}

/** How many are applied, and why the others are not. */
export function progress(all: Awaited<ReturnType<typeof standings>>): string {
  const reasons = new Map<string, number>();
  for (const { applied, reason } of all) if (!applied) reasons.set(reason || 'not looked at yet', (reasons.get(reason || 'not looked at yet') ?? 0) + 1);
  return `${all.filter(s => s.applied).length} of ${all.length} applied${[...reasons].map(([reason, n]) => `, ${n} ${reason}`).join('')}`;
}

export const settings = '/api/v1/namespaces/platform-system/configmaps/global-settings';
