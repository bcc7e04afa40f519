/**
 * The workload side of docs/standard.md, spelled out by hand: labels, hardened pods, probes, disruption budgets, autoscalers.
 * These are building blocks for the golden scenarios only. None of them reads an intent: a scenario says which blocks its
 * graph has and where it differs.
 */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';

/** What a graph is about. `version` is the image tag, absent for an image by digest alone. */
export interface Subject { name: string; namespace: string; version?: string }

export const labels = (s: Subject): Record<string, string> => ({
  'app.kubernetes.io/name': s.name, 'app.kubernetes.io/instance': s.name,
  ...(s.version === undefined ? {} : { 'app.kubernetes.io/version': s.version }), 'app.kubernetes.io/managed-by': 'kubesynth',
});
export const selector = (s: Subject): JsonObject => ({ 'app.kubernetes.io/name': s.name });
export const matching = (s: Subject): JsonObject => ({ matchLabels: selector(s) });

/** An object of the subject; `suffix` makes its name, `annotations` its annotations. */
export const make = (s: Subject, apiVersion: string, kind: string, rest: JsonObject, suffix = '', annotations?: Record<string, string>): KubeObject => ({
  apiVersion, kind, metadata: { name: s.name + suffix, namespace: s.namespace, labels: labels(s), ...(annotations && { annotations }) }, ...rest,
});

export const HIGH: JsonObject = { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } };
export const STANDARD: JsonObject = { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } };
export const STANDARD_CORE: JsonObject = { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
export const BURSTABLE: JsonObject = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } };
export const BURSTABLE_CORE: JsonObject = { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '250m', memory: '1Gi' } };
const BESIDE: JsonObject = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '64Mi' } };
const BESIDE_CORE: JsonObject = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '50m', memory: '64Mi' } };

export const port = (name: string, containerPort: number, protocol = 'TCP'): JsonObject => ({ name, containerPort, protocol });
export const HTTP = port('http', 8080);
export const tmpMount: JsonObject = { name: 'tmp', mountPath: '/tmp' };
export const tmp: JsonObject = { name: 'tmp', emptyDir: {} };

/** The object less one field: a writable root has neither the volume nor the mount of /tmp. */
export const without = (field: string, { [field]: _, ...rest }: JsonObject): JsonObject => rest;

export const hardened: JsonObject = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };
export const writableRoot: JsonObject = { ...hardened, readOnlyRootFilesystem: false };
export const withCapability = (...add: string[]): JsonObject => ({ ...hardened, capabilities: { drop: ['ALL'], add } });

export const liveTcp = (portName: string): JsonObject => ({ tcpSocket: { port: portName }, periodSeconds: 20 });
export const readyTcp = (portName: string): JsonObject => ({ tcpSocket: { port: portName }, periodSeconds: 10 });
export const probedAt = (portName: string): JsonObject => ({ livenessProbe: liveTcp(portName), readinessProbe: readyTcp(portName) });

/** A main container without ports or probes: worker, job, cron. `extra` adds or replaces. */
export const silent = (s: Subject, image: string, resources: JsonObject, extra: JsonObject = {}): JsonObject =>
  ({ name: s.name, image, resources, securityContext: hardened, volumeMounts: [tmpMount], ...extra });
/** A main container that serves http 8080 unless `extra` says otherwise, with the standard's TCP probes. */
export const serving = (s: Subject, image: string, resources: JsonObject, extra: JsonObject = {}): JsonObject =>
  silent(s, image, resources, { ports: [HTTP], ...probedAt('http'), ...extra });
export const beside = (name: string, image: string, extra: JsonObject = {}): JsonObject => ({ name, image, ...extra, resources: BESIDE, securityContext: hardened });
export const besideCore = (name: string, image: string, extra: JsonObject = {}): JsonObject => ({ ...beside(name, image, extra), resources: BESIDE_CORE });

