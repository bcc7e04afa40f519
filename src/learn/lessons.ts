/** Labelled triples as rows of tokens, and what a model knows that has learnt them: features, vocabulary, conventions. */
import { CONVENTIONS_FACT } from '../candidate/model.ts';
import type { Manifest } from '../candidate/model.ts';
import { buildContext, wordsOf } from '../context/context.ts';
import type { Conventions } from '../context/conventions.ts';
import type { ConventionsSpec } from '../context/features.ts';
import { seeded } from '../playbook/sample.ts';
import type { Random } from '../playbook/sample.ts';
import type { Beside, Tokenizer } from '../playbook/corpus.ts';
import { REFUSED, WHOLE, draw } from '../playbook/corpus.ts';
import type { Playbook } from '../playbook/example.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { agreedRuns, partsOf, RunEncoder } from '../tokens/runs.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import { bodyTokens, END, PLAN, planToken } from '../tokens/serialize.ts';
import { Vocabulary } from '../tokens/vocabulary.ts';
import { LEFT_OPEN } from './terse.ts';
import type { Triple, Workload } from './triples.ts';

export interface Lesson { chart: string; rows: readonly (readonly string[])[] }

/** A word that one chart has is its name; what several have says something. */
const CHARTS = 2;
/** Graphs that show how the known examples go on. */
const SHOWN = 1500;
/** At a place that only manifests have, so many have to go on alike before that counts as no decision. */
const ALIKE = 3;

/** The feature by which conventions are learnt. */
export function conventionsSpec(workloads: readonly Workload[]): ConventionsSpec {
  const charts = new Map<string, Set<string>>();
  for (const w of workloads) for (const word of [...wordsOf(w.intent.spec.workload.containerImage), ...wordsOf(w.intent.metadata.name)]) (charts.get(word) ?? charts.set(word, new Set()).get(word)!).add(w.chart);
  const words = [...charts].filter(([, of]) => of.size >= CHARTS).map(([word]) => word).sort();
  return { name: 'conventions', type: 'conventions', fact: `${CONVENTIONS_FACT.name}.${CONVENTIONS_FACT.field}`, words, stated: LEFT_OPEN.filter(path => !path.includes('[]')) };
}

/** What the model knows beside its weights once it has learnt: the fact that says whose conventions apply comes last, and shows nothing where they do not. */
export function taughtManifest(start: Manifest, spec: ConventionsSpec, conventions: Conventions, namespaces: readonly string[]): Manifest {
  const team = `{${JSON.stringify(CONVENTIONS_FACT.field)}: ${JSON.stringify(conventions.team)}}`;
  const cel = namespaces.length ? `intent.metadata.namespace in ${JSON.stringify(namespaces)} ? dyn(${team}) : dyn(null)` : team;
  return {
    ...start, conventions, specs: [...start.specs.filter(s => s.type !== 'conventions'), spec],
    facts: [...start.facts.filter(f => f.name !== CONVENTIONS_FACT.name), { name: CONVENTIONS_FACT.name, fields: { [CONVENTIONS_FACT.field]: 'keyword' }, cel }],
  };
}

export interface Taught { rows: (triple: Triple, objects: readonly ObjectPattern[]) => Lesson; encode: (lesson: Lesson) => Lesson; tokenizer: Tokenizer; lessons: Lesson[] }

/** Rows of labelled triples, and the vocabulary they need beside the known one. Known rows stay as they are. */
export function teach(known: Tokenizer, playbook: Playbook, manifest: Manifest, labelled: readonly { triple: Triple; objects: readonly ObjectPattern[] }[], snapshot: Snapshot, seed: number): Taught {
  const rows = (triple: Triple, objects: readonly ObjectPattern[]): Lesson => ({
    chart: triple.workload.chart,
    rows: [buildContext(manifest, triple.intent, snapshot).tokens, [PLAN, ...objects.map(planToken), END], ...objects.map(o => [planToken(o), ...bodyTokens(o.body)])],
  });
  const raw = labelled.map(l => rows(l.triple, l.objects)), random = seeded(seed);
  const shown = Array.from({ length: SHOWN }, () => draw(playbook, known.specs, random, known.pairs, undefined, REFUSED.training, WHOLE).rows.objects).flat();
  const encoder = new RunEncoder(agreedRuns(known.runs, shown, raw.flatMap(l => l.rows.slice(2)), ALIKE));
  const encode = (lesson: Lesson): Lesson => ({ ...lesson, rows: [...lesson.rows.slice(0, 2), ...lesson.rows.slice(2).map(row => encoder.encode(row))] });
  const lessons = raw.map(encode), tokens = new Set(known.vocabulary.tokens);
  for (const row of lessons.flatMap(l => l.rows)) for (const token of row) { tokens.add(token); for (const part of partsOf(token)) tokens.add(part); }
  return { rows, encode, lessons, tokenizer: { ...known, vocabulary: Vocabulary.from(tokens) } };
}

/** How often a lesson is learnt without any word of its image and name, and how often each is left out otherwise: a new service has words nobody has seen. */
const WORDLESS = 0.4, LEFT_OUT = 0.2;
const isWord = (token: string): boolean => /^\?conventions\.(image|name)=/.test(token);

/** Lessons drawn chart by chart, however many workloads a chart has. */
export function drawn(lessons: readonly Lesson[], share: number): Beside {
  const charts = [...Map.groupBy(lessons, l => l.chart).values()], one = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  return { share, draw: random => {
    const { rows: [context, ...rest] } = one(random, one(random, charts)), out = random() < WORDLESS ? 1 : LEFT_OUT;
    return [context!.filter(token => !isWord(token) || random() >= out), ...rest];
  } };
}
