/**
 * The corpus: token ids of many composed graphs, in files the trainer reads without knowing what they mean.
 *   ids.u16: per graph [context length, rows, length of each row, context ids, ids of each row]
 *   index.u32: offset of each graph in ids.u16, in 16-bit units
 *   corpus.json: vocabulary size, counts, seed, held-out pairs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { featureTokens } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import { learnRuns, RunEncoder } from '../tokens/runs.ts';
import type { Runs } from '../tokens/runs.ts';
import { Vocabulary } from '../tokens/vocabulary.ts';
import { compose, refuses } from './compose.ts';
import type { Composition } from './compose.ts';
import type { Example, Playbook } from './example.ts';
import { classAmong, focusOn } from './focus.ts';
import type { Focus } from './focus.ts';
import { choosePairs, heldBy, newTo } from './holdout.ts';
import type { Held, Pair } from './holdout.ts';
import { partOf } from './relevance.ts';
import { rowsOf } from './rows.ts';
import type { Rows } from './rows.ts';
import { sampleFeatures, seeded } from './sample.ts';
import type { Random } from './sample.ts';
import { featureSpecs } from './specs.ts';

/** The share of contexts that end in a refusal: in what is measured, as rare as mistakes are; in training more, since each of many mistakes has to be met often. */
export const REFUSED = { measured: 0.1, training: 0.2 };
/**
 * How training draws. `share`: of contexts drawn around one example; `above`: examples that get half of these (those added to
 * a known playbook). `plans`: of contexts drawn around a reason to refuse, of which only the plan is learnt (whether to refuse is
 * decided there, at a third of a graph's cost). `parts`: of single rows under a partial context. `classes`: of contexts with an item
 * of any class, however rare.
 */
export interface Around {
  share: number; plans: number; parts: number; classes: number; above: readonly Example[];
  /** Of all contexts, the share that has such a token; these are drawn around the examples above, in half of the cases around another as well. */
  fresh?: { share: number; token: (token: string) => boolean };
}
export const FOCUSED: Around = { share: 0.5, plans: 0.15, parts: 0.3, classes: 0.3, above: [] };
/** Whole graphs around examples: what runs and vocabularies are learnt from; rare classes among them, since a graph with a token that the vocabulary lacks cannot be learnt. */
export const WHOLE: Around = { ...FOCUSED, plans: 0, parts: 0 };
/** What is measured is drawn freely. */
const FREELY: Around = { share: 0, plans: 0, parts: 0, classes: 0, above: [] };
/** How often a context around one of the examples above is around another one as well: what is new comes with all that was known, rare as it may be. */
const BESIDE = 0.5;
/** Nobody makes more mistakes than this in one intent. */
const MOST_REFUSALS = 3;

export interface Draw { features: Features; composition: Composition; rows: Rows }

/** One of the examples, or as often one of those put above the others, or (`only`) always. */
function among(examples: readonly Example[], above: readonly Example[], only: boolean, random: Random): Example | undefined {
  const preferred = above.filter(e => examples.includes(e)), from = preferred.length && (only || random() < 0.5) ? preferred : examples;
  return from[Math.floor(random() * from.length)];
}

/** One context that training may see, or (with `held`) one that holds just this of what it may not. */
export function draw(playbook: Playbook, specs: readonly FeatureSpec[], random: Random, pairs: readonly Pair[], held?: Held, refused = REFUSED.measured, around = FREELY): Draw {
  const { examples } = playbook, lot = around.plans + around.parts > 0 ? random() : 1, plan = lot < around.plans, part = !plan && lot < around.plans + around.parts, refuse = random() < refused;
  // Around a reason to refuse there are refusals, and what is just not refused.
  const focused = plan || (around.share > 0 && random() < around.share), reasons = plan || refuse ? examples.filter(e => e.refuse) : examples;
  const { fresh } = around, owed = fresh !== undefined && random() < fresh.share;
  for (;;) {
    const example = focused ? among(reasons, around.above, owed, random) : undefined, beside = owed && example && random() < BESIDE ? among(reasons, [], false, random) : undefined;
    const focusOf = (e: Example | undefined): Focus => (e ? focusOn(e, playbook.facts, random) : new Map());
    const ofClass: Focus = around.classes > 0 && random() < around.classes ? classAmong(specs, random) : new Map();
    const features = sampleFeatures(playbook, specs, random, new Map([...ofClass, ...focusOf(beside), ...focusOf(example)]));
    if (heldBy(playbook, specs, features, pairs).join() !== (held ?? '')) continue;
    if (owed && !featureTokens(specs, features).some(fresh.token)) continue;
    // Most of what is drawn around something makes some mistake: found without composing the rest.
    if (!plan && refuses(playbook, features) !== refuse) continue;
    const composition = compose(playbook, features);
    if (composition.refusals.length > MOST_REFUSALS) continue;
    const rows = rowsOf(specs, features, composition);
    if (plan) return { features, composition, rows: { ...rows, objects: [] } };
    return { features, composition, rows: part ? partOf(rows, playbook, specs, features, composition, random) : rows };
  }
}

