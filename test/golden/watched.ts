/** Secrets of a store, backups, dashboards, traces and metrics to scale by, by docs/standard.md, spelled out by hand. Building blocks for the golden scenarios only. */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { on, ownPostgres } from './traffic.ts';
import { having, make, type Subject } from './workload.ts';

/** The Secret of the service's own entry of the store. */
export const stored = (s: Subject, name: string, store: string): KubeObject => make(s, 'external-secrets.io/v1', 'ExternalSecret', { spec: {
  refreshInterval: '1h', secretStoreRef: { kind: 'ClusterSecretStore', name: store }, target: { name: `${s.name}-${name}`, creationPolicy: 'Owner' },
  dataFrom: [{ extract: { key: `${s.namespace}/${s.name}/${name}` } }],
} }, `-${name}`);

/** An own Postgres that is copied every night, and what copies it. */
export const keptPostgres = (s: Subject, className: string, name: string, instances: number, size: string, version?: string): KubeObject[] => [
  having(ownPostgres(s, name, instances, size, version), { backup: { volumeSnapshot: { className } } }),
  make(s, 'postgresql.cnpg.io/v1', 'ScheduledBackup', { spec: { schedule: '0 0 2 * * *', method: 'volumeSnapshot', cluster: { name: `${s.name}-${name}` }, backupOwnerReference: 'self' } }, `-${name}`),
];

/** The autoscaler with a metric of the pods beside what it has. */
export const alsoBy = (scaler: KubeObject, name: string, averageValue: Json): KubeObject => {
  const { metrics } = scaler['spec'] as { metrics: Json[] };
  return having(scaler, { metrics: [...metrics, { type: 'Pods', pods: { metric: { name }, target: { type: 'AverageValue', averageValue } } }] });
};

export const asJson = { 'fluentbit.io/parser': 'json' }, notCollected = { 'fluentbit.io/exclude': 'true' };
export const traced = (instrumentation: string): Record<string, string> => ({ 'instrumentation.opentelemetry.io/inject-sdk': instrumentation });
export const toCollector = (namespace: string): JsonObject => ({ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }], ports: [on(4317), on(4318)] });

const panel = (title: string, x: number, expr: string): JsonObject => ({ type: 'timeseries', title, gridPos: { h: 8, w: 12, x, y: 0 }, targets: [{ refId: 'A', expr }] });
export const dashboard = (s: Subject): KubeObject => {
  const series = `{namespace="${s.namespace}",container="${s.name}"}`;
  const { metadata, ...map } = make(s, 'v1', 'ConfigMap', { data: { [`${s.namespace}-${s.name}.json`]: JSON.stringify({ title: `${s.namespace}/${s.name}`, schemaVersion: 39, panels: [
    panel('CPU', 0, `sum(rate(container_cpu_usage_seconds_total${series}[5m]))`), panel('Memory', 12, `sum(container_memory_working_set_bytes${series})`),
  ] }) } }, '-dashboard');
  return { ...map, metadata: { ...metadata, labels: { ...metadata.labels, grafana_dashboard: '1' } } } as KubeObject;
};
