/** A real API server with our own CRDs, a namespace, and an intent in it; what the change and drift stages are tried on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { ClusterApi } from '../../src/change/api.ts';
import type { Inventory } from '../../src/change/inventory.ts';
import type { IntentRef } from '../../src/change/ownership.ts';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { clusterApi } from '../../src/operator/client.ts';
import { Transport } from '../../src/operator/transport.ts';
import { loadKubeconfig } from '../../src/snapshot/kubeconfig.ts';
import { clusterClient } from '../../src/snapshot/client.ts';
import { groupVersions, servedKinds } from '../../src/snapshot/discovery.ts';
import type { ServedKind } from '../../src/snapshot/types.ts';
import { startControlPlane } from '../controlplane/controlplane.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { chosen } from '../controlplane/versions.ts';

export interface Live {
  plane: ControlPlane;
  api: ClusterApi;
  kinds: ServedKind[];
  /** Writes that reached the server, as `METHOD path`, dry runs aside; and dry runs. */
  writes: string[];
  dryRuns: string[];
  /** A namespace of its own with an intent in it. */
  intent(name: string): Promise<IntentRef>;
  stop(): Promise<void>;
}

const root = new URL('../..', import.meta.url);
export const intentsPath = (namespace: string): string => `/apis/synthesis.platform/v1alpha1/namespaces/${namespace}/serviceintents`;

export async function liveCluster(): Promise<Live> {
  const plane = await startControlPlane({ version: chosen() });
  try {
    for (const crd of ['serviceintents', 'synthesisrevisions']) {
      const made = await plane.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', parse(readFileSync(new URL(`install/crds/${crd}.yaml`, root), 'utf8')));
      assert.equal(made.status, 201, made.text);
      while ((await plane.request('GET', `/apis/synthesis.platform/v1alpha1/${crd}`)).status !== 200) await sleep(50);
    }
    const access = loadKubeconfig(plane.kubeconfigPath), reading = clusterClient(access);
    const kinds = await servedKinds(reading, await groupVersions(reading));
    reading.close();
    const transport = new Transport(access), api = clusterApi(transport);
    const writes: string[] = [], dryRuns: string[] = [];
    transport.onReply = (method, _, path) => { if (method !== 'GET') (path.includes('dryRun=All') ? dryRuns : writes).push(`${method} ${path.replace(/\?.*/, '')}`); };
    return {
      plane, api, kinds, writes, dryRuns,
      intent: async name => {
        await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        const made = await api.create(intentsPath(name), { apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'shop', namespace: name }, spec: { workload: { containerImage: 'r/shop:1' } } });
        return { name: 'shop', namespace: name, uid: String(made.metadata['uid']) };
      },
      stop: async () => { transport.close(); await plane.stop(); },
    };
  } catch (error) { await plane.stop(); throw error; }
}

/** Keeps the inventory in the intent's status, as the operator does: only on top of the version that was read. */
export function statusStore(api: ClusterApi, intent: IntentRef) {
  const path = `${intentsPath(intent.namespace)}/${intent.name}`;
  let version = '';
  return {
    path,
    async read(): Promise<Inventory> {
      const object = (await api.get(path))!;
      version = String(object.metadata['resourceVersion']);
      return ((object['status'] as JsonObject | undefined)?.['inventory'] ?? []) as unknown as Inventory;
    },
    async record(inventory: Inventory): Promise<void> {
      const stored = await api.patchStatus(path, { metadata: { resourceVersion: version }, status: { inventory: inventory as unknown as JsonObject[] } });
      version = String(stored.metadata['resourceVersion']);
    },
  };
}

const labels = { 'app.kubernetes.io/name': 'shop' };
/** A graph with map lists, atomic lists and quantities in a spelling of their own. */
export const graphOf = (namespace: string, image = 'r/shop:1'): KubeObject[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'shop', namespace, labels }, automountServiceAccountToken: false },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace, labels }, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'dns', port: 53, protocol: 'UDP' }] } },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'shop', namespace, labels }, spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { app: 'front' } } }], ports: [{ port: 8080, protocol: 'TCP' }] }] } },
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop', namespace, labels },
    spec: {
      replicas: 2, selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'shop', securityContext: { runAsNonRoot: true },
          containers: [{
            name: 'shop', image, ports: [{ name: 'http', containerPort: 8080 }], env: [{ name: 'LEVEL', value: 'info' }],
            resources: { requests: { cpu: '1000m', memory: '0.5Gi' }, limits: { memory: '512Mi' } }, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          }],
        },
      },
    },
  },
];
