/**
 * What there is to learn from: workloads of charts as (intent, facts, graph). Each is there several times, with intents that
 * leave more and more unsaid, and with the patterns that the model so far writes for them.
 */
import type { CandidateObject } from '../candidate/types.ts';
import type { Context } from '../context/context.ts';
import { Refusal } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import type { Group } from '../import/group.ts';
import { importManifests } from '../import/import.ts';
import { readManifests } from '../import/read.ts';
import type { Intent } from '../intent/types.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Random } from '../playbook/sample.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Outcome, Setting } from '../synthesis/synthesise.ts';
import type { Chart } from './charts.ts';
import { partly, terse } from './terse.ts';

/** A workload of a chart, and all that its manifests decide. */
export interface Workload {
  chart: string;
  group: Group;
  /** As imported, without overrides. */
  intent: Intent;
  /** What its manifests say, hardened to the platform's standard. */
  final: readonly KubeObject[];
  /** Decisions in objects beside the graph, which nobody predicts. */
  carried: number;
}

/** A workload under one of its intents. */
export interface Triple {
  workload: Workload;
  /** As written, and as the model sees it. */
  written: Intent;
  intent: Intent;
  context: Context;
  /** What the model so far writes. */
  objects: readonly CandidateObject[];
}

const bare = (intent: Intent): Intent => { const { overrides: _, ...spec } = intent.spec as Intent['spec'] & { overrides?: unknown }; return { ...intent, spec }; };

/** The workloads of a chart; files that cannot be read as manifests are told, and passed over. */
export async function workloadsOf(chart: Chart, setting: Setting, tell: (findings: readonly Finding[]) => void): Promise<Workload[]> {
  const out: Workload[] = [];
  for (const file of chart.files) {
    try {
      const { trips } = await importManifests(readManifests([file]).objects, setting);
      for (const { group, trip } of trips) out.push({ chart: chart.name, group, intent: bare(trip.intent), final: trip.final, carried: trip.carried });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(error.findings);
    }
  }
  return out;
}

/** How many intents between the terse one and the imported one a workload is learnt under. */
const BETWEEN = 2;

export async function triplesOf(workload: Workload, setting: Setting, random: Random): Promise<Triple[]> {
  if (!workload.final.length) return [];
  const seen = new Set<string>(), out: Triple[] = [];
  for (const written of [workload.intent, terse(workload.intent), ...Array.from({ length: BETWEEN }, () => partly(workload.intent, random))]) {
    const text = JSON.stringify(written.spec);
    if (seen.has(text)) continue;
    seen.add(text);
    const made = tripleOf(workload, written, await synthesise(written, setting));
    if (made) out.push(made);
  }
  return out;
}

const tripleOf = (workload: Workload, written: Intent, { intent, context, candidate }: Outcome): Triple | undefined =>
  (context && candidate?.objects.length ? { workload, written, intent, context, objects: candidate.objects } : undefined);
