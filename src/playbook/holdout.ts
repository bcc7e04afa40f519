/**
 * What training never sees, so that suites can measure what follows from it.
 *
 * Clusters: sets of installed kinds that the playbook names. Pairs: pairs of context features that never occur together in
 * training, so that a suite of cases that each hold one measures composition. Pairs on which a single example decides are not held out: nobody could know them unseen. Nor are
 * pairs whose loss would leave one of the two almost only in one company: that would test an unknown word, not a composition.
 */
import { PRESENT, featureTokens } from '../context/features.ts';
import type { Condition, FeatureSpec, Features } from '../context/features.ts';
import type { Playbook } from './example.ts';
import type { Random } from './sample.ts';

export type Pair = [string, string];

const featureOf = (token: string): string => token.slice(1).replace(/=.*$/, '').replace(/\{.*$/, '[]');
const NOT_STATED = /(=absent|=no|\{\}=none)$/;

/** Each feature of a pair keeps at least this share of its contexts. */
const KEPT = 0.5;

/** Of contexts with what further examples teach, each pair held out takes at most this share. */
const TAKEN = 0.12;

/**
 * What only further examples speak of, by the tokens of a model that was not taught them. Whether an API or a setting is there is in
 * every context; what is stated is what combinations are made of.
 */
export const newTo = (known: ReadonlySet<string>) => (token: string): boolean => !known.has(token) && !/^\?(api|fact):/.test(token) && !NOT_STATED.test(token);

/**
 * Chooses `count` pairs that each occur in 1 to 6 % of the sampled contexts and in at most half of those of either feature.
 * @param fresh says of a token that only further examples speak of it; then pairs of one such and one known feature are chosen
 */
export function choosePairs(playbook: Playbook, specs: readonly FeatureSpec[], samples: readonly Features[], count: number, random: Random, fresh?: (token: string) => boolean): Pair[] {
  const together = new Set<string>();
  const name = (c: Condition): string => c.name;
  for (const e of playbook.examples) {
    const names = [...new Set([...e.where, ...e.unless.flat()].map(name))];
    for (const a of names) for (const b of names) together.add(`${a}\t${b}`);
  }
  const counts = new Map<string, number>(), alone = new Map<string, number>();
  const nothing = new Set(playbook.sampling.nothing.map(n => `?${n}=${playbook.sampling.defaults[n]}`));
  // Asked for millions of times, of some hundreds of tokens.
  interface Stated { token: string; feature: string; isNew: boolean }
  const known = new Map<string, Stated[]>();
  const stated = (token: string): Stated[] => {
    if (!known.has(token)) known.set(token, NOT_STATED.test(token) || nothing.has(token) ? [] : [{ token, feature: featureOf(token), isNew: fresh?.(token) ?? false }]);
    return known.get(token)!;
  };
  for (const f of samples) {
    const all = featureTokens(specs, f).flatMap(stated), [ones, others] = fresh ? [all.filter(s => s.isNew), all.filter(s => !s.isNew)] : [all, all];
    for (const { token } of all) alone.set(token, (alone.get(token) ?? 0) + 1);
    for (const one of ones) for (const other of others) {
      // Each pair once, in the order of its tokens; where one side is new it comes up once anyway.
      if ((!fresh && one.token > other.token) || one.feature === other.feature || together.has(`${one.feature}\t${other.feature}`)) continue;
      const pair = one.token < other.token ? `${one.token}\t${other.token}` : `${other.token}\t${one.token}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  const rare = (pair: Pair, n: number): boolean => (fresh
    ? pair.every(t => n <= alone.get(t)! * (fresh(t) ? TAKEN : 1 - KEPT) && n >= alone.get(t)! * (fresh(t) ? TAKEN / 4 : 0))
    : n >= samples.length * 0.01 && n <= samples.length * 0.06 && pair.every(t => n <= alone.get(t)! * (1 - KEPT)));
  const eligible = [...counts].map(([k, n]) => [k.split('\t') as Pair, n] as const).filter(([pair, n]) => rare(pair, n)).map(([pair]) => pair).sort();
  const chosen: Pair[] = [], used = new Set<string>();
  while (chosen.length < count && eligible.length) {
    const [pair] = eligible.splice(Math.floor(random() * eligible.length), 1);
    // One pair per feature keeps the pairs varied; the fresh one is in all of them.
    const known = pair!.filter(t => !fresh?.(t));
    if (known.some(t => used.has(featureOf(t)))) continue;
    known.forEach(t => used.add(featureOf(t)));
    chosen.push(pair!);
  }
  return chosen;
}

export const holdsPair = (contextTokens: readonly string[], pairs: readonly Pair[]): boolean =>
  pairs.some(([a, b]) => contextTokens.includes(a) && contextTokens.includes(b));

/** What a context holds that training never sees: a pair of features, or the set of kinds that its cluster has installed. */
export type Held = 'pair' | 'cluster';

export function heldBy({ sampling: { apis, unseen } }: Playbook, specs: readonly FeatureSpec[], features: Features, pairs: readonly Pair[]): Held[] {
  const installed = apis.map(group => group.some(kind => features[`api:${kind}`] === PRESENT));
  const out: Held[] = [];
  if (holdsPair(featureTokens(specs, features), pairs)) out.push('pair');
  if (unseen.some(set => apis.every((group, i) => group.some(kind => set.includes(kind)) === installed[i]))) out.push('cluster');
  return out;
}
