/** `kubesynth adopt`: live objects become those of an intent. What that comes to is always said first; only --apply does it. */
import { adoptionsOf } from '../adopt/adopt.ts';
import type { Manner } from '../adopt/adopt.ts';
import { readNamespace } from '../adopt/namespace.ts';
import { take } from '../adopt/take.ts';
import { Exit } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import { intentText } from '../import/text.ts';
import { apiVersion, kind } from '../intent/schema.ts';
import { grantCommand } from '../operator/grants.ts';
import { adoptionReport, adoptionText } from './adopt-text.ts';
import type { Planned } from './adopt-text.ts';
import type { Run } from './commands.ts';
import { readInputs, readIntents, worst } from './inputs.ts';
import { writeIntents } from './intent-files.ts';
import { openApi } from './live.ts';
import type { OpenApi } from './live.ts';
import { readArguments, usageError } from './options.ts';
import type { Options } from './options.ts';
import { asJson, findingJson, printFindings, toStderr, toStdout } from './output.ts';
import { writeReport } from './report.ts';
import { withSetting } from './setting.ts';
import type { Setting } from './synthesise.ts';

export const run: Run = async args => {
  const { options } = readArguments('adopt', args, ['file', 'output', 'output-dir', 'context', 'kubeconfig', 'namespace', 'report', 'model', 'guardrails', 'apply', 'harden', 'hold']);
  if (options.harden && options.hold) throw usageError('--harden and --hold are both given', 'Keep one: either pods become as the platform writes them, or they stay as they are.');
  const read = readIntents(await readInputs(options.file), options.namespace), server = openApi(options);
  printFindings(read.findings);
  try {
    if (read.exit !== Exit.accepted) return said(options, read.exit, [], read.findings);
    return await withSetting(options, async setting => {
      const planned = await server.asking(() => plan(options, read.intents, server, setting)), needed = agentMissing(setting, options.apply === true);
      printFindings([...planned.flatMap(p => p.adoption.findings), ...needed]);
      const findings = [...planned.flatMap(p => p.adoption.findings), ...needed], exit = planned.map(p => exits[p.adoption.verdict]).reduce(worst, needed.some(f => f.severity === 'refused') ? Exit.refused : Exit.accepted);
      const shown = said(options, exit, planned, findings);
      if (exit === Exit.refused || exit === Exit.needsReview) advise(planned, options);
      if (exit !== Exit.accepted || !options.apply) return shown;
      return await server.asking(() => carryOut(planned, server, setting, options));
    });
  } finally { server.close(); }
};

const exits = { accepted: Exit.accepted, review: Exit.needsReview, refused: Exit.refused } as const;

async function plan(options: Options, intents: ReturnType<typeof readIntents>['intents'], { api }: OpenApi, { cluster, ...setting }: Setting): Promise<Planned[]> {
  const manner: Manner = options.harden ? 'hardened' : options.hold ? 'held' : 'same', { snapshot, namespace: usual, snapshotMs } = cluster, out: Planned[] = [];
  for (const [namespace, of] of Map.groupBy(intents, i => i.metadata.namespace ?? usual)) {
    const live = await readNamespace(api, namespace, snapshot.kinds);
    // The server is asked about the completed graph: what is synthesised alone would collide with what is live.
    const adoptions = await adoptionsOf(of, live, api, { ...setting, cluster: { snapshot, namespace, snapshotMs } }, manner);
    out.push(...adoptions.map(adoption => ({ namespace, adoption })));
  }
  return out;
}

/** Who will look after what is adopted. */
function agentMissing({ cluster: { snapshot } }: Setting, apply: boolean): Finding[] {
  if (snapshot.kinds.some(k => k.kind === kind && apiVersion.startsWith(`${k.group}/`))) return [];
  return [{ rule: 'adopt-needs-agent', severity: apply ? 'refused' : 'warning', object: '', path: '', message: `this cluster does not serve ${kind}, which adopted objects belong to`, fix: 'Install the agent first: kubectl apply -f install/install.yaml' }];
}

/** Writes what there is to write for this outcome. */
function said(options: Options, exit: ExitCode, planned: readonly Planned[], findings: readonly Finding[]): ExitCode {
  const text = adoptionText(planned), completed = planned.filter(p => p.adoption.graph.length).map(p => p.adoption.intent);
  if (options.report !== undefined) writeReport(options.report, adoptionReport(planned));
  const dir = options['output-dir'];
  if (dir !== undefined && completed.length) writeIntents(dir, completed);
  if (options.output === undefined) { toStdout(text); return exit; }
  toStderr(text);
  if (exit === Exit.accepted) toStdout(options.output === 'json' ? asJson({ apiVersion: 'v1', kind: 'List', items: completed }) : completed.map(intentText).join('---\n'));
  else if (options.output === 'json') toStdout(asJson({ verdict: exit === Exit.needsReview ? 'review' : 'refused', findings: findings.filter(f => f.severity === 'refused' || f.severity === 'review').map(findingJson) }));
  return exit;
}

/** The ways from a refusal to an adoption. */
function advise(planned: readonly Planned[], { harden, hold }: Options): void {
  if (hold || !planned.some(p => p.adoption.verdict !== 'accepted' && p.adoption.graph.length)) return;
  toStderr(`nothing was changed. What is live is not what the checker accepts. ${harden ? 'Do what the findings ask, in the intent' : 'Either do what the findings ask, in the intent, and adopt with --harden, which restarts the pods named'}; or adopt with --hold: everything is taken over as it is, and stays so until you let it go.\n`);
}

async function carryOut(planned: readonly Planned[], { api }: OpenApi, { cluster, model, guardrails }: Setting, options: Options): Promise<ExitCode> {
  let exit: ExitCode = Exit.accepted;
  for (const { namespace, adoption } of planned) {
    const { findings, written, revision } = await take(api, adoption, { kinds: cluster.snapshot.kinds, namespace, held: options.hold === true, model: model.digest, guardrails: guardrails.digest });
    printFindings(findings);
    if (findings.length) { toStderr(`${namespace}/${adoption.intent.metadata.name}: not, or not wholly, adopted; what was begun waits, suspended, until it is adopted again\n`); exit = worst(exit, Exit.refused); continue; }
    toStderr(`${namespace}/${adoption.intent.metadata.name}: adopted, ${written} objects written${revision === undefined ? '' : `, held as revision ${revision}`}\n`);
  }
  for (const namespace of new Set(planned.map(p => p.namespace))) toStderr(`the agent writes in ${namespace} as its synthesis account: ${grantCommand(namespace)}\n`);
  return exit;
}
