/** `kubesynth import`: existing manifests to intents, and a report of what became of every decision in them. */
import { stringify } from 'yaml';
import { controllerOf, intentOwning, readNamespace } from '../adopt/namespace.ts';
import { badInput, Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode } from '../diagnostic.ts';
import { cleaned, releaseOf } from '../import/clean.ts';
import { noFigures } from '../import/figures.ts';
import { importManifests } from '../import/import.ts';
import type { Imported } from '../import/import.ts';
import { readManifests } from '../import/read.ts';
import type { Manifests } from '../import/read.ts';
import { intentText } from '../import/text.ts';
import { didYouMean } from '../intent/nearest.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Run } from './commands.ts';
import { readInputs } from './inputs.ts';
import { writeIntents } from './intent-files.ts';
import { openApi } from './live.ts';
import { readArguments, usageError, where } from './options.ts';
import type { Options } from './options.ts';
import { asJson, findingJson, printFindings, toStderr, toStdout } from './output.ts';
import { writeReport } from './report.ts';
import { withSetting } from './setting.ts';
import type { Setting } from './synthesise.ts';

/** Of a replaced chart at most this share of the decisions is said by overrides. */
const mostByOverride = 0.1;

export const run: Run = async args => {
  const { options } = readArguments('import', args, ['file', 'live', 'release', 'output', 'output-dir', ...where, 'report', 'model', 'guardrails']);
  try { return await importFiles(options); } catch (error) {
    // A report of an earlier run must not be taken for this one's.
    if (error instanceof Refusal && options.report !== undefined && !error.findings.some(f => f.rule === 'output-unwritable')) writeReport(options.report, [reportOf(nothing, 0, [])]);
    throw error;
  }
};

const nothing: Imported = { intents: [], outOfScope: [], figures: noFigures(), findings: [], trips: [] };

async function importFiles(options: Options): Promise<ExitCode> {
  const fromFiles = !(options.live || options.release !== undefined);
  if (!fromFiles && options.file) throw usageError('manifests are given by -f and asked of a cluster by --live or --release', 'Keep one.');
  if (!fromFiles && options.snapshot !== undefined) throw usageError('--live and --release read a cluster, and --snapshot is given', 'Leave --snapshot out.');
  let { objects, lines } = fromFiles ? readManifests(await readInputs(options.file)) : { objects: [], lines: 0 };
  const imported = await withSetting(options, async setting => {
    if (!fromFiles) ({ objects, lines } = await readLive(options, setting.cluster));
    return importManifests(objects, setting);
  });
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

/** What runs in the namespace, or of one release in it, without what controllers made and what belongs to intents already. */
async function readLive(options: Options, { namespace, snapshot }: Setting['cluster']): Promise<Manifests> {
  const server = openApi(options);
  try {
    const live = await server.asking(() => readNamespace(server.api, namespace, snapshot.kinds)), { release } = options;
    const items = [...live.byKey.values()].filter(o => controllerOf(o) === undefined && intentOwning(o) === undefined && (release === undefined || releaseOf(o) === release));
    const about = `namespace ${namespace}${release === undefined ? '' : `, release ${release}`}`;
    if (!items.length) {
      const others = [...new Set([...live.byKey.values()].flatMap(o => releaseOf(o) ?? []))].sort();
      throw badInput('no-manifests', `${about} holds nothing to import`, release !== undefined && others.length ? `${didYouMean(release, others)}Releases there: ${others.join(', ')}.` : 'Name another namespace with -n.', { object: about });
    }
    return readManifests([{ name: about, text: Buffer.from(stringify({ apiVersion: 'v1', kind: 'List', items: items.map(cleaned) })) }]);
  } finally { server.close(); }
}

export function reportOf({ intents, outOfScope, figures, findings }: Imported, rendered: number, texts: readonly string[]): Record<string, unknown> {
  const { leaves, differences } = figures;
  const intent = texts.reduce((n, text) => n + text.split('\n').filter(line => line.trim() !== '').length, 0);
  return {
    workloads: intents.length, outOfScope: outOfScope.map(o => o.object), leaves, differences, lines: { rendered, intent },
    replaced: intents.length > 0 && leaves.lost === 0 && differences.changed === 0 && leaves.override <= mostByOverride * leaves.total && !findings.some(f => f.severity === 'review'),
  };
}
