/** A release on a control plane, as a package manager leaves it, and what can be seen of its pods. */
import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { collectionPath, create } from '../controlplane/clusters.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { until } from '../operator/harness.ts';

/** Creates the namespace, volumes for its claims, and the objects by the field manager of a package manager. */
export async function install(plane: ControlPlane, namespace: string, objects: readonly KubeObject[], volumes: number): Promise<void> {
  await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (let i = 0; i < volumes; i++) {
    await create(plane, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `${namespace}-${i}` }, spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/data/${i}` } } });
  }
  for (const object of objects) {
    const placed = { ...object, metadata: { ...object.metadata, namespace } }, answer = await plane.request('POST', `${await collectionPath(plane, placed)}?fieldManager=helm`, placed);
    assert.equal(answer.status, 201, answer.text);
  }
}

export const listed = async (plane: ControlPlane, path: string): Promise<KubeObject[]> => {
  const { status, json, text } = await plane.request('GET', path);
  assert.equal(status, 200, text);
  return (json['items'] as JsonObject[]).map(item => ({ ...item, apiVersion: json['apiVersion'], kind: String(json['kind']).replace(/List$/, '') }) as KubeObject);
};

/** `name uid` of every pod, and the names of what controllers make for each template they see. */
export async function running(plane: ControlPlane, namespace: string): Promise<{ pods: string[]; templates: string[] }> {
  const pods = await listed(plane, `/api/v1/namespaces/${namespace}/pods`);
  const templates = (await Promise.all(['replicasets', 'controllerrevisions'].map(plural => listed(plane, `/apis/apps/v1/namespaces/${namespace}/${plural}`)))).flat();
  return { pods: pods.map(o => `${o.metadata.name} ${String(o.metadata['uid'])}`).sort(), templates: templates.map(o => o.metadata.name).sort() };
}

export const settledPods = (plane: ControlPlane, namespace: string, count: number): Promise<unknown> => until(`${count} pods to run in ${namespace}`, async () => {
  const pods = await listed(plane, `/api/v1/namespaces/${namespace}/pods`);
  return pods.length === count && pods.every(o => (o['status'] as JsonObject)['phase'] === 'Running');
}, 300);

const kinds = ['apis/apps/v1/deployments', 'apis/apps/v1/statefulsets', 'api/v1/services', 'api/v1/configmaps', 'api/v1/persistentvolumeclaims', 'api/v1/serviceaccounts', 'apis/policy/v1/poddisruptionbudgets', 'apis/networking.k8s.io/v1/networkpolicies'];
/** What `kubectl get … -o json` gives of a namespace. */
export async function exported(plane: ControlPlane, namespace: string): Promise<string> {
  const items = await Promise.all(kinds.map(kind => listed(plane, `/${kind.slice(0, kind.lastIndexOf('/'))}/namespaces/${namespace}/${kind.slice(kind.lastIndexOf('/') + 1)}`)));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items.flat() });
}
