/** Shapes that depend on the version of Kubernetes or of a CRD, found in graphs that a server took. */
import type { Json, KubeObject } from '../../src/kubernetes.ts';
import { isSidecar, podTemplate } from '../../src/verdict/pod.ts';
import { asList, at } from '../../src/verdict/types.ts';

const pod = (o: KubeObject): Json | undefined => podTemplate(o)?.spec;
const kind = (apiVersion: string, name: string) => (o: KubeObject): boolean => o.kind === name && o.apiVersion === apiVersion;
const within = (path: string) => (o: KubeObject): boolean => at(pod(o), ...path.split('.')) !== undefined;

export const shapes: Record<string, (o: KubeObject) => boolean> = {
  'appArmorProfile field': within('securityContext.appArmorProfile'),
  'pod without the field': o => pod(o) !== undefined && !within('securityContext.appArmorProfile')(o),
  'AppArmor annotation': o => Object.keys(at(podTemplate(o)?.metadata, 'annotations') ?? {}).some(key => key.startsWith('container.apparmor.security.beta.kubernetes.io/')),
  'sidecar that ends with its pod': o => asList(at(pod(o), 'initContainers')).some(isSidecar),
  'container beside the main one': o => asList(at(pod(o), 'containers')).length > 1,
  unhealthyPodEvictionPolicy: o => o.kind === 'PodDisruptionBudget' && at(o['spec'], 'unhealthyPodEvictionPolicy') !== undefined,
  'budget without it': o => o.kind === 'PodDisruptionBudget' && at(o['spec'], 'unhealthyPodEvictionPolicy') === undefined,
  'PodDisruptionBudget policy/v1': kind('policy/v1', 'PodDisruptionBudget'),
  'HorizontalPodAutoscaler autoscaling/v2': kind('autoscaling/v2', 'HorizontalPodAutoscaler'),
  'CronJob batch/v1': kind('batch/v1', 'CronJob'),
  topologySpreadConstraints: within('topologySpreadConstraints'),
  'spread with matchLabelKeys': o => asList(at(pod(o), 'topologySpreadConstraints')).some(t => t['matchLabelKeys'] !== undefined),
  'strict spread without it': o => asList(at(pod(o), 'topologySpreadConstraints')).some(t => t['whenUnsatisfiable'] === 'DoNotSchedule' && t['matchLabelKeys'] === undefined),
  trafficDistribution: o => o.kind === 'Service' && at(o['spec'], 'trafficDistribution') !== undefined,
  'HTTPRoute v1': kind('gateway.networking.k8s.io/v1', 'HTTPRoute'),
  'HTTPRoute v1beta1': kind('gateway.networking.k8s.io/v1beta1', 'HTTPRoute'),
  'Istio security v1': kind('security.istio.io/v1', 'RequestAuthentication'),
  'Istio security v1beta1': kind('security.istio.io/v1beta1', 'RequestAuthentication'),
  ServiceMonitor: kind('monitoring.coreos.com/v1', 'ServiceMonitor'),
  ScaledObject: o => o.kind === 'ScaledObject',
  'CloudNativePG Cluster': o => o.kind === 'Cluster',
  Ingress: kind('networking.k8s.io/v1', 'Ingress'),
};

export const countShapes = (objects: readonly KubeObject[]): Record<string, number> =>
  Object.fromEntries(Object.entries(shapes).map(([name, holds]) => [name, objects.filter(holds).length]));
