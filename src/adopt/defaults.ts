/**
 * What an API server writes into a pod template that does not say it, and nothing else: a template with and without these is the
 * same template to a controller. A field that merely means the same, such as `privileged: false`, is not among them.
 * https://pkg.go.dev/k8s.io/kubernetes/pkg/apis/core/v1#SetDefaults_PodSpec
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import { defaultPullPolicy } from '../import/defaults.ts';
import { asText, isMap } from '../import/json.ts';

const probes = new Set(['livenessProbe', 'readinessProbe', 'startupProbe']);
const plain: Record<string, Json> = {
  terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', terminationGracePeriodSeconds: 30,
};
/** Under a parent of this name. */
const within: Record<string, JsonObject> = {
  ports: { protocol: 'TCP' }, fieldRef: { apiVersion: 'v1' }, resourceFieldRef: { divisor: '0' }, httpGet: { scheme: 'HTTP', path: '/' }, grpc: { service: '' },
  secret: { defaultMode: 420 }, configMap: { defaultMode: 420 }, projected: { defaultMode: 420 }, downwardAPI: { defaultMode: 420 }, hostPath: { type: '' }, serviceAccountToken: { expirationSeconds: 3600 },
};
const ofProbes: JsonObject = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** @param template `{metadata, spec}` */
export function undefaultedTemplate(template: JsonObject): JsonObject {
  const { creationTimestamp: _, ...metadata } = (template['metadata'] ?? {}) as JsonObject, spec = stripped(template['spec'] ?? {}, 'spec') as JsonObject;
  if (isMap(spec['securityContext']) && !Object.keys(spec['securityContext']).length) delete spec['securityContext'];
  // An older name that the server keeps in step.
  if (spec['serviceAccount'] === spec['serviceAccountName']) delete spec['serviceAccount'];
  return { metadata, spec };
}

function stripped(value: Json, parent: string): Json {
  if (Array.isArray(value)) return value.map(item => stripped(item, parent));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]): [string, Json][] => {
    const usual = key === 'imagePullPolicy' ? defaultPullPolicy(asText(value['image'])) : within[parent]?.[key] ?? (probes.has(parent) ? ofProbes[key] : undefined) ?? (isTop(parent) ? plain[key] : undefined);
    if (usual !== undefined && usual === member) return [];
    // Containers always have one; empty, it says nothing.
    if (key === 'resources' && isMap(member) && !Object.keys(member).length) return [];
    return [[key, stripped(member, key)]];
  }));
}
const isTop = (parent: string): boolean => ['spec', 'containers', 'initContainers'].includes(parent);
