/**
 * The per-field baseline: one decision tree for each token of a plan and for each place in each object, learnt from drawn
 * contexts, each blind to what the others decide.
 */
import type { Draw } from '../playbook/corpus.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import { parsePlanToken, planToken } from '../tokens/serialize.ts';
import { assembleLeaves, leavesOf, Orders } from './leaves.ts';
import type { Patterns } from './baselines.ts';
import { BitTree, bitColumns, Bits } from './tree.ts';

const NOTHING = '';

interface ObjectTrees { plan: string; leaves: { path: string; tree: BitTree }[]; orders: Orders }

export class FieldTrees {
  readonly #refusals: BitTree;
  readonly #objects: { planned: BitTree; trees: ObjectTrees }[];
  readonly #tokens: string[];

  constructor(draws: readonly Draw[]) {
    this.#tokens = [...new Set(draws.flatMap(d => d.rows.context))].sort();
    const columns = bitColumns(draws.map(d => d.rows.context), this.#tokens), all = Bits.full(draws.length);
    this.#refusals = new BitTree(columns, all, draws.map(d => (d.composition.refusals.length ? 'yes' : 'no')));
    const granted = Bits.of(draws.length, i => !draws[i]!.composition.refusals.length);
    const plans = [...new Set(draws.flatMap(d => d.composition.objects.map(planToken)))].sort();
    this.#objects = plans.map(plan => {
      const own = draws.map(d => d.composition.objects.find(o => planToken(o) === plan));
      const planned = new BitTree(columns, granted, own.map(o => (o ? 'yes' : 'no')));
      const present = Bits.of(draws.length, i => own[i] !== undefined), orders = new Orders();
      const leaves = own.map(o => new Map(o ? leavesOf(o.body, orders) : []));
      const paths = [...new Set(leaves.flatMap(l => [...l.keys()]))].sort();
      return { planned, trees: { plan, orders, leaves: paths.map(path => ({ path, tree: new BitTree(columns, present, leaves.map(l => l.get(path) ?? NOTHING)) })) } };
    });
  }

  patterns(contextTokens: readonly string[]): Patterns {
    const held = new Set(contextTokens), has = (column: number): boolean => held.has(this.#tokens[column]!);
    if (this.#refusals.decide(has) === 'yes') return 'refused';
    return this.#objects.filter(o => o.planned.decide(has) === 'yes').map(({ trees }): ObjectPattern => ({
      ...parsePlanToken(trees.plan),
      body: assembleLeaves(trees.leaves.flatMap(({ path, tree }): [string, string][] => { const v = tree.decide(has); return v === NOTHING ? [] : [[path, v]]; }), trees.orders),
    }));
  }
}
