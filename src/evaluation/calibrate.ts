/**
 * Calibration: the margin below which the model abstains. Measured on contexts drawn apart from training and from every
 * suite; the suites then say what the threshold is worth.
 */
import { drawKept } from './cases.ts';
import type { Bench } from './evaluate.ts';
import { scoreCase } from './score.ts';
import type { Score } from './score.ts';

/** Above the numeric noise between processors and batch shapes, in nats. */
export const FLOOR = 1;
/** The threshold lies this factor above the surest wrong graph seen. */
const SAFETY = 2;
const SEED = 70_000_001;
const STEPS = [0, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 8];

/** At a threshold: the share of graphs accepted, and how many of the accepted are wrong; the same had no checker looked at them. */
export interface RiskPoint { threshold: number; coverage: number; wrong: number; accepted: number; unchecked: { coverage: number; wrong: number; written: number } }

export interface Calibration {
  cases: number;
  /** Graphs that were not the expected ones; those of them that the checker let pass, and their largest margin in nats. */
  wrong: number; wrongAndVerified: number; surestWrong: number;
  threshold: number;
  curve: RiskPoint[];
}

/** The calibration of scores: cases in which the model wrote a graph that the checker accepts. */
export function calibration(scores: readonly Score[]): Calibration {
  const verified = scores.filter(s => s.verified), wrong = verified.filter(s => !s.exact);
  const surestWrong = Math.max(0, ...wrong.map(s => s.answer.margin));
  const asked = scores.filter(s => s.case.expected !== 'refused').length, graphs = scores.filter(s => Array.isArray(s.answer.graph));
  const share = (n: number): number => (asked ? n / asked : 0);
  const curve = STEPS.map((threshold): RiskPoint => {
    const sure = (s: Score): boolean => s.answer.margin >= threshold, accepted = verified.filter(sure), written = graphs.filter(sure);
    const wrong = (some: readonly Score[]): number => some.filter(s => !s.exact).length;
    return {
      threshold, coverage: share(accepted.length), wrong: wrong(accepted), accepted: accepted.length,
      unchecked: { coverage: share(written.filter(s => s.case.expected !== 'refused').length), wrong: wrong(written), written: written.length },
    };
  });
  return { cases: scores.length, wrong: scores.filter(s => !s.exact).length, wrongAndVerified: wrong.length, surestWrong, threshold: Math.max(FLOOR, surestWrong * SAFETY), curve };
}

/** @param count contexts to draw of those that the outermost layer writes for; those below were calibrated when they were the outermost */
export async function calibrate(bench: Bench, count: number): Promise<Calibration> {
  const { playbook, model, clusters, guardrails, engine } = bench, scores: Score[] = [];
  const cases = drawKept(playbook, model, clusters, guardrails, { seed: SEED, count, batch: count, step: 1000, kind: 'settled' }, one => one.asked?.layer === model);
  for (const one of cases) scores.push(await scoreCase(engine, guardrails, one));
  return calibration(scores);
}
