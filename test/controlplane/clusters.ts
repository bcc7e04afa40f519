/**
 * Clusters as data: `clusters/NAME.yaml` holds a first document `{version: oldest|newest, crds: [SET…]}` and then the
 * objects to create. `raise(name)` gives a control plane in that state.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { splitApiVersion, type JsonObject, type KubeObject } from '../../src/kubernetes.ts';
import { startControlPlane, type ControlPlane } from './controlplane.ts';
import { crdSetNote } from './crds.ts';
import { newest, oldest } from './versions.ts';

export interface ClusterPlan { version: string; crds: string[]; objects: KubeObject[]; notes: string[] }

const folder = join(import.meta.dirname, 'clusters');

export const clusterNames = (): string[] => readdirSync(folder).filter(file => file.endsWith('.yaml')).map(file => file.slice(0, -'.yaml'.length)).sort();

export function clusterPlan(name: string): ClusterPlan {
  const [head, ...objects] = parseAllDocuments(readFileSync(join(folder, `${name}.yaml`), 'utf8')).map(document => document.toJS() as unknown);
  const { version, crds } = head as { version: 'oldest' | 'newest'; crds: string[] };
  return { version: version === 'oldest' ? oldest : newest, crds, objects: objects.filter(Boolean) as KubeObject[], notes: crds.flatMap(set => crdSetNote(set) ?? []) };
}

/** Starts that cluster at its own version, with its CRDs and objects. */
export async function raise(name: string): Promise<ControlPlane & { notes: string[] }> {
  const plan = clusterPlan(name);
  const plane = await startControlPlane({ version: plan.version, crds: plan.crds, exact: true });
  // The server's own Service names the port it happens to listen on; a cluster's would name the usual one.
  const ownPort: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default' }, spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] } };
  try { for (const object of [ownPort, ...plan.objects]) await create(plane, object); } catch (error) { await plane.stop(); throw error; }
  return { ...plane, notes: plan.notes };
}

/** The collection that serves a kind: `/apis/apps/v1/namespaces/shop/deployments`. @throws when the server serves no such kind */
export async function collectionPath(plane: ControlPlane, object: KubeObject): Promise<string> {
  const { group } = splitApiVersion(object.apiVersion);
  const root = `${group ? '/apis' : '/api'}/${object.apiVersion}`;
  const { json } = await plane.request('GET', root);
  const entry = ((json['resources'] ?? []) as JsonObject[]).find(r => r['kind'] === object.kind && !String(r['name']).includes('/'));
  if (!entry) throw new Error(`${object.apiVersion} ${object.kind} is not served`);
  return entry['namespaced'] ? `${root}/namespaces/${object.metadata.namespace ?? 'default'}/${entry['name']}` : `${root}/${entry['name']}`;
}

/** Creates an object, or merges it into the one that is there (the server makes some Namespaces itself). */
export async function create(plane: ControlPlane, object: KubeObject): Promise<void> {
  const path = await collectionPath(plane, object);
  let answer = await plane.request('POST', path, object);
  if (answer.status === 409) answer = await plane.request('PATCH', `${path}/${object.metadata.name}`, object, 'application/merge-patch+json');
  if (answer.status >= 300) throw new Error(`${object.kind}/${object.metadata.name}: ${answer.text}`);
  if (object.kind === 'Node') {
    // Admission taints every new Node as not ready; the controller that would lift it does not run here.
    const taints = (object['spec'] as JsonObject | undefined)?.['taints'] ?? null;
    await plane.request('PATCH', `${path}/${object.metadata.name}`, { spec: { taints } }, 'application/merge-patch+json');
  }
}

/** The object in the version of its group that the server prefers, where it does not serve the stated one. */
export async function asServed(plane: ControlPlane, object: KubeObject): Promise<KubeObject> {
  const { group, version } = splitApiVersion(object.apiVersion);
  if (!group) return object;
  const { json } = await plane.request('GET', `/apis/${group}`), versions = (json['versions'] ?? []) as { version: string }[];
  if (versions.some(v => v.version === version)) return object;
  return { ...object, apiVersion: (json['preferredVersion'] as { groupVersion: string } | undefined)?.groupVersion ?? object.apiVersion };
}