export const podSecurity = (extra: JsonObject = {}): JsonObject =>
  ({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'RuntimeDefault' }, ...extra });
/** A pod of a cron or job: nothing spreads it. Every cluster here is of 1.29 or newer, so what runs beside the main container is a sidecar: after what prepares, before the release task. */
export const pod = (s: Subject, containers: JsonObject[], { initContainers, ...extra }: JsonObject = {}): JsonObject => {
  const sidecars = containers.filter(c => c['name'] !== s.name).map(c => ({ ...c, restartPolicy: 'Always' })), first = (initContainers ?? []) as JsonObject[];
  const before = [...first.filter(c => c['name'] !== 'migration'), ...sidecars, ...first.filter(c => c['name'] === 'migration')];
  return {
    serviceAccountName: s.name, automountServiceAccountToken: false, securityContext: podSecurity(), ...(before.length && { initContainers: before }),
    containers: containers.filter(c => c['name'] === s.name), volumes: [tmp], ...extra,
  };
};
const spread = (s: Subject, whenUnsatisfiable: string): Json =>
  [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable, labelSelector: matching(s) }];
/** A pod of a service, worker or stateful set. */
export const spreadPod = (s: Subject, containers: JsonObject[], extra: JsonObject = {}): JsonObject =>
  pod(s, containers, { topologySpreadConstraints: spread(s, 'ScheduleAnyway'), ...extra });
/** The same in tier core. */
export const corePod = (s: Subject, containers: JsonObject[], extra: JsonObject = {}): JsonObject =>
  pod(s, containers, { topologySpreadConstraints: spread(s, 'DoNotSchedule'), ...extra });

const among = (key: string, values: string[]): JsonObject => ({ key, operator: 'In', values });
/** zone-b of the istio-gateway cluster is over 85 % requested. */
export const awayFromZoneB: JsonObject = {
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions: [among('topology.kubernetes.io/zone', ['zone-a', 'zone-c'])] } }],
};
export const onNodes = (...expressions: JsonObject[]): JsonObject =>
  ({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: expressions }] } });
export const inPool = (pool: string): JsonObject => among('synthesis.platform/pool', [pool]);
export const ofArch = (...arch: string[]): JsonObject => among('kubernetes.io/arch', arch);

export interface Template { pod: JsonObject; podLabels?: Record<string, string>; podAnnotations?: Record<string, string> }
const template = (s: Subject, t: Template): JsonObject =>
  ({ metadata: { labels: { ...labels(s), ...t.podLabels }, ...(t.podAnnotations && { annotations: t.podAnnotations }) }, spec: t.pod });

export const rolling = (maxSurge: Json = 1, maxUnavailable: Json = 0): JsonObject => ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } });
export const recreate: JsonObject = { type: 'Recreate' };
/** Where pods must be spread, those of the version being replaced do not count. */
const byVersion = (pod: JsonObject): JsonObject => {
  const spread = pod['topologySpreadConstraints'] as JsonObject[] | undefined;
  return spread ? { ...pod, topologySpreadConstraints: spread.map(t => (t['whenUnsatisfiable'] === 'DoNotSchedule' ? { ...t, matchLabelKeys: ['pod-template-hash'] } : t)) } : pod;
};
/** `replicas` is absent where an autoscaler owns it. */
export const deployment = (s: Subject, t: Template & { replicas?: number; strategy?: JsonObject }): KubeObject =>
  make(s, 'apps/v1', 'Deployment', { spec: {
    ...(t.replicas !== undefined && { replicas: t.replicas }), selector: matching(s), strategy: t.strategy ?? rolling(), template: template(s, { ...t, pod: byVersion(t.pod) }),
  } });
