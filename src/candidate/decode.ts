/**
 * Decoding: the model writes the plan, then each object after the shared context, one schema-legal token at a time. Where an object
 * comes to a dead end, or a check refuses the result, the weakest decision is taken differently, a bounded number of times; a graph
 * found that way keeps the negative margin of that decision and so needs review.
 */
import type { Context } from '../context/context.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import { ObjectGrammar } from '../grammar/grammar.ts';
import type { State } from '../grammar/grammar.ts';
import { questionsOf } from '../grammar/questions.ts';
import type { Questions } from '../grammar/questions.ts';
import type { KubeObject } from '../kubernetes.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { END, parsePlanToken, PLAN } from '../tokens/serialize.ts';
import { Vocabulary } from '../tokens/vocabulary.ts';
import { assemble } from './assemble.ts';
import type { Decoded } from './assemble.ts';
import type { Engine } from './engine.ts';
import type { Manifest, Model } from './model.ts';
import { planGrammar } from './plan.ts';
import type { Recall } from './recall.ts';
import { DeadEnd, decodeRow } from './row.ts';
import type { Decision, Row, Stepper } from './row.ts';
import type { Candidate } from './types.ts';

const vocabularies = new WeakMap<Manifest, Vocabulary>();
const vocabularyOf = (m: Manifest): Vocabulary => {
  let v = vocabularies.get(m);
  if (!v) vocabularies.set(m, v = new Vocabulary(m.tokens));
  return v;
};

/** What may be written: the plan, and the object of a plan token. */
export interface Grammars { plan(index: OpenApiIndex, context: Context): Stepper<unknown>; object(index: OpenApiIndex, asked: Questions, planToken: string): Stepper<unknown> }

export interface DecodeOptions {
  /** Absent: what this cluster serves. Other grammars are for measuring what that is worth. */
  grammars?: Grammars;
  /** Says whether a graph is refusable; used to decide on backtracking, not to accept. */
  check?: (objects: KubeObject[]) => boolean;
  /** How often a weakest decision is taken differently at most. */
  backtracks?: number;
  /** Rows of earlier decodings; absent: all are decoded. */
  recall?: Recall;
}

export async function decode(model: Model, context: Context, snapshot: Snapshot, engine: Engine, options: DecodeOptions = {}): Promise<Candidate> {
  const vocabulary = vocabularyOf(model.manifest), index = openApiIndex(snapshot);
  const unknown = context.tokens.filter(t => vocabulary.id(t) === undefined);
  if (unknown.length) throw unseen(unknown);
  const ids = context.tokens.map(t => vocabulary.id(t)!), { recall } = options;
  await engine.context(ids, model.layer);

  const grammars = options.grammars ?? live;
  const plan = await guarded(() => decodeRow(engine, vocabulary, grammars.plan(index, context), PLAN, END));
  const shape = `${model.layer} ${ids.join()}`;
  const decoded = async (token: string): Promise<Decoded> => {
    const asked = askedOf(index, context, token);
    const row = (given: Questions): Promise<Row> => guarded(() => aroundDeadEnds(choices => decodeRow(engine, vocabulary, grammars.object(index, given, token), token, undefined, choices)));
    return { first: token, row: await (recall ? recall.row(shape, token, index, asked, row) : row(asked)) };
  };
  let rows: Decoded[] = [];
  for (const { token } of plan.decisions) if (token.startsWith('+')) rows.push(await decoded(token));
  const first = assemble(model.manifest, index, context, plan, rows);
  const refusable = (c: Candidate): boolean => c.objects.length > 0 && options.check !== undefined && options.check(c.objects.map(o => o.object));
  let best = first, refused = refusable(first);
  for (let tries = 0; refused && tries < (options.backtracks ?? 2); tries++) {
    const weakest = rows.flatMap((r, row) => r.row.decisions.map((d, at) => ({ d, row, at }))).filter(w => isOpen(w.d))
      .sort((a, b) => a.d.margin - b.d.margin)[0];
    if (!weakest) break;
    const { first: head, row } = rows[weakest.row]!;
    try {
      const again = await decodeRow(engine, vocabulary, grammars.object(index, askedOf(index, context, head), head), head, undefined, [...row.decisions.slice(0, weakest.at), taken(weakest.d)]);
      rows = rows.with(weakest.row, { first: head, row: { ...again, evaluated: again.evaluated + row.evaluated } });
    } catch (e) {
      if (!(e instanceof DeadEnd)) throw e;
      best.figures.backtracks = tries + 1;
      break;
    }
    best = assemble(model.manifest, index, context, plan, rows);
    best.figures.backtracks = tries + 1;
    refused = refusable(best);
  }
  // What no other choice could save is shown as it was first written.
  return refused ? { ...first, figures: { ...first.figures, evaluated: best.figures.evaluated, backtracks: best.figures.backtracks } } : best;
}

