/**
 * The pipeline for one intent, stage by stage. Refusals of any stage become findings of the outcome; only faults that say
 * nothing about the intent are thrown.
 */
import type { Engine } from '../candidate/engine.ts';
import { conventionsFor } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import type { Candidate } from '../candidate/types.ts';
import { decode } from '../candidate/decode.ts';
import { applyOverrides } from '../candidate/overrides.ts';
import { buildContext } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import { originOf } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { inDependencyOrder } from '../verdict/order.ts';
import type { Guardrails, Verdict } from '../verdict/types.ts';
import { verdictOn, verify } from '../verdict/verify.ts';
import { asBefore } from './earlier.ts';
import type { Earlier } from './earlier.ts';
import { understand } from './understand.ts';
import type { Understood } from './understand.ts';

/** The cluster an intent is compiled for. */
export interface Cluster {
  snapshot: Snapshot;
  /** Namespace for intents that state none. */
  namespace: string;
  /** The API server's own opinion; absent when there is only a snapshot. */
  dryRun?: (graph: readonly KubeObject[]) => Promise<Finding[]>;
  /** Time it took to load or capture the snapshot. */
  snapshotMs: number;
}

export interface Setting {
  cluster: Cluster; model: Model; engine: Engine; guardrails: Guardrails; environment?: string;
  /** Of this intent in this cluster, where it is known already. */
  context?: Context;
  understood?: Understood;
  earlier?: Earlier;
}

/** Milliseconds; the model's loading is in none of them. */
export interface Timings { snapshotMs: number; contextMs: number; decodeMs: number; verifyMs: number; totalMs: number }

export interface Outcome extends Verdict {
  exit: ExitCode;
  /** As written for the environment, and with every default, as the model saw it. */
  stated: Intent;
  intent: Intent;
  /** In dependency order; what may be written to stdout only when the verdict is `accepted`. */
  graph: KubeObject[];
  context?: Context;
  candidate?: Candidate;
  /** The layer that wrote, or that would have. */
  layer: Model;
  timings: Timings;
}

/** Checks that the API server makes itself, and that are therefore done once it was asked. */
export const isServerCheck = (unchecked: string): boolean => /^(server-dry-run$|cluster-policy:|schema-rules:)/.test(unchecked);

export async function synthesise(written: Intent, setting: Setting): Promise<Outcome> {
  const { cluster, model, engine, guardrails, earlier } = setting, { snapshot } = cluster;
  const timings: Timings = { snapshotMs: cluster.snapshotMs, contextMs: 0, decodeMs: 0, verifyMs: 0, totalMs: cluster.snapshotMs };
  const outcome: Outcome = { verdict: 'refused', exit: Exit.refused, stated: written, intent: written, graph: [], findings: [], degraded: [], unchecked: [], layer: model, timings };
  const began = performance.now();
  try {
    // Intent: what is stated, with every default, and nothing the model was not taught.
    const { stated, intent, unknown, layer } = setting.understood ?? understand(written, cluster.namespace, model, setting.environment), { manifest } = layer;
    Object.assign(outcome, { stated, intent, layer });
    if (unknown.length) throw new Refusal(Exit.refused, unknown);

    // Context: what the model is shown of intent and cluster.
    const context = outcome.context = setting.context ?? buildContext(manifest, intent, snapshot);
    timings.contextMs = performance.now() - began;

    // Candidate: what the model writes, with the developer's own changes on top.
    const judge = (written: readonly KubeObject[]): Verdict => {
      const start = performance.now(), objects = earlier ? asBefore(written, earlier.graph) : written;
      const { graph, findings } = applyOverrides(objects, intent, snapshot);
      const verdict = findings.length ? { verdict: 'refused' as const, findings, degraded: [], unchecked: [] } : verify({ graph, intent, snapshot, guardrails, synthesised: objects, ...conventionsFor(manifest, context), ...(cluster.dryRun ? { serverAsked: true } : {}), ...(earlier ? { memo: earlier.memo } : {}) });
      outcome.graph = inDependencyOrder(graph);
      timings.verifyMs += performance.now() - start;
      return verdict;
    };
    let judged: { objects: readonly KubeObject[]; verdict: Verdict } | undefined;
    const check = (objects: readonly KubeObject[]): Verdict => {
      // The decoder asks about the graph that it then returns.
      if (!judged || judged.objects.length !== objects.length || objects.some((o, i) => o !== judged!.objects[i])) judged = { objects, verdict: judge(objects) };
      return judged.verdict;
    };
    const decoding = performance.now();
    const candidate = outcome.candidate = await decode(layer, context, snapshot, engine, { check: objects => check(objects).verdict === 'refused', ...(earlier ? { recall: earlier.recall } : {}) });
    timings.decodeMs = performance.now() - decoding - timings.verifyMs;
    if (candidate.refusals.length) throw new Refusal(Exit.refused, candidate.refusals.map(r => ({ severity: 'refused', object: `${intent.kind}/${intent.metadata.name}`, path: '', ...r })));

    // Verdict: the checker, then the API server where there is one, then the model's own certainty.
    Object.assign(outcome, check(candidate.objects.map(o => o.object)));
    if (cluster.dryRun && outcome.verdict !== 'refused') {
      const start = performance.now();
      outcome.findings = [...outcome.findings, ...await cluster.dryRun(outcome.graph)];
      outcome.unchecked = outcome.unchecked.filter(name => !isServerCheck(name));
      timings.verifyMs += performance.now() - start;
    }
    outcome.findings = [...outcome.findings, ...unsure(candidate, manifest.threshold)];
    settle(outcome);
  } catch (error) {
    if (!(error instanceof Refusal) || error.exit === Exit.internal) throw error;
    outcome.findings = [...error.findings];
    outcome.exit = error.exit;
    outcome.verdict = error.exit === Exit.needsReview ? 'review' : 'refused';
  }
  timings.totalMs += performance.now() - began;
  return outcome;
}

function settle(outcome: Outcome): void {
  outcome.verdict = verdictOn(outcome.findings);
  outcome.exit = { refused: Exit.refused, review: Exit.needsReview, accepted: Exit.accepted }[outcome.verdict];
}

/** The model abstains where its weakest decision was close: finding low-margin, for review. */
export function unsure(candidate: Candidate, threshold: number): Finding[] {
  const { minMargin } = candidate.figures;
  if (!(minMargin < threshold)) return [];
  const weakest = candidate.objects.toSorted((a, b) => a.minMargin - b.minMargin)[0];
  const inObject = weakest && weakest.minMargin <= minMargin;
  const field = inObject ? weakest.provenance.toSorted((a, b) => a.margin - b.margin)[0] : undefined;
  return [{
    rule: 'low-margin', severity: 'review', object: inObject ? objectName(weakest.object) : '', path: field && field.margin <= minMargin ? field.path : '',
    message: `the model's closest decision had a margin of ${minMargin.toFixed(2)} nats, below the ${threshold.toFixed(2)} that calibration asks for`,
    fix: 'Review what it wrote with `kubesynth explain`, or add an example of this case to the playbook and train.',
  }];
}

/** Name of an intent in messages: `namespace/name`, and where it stands. */
export const intentName = ({ intent }: Outcome): string => `${intent.metadata.namespace ?? 'default'}/${intent.metadata.name} (${originOf(intent, []).object})`;
