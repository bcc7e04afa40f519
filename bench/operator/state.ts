/** Everything the agent has made, in a form in which two runs can be compared. */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { list } from './cluster.ts';

const kinds = ['/api/v1/services', '/api/v1/serviceaccounts', '/api/v1/configmaps', '/apis/apps/v1/deployments', '/apis/apps/v1/statefulsets', '/apis/apps/v1/daemonsets', '/apis/batch/v1/cronjobs', '/apis/networking.k8s.io/v1/networkpolicies', '/apis/policy/v1/poddisruptionbudgets', '/apis/autoscaling/v2/horizontalpodautoscalers',
  '/apis/gateway.networking.k8s.io/v1/httproutes', '/apis/security.istio.io/v1/requestauthentications', '/apis/security.istio.io/v1/authorizationpolicies', '/apis/monitoring.coreos.com/v1/servicemonitors'];

/** Objects of one kind that intents have made, in its version v1 or, where definitions are older, v1beta1. */
async function made(plane: ControlPlane, path: string): Promise<KubeObject[]> {
  const { status } = await plane.request('GET', `${path}?limit=1`);
  return list(plane, `${status === 404 ? path.replace('/v1/', '/v1beta1/') : path}?labelSelector=synthesis.platform/intent`);
}

/** Objects that intents have made. */
export const objectsOf = async (plane: ControlPlane): Promise<KubeObject[]> => (await Promise.all(kinds.map(path => made(plane, path)))).flat();

/** Objects of intents as `Kind namespace/name` → what they are without what the server adds, and of each intent revision, revisions, inventory. */
export async function stateOf(plane: ControlPlane): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  for (const path of kinds) for (const object of await made(plane, path)) {
    const { metadata: { name, namespace, labels, annotations, finalizers }, status: _, ...rest } = object;
    state.set(`${path.slice(path.lastIndexOf('/') + 1)} ${namespace}/${name}`, scrubbed({ ...rest, labels: labels ?? {}, annotations: withoutControllers(annotations), finalizers: finalizers ?? [] }));
  }
  const revisions = await list(plane, '/apis/synthesis.platform/v1alpha1/synthesisrevisions');
  for (const { metadata, status } of await list(plane, '/apis/synthesis.platform/v1alpha1/serviceintents') as (KubeObject & { status?: JsonObject })[]) {
    const own = revisions.filter(r => r.metadata.namespace === metadata.namespace && (r.metadata['ownerReferences'] as JsonObject[] | undefined)?.some(o => o['uid'] === metadata['uid']));
    const inventory = ((status?.['inventory'] ?? []) as JsonObject[]).map(e => `${e['kind']}/${e['name']}`).sort();
    state.set(`intent ${metadata.namespace}/${metadata.name}`, JSON.stringify([status?.['revision'], status?.['contextHash'], inventory, metadata['finalizers'], own.map(r => r.metadata.name).sort()]));
  }
  return state;
}

const withoutControllers = (annotations: Record<string, string> | undefined): JsonObject => Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !/^deployment\.kubernetes\.io\//.test(key)));
const scrubbed = (value: Record<string, Json>): string => JSON.stringify(value).replace(/"clusterIPs?":("[^"]*"|\[[^\]]*\]),?/g, '').replace(/"applyset-[^"]*"/g, '"SET"');

/** What differs, in words; empty when nothing does. */
export function differences(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...new Set([...expected.keys(), ...found.keys()])].filter(key => expected.get(key) !== found.get(key))
    .map(key => (!found.has(key) ? `${key} is missing` : !expected.has(key) ? `${key} is left over` : `${key} is another: ${found.get(key)} for ${expected.get(key)}`));
}
