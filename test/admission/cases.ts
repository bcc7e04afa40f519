/** Graphs and clusters for the tests of src/verdict/admission. */
import { join } from 'node:path';
import type { JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import type { Verdict } from '../../src/verdict/types.ts';
import { verify } from '../../src/verdict/verify.ts';

const bare = loadSnapshot('bare-1.30'), guardrails = loadGuardrails(join(import.meta.dirname, '..', '..', 'guardrails'));

export const container = (resources: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  name: 'web', image: 'r.example/web:1', resources, securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }, ...more,
});
export const podSpec = (containers: JsonObject[], more: JsonObject = {}): JsonObject => ({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, containers, ...more });

export const object = (apiVersion: string, kind: string, spec: JsonObject, name = 'web'): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec });
export const workload = (kind: string, pod: JsonObject, more: JsonObject = {}): KubeObject =>
  object(kind === 'Job' ? 'batch/v1' : 'apps/v1', kind, { ...(kind === 'Job' ? {} : { selector: { matchLabels: { app: 'web' } } }), template: { metadata: { labels: { app: 'web' } }, spec: pod }, ...more });
/** With one container. */
export const deployment = (resources: JsonObject, more: JsonObject = {}): KubeObject => workload('Deployment', podSpec([container(resources)]), more);
export const claim = (storage: string, more: JsonObject = {}): KubeObject => object('v1', 'PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more }, 'data');

export const limitRange = (...limits: JsonObject[]): KubeObject => object('v1', 'LimitRange', { limits }, 'bounds');
export const quota = (hard: JsonObject, more: JsonObject = {}): KubeObject => object('v1', 'ResourceQuota', { hard, ...more }, 'budget');
export const namespace = (labels: Record<string, string> = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop', ...labels } } });

/** In a cluster that has these objects; of the namespace it knows only what they say. */
export const judge = (graph: KubeObject[], cluster: KubeObject[], asked = false): Verdict =>
  verify({ graph, snapshot: { ...bare, objects: [...bare.objects.filter(({ kind, metadata }) => !(kind === 'Namespace' && metadata.name === 'shop')), ...cluster] }, guardrails, ...(asked ? { serverAsked: true } : {}) });
/** `object path: message` of the findings of a rule. */
export const said = ({ findings }: Verdict, rule: string): string[] => findings.filter(finding => finding.rule === rule).map(({ object: named, path, message }) => `${named} ${path}: ${message}`);
