/**
 * Whether a live object is what it is meant to be, by the rules of kstatus: what a controller says of it in its status.
 * https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus
 */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';

/** `current`, or why not, in words. */
export interface Health { state: 'current' | 'progressing' | 'failed'; message: string }

const current: Health = { state: 'current', message: '' };
const progressing = (message: string): Health => ({ state: 'progressing', message });
const failed = (message: string): Health => ({ state: 'failed', message });
const map = (value: Json | undefined): JsonObject => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {});
const number = (value: Json | undefined, otherwise = 0): number => (typeof value === 'number' ? value : otherwise);
const condition = (status: JsonObject, type: string): JsonObject | undefined => ((status['conditions'] ?? []) as JsonObject[]).find(c => c['type'] === type);
const says = (c: JsonObject | undefined): string => String(c?.['message'] ?? c?.['reason'] ?? '');

export function healthOf(object: KubeObject): Health {
  const spec = map(object['spec']), status = map(object['status']);
  if (object.metadata['deletionTimestamp']) return progressing('is being deleted');
  const seen = status['observedGeneration'], generation = object.metadata['generation'];
  if (typeof seen === 'number' && typeof generation === 'number' && seen < generation) return progressing(`its controller has seen generation ${seen} of ${generation}`);
  const rule = rules[`${object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : ''}/${object.kind}`];
  return rule ? rule(spec, status, object) : byConditions(status);
}

/** For any kind whose controller follows the conventions; one without status is taken as it is. */
function byConditions(status: JsonObject): Health {
  if (condition(status, 'Stalled')?.['status'] === 'True') return failed(says(condition(status, 'Stalled')));
  if (condition(status, 'Reconciling')?.['status'] === 'True') return progressing(says(condition(status, 'Reconciling')));
  const ready = condition(status, 'Ready');
  return ready && ready['status'] !== 'True' ? progressing(says(ready)) : current;
}

type Rule = (spec: JsonObject, status: JsonObject, object: KubeObject) => Health;
const replicas = (spec: JsonObject, status: JsonObject, observed: boolean): Health | undefined => {
  const wanted = number(spec['replicas'], 1);
  if (!observed) return progressing('its controller has not seen it yet');
  const updated = number(status['updatedReplicas']), total = number(status['replicas']), ready = number(status['readyReplicas']);
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas are of the newest revision`);
  if (total > updated) return progressing(`${total - updated} old replicas are still there`);
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas are ready`);
  return undefined;
};

const rules: Record<string, Rule> = {
  'apps/Deployment': (spec, status) => {
    const progress = condition(status, 'Progressing'), failure = condition(status, 'ReplicaFailure');
    if (progress?.['reason'] === 'ProgressDeadlineExceeded') return failed(says(progress));
    if (failure?.['status'] === 'True') return failed(says(failure));
    const missing = replicas(spec, status, status['observedGeneration'] !== undefined);
    if (missing) return missing;
    return number(status['availableReplicas']) < number(spec['replicas'], 1) ? progressing(`${number(status['availableReplicas'])} of ${number(spec['replicas'], 1)} replicas are available`) : current;
  },
  'apps/StatefulSet': (spec, status) => replicas(spec, status, status['observedGeneration'] !== undefined) ?? current,
  'apps/DaemonSet': (_spec, status) => {
    const wanted = number(status['desiredNumberScheduled']);
    if (status['observedGeneration'] === undefined) return progressing('its controller has not seen it yet');
    if (number(status['updatedNumberScheduled']) < wanted || number(status['numberAvailable']) < wanted) return progressing(`${number(status['numberAvailable'])} of ${wanted} pods are available`);
    return current;
  },
  'batch/Job': (_spec, status) => {
    if (condition(status, 'Failed')?.['status'] === 'True') return failed(says(condition(status, 'Failed')));
    // A job that runs is doing what it is for.
    return condition(status, 'Complete')?.['status'] === 'True' || number(status['active']) > 0 || status['startTime'] !== undefined ? current : progressing('it has not started yet');
  },
  '/PersistentVolumeClaim': (_spec, status) => (status['phase'] === 'Bound' ? current : status['phase'] === 'Lost' ? failed('its volume is lost') : progressing('it is not bound yet')),
  // Pods, not budgets or autoscalers, decide whether a service runs; what they report about metrics or room to disrupt is no defect of what was written.
  'policy/PodDisruptionBudget': () => current,
  'autoscaling/HorizontalPodAutoscaler': () => current,
};
