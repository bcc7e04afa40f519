/** `kubesynth synth`: intents to manifests. Nothing is written to stdout unless every intent is accepted. */
import { Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import { inDependencyOrder } from '../verdict/order.ts';
import type { Run } from './commands.ts';
import { readInputs, readIntents, worst } from './inputs.ts';
import { readArguments, where } from './options.ts';
import type { Options } from './options.ts';
import { asJson, findingJson, graphText, printFindings, toStderr, toStdout } from './output.ts';
import { reportOf, unreadReport, writeReport } from './report.ts';
import type { Report } from './report.ts';
import { withSetting } from './setting.ts';
import { intentName, synthesise } from './synthesise.ts';
import type { Outcome } from './synthesise.ts';

export const run: Run = async args => {
  const { options } = readArguments('synth', args, ['file', 'output', ...where, 'report', 'model', 'guardrails', 'environment']);
  try { return await synth(options); } catch (error) {
    // A report of an earlier run must not be taken for this one's.
    if (error instanceof Refusal && options.report !== undefined && !error.findings.some(f => f.rule === 'output-unwritable')) writeReport(options.report, [unreadReport(error.findings)]);
    throw error;
  }
};

async function synth(options: Options): Promise<ExitCode> {
  const read = readIntents(await readInputs(options.file), options.namespace);
  const reports: Report[] = read.findings.length ? [unreadReport(read.findings)] : [];
  printFindings(read.findings);
  const outcomes: Outcome[] = [];
  if (read.intents.length) {
    await withSetting(options, async setting => {
      for (const intent of read.intents) {
        const outcome = await synthesise(intent, setting);
        outcomes.push(outcome);
        const several = read.intents.length + reports.length > 1;
        reports.push({ ...(several ? { intent: `${outcome.intent.metadata.namespace ?? 'default'}/${intent.metadata.name}` } : {}), ...reportOf(outcome, setting.model.digest) });
        announce(outcome, several);
      }
    });
  }
  if (options.report !== undefined) writeReport(options.report, reports);
  const exit = outcomes.reduce<ExitCode>((code, o) => worst(code, o.exit), read.exit);
  const findings = [...read.findings, ...outcomes.flatMap(o => o.findings)];
  if (exit === Exit.accepted) toStdout(graphText(inDependencyOrder(outcomes.flatMap(o => o.graph)), options.output));
  else if (options.output === 'json') toStdout(asJson(refusal(exit, findings)));
  return exit;
}

/** What a refusal or a review looks like in JSON: only what speaks against acceptance. */
const refusal = (exit: ExitCode, findings: readonly Finding[]): Record<string, unknown> => ({
  verdict: exit === Exit.needsReview ? 'review' : 'refused',
  findings: findings.filter(f => f.severity === 'refused' || f.severity === 'review').map(findingJson),
});

function announce(outcome: Outcome, several: boolean): void {
  if (several || (process.stderr.isTTY && outcome.exit === Exit.accepted)) {
    const { objects } = outcome.candidate ?? { objects: [] };
    toStderr(`${intentName(outcome)}: ${outcome.verdict}${outcome.exit === Exit.accepted ? `, ${objects.length} objects in ${Math.round(outcome.timings.totalMs)} ms` : ''}\n`);
  }
  printFindings(outcome.findings);
  if (outcome.verdict === 'refused' && outcome.graph.length) toStderr(`note: these findings are about what was written for this intent${outcome.intent.spec.overrides === undefined ? '' : ' and its overrides'}; nothing of it is printed. Where the intent asks for none of it, the model erred: teach it the case in the playbook.\n`);
  for (const text of outcome.degraded) toStderr(`degraded: ${text}\n`);
  if (process.stderr.isTTY && outcome.unchecked.length) toStderr(`not checked: ${outcome.unchecked.join(', ')}\n`);
}
