/** Spreads, release tasks, queues, alerts and labels of one's own by docs/standard.md, spelled out by hand. Building blocks for the golden scenarios only. */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { make, matching, silent, type Subject } from './workload.ts';

/** Topology constraint over hosts, the same in either tier. A pod spread over nothing is that of a job: `pod`. */
export const overHosts = (s: Subject): Json =>
  [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: matching(s) }];

const task = (image: string, resources: JsonObject, extra: JsonObject): JsonObject => silent({ name: 'migration', namespace: '' }, image, resources, extra);
export const migration = (image: string, extra: JsonObject = {}): JsonObject =>
  task(image, { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '512Mi' } }, extra);
export const migrationCore = (image: string, extra: JsonObject = {}): JsonObject =>
  task(image, { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '100m', memory: '512Mi' } }, extra);

export const scaledObject = (s: Subject, kind: string, minReplicaCount: number, maxReplicaCount: number, ...triggers: JsonObject[]): KubeObject =>
  make(s, 'keda.sh/v1alpha1', 'ScaledObject', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name: s.name }, minReplicaCount, maxReplicaCount, triggers } });
export const byKafka = (s: Subject, name: string, namespace: string, lagThreshold: string): JsonObject =>
  ({ type: 'kafka', metadata: { bootstrapServers: `${name}.${namespace}.svc:9092`, consumerGroup: s.name, topic: s.name, lagThreshold } });
export const byRedis = (s: Subject, name: string, namespace: string, listLength: string): JsonObject =>
  ({ type: 'redis', metadata: { address: `${name}.${namespace}.svc:6379`, listName: s.name, listLength } });
export const byUse = (resource: string, value: string): JsonObject => ({ type: resource, metricType: 'Utilization', metadata: { value } });

const rules = (s: Subject, tier: string, ...alerts: JsonObject[]): KubeObject =>
  make(s, 'monitoring.coreos.com/v1', 'PrometheusRule', { spec: { groups: [{ name: s.name, rules: alerts.map(a => ({ ...a, labels: { service: s.name, tier } })) }] } });
/** Alerts of what runs on. */
export const alerts = (s: Subject, tier = 'standard'): KubeObject => {
  const series = `{namespace="${s.namespace}",container="${s.name}"}`;
  return rules(s, tier,
    { alert: 'ContainerRestarts', expr: `increase(kube_pod_container_status_restarts_total${series}[1h]) > 3` },
    { alert: 'NothingReady', expr: `sum(kube_pod_container_status_ready${series}) == 0`, for: '5m' });
};
/** Alerts of what ends: cron and job. */
export const runAlerts = (s: Subject, tier = 'standard'): KubeObject =>
  rules(s, tier, { alert: 'RunFailed', expr: `kube_job_failed{namespace="${s.namespace}",job_name=~"${s.name}(-[0-9]+)?",condition="true"} > 0` });

interface Metadata { labels?: Record<string, string>; annotations?: Record<string, string> }
interface Templated { template?: { metadata: Metadata }; jobTemplate?: { spec: { template: { metadata: Metadata } } } }
/** The intent's own labels and annotations, on every object and on the pod template, beside what is there. */
export const marked = (own: Metadata, graph: KubeObject[]): KubeObject[] => {
  const mark = (on: Metadata): void => {
    if (own.labels) on.labels = { ...on.labels, ...own.labels };
    if (own.annotations) on.annotations = { ...on.annotations, ...own.annotations };
  };
  return structuredClone(graph).map(object => {
    const { template, jobTemplate } = (object['spec'] ?? {}) as Templated;
    for (const on of [object.metadata, template?.metadata, jobTemplate?.spec.template.metadata]) if (on) mark(on);
    return object;
  });
};
