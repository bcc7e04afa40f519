/** `kubesynth import`: existing manifests to intents, and a report of what became of every decision in them. */
import { Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode } from '../diagnostic.ts';
import { noFigures } from '../import/figures.ts';
import { importManifests } from '../import/import.ts';
import type { Imported } from '../import/import.ts';
import { readManifests } from '../import/read.ts';
import { intentText } from '../import/text.ts';
import type { Run } from './commands.ts';
import { readInputs } from './inputs.ts';
import { writeIntents } from './intent-files.ts';
import { readArguments, where } from './options.ts';
import type { Options } from './options.ts';
import { asJson, findingJson, printFindings, toStderr, toStdout } from './output.ts';
import { writeReport } from './report.ts';
import { withSetting } from './setting.ts';

/** Of a replaced chart at most this share of the decisions is said by overrides. */
const mostByOverride = 0.1;

export const run: Run = async args => {
  const { options } = readArguments('import', args, ['file', 'output', 'output-dir', ...where, 'report', 'model', 'guardrails']);
  try { return await importFiles(options); } catch (error) {
    // A report of an earlier run must not be taken for this one's.
    if (error instanceof Refusal && options.report !== undefined && !error.findings.some(f => f.rule === 'output-unwritable')) writeReport(options.report, [reportOf(nothing, 0, [])]);
    throw error;
  }
};

const nothing: Imported = { intents: [], outOfScope: [], figures: noFigures(), findings: [], trips: [] };

async function importFiles(options: Options): Promise<ExitCode> {
  const { objects, lines } = readManifests(await readInputs(options.file));
  const imported = await withSetting(options, setting => importManifests(objects, setting));
  const texts = imported.intents.map(intentText);
  printFindings(imported.findings);
  if (options.report !== undefined) writeReport(options.report, [reportOf(imported, lines, texts)]);
  const lost = imported.findings.some(f => f.severity === 'review');
  const dir = options['output-dir'];
  if (dir !== undefined) writeIntents(dir, imported.intents);
  else if (options.output === 'json') toStdout(asJson(lost ? { verdict: 'review', findings: imported.findings.filter(f => f.severity === 'review').map(findingJson) } : { apiVersion: 'v1', kind: 'List', items: imported.intents }));
  else if (!lost) toStdout(texts.join('---\n'));
  const { leaves: l } = imported.figures;
  toStderr(`${imported.intents.length} intents from ${objects.length} objects; of ${l.total} decisions ${l.inferred} inferred, ${l.copied} copied, ${l.override} by overrides, ${l.lost} lost\n`);
  return lost ? Exit.needsReview : Exit.accepted;
}

export function reportOf({ intents, outOfScope, figures, findings }: Imported, rendered: number, texts: readonly string[]): Record<string, unknown> {
  const { leaves, differences } = figures;
  const intent = texts.reduce((n, text) => n + text.split('\n').filter(line => line.trim() !== '').length, 0);
  return {
    workloads: intents.length, outOfScope: outOfScope.map(o => o.object), leaves, differences, lines: { rendered, intent },
    replaced: intents.length > 0 && leaves.lost === 0 && differences.changed === 0 && leaves.override <= mostByOverride * leaves.total && !findings.some(f => f.severity === 'review'),
  };
}
