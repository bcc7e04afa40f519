/** Whether a model still knows what the platform taught it: the platform's own cases, where no conventions apply. */
import { withoutConventions } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import type { Engine } from '../candidate/engine.ts';
import { Refusal } from '../diagnostic.ts';
import { Clusters } from '../evaluation/cluster.ts';
import { tally } from '../evaluation/score.ts';
import type { Tally } from '../evaluation/score.ts';
import { suites } from '../evaluation/suites.ts';
import type { Playbook } from '../playbook/example.ts';
import type { Guardrails } from '../verdict/types.ts';

/** Counts over `count` cases of the suite `fresh`; undefined where the material of evaluation is not at hand. */
export async function fresh(given: Model, engine: Engine, guardrails: Guardrails, playbook: Playbook, count: number): Promise<Tally | undefined> {
  const model = withoutConventions(given);
  try {
    const clusters = new Clusters(), cases = suites.find(s => s.name === 'fresh')!.cases({ playbook, model, guardrails, clusters, union: clusters.union(), engine }, count);
    return await tally(engine, guardrails, cases);
  } catch (error) {
    if (error instanceof Refusal && error.findings[0]?.rule === 'evaluation-needs-checkout') return undefined;
    throw error;
  }
}
