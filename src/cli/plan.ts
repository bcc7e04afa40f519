/** `kubesynth plan`: what applying intents would change, or what a change of the cluster would mean to them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Exit, Refusal, badInput } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import { judgeBy, recreatesBy } from '../drift/classify.ts';
import { loadDriftRules } from '../drift/rules.ts';
import { kind as intentKind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import { intentOf } from '../operator/decide.ts';
import { against, consequence } from '../plan/consequence.ts';
import { againstCluster } from '../plan/live.ts';
import { againstSnapshot } from '../plan/offline.ts';
import { moves } from '../plan/types.ts';
import { afterAll, parseWhatIf } from '../plan/what-if.ts';
import type { Sources, WhatIf } from '../plan/what-if.ts';
import { loadSnapshot, shippedSnapshots } from '../snapshot/file.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Run } from './commands.ts';
import { readInputs, readIntents, worst } from './inputs.ts';
import type { Intents } from './inputs.ts';
import { openServer } from './live.ts';
import type { OpenServer } from './live.ts';
import { readArguments, usageError, where } from './options.ts';
import type { Options } from './options.ts';
import { printFindings, toStderr, toStdout } from './output.ts';
import { shippedGuardrails } from './places.ts';
import { asText, formatted } from './plan-text.ts';
import type { IntentPlan, Report } from './plan-text.ts';
import { withSetting } from './setting.ts';
import { isServerCheck, synthesise } from './synthesise.ts';
import type { Outcome, Setting } from './synthesise.ts';

const sources: Sources = {
  read(file) {
    try { return readFileSync(file); } catch (cause) {
      throw badInput('input-unreadable', `${file} cannot be read: ${(cause as Error).message}`, 'Check the path and its rights.', { object: file }, cause);
    }
  },
  shipped: () => shippedSnapshots().map(name => ({ name, snapshot: loadSnapshot(name) })),
};

export const run: Run = async args => {
  const { options } = readArguments('plan', args, ['file', 'output', ...where, 'model', 'guardrails', 'environment', 'what-if']);
  const changes = (options['what-if'] ?? []).map(text => parseWhatIf(text, sources));
  if (!options.file && !changes.length) throw usageError('no input is given', 'Give -f FILE, -f FOLDER or -f - for stdin, or ask about every intent of the cluster by --what-if.');
  const read = options.file && readIntents(await readInputs(options.file), options.namespace);
  const report: Report = { exit: read?.exit ?? Exit.accepted, findings: [...(read?.findings ?? [])], intents: [] };
  printFindings(report.findings);
  if (read?.intents.length !== 0) {
    await withSetting(options, setting => (changes.length ? whatIf(options, setting, read, changes, report) : asItStands(options, setting, read!.intents, report)));
  }
  for (const { findings, exit } of report.intents) {
    report.exit = worst(report.exit, exit);
    if (exit > Exit.changes) report.findings.push(...findings);
  }
  toStdout(options.output === undefined ? asText(report) : formatted(report, options.output));
  return report.exit;
};

/** Against the objects that are there. */
async function asItStands(options: Options, setting: Setting, intents: readonly Intent[], report: Report): Promise<void> {
  const { snapshot, namespace } = setting.cluster, server = options.snapshot === undefined ? openServer(options) : undefined;
  const drift = loadDriftRules(join(options.guardrails ?? shippedGuardrails(), 'drift.yaml')), rules = { judge: judgeBy(drift), recreate: recreatesBy(drift) };
  try {
    for (const intent of intents) {
      const outcome = await synthesise(intent, offline(setting, snapshot)), name = nameOf(outcome), place = outcome.intent.metadata.namespace ?? namespace;
      printFindings(outcome.findings);
      const plan: IntentPlan = { intent: name, verdict: 'refused', objects: [], findings: against(outcome), unchecked: outcome.unchecked, exit: outcome.exit };
      if (outcome.exit === Exit.accepted) Object.assign(plan, await ofGraph(outcome, { name: intent.metadata.name, namespace: place }, snapshot, server, rules));
      report.intents.push({ ...plan, verdict: verdictOf(plan.exit) });
      for (const text of outcome.degraded) toStderr(`degraded: ${text}\n`);
    }
  } finally { server?.close(); }
}

async function ofGraph(outcome: Outcome, intent: { name: string; namespace: string }, snapshot: Snapshot, server: OpenServer | undefined, rules: Parameters<typeof againstCluster>[4]): Promise<Partial<IntentPlan>> {
  if (!server) {
    const objects = againstSnapshot(outcome.graph, snapshot, intent);
    return { objects, exit: objects.some(moves) ? Exit.changes : Exit.accepted };
  }
  const { objects, findings, unasked } = await server.asking(async () => againstCluster(server, outcome.graph, snapshot, await server.standing(intent, snapshot), rules));
  printFindings(findings);
  const unchecked = unasked.length ? outcome.unchecked : outcome.unchecked.filter(name => !isServerCheck(name));
  return { objects, findings, unchecked, exit: findings.length ? Exit.refused : objects.some(moves) ? Exit.changes : Exit.accepted };
}

/** Against the cluster as it would be. */
async function whatIf(options: Options, setting: Setting, read: Intents | undefined, changes: readonly WhatIf[], report: Report): Promise<void> {
  const { snapshot } = setting.cluster, then = afterAll(snapshot, changes);
  report.whatIf = changes.map(change => change.text);
  const intents = read ?? intentsOf(snapshot, options.namespace);
  if (!read) { report.exit = worst(report.exit, intents.exit); report.findings.push(...intents.findings); printFindings(intents.findings); }
  for (const intent of intents.intents) {
    const before = await synthesise(intent, offline(setting, snapshot)), after = await synthesise(intent, offline(setting, then)), found = consequence(before, after, then);
    const exit: ExitCode = found.result === 'impossible' ? before.exit : found.result === 'unchanged' ? Exit.accepted : Exit.changes;
    const { result: verdict, ...rest } = found;
    report.intents.push({ intent: nameOf(before), verdict, ...rest, findings: exit > Exit.changes ? found.now.findings : [], unchecked: after.unchecked, exit });
    if (exit > Exit.changes) printFindings(found.now.findings);
  }
}

/** The same opinion for both clusters, of which only one has a server to ask. */
const offline = (setting: Setting, snapshot: Snapshot): Setting => ({ ...setting, cluster: { snapshot, namespace: setting.cluster.namespace, snapshotMs: setting.cluster.snapshotMs } });

const nameOf = ({ intent }: Outcome): string => `${intent.metadata.namespace ?? 'default'}/${intent.metadata.name}`;
const verdictOf = (exit: ExitCode): IntentPlan['verdict'] => (exit === Exit.accepted ? 'unchanged' : exit === Exit.changes ? 'changed' : exit === Exit.needsReview ? 'review' : 'refused');

/** The intents that the cluster itself holds. */
function intentsOf(snapshot: Snapshot, namespace: string | undefined): Intents {
  const out: Intents = { intents: [], findings: [], exit: Exit.accepted };
  for (const object of snapshot.objects.filter(o => o.kind === intentKind && (namespace === undefined || o.metadata.namespace === namespace))) {
    try { out.intents.push(intentOf(object)); } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      out.findings.push(...error.findings);
      out.exit = worst(out.exit, error.exit);
    }
  }
  const none: Finding = { rule: 'no-intent', severity: 'refused', object: '', path: '', message: `the cluster holds no ${intentKind}${namespace === undefined ? '' : ` in ${namespace}`}`, fix: 'Give intents by -f.' };
  if (!out.intents.length && !out.findings.length) throw new Refusal(Exit.badInput, [none]);
  return out;
}
