/** What the model has to beat: the same cases answered without it. */
import type { Manifest } from '../candidate/model.ts';
import { compose } from '../playbook/compose.ts';
import type { Draw } from '../playbook/corpus.ts';
import { draw } from '../playbook/corpus.ts';
import type { Playbook } from '../playbook/example.ts';
import { MergeConflict } from '../playbook/merge.ts';
import { seeded } from '../playbook/sample.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import type { Guardrails } from '../verdict/types.ts';
import type { Case } from './cases.ts';
import { expandAll } from './cases.ts';
import { FieldTrees } from './field-trees.ts';
import { isExact } from './score.ts';

/** A pattern graph for a context's feature tokens, or a refusal. */
export type Patterns = readonly ObjectPattern[] | 'refused';
export type Baseline = (one: Case) => Patterns;

/** Contexts a baseline learns from; the model has seen many times as many. */
const LEARNT_FROM = 5000;

/** Training draws, seeded apart from every suite. */
export function trainingDraws(playbook: Playbook, manifest: Manifest, count: number, seed: number): Draw[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => draw(playbook, manifest.specs, random, manifest.heldOut));
}

const patternsOf = (d: Draw): Patterns => (d.composition.refusals.length ? 'refused' : d.composition.objects);

/** The training context with the most feature tokens in common, its graph re-filled with the case's values. */
export function nearestExample(draws: readonly Draw[]): Baseline {
  const holders = new Map<string, number[]>();
  draws.forEach((d, i) => { for (const t of d.rows.context) holders.set(t, [...(holders.get(t) ?? []), i]); });
  return one => {
    const common = new Int32Array(draws.length);
    for (const t of one.asked!.whole.tokens) for (const i of holders.get(t) ?? []) common[i]!++;
    return patternsOf(draws[common.indexOf(Math.max(...common))]!);
  };
}

/** The playbook's examples composed directly; by construction right wherever the composer labelled the case. */
export const composition = (playbook: Playbook): Baseline => one => {
  try {
    const made = compose(playbook, one.asked!.whole.features);
    return made.refusals.length ? 'refused' : made.objects;
  } catch (e) {
    if (e instanceof MergeConflict) return [];
    throw e;
  }
};

export const baselineNames = ['nearestExample', 'composition', 'perField'] as const;
export type BaselineName = (typeof baselineNames)[number];

export function learnBaselines(playbook: Playbook, manifest: Manifest, seed = 77): Record<BaselineName, Baseline> {
  const draws = trainingDraws(playbook, manifest, LEARNT_FROM, seed);
  const trees = new FieldTrees(draws);
  return { nearestExample: nearestExample(draws), composition: composition(playbook), perField: one => trees.patterns(one.asked!.whole.tokens) };
}

/** Whether a baseline's graph is the expected one; intents that never reach a model are refused by all alike. */
export function baselineExact(baseline: Baseline, one: Case, guardrails: Guardrails): boolean {
  if (!one.asked) return one.expected === 'refused';
  const patterns = baseline(one);
  return isExact(patterns === 'refused' ? 'refused' : expandAll(patterns, one.asked.whole, one.snapshot), one, guardrails);
}
