/** One case through the model: what it writes at first decode, what the checker says of it, and whether it is right. */
import { decode } from '../candidate/decode.ts';
import type { DecodeOptions } from '../candidate/decode.ts';
import type { Engine } from '../candidate/engine.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { checkGuardrails } from '../verdict/guardrails.ts';
import type { Guardrails } from '../verdict/types.ts';
import { verify } from '../verdict/verify.ts';
import type { Case } from './cases.ts';
import { equalGraphs } from './equivalence.ts';

export interface Answer {
  graph: KubeObject[] | 'refused' | 'abstained';
  /** Smallest margin of any decision in nats; +Infinity where no model was asked. */
  margin: number;
}

export interface Score {
  case: Case;
  answer: Answer;
  /** The graph is the expected one, or what had to be refused was. */
  exact: boolean;
  /** The checker finds nothing against the graph; what is refused was never checked. */
  verified: boolean;
}

/** First decode, without backtracking and before abstention. */
export async function answerOf(engine: Engine, { asked, snapshot }: Case, cluster: Snapshot = snapshot, options: DecodeOptions = {}): Promise<Answer> {
  if (!asked) return { graph: 'refused', margin: Infinity };
  try {
    const candidate = await decode(asked.layer, asked.context, cluster, engine, options);
    // What goes around a dead end is no first decode.
    if (candidate.figures.minMargin < 0) return { graph: 'abstained', margin: 0 };
    return { graph: candidate.refusals.length ? 'refused' : candidate.objects.map(o => o.object), margin: candidate.figures.minMargin };
  } catch (e) {
    // A dead end, an unseen context, a schema that no grammar can express: nothing was written, and nothing was refused on its merits.
    if (e instanceof Refusal && e.exit !== Exit.internal) return { graph: 'abstained', margin: 0 };
    throw e;
  }
}

/** Whether a graph, or its refusal, is what the case expects. Undefined: no graph that this cluster serves. */
export function isExact(graph: Answer['graph'] | undefined, one: Case, guardrails: Guardrails): boolean {
  if (!Array.isArray(graph)) return graph === one.expected;
  if (one.expected !== 'refused') return equalGraphs(graph, one.expected).equal;
  // What a person says is to be refused may be refused by the platform's policies, whoever wrote the graph.
  return one.byHand === true && checkGuardrails({ graph, intent: one.asked?.intent, snapshot: one.snapshot, guardrails }).findings.some(f => f.severity === 'refused');
}

export const scoreCase = async (engine: Engine, guardrails: Guardrails, one: Case): Promise<Score> => scoreOf(await answerOf(engine, one), one, guardrails);

export function scoreOf(answer: Answer, one: Case, guardrails: Guardrails): Score {
  const verified = Array.isArray(answer.graph) && verify({ graph: answer.graph, intent: one.asked!.intent, snapshot: one.snapshot, guardrails }).verdict === 'accepted';
  return { case: one, answer, exact: isExact(answer.graph, one, guardrails), verified };
}

/** What `synth` would end with exit code 0. A graph found by backtracking never is: its margin is negative. */
export const isAccepted = (s: Score): boolean => s.verified && s.answer.margin >= s.case.asked!.layer.manifest.threshold;

/** Settled without a person: accepted, or rightly refused. */
export const isCovered = (s: Score): boolean =>
  isAccepted(s) || (s.case.expected === 'refused' && s.exact);

export const isWrongAndAccepted = (s: Score): boolean => isAccepted(s) && !s.exact;

/** Counts over cases. */
export interface Tally { cases: number; exact: number; covered: number; acceptedWrong: number }

/** @param each hears of every score */
export async function tally(engine: Engine, guardrails: Guardrails, cases: readonly Case[], each: (score: Score) => void = () => undefined): Promise<Tally> {
  const out: Tally = { cases: cases.length, exact: 0, covered: 0, acceptedWrong: 0 };
  for (const one of cases) {
    const score = await scoreCase(engine, guardrails, one);
    out.exact += Number(score.exact); out.covered += Number(isCovered(score)); out.acceptedWrong += Number(isWrongAndAccepted(score));
    each(score);
  }
  return out;
}
