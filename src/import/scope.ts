/** What is no service of a team, and therefore stays as it is: it is named, with the reason, and never rewritten. */
import { objectName, splitApiVersion } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { podTemplate } from '../verdict/pod.ts';
import { hookOf } from './clean.ts';
import { asList, asObject, at } from './json.ts';

export interface OutOfScope { object: string; reason: string }

const clusterScoped = new Set(['Namespace', 'Node', 'PersistentVolume', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'PriorityClass', 'StorageClass', 'IngressClass', 'RuntimeClass', 'GatewayClass', 'CSIDriver', 'FlowSchema', 'PriorityLevelConfiguration']);
/** Kinds by which a chart extends the API of the cluster. */
const extensions = new Set(['CustomResourceDefinition', 'APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']);
const runs: Record<string, string> = { Deployment: 'apps', StatefulSet: 'apps', DaemonSet: 'apps', Job: 'batch', CronJob: 'batch' };

export const isWorkload = (o: KubeObject): boolean => runs[o.kind] === splitApiVersion(o.apiVersion).group;

/** Why an object is not imported; undefined when it is. */
export function whyOutOfScope(o: KubeObject, all: readonly KubeObject[], snapshot?: Snapshot): string | undefined {
  const hook = hookOf(o);
  if (hook !== undefined && /\btest/.test(hook)) return 'a test of the release, not part of it';
  if (extensions.has(o.kind)) return 'it extends the API of the cluster';
  if (clusterScoped.has(o.kind) || snapshot?.kinds.some(k => k.kind === o.kind && k.group === splitApiVersion(o.apiVersion).group && !k.namespaced)) return 'it belongs to the cluster, not to a namespace';
  if (o.kind === 'Secret' && o.apiVersion === 'v1') return 'values of Secrets never enter an intent; it is referred to by name';
  if (o.kind === 'HorizontalPodAutoscaler' && typeof at(o['spec'], 'maxReplicas') !== 'number') return 'it states no maxReplicas, so no API server takes it';
  if (o.kind === 'Pod' && o.apiVersion === 'v1') return 'a bare pod, which nothing starts again';
  const template = podTemplate(o);
  if (!template || !isWorkload(o)) return undefined;
  const spec = template.spec;
  const privileged = asList(spec['containers']).some(c => at(c, 'securityContext', 'privileged') === true);
  if (o.kind === 'DaemonSet' && (['hostNetwork', 'hostPID', 'hostIPC'].some(f => spec[f] === true) || privileged || asList(spec['volumes']).some(v => v['hostPath'] !== undefined))) return "an agent of the node: it takes part in the host's network, processes or files";
  const account = (spec['serviceAccountName'] ?? 'default') as string;
  const everywhere = all.some(b => b.kind === 'ClusterRoleBinding' && asList(b['subjects'] as JsonObject[]).some(s => s['kind'] === 'ServiceAccount' && s['name'] === account));
  if (everywhere && all.some(other => extensions.has(other.kind))) return 'an operator: it extends the API and acts on the whole cluster';
  return undefined;
}

export const outOfScope = (o: KubeObject, reason: string): OutOfScope => ({ object: objectName(o), reason });
export const accountOf = (spec: JsonObject): string => (asObject(spec)['serviceAccountName'] ?? 'default') as string;
