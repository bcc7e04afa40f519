/**
 * An object as the API server shows it to policies: with what it fills in itself. Only what expressions of policies are likely to
 * read; https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (defaults.go of each group) has them all.
 */
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { isMap } from '../../kubernetes.ts';
import { podTemplate } from '../pod.ts';
import { asList, asObject, asText } from '../types.ts';

const rolling = { type: 'RollingUpdate' };
const specs: Record<string, JsonObject> = {
  Deployment: { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: rolling },
  StatefulSet: { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', updateStrategy: rolling },
  DaemonSet: { revisionHistoryLimit: 10, updateStrategy: rolling },
  Job: { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false },
  CronJob: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 },
  Service: { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster' },
  PersistentVolumeClaim: { volumeMode: 'Filesystem' },
  HorizontalPodAutoscaler: { minReplicas: 1 },
};
const podSpec: JsonObject = { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', terminationGracePeriodSeconds: 30, securityContext: {}, enableServiceLinks: true };
const containerSpec: JsonObject = { resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };
const probe: JsonObject = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** What is there stays; maps are filled in too. */
const fill = (target: JsonObject, defaults: JsonObject): JsonObject => {
  const filled: JsonObject = { ...target };
  for (const [key, value] of Object.entries(defaults)) {
    const there = filled[key];
    filled[key] = there === undefined || there === null ? value : isMap(there) && isMap(value) ? fill(there, value) : there;
  }
  return filled;
};

/** An image without a tag, or with this one, may be another tomorrow. */
const pullPolicy = (image: string): string => (/:latest$/.test(image) || !/[:@][^/]*$/.test(image) ? 'Always' : 'IfNotPresent');

const container = (given: JsonObject): JsonObject => {
  const filled = fill(given, { ...containerSpec, imagePullPolicy: pullPolicy(asText(given.image)) });
  if (Array.isArray(given.ports)) filled.ports = asList(given.ports).map(port => fill(port, { protocol: 'TCP' }));
  for (const name of probes) if (isMap(given[name])) filled[name] = fill(given[name], { ...probe, ...(isMap(given[name].httpGet) ? { httpGet: { path: '/', scheme: 'HTTP' } } : {}) });
  const resources = asObject(filled.resources), { limits } = resources;
  if (isMap(limits)) filled.resources = { ...resources, requests: { ...limits, ...asObject(resources.requests) } };
  return filled;
};

const pod = (spec: JsonObject): JsonObject => {
  const filled = fill(spec, podSpec);
  for (const field of ['containers', 'initContainers']) if (Array.isArray(spec[field])) filled[field] = asList(spec[field]).map(container);
  return filled;
};

const withPod = (value: JsonObject, steps: readonly string[]): JsonObject => {
  const [step, ...rest] = steps;
  return step === undefined ? pod(value) : { ...value, [step]: withPod(asObject(value[step]), rest) };
};

/** A copy; the object stays as it is. */
export const defaulted = (object: KubeObject): KubeObject => {
  let filled: KubeObject = object;
  const spec = specs[object.kind];
  if (spec && isMap(object.spec)) filled = { ...filled, spec: fill(object.spec, spec) };
  if (object.kind === 'Service' && object.apiVersion === 'v1' && isMap(filled.spec)) filled = { ...filled, spec: { ...filled.spec, ports: asList(filled.spec.ports).map(port => fill(port, { protocol: 'TCP', targetPort: port.port as Json })) } };
  const template = podTemplate(object);
  if (!template) return filled;
  const steps = [...(template.path ? template.path.split('.') : []), 'spec'], made = withPod(filled as JsonObject, steps) as unknown as KubeObject;
  // A pod that names no account runs as that of its namespace.
  return object.kind === 'Pod' ? { ...made, spec: fill(asObject(made.spec), { serviceAccountName: 'default' }) } : made;
};
