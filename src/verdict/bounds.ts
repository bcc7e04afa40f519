/** Numbers that an API server holds against each other: rollout bounds, replicas of an autoscaler, the time to stop. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { splitApiVersion } from '../kubernetes.ts';
import { podTemplate } from './pod.ts';
import { asList, asObject, asText, at, type Report } from './types.ts';

/** What a pod has to stop where nothing is stated, in seconds. */
const GRACE = 30;

export const checkBounds = (object: KubeObject, report: Report): void => {
  const { group } = splitApiVersion(object.apiVersion);
  if (object.kind === 'DaemonSet') ofDaemonSet(asObject(at(object.spec, 'updateStrategy', 'rollingUpdate')), report);
  if (object.kind === 'Deployment' && at(object.spec, 'strategy', 'type') !== 'Recreate') ofDeployment(asObject(at(object.spec, 'strategy', 'rollingUpdate')), report);
  if (group === 'autoscaling' && object.kind === 'HorizontalPodAutoscaler') replicas(asObject(object.spec), report);
  const template = podTemplate(object);
  if (template) stopping(template.spec, `${template.path}.spec`, report);
};

const zero = (bound: Json): boolean => parseInt(asText(bound), 10) === 0;

/** A DaemonSet either takes pods away or adds them, not both and not neither; absent is 1 unavailable and no surge. */
const ofDaemonSet = ({ maxUnavailable = 1, maxSurge = 0 }: JsonObject, report: Report): void => {
  if (zero(maxUnavailable) === zero(maxSurge)) report('invalid-object', 'spec.updateStrategy.rollingUpdate', `has maxUnavailable ${asText(maxUnavailable)} and maxSurge ${asText(maxSurge)}, and a DaemonSet has exactly one of them above zero`, 'State workload.rollout.maxUnavailable or workload.rollout.maxSurge, and not both.');
};

/** A Deployment that may neither add nor take away a pod cannot change; absent is a quarter of each. */
const ofDeployment = ({ maxUnavailable = '25%', maxSurge = '25%' }: JsonObject, report: Report): void => {
  if (zero(maxUnavailable) && zero(maxSurge)) report('invalid-object', 'spec.strategy.rollingUpdate', 'has maxUnavailable 0 and maxSurge 0, so no pod could ever be replaced', 'State workload.rollout.maxUnavailable or workload.rollout.maxSurge above zero.');
};

const replicas = ({ minReplicas = 1, maxReplicas }: JsonObject, report: Report): void => {
  // Zero needs the feature gate HPAScaleToZero, which no release has on by default.
  if (Number(minReplicas) < 1) report('invalid-object', 'spec.minReplicas', `is ${asText(minReplicas)}, and an autoscaler keeps at least one`, 'State scaling.min of 1 or more.');
  if (maxReplicas !== undefined && Number(minReplicas) > Number(maxReplicas)) report('invalid-object', 'spec.minReplicas', `is ${asText(minReplicas)}, which is more than maxReplicas ${asText(maxReplicas)}`, 'State scaling.max of at least that many, or a lower scaling.min.');
};

const stopping = (spec: JsonObject, path: string, report: Report): void => {
  const grace = Number(spec.terminationGracePeriodSeconds ?? GRACE);
  for (const container of [...asList(spec.containers), ...asList(spec.initContainers)]) {
    const sleep = at(container, 'lifecycle', 'preStop', 'sleep', 'seconds');
    if (sleep !== undefined && Number(sleep) > grace) report('invalid-object', `${path}.containers[name=${asText(container.name)}].lifecycle.preStop.sleep`, `sleeps ${asText(sleep)} s, and the pod has ${grace} s to stop`, 'State workload.rollout.terminationGracePeriodSeconds of more than that.');
  }
};
