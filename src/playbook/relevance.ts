/**
 * Partial contexts: enough features to settle one row, and a random part of the others. What never occurs beside a decision in
 * training (a held-out pair, a rare pair) would else be learnt as a reason against it.
 */
import { featureTokens, matches } from '../context/features.ts';
import type { Condition, FeatureSpec, Features } from '../context/features.ts';
import type { ObjectPattern, Pattern } from '../tokens/pattern.ts';
import { applies, POD_TEMPLATES } from './compose.ts';
import type { Composition } from './compose.ts';
import type { Example, Playbook } from './example.ts';
import type { Rows } from './rows.ts';
import type { Random } from './sample.ts';

/** One row of a graph, the plan or an object, drawn at random, under what settles it and a random part of the rest. */
export function partOf(rows: Rows, playbook: Playbook, specs: readonly FeatureSpec[], features: Features, c: Composition, random: Random): Rows {
  const at = Math.floor(random() * (c.objects.length + 1)) - 1;
  const kept = settling(concerned(playbook.examples, c.objects[at], c.refusals.length > 0), features, random), share = random();
  const context = featureTokens(specs.filter(s => kept.has(s.name) || random() < share), features);
  return at < 0 ? { context, plan: rows.plan, objects: [] } : { context, plan: [], objects: [rows.objects[at]!] };
}

const kindOf = (o: Pick<ObjectPattern, 'group' | 'kind'>): string => `${o.group}/${o.kind}`;

/** The examples that could write into an object of this kind; without one, those that decide on the plan. */
export function concerned(examples: readonly Example[], object: ObjectPattern | undefined, refused: boolean): Example[] {
  if (!object) return examples.filter(e => e.refuse || (!refused && e.objects.length > 0));
  const kind = kindOf(object), pod = kind in POD_TEMPLATES;
  return examples.filter(e => e.objects.some(o => kindOf(o) === kind) || (pod && (e.pod || e.container)));
}

/** Names of features that settle which of these examples apply and what their loops run over: a random set that none can be left out of without doubt. */
export function settling(examples: readonly Example[], features: Features, random: Random): Set<string> {
  const kept = new Set<string>();
  const one = (names: readonly string[]): void => { if (names.length && !names.some(n => kept.has(n))) kept.add(names[Math.floor(random() * names.length)]!); };
  const shuffled = examples.map(e => ({ e, at: random() })).sort((a, b) => a.at - b.at).map(x => x.e);
  for (const e of shuffled) {
    if (applies(e, features)) {
      for (const name of [...e.where.map(featureOf), ...loopsOf(e)]) kept.add(name);
      for (const u of e.unless) one(failing(u, features));
    } else if (matches(e.where, features)) {
      for (const c of e.unless.find(u => u.length > 0 && matches(u, features))!) kept.add(featureOf(c));
    } else one(failing(e.where, features));
  }
  return kept;
}

const featureOf = (c: Condition): string => (c.list ? `${c.list}[]` : c.name);

/** Features by each of which alone the conditions do not hold. */
function failing(conditions: readonly Condition[], features: Features): string[] {
  const names = new Set(conditions.map(featureOf));
  return [...names].filter(name => !matches(conditions.filter(c => featureOf(c) === name), features));
}

const loops = new WeakMap<Example, string[]>();

/** Features of the lists that an example's loops run over. */
function loopsOf(e: Example): string[] {
  let known = loops.get(e);
  if (!known) {
    const found = new Set<string>();
    const walk = (p: Pattern): void => {
      if (p.k === 'each') { found.add(p.over); walk(p.body); }
      if (p.k === 'list') p.i.forEach(walk);
      if (p.k === 'map') for (const entry of p.e) { if (entry.over) found.add(entry.over); walk(entry.value); }
    };
    for (const o of e.objects) { if (o.over) found.add(o.over); walk(o.body); }
    if (e.pod) walk(e.pod);
    if (e.container) walk(e.container);
    loops.set(e, known = [...found].map(list => `${list}[]`));
  }
  return known;
}
