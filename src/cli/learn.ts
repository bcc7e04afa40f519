/** `kubesynth learn`: manifests a team has → lessons → a model that knows the team's conventions, and figures on charts it never saw. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { shippedModel } from '../candidate/model.ts';
import { badInput, Exit } from '../diagnostic.ts';
import { heldOut, readCharts } from '../learn/charts.ts';
import { conventionsOf, customsOf, labelled, patternsOf, slotsIn } from '../learn/customs.ts';
import { fresh } from '../learn/fresh.ts';
import { conventionsSpec, drawn, taughtManifest, teach } from '../learn/lessons.ts';
import { askings, byModel, byNearest, measure } from '../learn/measure.ts';
import type { Asking } from '../learn/measure.ts';
import { reportJson, reportText } from '../learn/report.ts';
import type { LearnReport } from '../learn/report.ts';
import { triplesOf, workloadsOf } from '../learn/triples.ts';
import type { Triple, Workload } from '../learn/triples.ts';
import { assembleModel } from '../playbook/assemble.ts';
import { buildTokenizer, FOCUSED, REFUSED, writeCorpus } from '../playbook/corpus.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { prepareDefaults } from '../playbook/prepare.ts';
import { seeded } from '../playbook/sample.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import type { Run } from './commands.ts';
import { outputFormat, parseStrictly, positive, usageError } from './options.ts';
import { asJson, printFindings, toStderr, toStdout } from './output.ts';
import { place, shippedPlaybook } from './places.ts';
import { runLogged, trainerPython } from './python.ts';
import { writeReport } from './report.ts';
import { withSetting } from './setting.ts';
import { FINE_TUNING } from './train.ts';

const options = {
  'hold-out': { type: 'string' }, team: { type: 'string' }, for: { type: 'string', multiple: true }, report: { type: 'string' }, output: { type: 'string', short: 'o' }, fresh: { type: 'string' },
  start: { type: 'string' }, out: { type: 'string' }, name: { type: 'string' }, work: { type: 'string' }, graphs: { type: 'string' }, seed: { type: 'string' }, threads: { type: 'string' }, resume: { type: 'boolean' },
  snapshot: { type: 'string' }, context: { type: 'string' }, kubeconfig: { type: 'string' }, namespace: { type: 'string', short: 'n' }, guardrails: { type: 'string' }, playbook: { type: 'string' },
} as const;

/** Some ten minutes on two calm cores. */
const GRAPHS = 40_000;
/** So many of them are lessons; the others replay what is known. */
const SHARE = 0.4;
const FRESH = 300;
const word = /^[\w][\w.-]*$/;

