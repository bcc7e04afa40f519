/** The pod around the containers: who it runs as, where, and on whose behalf. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject } from '../../kubernetes.ts';
import { sameSet } from '../equal.ts';
import { asObject } from '../types.ts';
import { finder } from './finder.ts';
import type { Allowance } from './envelope.ts';
import type { Reading } from './reading.ts';

export const answers = [
  'workload.security.runAsUser', 'workload.security.runAsGroup', 'workload.security.fsGroup', 'workload.security.capabilities', 'workload.security.writableRoot', 'workload.security.runAsNonRoot',
  'workload.security.fsGroupChangePolicy', 'workload.security.supplementalGroups', 'workload.pod', 'workload.placement.podAffinity', 'workload.placement.podAntiAffinity',
  'workload.rollout.minReadySeconds', 'workload.rollout.revisionHistoryLimit', 'workload.rollout.podManagementPolicy',
  'workload.placement.tolerations', 'workload.rollout.terminationGracePeriodSeconds', 'workload.pullSecrets', 'workload.priority', 'workload.identity.serviceAccount', 'workload.schedule.cron', 'workload.schedule.timeZone',
];

const list = (value: Json | undefined): Json[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

export const checkPod = (reading: Reading, allowance: Allowance): Finding[] => {
  const find = finder(reading);
  const { template: { spec, path, workload: object }, main, mainPath } = reading;
  const workload = reading.intent.spec.workload as unknown as JsonObject;
  const security = asObject(workload.security);
  const context = asObject(spec.securityContext);
  for (const field of ['runAsUser', 'runAsGroup', 'fsGroup', 'fsGroupChangePolicy', 'supplementalGroups']) find.exact('identity-differs', `${path}.spec.securityContext.${field}`, context[field], security[field], `workload.security.${field}`);
  const own = asObject(main.securityContext);
  // Ids are the pod's: one of the main container's own would hide what is stated.
  for (const field of ['runAsUser', 'runAsGroup']) find.exact('identity-differs', `${mainPath}.securityContext.${field}`, own[field], undefined, 'workload.security, which is written for the pod,');
  const capabilities = asObject(security.capabilities);
  if (!sameSet(list(asObject(own.capabilities).add), list(capabilities.add)))
    find.refuse('privilege-wider', `${mainPath}.securityContext.capabilities.add`, `adds ${JSON.stringify(asObject(own.capabilities).add ?? [])} where workload.security.capabilities says ${JSON.stringify(capabilities.add ?? [])}`, 'Add exactly the declared capabilities.');
  if (own.readOnlyRootFilesystem !== (security.writableRoot !== true))
    find.refuse(security.writableRoot === true ? 'identity-differs' : 'privilege-wider', `${mainPath}.securityContext.readOnlyRootFilesystem`, `is ${JSON.stringify(own.readOnlyRootFilesystem ?? null)} though workload.security.writableRoot is ${security.writableRoot === true}`, 'Write the opposite of writableRoot.');
  // Stated or not, who is not root has no capabilities beyond the declared, and who is has those of the runtime.
  const root = security.runAsNonRoot === false, dropped = list(asObject(own.capabilities).drop);
  if (own.runAsNonRoot !== (root ? false : undefined))
    find.refuse(root ? 'identity-differs' : 'privilege-wider', `${mainPath}.securityContext.runAsNonRoot`, `is ${JSON.stringify(own.runAsNonRoot ?? null)} though workload.security.runAsNonRoot is ${JSON.stringify(security.runAsNonRoot ?? null)}`, 'Write runAsNonRoot false for a declared root, and nothing otherwise: the pod says it.');
  if (!sameSet(dropped, root ? [] : ['ALL']))
    find.refuse(root ? 'identity-differs' : 'privilege-wider', `${mainPath}.securityContext.capabilities.drop`, `drops ${JSON.stringify(dropped)} though workload.security.runAsNonRoot is ${JSON.stringify(security.runAsNonRoot ?? null)}`, 'Drop ALL, and nothing where root is declared.');
  const tolerated = [...list(asObject(workload.placement).tolerations), ...allowance.tolerations];
  find.exact('placement-differs', `${path}.spec.tolerations`, spec.tolerations, tolerated.length ? tolerated : undefined, 'workload.placement.tolerations');
  find.exact('process-differs', `${path}.spec.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds, asObject(workload.rollout).terminationGracePeriodSeconds, 'workload.rollout.terminationGracePeriodSeconds');
  find.exact('process-differs', `${path}.spec.priorityClassName`, spec.priorityClassName, workload.priority, 'workload.priority');
  find.exact('process-differs', `${path}.spec.imagePullSecrets`, spec.imagePullSecrets, workload.pullSecrets, 'workload.pullSecrets');
  for (const field of ['hostAliases', 'dnsPolicy', 'dnsConfig', 'enableServiceLinks', 'shareProcessNamespace']) find.exact('process-differs', `${path}.spec.${field}`, spec[field], asObject(workload.pod)[field], `workload.pod.${field}`);
  for (const field of ['podAffinity', 'podAntiAffinity']) find.exact('placement-differs', `${path}.spec.affinity.${field}`, asObject(spec.affinity)[field], asObject(workload.placement)[field], `workload.placement.${field}`);
  for (const field of ['minReadySeconds', 'revisionHistoryLimit', 'podManagementPolicy']) find.exact('rollout-differs', `spec.${field}`, asObject(object.spec)[field], asObject(workload.rollout)[field], `workload.rollout.${field}`);
  const account = asObject(workload.identity).serviceAccount ?? reading.name;
  find.exact('identity-differs', `${path}.spec.serviceAccountName`, spec.serviceAccountName, account, 'the service account of the intent');
  const schedule = asObject(workload.schedule);
  const written = asObject(object.spec);
  for (const [field, stated] of [['schedule', schedule.cron], ['timeZone', schedule.timeZone]] as const)
    find.exact('schedule-differs', `spec.${field}`, written[field], stated, `workload.schedule`);
  return find.findings;
};
