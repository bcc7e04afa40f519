/**
 * What an API server fills in by itself, in objects of anyone's making: saying it and not saying it is the same. Beside what
 * test/equivalences.yaml lists for the objects written here, which is applied as well.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */
import { withoutDefaults } from '../evaluation/equivalence.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { asObject, isMap } from './json.ts';

/** End of a path (on whole segments, [] for any item) and the value that means nothing there. */
const defaults: readonly [string, Json][] = [
  ['terminationMessagePath', '/dev/termination-log'], ['terminationMessagePolicy', 'File'], ['stdin', false], ['tty', false],
  ['securityContext.privileged', false], ['securityContext.allowPrivilegeEscalation', true], ['securityContext.readOnlyRootFilesystem', false], ['securityContext.procMount', 'Default'],
  ['template.spec.restartPolicy', 'Always'], ['template.spec.dnsPolicy', 'ClusterFirst'], ['template.spec.schedulerName', 'default-scheduler'], ['template.spec.terminationGracePeriodSeconds', 30],
  ['template.spec.hostNetwork', false], ['template.spec.hostPID', false], ['template.spec.hostIPC', false], ['template.spec.shareProcessNamespace', false], ['template.spec.enableServiceLinks', true], ['template.spec.serviceAccountName', 'default'],
  ['securityContext.fsGroupChangePolicy', 'Always'], ['volumeMounts[].readOnly', false], ['emptyDir.medium', ''], ['valueFrom.fieldRef.apiVersion', 'v1'], ['env[].value', ''], ['resourceFieldRef.divisor', '0'],
  ['secretKeyRef.optional', false], ['configMapKeyRef.optional', false], ['secretRef.optional', false], ['configMapRef.optional', false], ['secret.optional', false], ['configMap.optional', false],
  ['projected.defaultMode', 420], ['downwardAPI.defaultMode', 420], ['secret.defaultMode', 420], ['configMap.defaultMode', 420], ['persistentVolumeClaim.readOnly', false], ['ports[].protocol', 'TCP'],
  ['Probe.initialDelaySeconds', 0], ['Probe.grpc.service', ''], ['httpGet.path', '/'], ['httpGet.scheme', 'HTTP'],
  ['spec.minReadySeconds', 0], ['spec.revisionHistoryLimit', 10], ['spec.progressDeadlineSeconds', 600], ['spec.podManagementPolicy', 'OrderedReady'], ['spec.paused', false],
  ['spec.completions', 1], ['spec.parallelism', 1], ['spec.completionMode', 'NonIndexed'], ['spec.suspend', false], ['spec.podReplacementPolicy', 'TerminatingOrFailed'], ['spec.manualSelector', false],
  ['spec.successfulJobsHistoryLimit', 3], ['spec.failedJobsHistoryLimit', 1], ['spec.concurrencyPolicy', 'Allow'],
  ['spec.persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' }], ['spec.updateStrategy', { type: 'RollingUpdate' }], ['spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }],
  ['spec.strategy', { type: 'RollingUpdate' }], ['spec.strategy', { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }],
  ['spec.type', 'ClusterIP'], ['spec.sessionAffinity', 'None'], ['spec.internalTrafficPolicy', 'Cluster'], ['spec.externalTrafficPolicy', 'Cluster'], ['spec.publishNotReadyAddresses', false], ['spec.allocateLoadBalancerNodePorts', true],
  ['spec.volumeMode', 'Filesystem'], ['automountServiceAccountToken', true], ['spec.unhealthyPodEvictionPolicy', 'IfHealthyBudget'], ['namespaceSelector', {}], ['endpoints[].honorLabels', false], ['endpoints[].scheme', 'http'],
];
const byKey = Map.groupBy(defaults, ([path]) => path.split('.').at(-1)!.replace('[]', ''));

const equal = (a: Json, b: Json): boolean => a === b || (isMap(a) && isMap(b) && Object.keys({ ...a, ...b }).every(key => a[key] !== undefined && b[key] !== undefined && equal(a[key], b[key])));
/** `Probe.` is the end of a field's name, everything else a whole segment. */
const ends = (path: string, end: string): boolean => path === end || path.endsWith(end.startsWith('Probe') ? end : `.${end}`);

function stripped(value: Json, path: string): Json {
  if (Array.isArray(value)) return value.map(item => stripped(item, `${path}[]`));
  if (!isMap(value)) return value;
  const out: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (byKey.get(key)?.some(([end, known]) => ends(at, end) && equal(known, member))) continue;
    out[key] = stripped(member, at);
  }
  return out;
}

const moving = /(:latest|^[^:@]*(:\d+\/[^:@]*)?)$/;
/** The policy that an image gets by its tag when nobody says one. */
export const defaultPullPolicy = (image: string): string => (moving.test(image) ? 'Always' : 'IfNotPresent');

/** An object without what an API server says by itself, everything in its order. */
export const plain = (object: KubeObject): KubeObject => (object.kind === 'ConfigMap' ? object : stripped(object as Json, '') as unknown as KubeObject);

/** The same in the form in which objects are compared: set-like lists in one order. */
export function undefaulted(object: KubeObject): KubeObject {
  const o = object.kind === 'ConfigMap' ? object : withoutDefaults(plain(object));
  const spec = asObject(o['spec']);
  if (o.kind === 'Service') for (const port of (spec['ports'] as JsonObject[] | undefined) ?? []) port['targetPort'] ??= port['port']!;
  return o;
}
