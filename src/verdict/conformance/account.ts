/** Nothing of the intent is silently ignored: every stated leaf is answered for by a check or by an envelope. */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Json } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import type { Allowance } from './envelope.ts';

/** Handled outside the graph: applied before synthesis, after it, or by the operator. */
const elsewhere = ['environments', 'overrides', 'updatePolicy'];

const leaves = (value: Json | undefined, path: string): string[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, member]) => leaves(member, path ? `${path}.${key}` : key));
  return [path];
};

export const checkAccount = (intent: Intent, allowance: Allowance, answers: readonly string[]): Finding[] => {
  const known = [...elsewhere, ...answers, ...allowance.answers];
  const covered = (path: string) => known.some(prefix => path === prefix || (path.startsWith(prefix) && '.['.includes(path[prefix.length]!)));
  return leaves(intent.spec as unknown as Json, '').filter(path => !covered(path)).map(path => ({
    rule: 'intent-not-checked', severity: 'review', object: objectName({ kind: intent.kind, metadata: { name: intent.metadata.name } }), path: `spec.${path}`,
    message: 'no check covers this field with this value, so nothing says whether the graph does what it asks', fix: 'Review the graph, or add an envelope for it to the guardrails.',
  }));
};
