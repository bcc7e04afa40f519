/** The suites, and who says what is right in each. */
import type { Held } from '../playbook/holdout.ts';
import type { Case } from './cases.ts';
import { drawCases, goldenCases } from './cases.ts';
import type { Bench } from './evaluate.ts';

/** composer: the playbook's own composition, so that composing is right by construction; hand: written by people. */
export type Labels = 'composer' | 'hand';
export const suiteNames = ['golden', 'compositions', 'fresh', 'counts', 'clusters', 'unsettled'] as const;
export type SuiteName = (typeof suiteNames)[number];

interface Suite { name: SuiteName; labels: Labels; cases(bench: Bench, limit: number): Case[] }

/** Seeds of drawn suites; training draws from small seeds and those just above one, two and three million. */
const SEEDS = { compositions: 40_000_001, fresh: 50_000_001, unsettled: 60_000_001, counts: 80_000_001, clusters: 90_000_001 };
const SIZES = { compositions: 2000, fresh: 500, unsettled: 300, counts: 300, clusters: 500 };

const drawn = (name: keyof typeof SEEDS, held: Held | undefined, kind: 'settled' | 'unsettled', many = false): Suite => ({
  name, labels: 'composer',
  cases: ({ playbook, model, clusters, guardrails }, limit) =>
    drawCases(playbook, model, clusters, guardrails, { seed: SEEDS[name], count: Math.min(limit, SIZES[name]), held, kind, many }).cases,
});

export const suites: readonly Suite[] = [
  { name: 'golden', labels: 'hand', cases: ({ model }, limit) => goldenCases(model).slice(0, limit) },
  // Each holds a pair of features that never met in training.
  drawn('compositions', 'pair', 'settled'),
  drawn('fresh', undefined, 'settled'),
  // Up to a dozen ports, variables, dependencies, hosts; in training a list of any length is one item of each class.
  drawn('counts', undefined, 'settled', true),
  // Clusters with a set of installed kinds that training never saw.
  drawn('clusters', 'cluster', 'settled'),
  // Intents that state something without effect here: even the right graph goes to a person.
  drawn('unsettled', 'pair', 'unsettled'),
];