/** How many dead ends of a row are gone around at most. */
const DETOURS = 2;

/** What is written before a dead end is taken differently where it was least sure; the negative margin of that leaves the graph to a person. */
async function aroundDeadEnds(decodeFrom: (choices: readonly Decision[]) => Promise<Row>): Promise<Row> {
  let choices: readonly Decision[] = [], first: DeadEnd | undefined;
  for (let tries = 0; ; tries++) {
    try { return await decodeFrom(choices); } catch (error) {
      if (!(error instanceof DeadEnd)) throw error;
      first ??= error;
      const { decisions } = error, at = weakestOf(decisions);
      if (tries >= DETOURS || at < 0) throw first;
      choices = [...decisions.slice(0, at), taken(decisions[at]!)];
    }
  }
}

/** Whether a decision could have been another and was not forced. */
const isOpen = (d: Decision): boolean => d.other !== undefined && d.margin >= 0;
/** The least sure of those; -1 where there is none. */
const weakestOf = (decisions: readonly Decision[]): number =>
  decisions.reduce((best, d, at) => (isOpen(d) && (best < 0 || d.margin < decisions[best]!.margin) ? at : best), -1);
/** The decision, the other way. */
const taken = ({ token, other, margin }: Decision): Decision => ({ token: other!, other: token, margin: Math.min(-margin, -Number.EPSILON) });

/** What there is to ask of a context where the object of a plan token is written. */
function askedOf(index: OpenApiIndex, context: Context, planToken: string): Questions {
  const { group, kind } = parsePlanToken(planToken);
  return questionsOf(index, index.find(group, kind)?.document ?? '', context, kind);
}

function objectStepper(index: OpenApiIndex, asked: Questions, planToken: string): Stepper<State> {
  const o = parsePlanToken(planToken), found = index.find(o.group, o.kind)!;
  const grammar = new ObjectGrammar(index, found.document, found.schema, asked, o.kind);
  return {
    start: grammar.start(o.over ? { over: o.over, items: asked.items(o.over) ?? [] } : undefined),
    step: (s, raw) => grammar.step(s, raw), done: s => grammar.complete(s),
  };
}

const live: Grammars = { plan: planGrammar, object: objectStepper };

const abstained = (rule: string, message: string, fix: string, cause?: unknown): Refusal =>
  new Refusal(Exit.needsReview, [{ rule, severity: 'review', object: '', path: '', message, fix }], { cause });

const unseen = (tokens: string[]): Refusal => abstained('context-unseen',
  `the model has never seen ${tokens.map(t => t.slice(1)).join(', ')}`, 'Add an example of it to the playbook and train, or write these objects by hand.');

const guarded = async (f: () => Promise<Row>): Promise<Row> => {
  try { return await f(); } catch (e) {
    if (e instanceof DeadEnd) throw abstained('decode-dead-end', e.message, 'If that is a value of the intent or of the platform\'s settings, the place takes no such value: correct it. Else add an example for this cluster to the playbook and train.', e);
    throw e;
  }
};
