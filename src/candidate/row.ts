/** One row (the plan, or one object) decoded greedily under a grammar, with the margin of every decision. */
import { SEPARATOR, partsOf } from '../tokens/runs.ts';
import type { Vocabulary } from '../tokens/vocabulary.ts';
import type { Engine, Step } from './engine.ts';

/** A grammar over raw tokens with immutable states. */
export interface Stepper<S> { start: S; step(state: S, raw: string): S | undefined; done(state: S): boolean }

export interface Decision {
  /** Merged token text. */
  token: string;
  /** Best other legal token that says something else, and its distance in nats. */
  other: string | undefined;
  margin: number;
}
export interface Row { decisions: Decision[]; evaluated: number; requests: number }

/** No legal token was among the engine's best: the model has nothing to say here that this cluster could install. */
export class DeadEnd extends Error {
  readonly decisions: Decision[];
  constructor(message: string, decisions: Decision[]) { super(message); this.decisions = decisions; }
}

const LIMIT = 400;

const walk = <S>(g: Stepper<S>, state: S, token: string): S | undefined => {
  let s: S | undefined = state;
  for (const raw of partsOf(token)) { s = g.step(s, raw); if (s === undefined) return undefined; }
  return s;
};

/** Whether one run begins with the other: the same decision, cut at another place. */
const sameRun = (a: string, b: string): boolean => a.startsWith(b + SEPARATOR) || b.startsWith(a + SEPARATOR);

/** The part of a token at which it stops being legal, and a few before it, which say where that is. */
const illegal = <S>(g: Stepper<S>, state: S, token: string): string => {
  const parts = partsOf(token);
  let s: S | undefined = state;
  const at = parts.findIndex(part => (s = g.step(s!, part)) === undefined);
  const before = parts.slice(Math.max(0, at - 4), at).join(' ');
  return `it would write ${parts[at] ?? token}${before ? ` after ${before}` : ''}`;
};

/**
 * @param first the row's first token (`<plan>` or a plan token), given, not chosen
 * @param choices tokens already decided (a draft, or a decision that is to be taken differently)
 */
export async function decodeRow<S>(engine: Engine, vocabulary: Vocabulary, g: Stepper<S>, first: string, end: string | undefined, choices: readonly Decision[] = []): Promise<Row> {
  const endId = end === undefined ? -1 : vocabulary.id(end)!;
  const decisions: Decision[] = [...choices];
  let state: S = choices.reduce<S>((s, d) => walk(g, s, d.token)!, g.start);
  let evaluated = 0, requests = 0;
  while (!g.done(state)) {
    if (decisions.length > LIMIT) throw new DeadEnd('the row does not end', decisions);
    const steps = await engine.row([first, ...decisions.map(d => d.token)].map(t => vocabulary.id(t)!), endId, LIMIT - decisions.length + 1);
    requests++; evaluated += steps.length;
    for (const step of steps) {
      const chosen = choose(g, state, step, vocabulary);
      if (!chosen) throw new DeadEnd(`after ${decisions.at(-1)?.token.split(SEPARATOR).at(-1) ?? first} nothing that the model would write is legal on this cluster: ${illegal(g, state, vocabulary.token(step.ids[0]!))}`, decisions);
      decisions.push(chosen.decision);
      state = chosen.state;
      if (g.done(state) || chosen.rank > 0) break;
    }
    if (!steps.length) throw new DeadEnd('the engine gave nothing', decisions);
  }
  return { decisions, evaluated, requests };
}

function choose<S>(g: Stepper<S>, state: S, step: Step, vocabulary: Vocabulary): { decision: Decision; state: S; rank: number } | undefined {
  let best: { token: string; state: S; logit: number; rank: number } | undefined;
  for (const [rank, id] of step.ids.entries()) {
    const token = vocabulary.token(id);
    if (best && sameRun(best.token, token)) continue;
    const next = walk(g, state, token);
    if (next === undefined) continue;
    const logit = step.logits[rank]!;
    if (best) return { decision: { token: best.token, other: token, margin: best.logit - logit }, state: best.state, rank: best.rank };
    best = { token, state: next, logit, rank };
  }
  // No second legal token among the best: the margin is at least that to the last one seen.
  return best && { decision: { token: best.token, other: undefined, margin: Math.max(0, best.logit - step.logits.at(-1)!) }, state: best.state, rank: best.rank };
}
