/** Events (events.k8s.io/v1) about intents: what people see in `kubectl describe` and `kubectl events`. */
import { randomBytes } from 'node:crypto';
import type { ClusterApi } from '../change/api.ts';
import type { KubeObject } from '../kubernetes.ts';

export interface Note { type: 'Normal' | 'Warning'; /** CamelCase. */ reason: string; action: string; note: string; /** `Kind/name` this is also about. */ related?: { apiVersion: string; kind: string; name: string; namespace: string } }

/** Messages longer than this are refused by the server. */
const longest = 1000;

/** Never throws: an Event that cannot be written must not hold up the work it tells of. */
export async function announce(api: ClusterApi, intent: KubeObject, { type, reason, action, note, related }: Note, instance: string): Promise<void> {
  const { namespace = 'default', name } = intent.metadata;
  const about = { apiVersion: intent.apiVersion, kind: intent.kind, name, namespace, uid: String(intent.metadata['uid'] ?? '') };
  const event: KubeObject = {
    apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    eventTime: new Date().toISOString().replace('Z', '000Z'), type, reason, action, note: note.length > longest ? `${note.slice(0, longest)}…` : note,
    regarding: about, ...(related ? { related } : {}), reportingController: 'synthesis.platform/kubesynth', reportingInstance: instance.slice(0, 128),
  };
  try { await api.create(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`, event); } catch { /* said in the log and in status as well */ }
}