export const run: Run = async args => {
  const { values, positionals } = parseStrictly('learn', args, options);
  if (positionals.length !== 1) throw usageError(positionals.length ? `unexpected argument ${JSON.stringify(positionals[1])}` : 'learn needs a folder of manifests', 'Run `kubesynth help learn`.');
  const format = outputFormat(values.output), seed = positive('seed', values.seed) ?? prepareDefaults.seed, threads = positive('threads', values.threads);
  const hold = values['hold-out'] === '0' ? 0 : positive('hold-out', values['hold-out']) ?? 0, graphs = values.graphs === '0' ? 0 : positive('graphs', values.graphs) ?? GRAPHS;
  const cases = values.fresh === '0' ? 0 : positive('fresh', values.fresh) ?? FRESH;
  const team = values.team ?? basename(resolve(positionals[0]!)), name = values.name ?? 'learned';
  for (const [option, text] of [['team', team], ['name', name]] as const) if (!word.test(text)) throw usageError(`--${option} ${text} is no name`, 'Use letters, digits, dots and hyphens.');
  const start = values.start ?? shippedModel(), work = join(values.work ?? join('.cache', 'train'), name), prepared = join(work, 'corpus'), trained = join(work, 'run'), out = values.out ?? join('models', name);
  const { learnt, held } = heldOut(readCharts(positionals[0]!), hold, seed);
  mkdirSync(work, { recursive: true });

  const where = { snapshot: values.snapshot, context: values.context, kubeconfig: values.kubeconfig, namespace: values.namespace, guardrails: values.guardrails, model: start };
  const playbook = loadPlaybook(values.playbook ?? shippedPlaybook());
  const report: LearnReport = { team, charts: { learnt: learnt.length, heldOut: held.map(c => c.name) }, lessons: { workloads: 0, rows: 0, customs: 0, accepted: 0 }, heldOut: {}, fresh: {} };
  const unseen: Workload[] = [];

  const ready = await withSetting(where, async setting => {
    const workloads: Workload[] = [], triples: Triple[] = [], random = seeded(seed);
    for (const chart of learnt) workloads.push(...await workloadsOf(chart, setting, printFindings));
    for (const chart of held) unseen.push(...await workloadsOf(chart, setting, printFindings));
    if (!workloads.some(w => w.final.length)) throw badInput('nothing-to-learn', `no workload in ${positionals[0]!} can be learnt from`, 'Give manifests of Deployments, StatefulSets, DaemonSets, Jobs or CronJobs; `kubesynth import` says what becomes of each.', { object: positionals[0]! });
    for (const workload of workloads) triples.push(...await triplesOf(workload, setting, random));
    const { manifest } = setting.model, slots = slotsIn(manifest), conventions = conventionsOf(team, triples, setting.guardrails), customs = customsOf(triples, slots, setting.guardrails);
    toStderr(`${workloads.length} workloads of ${learnt.length} charts under ${triples.length} intents, ${customs.size} customs\n`);
    const labels = triples.map(triple => ({ triple, ...labelled(triple, slots, customs, conventions, setting) }));
    const taught = taughtManifest(manifest, conventionsSpec(workloads), conventions, values.for ?? []);
    report.lessons = { workloads: workloads.length, rows: labels.length, customs: customs.size, accepted: labels.filter(l => l.accepted).length };

    const examples = triples.map(triple => ({ triple, objects: patternsOf(triple, slots, () => true) }));
    for (const asking of unseen.length ? Object.keys(askings) as Asking[] : []) {
      report.heldOut[asking] = {
        before: await measure(unseen, asking, byModel(setting)),
        nearest: await measure(unseen, asking, byNearest(examples, taught, setting, false)), sameImage: await measure(unseen, asking, byNearest(examples, taught, setting, true)),
      };
    }
    if (cases) report.fresh.before = await fresh(setting.model, setting.engine, setting.guardrails, playbook, cases);
    if (!graphs) return undefined;

    rmSync(prepared, { recursive: true, force: true });
    mkdirSync(prepared, { recursive: true });
    const known = buildTokenizer(playbook, seed, undefined, prepareDefaults.heldOutPairs, { pairs: manifest.heldOut }), { lessons, tokenizer } = teach(known, playbook, taught, labels, setting.cluster.snapshot, seed);
    const figures = writeCorpus(join(prepared, 'train'), playbook, tokenizer, graphs, seed + 1, { refused: REFUSED.training, around: FOCUSED, beside: drawn(lessons, SHARE) });
    writeCorpus(join(prepared, 'fresh'), playbook, tokenizer, prepareDefaults.suiteGraphs, seed + 1_000_001);
    writeCorpus(join(prepared, 'lessons'), playbook, tokenizer, prepareDefaults.suiteGraphs, seed + 3_000_001, { beside: drawn(lessons, 1) });
    writeFileSync(join(prepared, 'vocabulary.json'), JSON.stringify(tokenizer.vocabulary.tokens));
    writeFileSync(join(prepared, 'manifest.json'), JSON.stringify({ ...taught, tokens: tokenizer.vocabulary.tokens }));
    toStderr(`${figures.graphs} graphs, ${figures.tokensPerGraph} tokens each, of which ${figures.contextTokens} context; ${tokenizer.vocabulary.size} tokens known\n`);
    return true;
  });

  if (ready) {
    const python = await trainerPython(values.work ?? join('.cache', 'train')), log = join(work, 'train.log');
    toStderr(`training; ${log} says how it goes\n`);
    await runLogged(python, [place('training', 'train.py'), '--corpus', prepared, '--out', trained, '--seed', String(seed), '--graphs', String(graphs), ...(threads === undefined ? [] : ['--threads', String(threads)]),
      '--start', start, ...FINE_TUNING.rates, ...(values.resume && existsSync(join(trained, 'checkpoint.pt')) ? ['--resume'] : [])], log, { PYTHONUNBUFFERED: '1' });
    assembleModel(prepared, trained, out, name);
    report.model = out;
    await withSetting({ ...where, model: out }, async (setting: Setting) => {
      for (const asking of unseen.length ? Object.keys(askings) as Asking[] : []) report.heldOut[asking]!['after'] = await measure(unseen, asking, byModel(setting));
      if (cases) report.fresh.after = await fresh(setting.model, setting.engine, setting.guardrails, playbook, cases);
    });
  }
  if (values.report !== undefined) writeReport(values.report, [reportJson(report)]);
  toStdout(format === 'json' ? asJson(reportJson(report)) : reportText(report));
  if (report.model) toStderr(`the model is in ${out}; its conventions apply ${values.for?.length ? `in ${values.for.join(', ')}` : 'in every namespace'}\n`);
  return Exit.accepted;
};
