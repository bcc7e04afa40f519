/** Changes of a cluster that concern nobody. */
import type { ControlPlane } from '../controlplane/controlplane.ts';

/** The i-th change that no intent of `shop` rests on; they take turns over ten kinds of change and forty names, there and elsewhere. */
export async function unrelated(plane: ControlPlane, i: number): Promise<void> {
  const name = `noise-${Math.floor(i / 10) % 40}`, place = i % 3 ? 'elsewhere' : 'shop', core = `/api/v1/namespaces/${place}`, node = `/api/v1/nodes/node-${'abc'[i % 3]}1`;
  const apply = (plural: string, object: object): Promise<unknown> => plane.request('PATCH', `${core}/${plural}/${name}?fieldManager=noise&force=true`, { apiVersion: 'v1', metadata: { name }, ...object }, 'application/apply-patch+yaml');
  switch (i % 10) {
    case 0: case 1: case 2: await apply('configmaps', { kind: 'ConfigMap', data: { value: String(i) } }); break;
    case 3: await plane.request('DELETE', `${core}/configmaps/${name}`); break;
    case 4: await apply('services', { kind: 'Service', metadata: { name, annotations: { value: String(i) } }, spec: { ports: [{ port: 1000 + i % 50 }] } }); break;
    case 5: await plane.request('PATCH', node, { metadata: { annotations: { value: String(i) } } }, 'application/merge-patch+json'); break;
    case 6: await plane.request('PATCH', `${node}/status`, { status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: new Date().toISOString() }] } }, 'application/strategic-merge-patch+json'); break;
    case 7: await plane.request('POST', `${core}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName: 'node-a1', containers: [{ name: 'noise', image: 'registry.example/noise:1', resources: { requests: { cpu: `${1 + i % 9}m` } } }] } }); break;
    case 8: await plane.request('DELETE', `${core}/pods/${name}?gracePeriodSeconds=0`); break;
    case 9: await plane.request('POST', `/apis/events.k8s.io/v1/namespaces/${place}/events`, {
      apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { generateName: 'noise-' }, eventTime: new Date().toISOString().replace('Z', '000Z'), type: 'Normal', action: 'Noise', reason: 'Noise', note: String(i),
      reportingController: 'noise', reportingInstance: 'noise', regarding: { apiVersion: 'v1', kind: 'Namespace', name: place },
    }); break;
  }
}

/** A Pod that takes so much of a node. */
export const load = (name: string, nodeName: string, cpu: string, tolerations: object[] = []): object =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName, tolerations, containers: [{ name: 'load', image: 'registry.example/load:1', resources: { requests: { cpu } } }] } });