/** The object with further fields of its spec: what a rollout says beside its strategy, what a Service says beside its ports. */
export const having = (object: KubeObject, fields: JsonObject): KubeObject => ({ ...object, spec: { ...(object['spec'] as JsonObject), ...fields } });
export const statefulSet = (s: Subject, t: Template & { replicas?: number; claims?: JsonObject[] }): KubeObject =>
  make(s, 'apps/v1', 'StatefulSet', { spec: {
    ...(t.replicas !== undefined && { replicas: t.replicas }), serviceName: `${s.name}-headless`, selector: matching(s), template: template(s, t),
    ...(t.claims && { volumeClaimTemplates: t.claims }),
  } });
export const daemonSet = (s: Subject, rollingUpdate: JsonObject, t: Template): KubeObject =>
  make(s, 'apps/v1', 'DaemonSet', { spec: { selector: matching(s), updateStrategy: { type: 'RollingUpdate', rollingUpdate }, template: template(s, t) } });
export const job = (s: Subject, t: Template): KubeObject =>
  make(s, 'batch/v1', 'Job', { spec: { backoffLimit: 3, template: template(s, { ...t, pod: { ...t.pod, restartPolicy: 'OnFailure' } }) } });
export const cronJob = (s: Subject, schedule: JsonObject, t: Template): KubeObject =>
  make(s, 'batch/v1', 'CronJob', { spec: { concurrencyPolicy: 'Forbid', ...schedule, jobTemplate: { spec: {
    backoffLimit: 3, template: template(s, { ...t, pod: { ...t.pod, restartPolicy: 'OnFailure' } }),
  } } } });

const claimSpec = (size: string, extra: JsonObject): JsonObject => ({ accessModes: ['ReadWriteOnce'], ...extra, resources: { requests: { storage: size } } });
export const claim = (s: Subject, volume: string, size: string, extra: JsonObject = {}): KubeObject =>
  make(s, 'v1', 'PersistentVolumeClaim', { spec: claimSpec(size, extra) }, `-${volume}`);
/** The same under a name of its own. */
export const claimNamed = (s: Subject, name: string, size: string, extra: JsonObject = {}): KubeObject => {
  const { metadata, ...rest } = claim(s, name, size, extra);
  return { ...rest, metadata: { ...metadata, name } } as KubeObject;
};
export const claimTemplate = (volume: string, size: string, extra: JsonObject = {}): JsonObject => ({ metadata: { name: volume }, spec: claimSpec(size, extra) });
export const claimed = (name: string, claimName: string): JsonObject => ({ name, persistentVolumeClaim: { claimName } });

export const filesMap = (s: Subject, data: Record<string, string>): KubeObject => make(s, 'v1', 'ConfigMap', { data }, '-files');
export const fileMount = (name: string, mountPath: string, subPath?: string): JsonObject => ({ name, mountPath, ...(subPath && { subPath }), readOnly: true });

export const serviceAccount = (s: Subject): KubeObject => make(s, 'v1', 'ServiceAccount', { automountServiceAccountToken: false });
/** The rules, for the service account that the pod runs as. */
export const permitted = (s: Subject, rules: JsonObject[], account = s.name): KubeObject[] => [
  make(s, 'rbac.authorization.k8s.io/v1', 'Role', { rules }),
  make(s, 'rbac.authorization.k8s.io/v1', 'RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: s.name }, subjects: [{ kind: 'ServiceAccount', name: account, namespace: s.namespace }],
  }),
];
export const budget = (s: Subject): KubeObject =>
  make(s, 'policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector: matching(s), unhealthyPodEvictionPolicy: 'AlwaysAllow' } });

const utilization = (name: string, averageUtilization: number): JsonObject => ({ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } });
export const autoscaler = (s: Subject, kind: string, minReplicas: number, maxReplicas: number, cpu: number, memory?: number): KubeObject =>
  make(s, 'autoscaling/v2', 'HorizontalPodAutoscaler', { spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind, name: s.name }, minReplicas, maxReplicas,
    metrics: [utilization('cpu', cpu), ...(memory === undefined ? [] : [utilization('memory', memory)])],
  } });
