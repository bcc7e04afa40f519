/** What a change of the cluster means to one intent: the same pipeline on the cluster as it is and as it would be. */
import type { Finding } from '../diagnostic.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Outcome } from '../synthesis/synthesise.ts';
import { betweenGraphs } from './graphs.ts';
import { moves } from './types.ts';
import type { ObjectChange } from './types.ts';

/** `refused`: accepted now and not then; `possible`: accepted only then; `impossible`: neither now nor then. */
export type Result = 'unchanged' | 'changed' | 'refused' | 'possible' | 'impossible';

/** What the pipeline says of the intent on one of the clusters, and what speaks against it there. */
export interface Said { verdict: Outcome['verdict']; findings: Finding[] }

export interface Consequence { result: Result; now: Said; then: Said; objects: ObjectChange[] }

/** @param snapshot the cluster as it would be */
export function consequence(before: Outcome, after: Outcome, snapshot: Snapshot): Consequence {
  const now = said(before), then = said(after);
  if (then.verdict !== 'accepted') return { result: now.verdict === 'accepted' ? 'refused' : 'impossible', now, then, objects: [] };
  const objects = betweenGraphs(now.verdict === 'accepted' ? before.graph : [], after.graph, snapshot);
  return { result: now.verdict !== 'accepted' ? 'possible' : objects.some(moves) ? 'changed' : 'unchanged', now, then, objects };
}

const said = (outcome: Outcome): Said => ({ verdict: outcome.verdict, findings: against(outcome) });
export const against = ({ findings }: Pick<Outcome, 'findings'>): Finding[] => findings.filter(f => f.severity === 'refused' || f.severity === 'review');
