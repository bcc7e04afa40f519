/** How many of the decisions in manifests that nothing was learnt from are foreseen, from the intents alone and by whatever means. */
import { expandAll } from '../evaluation/cases.ts';
import { likeness } from '../import/round-trip.ts';
import type { Shares } from '../import/figures.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import { understand } from '../synthesis/understand.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import { buildContext } from '../context/context.ts';
import type { Manifest } from '../candidate/model.ts';
import { terse } from './terse.ts';
import type { Triple, Workload } from './triples.ts';

/** The two ways to ask: all that the import states, or what an author states who leaves the rest to the team's conventions. */
export const askings = { imported: (intent: Intent): Intent => intent, terse } as const;
export type Asking = keyof typeof askings;

export interface Measure {
  workloads: number;
  shares: Shares;
  /** Graphs that the checker has nothing against, and those of them that `synth` would write (margins included). */
  checked?: number; accepted?: number;
}
type Graph = { graph: readonly KubeObject[]; checked?: boolean; accepted?: boolean };

const sum = (a: Shares, b: Shares): Shares => {
  const of = (x: Shares['stated'], y: Shares['stated']): Shares['stated'] => ({ total: x.total + y.total, equal: x.equal + y.equal, hardened: x.hardened + y.hardened });
  return { stated: of(a.stated, b.stated), unstated: of(a.unstated, b.unstated), surplus: a.surplus + b.surplus };
};
const none = { total: 0, equal: 0, hardened: 0 };

export async function measure(workloads: readonly Workload[], asking: Asking, write: (written: Intent) => Promise<Graph>): Promise<Measure> {
  const out: Measure = { workloads: workloads.length, shares: { stated: none, unstated: none, surplus: 0 } };
  for (const { group, intent, carried } of workloads) {
    const written = askings[asking](intent), { graph, checked, accepted } = await write(written);
    out.shares = sum(out.shares, likeness(group, graph, written.spec as unknown as JsonObject, carried));
    if (checked !== undefined) out.checked = (out.checked ?? 0) + Number(checked);
    if (accepted !== undefined) out.accepted = (out.accepted ?? 0) + Number(accepted);
  }
  return out;
}

/** What a model writes. */
export const byModel = (setting: Setting) => async (written: Intent): Promise<Graph> => {
  const { graph, findings, verdict } = await synthesise(written, setting);
  return { graph, checked: graph.length > 0 && findings.every(f => f.severity === 'warning' || f.rule === 'low-margin'), accepted: verdict === 'accepted' };
};

const repository = (intent: Intent): string => String(intent.spec.workload.containerImage).replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** What the nearest workload has, its slots filled with this intent's values; `sameImage`: the nearest of those with the same image, where there are any. */
export function byNearest(examples: readonly { triple: Triple; objects: readonly ObjectPattern[] }[], manifest: Manifest, setting: Setting, sameImage: boolean) {
  const shown = examples.map(e => ({ ...e, tokens: new Set(buildContext(manifest, e.triple.intent, setting.cluster.snapshot).tokens) }));
  return async (written: Intent): Promise<Graph> => {
    const { intent } = understand(written, setting.cluster.namespace, setting.model), context = buildContext(manifest, intent, setting.cluster.snapshot);
    const like = shown.filter(e => repository(e.triple.written) === repository(written)), from = sameImage && like.length ? like : shown;
    let best = from[0]!, most = -1;
    for (const e of from) { const common = context.tokens.filter(t => e.tokens.has(t)).length; if (common > most) { best = e; most = common; } }
    return { graph: expandAll(best.objects, context, setting.cluster.snapshot) ?? [] };
  };
}
