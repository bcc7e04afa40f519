/** The status of an intent: what was decided and what runs, in the conditions that kstatus reads. */
import type { Inventory } from '../change/inventory.ts';
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { canonicalJson } from '../snapshot/canonical.ts';

/** What there is to say of an intent now. */
export interface Condition { reason: string; message: string }
export interface Standing {
  ready: boolean;
  /** Why it is, or is not, ready. */
  because: Condition;
  /** Work goes on, or health is awaited. */
  reconciling?: Condition;
  /** Nothing more will happen until somebody does something. */
  stalled?: Condition;
  needsReview?: Condition;
  revision?: string;
  contextHash?: string;
  model: string;
  degraded: readonly string[];
  findings: readonly Finding[];
}

const longestMessage = 4000, mostFindings = 100;
const cut = (text: string, most = longestMessage): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const findingJson = ({ rule, severity, object, path, message, fix }: Finding): JsonObject =>
  ({ rule, severity, object: cut(object, 500), path: cut(path, 1000), message: cut(message), fix: cut(fix) });

export const statusOf = (resource: KubeObject): JsonObject => (resource['status'] ?? {}) as JsonObject;
export const inventoryOf = (resource: KubeObject): Inventory => (statusOf(resource)['inventory'] ?? []) as unknown as Inventory;
/** Name of the revision that is in force. */
export const appliedRevision = (resource: KubeObject): string | undefined => { const { revision } = statusOf(resource); return typeof revision === 'string' ? revision : undefined; };
export const conditionsOf = (resource: KubeObject): JsonObject[] => (statusOf(resource)['conditions'] ?? []) as JsonObject[];
export const conditionIs = (resource: KubeObject, type: string): boolean => conditionsOf(resource).some(c => c['type'] === type && c['status'] === 'True');

/** The status that says this, inventory aside; a condition that stays as it was keeps its time. */
export function statusFrom(resource: KubeObject, standing: Standing, now: Date): JsonObject {
  const generation = Number(resource.metadata['generation'] ?? 0), before = conditionsOf(resource);
  const condition = (type: string, holds: boolean, { reason, message }: Condition): JsonObject => {
    const status = holds ? 'True' : 'False', known = before.find(c => c['type'] === type);
    const since = known?.['status'] === status ? known['lastTransitionTime']! : now.toISOString().replace(/\.\d+Z$/, 'Z');
    return { type, status, observedGeneration: generation, lastTransitionTime: since, reason, message: cut(message, 30_000) };
  };
  const otherwise: Condition = { reason: standing.because.reason, message: '' };
  return {
    observedGeneration: generation,
    conditions: [
      condition('Ready', standing.ready, standing.because),
      condition('Reconciling', standing.reconciling !== undefined, standing.reconciling ?? otherwise),
      condition('Stalled', standing.stalled !== undefined, standing.stalled ?? otherwise),
      condition('NeedsReview', standing.needsReview !== undefined, standing.needsReview ?? otherwise),
    ],
    ...(standing.revision === undefined ? {} : { revision: standing.revision }),
    ...(standing.contextHash === undefined ? {} : { contextHash: standing.contextHash }),
    model: standing.model,
    degraded: standing.degraded.slice(0, mostFindings).map(message => findingJson({ rule: 'degraded', severity: 'degraded', object: '', path: '', message, fix: 'Create what is named, or leave it out of the intent.' })),
    findings: standing.findings.slice(0, mostFindings).map(findingJson),
  };
}

/** The merge patch that makes one status another; undefined when there is nothing to change. */
export function statusPatch(resource: KubeObject, wanted: JsonObject): JsonObject | undefined {
  const had = statusOf(resource), patch: JsonObject = {};
  for (const key of new Set([...Object.keys(had), ...Object.keys(wanted)])) {
    const is: Json | undefined = had[key], shall: Json | undefined = wanted[key];
    if (is !== shall && canonicalJson(is ?? null) !== canonicalJson(shall ?? null)) patch[key] = shall ?? null;
  }
  return Object.keys(patch).length ? patch : undefined;
}
