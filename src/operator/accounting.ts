/** What the figures of /metrics are taken from. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Metrics } from './metrics.ts';
import { conditionsOf } from './status.ts';

/** Counts every answer of the API server, and as writes those that changed something; leases are renewed all the time. */
export function countReply(metrics: Metrics, method: string, status: number, path: string): void {
  metrics.count('kubesynth_requests_total', { method, status: String(status) });
  if (['GET', 'WATCH'].includes(method) || status === 0 || status >= 300 || path.includes('dryRun=') || path.includes('/leases')) return;
  const parts = path.split('?')[0]!.split('/').slice(path.startsWith('/api/') ? 3 : 4);
  metrics.count('kubesynth_writes_total', { method, resource: (parts[0] === 'namespaces' && parts.length > 2 ? parts[2] : parts[0]) ?? '' });
}

export interface Gauges { depth: number; active: number; objects: number; lists: number; intents: Iterable<KubeObject> }

/** The text of /metrics, with what is true at this moment. */
export function metricsText(metrics: Metrics, { depth, active, objects, lists, intents }: Gauges): string {
  metrics.set('kubesynth_workqueue_depth', depth);
  metrics.set('kubesynth_active_workers', active);
  metrics.set('kubesynth_informer_objects', objects);
  metrics.set('kubesynth_informer_lists_total', lists);
  metrics.clear('kubesynth_intents');
  for (const intent of intents) {
    const ready: JsonObject | undefined = conditionsOf(intent).find(c => c['type'] === 'Ready');
    metrics.count('kubesynth_intents', { ready: String(ready?.['status'] ?? 'Unknown'), reason: String(ready?.['reason'] ?? 'Pending') });
  }
  return metrics.text();
}
