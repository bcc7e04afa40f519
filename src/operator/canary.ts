/** What another model would change in everything that runs: how many services, in which fields, and service by service. */
import { stringify } from 'yaml';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { betweenGraphs } from '../plan/graphs.ts';
import { moves } from '../plan/types.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Decision } from './decide.ts';
import type { Revisions } from './revisions.ts';
import { appliedRevision } from './status.ts';

/** `fresh`: nothing is in force yet. `kept`: held or suspended by somebody, so that no model is asked. */
export type CanaryResult = 'same' | 'changed' | 'refused' | 'review' | 'fresh' | 'kept';
export interface CanaryService { service: string; result: CanaryResult; revision?: string; inForce?: string; changes?: string[]; findings?: string[] }
export interface CanaryReport {
  counts: Record<CanaryResult, number>;
  /** `Kind path`: in how many services it changes. */
  fields: Record<string, number>;
  /** Those that do not come out the same. */
  services: CanaryService[];
}

/** A ConfigMap holds a mebibyte. */
const mostServices = 200, mostChanges = 12, longest = 200;

export function resultOf(decision: Decision | undefined, applied: string | undefined): CanaryResult {
  if (!decision) return 'kept';
  if (applied === undefined) return 'fresh';
  if (decision.verdict === 'refused') return 'refused';
  if (decision.revision === applied) return 'same';
  return decision.verdict === 'review' || decision.revision === undefined ? 'review' : 'changed';
}

/** @param intents all of them, each with what was decided for it by the model at hand */
export async function canaryReport(intents: Iterable<{ key: string; resource: KubeObject; decision: Decision | undefined }>, revisions: Pick<Revisions, 'get'>, snapshot: Snapshot): Promise<CanaryReport> {
  const counts: CanaryReport['counts'] = { same: 0, changed: 0, refused: 0, review: 0, fresh: 0, kept: 0 }, fields = new Map<string, number>(), services: CanaryService[] = [];
  for (const { key, resource, decision } of intents) {
    const inForce = appliedRevision(resource), result = resultOf(decision, inForce), namespace = resource.metadata.namespace ?? 'default';
    counts[result]++;
    if (!decision || inForce === undefined || result === 'same' || result === 'fresh' || result === 'kept') continue;
    const [was, is] = decision.revision === undefined ? [] : await Promise.all([inForce, decision.revision].map(name => revisions.get(namespace, name)));
    const changes = was && is ? betweenGraphs(was.content.graph, is.content.graph, snapshot).filter(moves) : [];
    for (const field of new Set(changes.flatMap(c => (c.fields.length ? c.fields.map(f => `${kindOf(c.object)} ${anyItem(f.path)}`) : [`${kindOf(c.object)} (${c.action})`])))) fields.set(field, (fields.get(field) ?? 0) + 1);
    const lines = changes.flatMap(c => (c.fields.length ? c.fields.map(f => cut(`${c.object} ${f.path}: ${shown(f.from)} → ${shown(f.to)}`)) : [`${c.object}: ${c.action}`]));
    services.push({
      service: key, result, inForce, ...(decision.revision === undefined ? {} : { revision: decision.revision }),
      ...(lines.length ? { changes: [...lines.slice(0, mostChanges), ...(lines.length > mostChanges ? [`and ${lines.length - mostChanges} more`] : [])] } : {}),
      ...(result === 'changed' ? {} : { findings: decision.findings.filter(f => f.severity === 'refused' || f.severity === 'review').slice(0, 3).map(f => cut(`${f.rule} ${f.object}: ${f.message}`)) }),
    });
  }
  return { counts, fields: Object.fromEntries([...fields].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))), services: services.sort((a, b) => (a.service < b.service ? -1 : 1)) };
}

const kindOf = (object: string): string => object.slice(0, object.indexOf('/'));
/** `containers[name="web"].image` of any container. */
const anyItem = (path: string): string => path.replace(/\[[^\]]*\]/g, '[]');
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
const shown = (value: unknown): string => (value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value));

export const summaryOf = ({ same, changed, refused, review, fresh, kept }: CanaryReport['counts']): string =>
  [`${same} the same`, ...Object.entries({ changed, refused, 'to review': review, 'with nothing in force yet': fresh, 'held or suspended': kept }).flatMap(([what, n]) => (n ? [`${n} ${what}`] : []))].join(', ');

export function reportText({ fields, services }: CanaryReport): string {
  const rest = services.length - mostServices;
  return stringify({ fields, services: services.slice(0, mostServices) as unknown as JsonObject[], ...(rest > 0 ? { more: `${rest} services` } : {}) }, { lineWidth: 0 });
}
