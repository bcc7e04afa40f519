/** What an API server fills in, as pkg/apis of Kubernetes says it, for the kinds of these tests. */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';

const fill = (o: JsonObject, usual: JsonObject): void => { for (const [key, value] of Object.entries(usual)) o[key] ??= structuredClone(value); };
const list = (v: Json | undefined): JsonObject[] => (v ?? []) as JsonObject[];

function container(c: JsonObject): void {
  fill(c, { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', resources: {} });
  for (const port of list(c['ports'])) fill(port, { protocol: 'TCP' });
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const p = c[probe] as JsonObject | undefined;
    if (!p) continue;
    fill(p, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    if (p['httpGet']) fill(p['httpGet'] as JsonObject, { scheme: 'HTTP', path: '/' });
  }
  for (const v of list(c['env'])) { if (v['value'] === '') delete v['value']; const ref = (v['valueFrom'] as JsonObject | undefined)?.['fieldRef']; if (ref) fill(ref as JsonObject, { apiVersion: 'v1' }); }
}

function template(spec: JsonObject): void {
  fill(spec, { dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', securityContext: {}, terminationGracePeriodSeconds: 30, schedulerName: 'default-scheduler' });
  if (spec['serviceAccountName'] !== undefined) spec['serviceAccount'] = spec['serviceAccountName']; else delete spec['serviceAccount'];
  const context = spec['securityContext'] as JsonObject;
  for (const empty of ['supplementalGroups', 'sysctls']) if (list(context[empty]).length === 0) delete context[empty];
  for (const c of [...list(spec['containers']), ...list(spec['initContainers'])]) container(c);
  for (const v of list(spec['volumes'])) for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) if (v[source]) fill(v[source] as JsonObject, { defaultMode: 420 });
}

/** @param before of which a Service keeps its addresses */
export function defaulted(object: KubeObject, before?: KubeObject): KubeObject {
  const o = structuredClone(object), spec = o['spec'] as JsonObject | undefined;
  if (spec && (o.kind === 'Deployment' || o.kind === 'StatefulSet')) {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10 });
    if (o.kind === 'Deployment') {
      fill(spec, { progressDeadlineSeconds: 600, strategy: {} });
      const strategy = spec['strategy'] as JsonObject;
      fill(strategy, { type: 'RollingUpdate' });
      if (strategy['type'] === 'RollingUpdate') { fill(strategy, { rollingUpdate: {} }); fill(strategy['rollingUpdate'] as JsonObject, { maxSurge: '25%', maxUnavailable: '25%' }); }
    } else {
      fill(spec, { podManagementPolicy: 'OrderedReady', updateStrategy: {}, persistentVolumeClaimRetentionPolicy: {} });
      fill(spec['persistentVolumeClaimRetentionPolicy'] as JsonObject, { whenDeleted: 'Retain', whenScaled: 'Retain' });
      const strategy = spec['updateStrategy'] as JsonObject;
      if (strategy['type'] === undefined) fill(strategy, { type: 'RollingUpdate', rollingUpdate: {} });
      if (strategy['rollingUpdate']) fill(strategy['rollingUpdate'] as JsonObject, { partition: 0 });
      for (const claim of list(spec['volumeClaimTemplates'])) { fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } }); fill(claim['spec'] as JsonObject, { volumeMode: 'Filesystem' }); }
    }
    template((spec['template'] as JsonObject)['spec'] as JsonObject);
  }
  if (spec && o.kind === 'Service') {
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
    const old = before?.['spec'] as JsonObject | undefined;
    fill(spec, { clusterIP: old?.['clusterIP'] ?? '10.0.0.7' });
    fill(spec, { clusterIPs: [spec['clusterIP']!] });
    for (const port of list(spec['ports'])) { if (port['nodePort'] === null) delete port['nodePort']; fill(port, { protocol: 'TCP', targetPort: port['port']! }); }
  }
  if (o.kind === 'Secret' && o['stringData']) { o['data'] = Object.fromEntries(Object.entries(o['stringData'] as JsonObject).map(([k, v]) => [k, Buffer.from(String(v)).toString('base64')])); delete o['stringData']; }
  return o;
}
