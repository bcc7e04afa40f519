/** `kubesynth eval`: how often the model is right, how often it may act, and what simpler means achieve on the same cases. */
import { LlamaEngine } from '../candidate/engine.ts';
import type { Engine } from '../candidate/engine.ts';
import { withoutConventions } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import { badInput } from '../diagnostic.ts';
import type { Playbook } from '../playbook/example.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { playbookDigest } from '../playbook/prepare.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { loadGuardrails } from '../verdict/load.ts';
import type { Guardrails } from '../verdict/types.ts';
import { baselineExact, learnBaselines } from './baselines.ts';
import type { Asked, Case } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { Clusters } from './cluster.ts';
import { MemoEngine } from './memo.ts';
import { answerOf, isCovered, isExact, isWrongAndAccepted, scoreCase } from './score.ts';
import type { Score } from './score.ts';
import { suites, suiteNames } from './suites.ts';
import type { Labels, SuiteName } from './suites.ts';

/** Fractions of the suite's cases that each means gets exactly right. */
export interface Baselines { unionGrammar: number; nearestExample: number; composition: number; perField: number }
/**
 * `exact` and `coverage` are fractions; `acceptedWrong` and `seen`, the cases whose very context was in training, are counts.
 * `layer`: the same of those cases that the outermost of several layers writes for.
 */
export interface SuiteReport { name: SuiteName; labels: Labels; cases: number; exact: number; coverage: number; acceptedWrong: number; layer?: { cases: number; exact: number; coverage: number }; seen?: number; baselines: Baselines }
export interface Report { model: string; suites: SuiteReport[] }

export interface Progress { suite: SuiteName; done: number; cases: number; score: Score; accepted: boolean }

export interface EvaluateOptions {
  model: Model;
  /** Names of suites; absent: all. */
  suites?: readonly string[];
  /** At most this many cases of each suite. */
  limit?: number;
  onProgress?: (progress: Progress) => void;
  /** Told what makes figures less comparable, in words. */
  onWarning?: (message: string) => void;
  /** Absent: the model in llama.cpp. */
  engine?: Engine;
  /** Whether training saw the context; undefined: nobody knows. */
  seen?: (asked: Asked) => boolean | undefined;
}

/** Everything an evaluation stands on. */
export interface Bench { model: Model; playbook: Playbook; guardrails: Guardrails; clusters: Clusters; union: Snapshot; engine: Engine }

export async function openBench({ model: given, engine, onWarning }: Pick<EvaluateOptions, 'model' | 'engine' | 'onWarning'>): Promise<Bench> {
  // The suites are the platform's cases; what a team does otherwise is measured where it is learnt.
  const model = withoutConventions(given);
  const folder = inCheckout('playbook'), clusters = new Clusters();
  if (playbookDigest(folder) !== model.manifest.playbook) onWarning?.('the playbook has changed since this model was trained: it is measured against what it was not taught');
  return {
    model, playbook: loadPlaybook(folder), guardrails: loadGuardrails(inCheckout('guardrails')), clusters, union: clusters.union(),
    engine: new MemoEngine(engine ?? await LlamaEngine.load(model)),
  };
}

/**
 * Measures a model on the suites.
 * @throws Refusal `unknown-suite`, `evaluation-needs-checkout` (exit 2), and those of playbook, guardrails and snapshots
 */
export async function evaluate(options: EvaluateOptions): Promise<Report> {
  const wanted = options.suites?.length ? options.suites : suiteNames;
  for (const name of wanted) {
    if (!(suiteNames as readonly string[]).includes(name)) throw badInput('unknown-suite', `there is no suite ${JSON.stringify(name)}`, `Known: ${suiteNames.join(', ')}.`);
  }
  const bench = await openBench(options), { model, engine } = bench;
  try {
    const baselines = learnBaselines(bench.playbook, model.manifest);
    const reports: SuiteReport[] = [];
    for (const suite of suites.filter(s => wanted.includes(s.name))) {
      const cases = suite.cases(bench, options.limit ?? Infinity);
      const scores: Score[] = [], right = { unionGrammar: 0, nearestExample: 0, composition: 0, perField: 0 };
      for (const one of cases) {
        const score = await scoreCase(engine, bench.guardrails, one);
        scores.push(score);
        if (await exactUnderUnion(bench, one)) right.unionGrammar++;
        for (const name of ['nearestExample', 'composition', 'perField'] as const) if (baselineExact(baselines[name], one, bench.guardrails)) right[name]++;
        options.onProgress?.({ suite: suite.name, done: scores.length, cases: cases.length, score, accepted: isCovered(score) });
      }
      const n = scores.length, outermost = model.layer > 0 ? scores.filter(s => s.case.asked?.layer === model) : [];
      const seen = options.seen ? cases.map(c => (c.asked ? options.seen!(c.asked) : false)) : [undefined];
      reports.push({
        name: suite.name, labels: suite.labels, ...sharesOf(scores), acceptedWrong: scores.filter(isWrongAndAccepted).length,
        ...(outermost.length ? { layer: sharesOf(outermost) } : {}),
        ...(seen.includes(undefined) ? {} : { seen: seen.filter(Boolean).length }),
        baselines: { unionGrammar: right.unionGrammar / n, nearestExample: right.nearestExample / n, composition: right.composition / n, perField: right.perField / n },
      });
    }
    return { model: model.digest, suites: reports };
  } finally {
    await engine.close();
  }
}

/** How many, and which fractions of them are exact and covered. */
const sharesOf = (scores: readonly Score[]): { cases: number; exact: number; coverage: number } =>
  ({ cases: scores.length, exact: scores.filter(s => s.exact).length / scores.length, coverage: scores.filter(isCovered).length / scores.length });

/** The same model and context under a grammar that serves everything; exact implies that the case's cluster can install it. */
const exactUnderUnion = async ({ engine, union, guardrails }: Bench, one: Case): Promise<boolean> =>
  isExact((await answerOf(engine, one, union)).graph, one, guardrails);