export interface Tokenizer { specs: FeatureSpec[]; runs: Runs; vocabulary: Vocabulary; pairs: Pair[] }

/** What training that goes on from a model must not see: its pairs and, where its tokens are given, some of what it has no token for. */
export interface HeldBefore { pairs: readonly Pair[]; known?: ReadonlySet<string> | undefined }
/** Combinations of a new keyword that training never sees. */
const FURTHER = 4;

/** Learns features, held-out pairs (unless they are given), runs and vocabulary from a playbook. */
export function buildTokenizer(playbook: Playbook, seed: number, graphs = 6000, pairCount = 12, held?: HeldBefore): Tokenizer {
  const specs = featureSpecs(playbook), random = seeded(seed);
  const samples = (n: number): Features[] => Array.from({ length: n }, () => sampleFeatures(playbook, specs, random));
  const pairs = !held ? choosePairs(playbook, specs, samples(3000), pairCount, random)
    : [...held.pairs, ...(held.known ? choosePairs(playbook, specs, samples(12_000), FURTHER, random, newTo(held.known)) : [])];
  const drawn = Array.from({ length: graphs }, () => draw(playbook, specs, random, pairs, undefined, REFUSED.training, WHOLE).rows);
  const runs = learnRuns(drawn.flatMap(r => r.objects), 20);
  const encoder = new RunEncoder(runs);
  const tokens = new Set<string>();
  const closed = specs.flatMap(s => (s.type === 'items' || s.type === 'conventions' ? [] : s.type === 'keyword' || (s.type === 'fact' && s.role === 'keyword')
    ? [...s.values, 'absent'].map(v => `?${s.name}=${v}`)
    : ['present', 'absent', 'yes', 'no'].filter(v => (s.type === 'minor') === (v.length < 4)).map(v => `?${s.name}=${v}`)));
  for (const t of closed) tokens.add(t);
  for (const r of drawn) {
    for (const t of [...r.context, ...r.plan]) tokens.add(t);
    for (const o of r.objects) { for (const t of o) tokens.add(t); for (const t of encoder.encode(o)) tokens.add(t); }
  }
  return { specs, runs, vocabulary: Vocabulary.from(tokens), pairs };
}

export interface CorpusFigures { graphs: number; tokensPerGraph: number; contextTokens: number; skipped: number }

/** Rows of another origin than the composer, as token texts, of which a share of a corpus consists. */
export interface Beside { share: number; draw: (random: Random) => readonly (readonly string[])[] }

/** Writes `graphs` graphs into `dir`, of contexts that training may see or (`held`) may not. Graphs with a token the vocabulary lacks are counted and left out. */
export function writeCorpus(dir: string, playbook: Playbook, t: Tokenizer, graphs: number, seed: number, { held, refused = REFUSED.measured, around = FREELY, beside }: { held?: Held; refused?: number; around?: Around; beside?: Beside } = {}): CorpusFigures {
  mkdirSync(dir, { recursive: true });
  const random = seeded(seed), encoder = new RunEncoder(t.runs, token => t.vocabulary.id(token) !== undefined);
  let ids = new Uint16Array(1 << 22), at = 0, skipped = 0, contextTokens = 0;
  const index: number[] = [];
  while (index.length < graphs) {
    const composed = (): readonly (readonly string[])[] => {
      const { rows } = draw(playbook, t.specs, random, t.pairs, held, refused, around);
      return [rows.context, ...(rows.plan.length ? [rows.plan] : []), ...rows.objects.map(o => encoder.encode(o))];
    };
    const all = (beside && random() < beside.share ? beside.draw(random) : composed()).map(r => r.map(x => t.vocabulary.id(x)));
    if (all.some(r => r.includes(undefined))) { skipped++; continue; }
    const flat = [all[0]!.length, all.length - 1, ...all.slice(1).map(r => r.length), ...all.flat()] as number[];
    if (at + flat.length > ids.length) { const bigger = new Uint16Array(ids.length * 2); bigger.set(ids); ids = bigger; }
    index.push(at);
    ids.set(flat, at);
    at += flat.length;
    contextTokens += all[0]!.length;
  }
  writeFileSync(join(dir, 'ids.u16'), new Uint8Array(ids.buffer, 0, at * 2));
  writeFileSync(join(dir, 'index.u32'), new Uint8Array(Uint32Array.from([...index, at]).buffer));
  const figures = { graphs, tokensPerGraph: Math.round(at / graphs), contextTokens: Math.round(contextTokens / graphs), skipped };
  writeFileSync(join(dir, 'corpus.json'), JSON.stringify({ vocabulary: t.vocabulary.size, seed, ...figures, pairs: t.pairs }, null, 1));
  return figures;
}
