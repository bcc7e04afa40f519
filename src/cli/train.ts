/** `kubesynth train`: playbook → corpus → weights → a model folder. Everything on the way stays in the working folder. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedModel } from '../candidate/model.ts';
import type { Manifest } from '../candidate/model.ts';
import { badInput, Exit } from '../diagnostic.ts';
import { assembleModel } from '../playbook/assemble.ts';
import { furtherThan } from '../playbook/further.ts';
import type { Further } from '../playbook/further.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { playbookDigest, prepare, prepareDefaults } from '../playbook/prepare.ts';
import type { Run } from './commands.ts';
import { ADDED, joinedPlaybook } from './joined.ts';
import { parseStrictly, positive, usageError } from './options.ts';
import { toStderr, toStdout } from './output.ts';
import { place, shippedPlaybook } from './places.ts';
import { runLogged, trainerPython } from './python.ts';

const options = {
  playbook: { type: 'string' }, add: { type: 'string', multiple: true }, out: { type: 'string' }, name: { type: 'string' }, work: { type: 'string' },
  graphs: { type: 'string' }, corpus: { type: 'string' }, seed: { type: 'string' }, start: { type: 'string' }, scratch: { type: 'boolean' }, 'held-out': { type: 'string' }, refused: { type: 'string' }, threads: { type: 'string' }, resume: { type: 'boolean' },
} as const;

/** Going on from trained weights: few graphs, low rates that fall soon. */
export const FINE_TUNING = { graphs: 40_000, rates: ['--muon-lr', '0.002', '--lr', '0.0008', '--decay-from', '0.1', '--select-from', '0.5'] };

/** So much of the weights that further examples are taught to stays in what comes out: what is new is learnt all the same, and less is forgotten. A layer has nothing to remember. */
const KEPT = 0.2;

/** Of the contexts a layer is taught, those that state something new: it writes for no others. The rest keeps it a model that could. */
const NEW = 0.8;

/** Of a layer's plans, the entries that are read as others: what comes next is to follow from what is stated, beside what it never came with, too. */
const NOISE = 0.2;

/** So many graphs of a corpus to one of each suite that is measured at the end of training. */
const PER_SUITE = 32;

/** Of what `prepare` writes; a corpus of another layout is composed anew. The second has what was held out apart, the third items of rare classes, the fourth tokens for all of these. */
const LAYOUT = 4;

/** Weights that are only carried over to another vocabulary see nothing of their corpus; it has to be one all the same. */
const CARRIED = 1000;

export const run: Run = async args => {
  const { values, positionals } = parseStrictly('train', args, options);
  if (positionals.length) throw usageError(`unexpected argument ${JSON.stringify(positionals[0])}`, 'Run `kubesynth help train`.');
  const name = values.name ?? 'trained';
  if (!/^[\w][\w.-]*$/.test(name)) throw usageError(`--name ${name} is no file name`, 'Use letters, digits, dots and hyphens.');
  const work = join(values.work ?? join('.cache', 'train'), name), prepared = join(work, 'corpus'), trained = join(work, 'run');
  mkdirSync(work, { recursive: true });
  // Further examples are taught to the shipped model, beside a replay of what it knows.
  if (values.scratch && values.start !== undefined) throw usageError('--scratch and --start exclude each other', 'Leave one of them out.');
  const start = values.start ?? (values.add?.length && !values.scratch ? shippedModel() : undefined);
  const seed = positive('seed', values.seed) ?? prepareDefaults.seed, carried = start !== undefined && values.graphs === '0';
  const graphs = carried ? 0 : positive('graphs', values.graphs) ?? (start === undefined ? undefined : FINE_TUNING.graphs);
  const corpus = positive('corpus', values.corpus) ?? (carried ? CARRIED : graphs) ?? prepareDefaults.graphs;
  const threads = positive('threads', values.threads), refused = (positive('refused', values.refused) ?? 100 * prepareDefaults.refused) / 100;
  if (start !== undefined && !existsSync(start)) throw badInput('input-unreadable', `there is no checkpoint ${start}`, 'Name the checkpoint.pt of an earlier training, or a model folder.', { object: start });
  const compared = values['held-out'];
  if (start !== undefined && compared !== undefined) throw usageError('--held-out is for training from nothing; what goes on from a model holds out the pairs of that model', 'Leave one of them out.');
  if (compared !== undefined && !existsSync(join(compared, 'model.json'))) throw badInput('input-unreadable', `there is no model folder ${compared}`, 'Name the folder of the model to compare with.', { object: compared });

  const playbook = joinedPlaybook(values.playbook ?? shippedPlaybook(), values.add ?? [], join(work, 'playbook'));
  const from = manifestOf(start), heldOut = (from ?? manifestOf(compared))?.heldOut;
  if (carried && from?.base !== undefined) throw usageError('--graphs 0 carries one set of weights over, and this model has layers', 'Train from nothing, or further examples as a layer upon it.');
  const further = start === undefined || carried ? undefined : furtherOf(playbook, from), layer = further !== undefined && further.mixed === undefined;
  if (further?.examples.length) toStderr(layer ? `${further.examples.length} further examples become a layer: for intents that state nothing new ${from!.name} goes on writing\n` : `${further.examples.length} further examples are taught to all of the weights: ${further.mixed!}\n`);
  const taught = further?.examples.length ? { ...(from ? { known: new Set(from.tokens) } : {}), further: { names: new Set(further.examples.map(e => e.name)), share: layer ? NEW : 0 } } : {};
  const stamp = JSON.stringify({ layout: LAYOUT, playbook: playbookDigest(playbook), seed, corpus, refused, heldOut, upon: further?.examples.length ? from?.weights : undefined, layer }), stampFile = join(work, 'corpus.stamp');
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    toStderr(`composing ${corpus} graphs from ${playbook}\n`);
    rmSync(stampFile, { force: true });
    rmSync(prepared, { recursive: true, force: true });
    const { figures, vocabulary } = prepare(playbook, prepared, { seed, graphs: corpus, suiteGraphs: Math.min(prepareDefaults.suiteGraphs, Math.ceil(corpus / PER_SUITE)), refused, ...(heldOut ? { heldOut } : {}), ...taught });
    toStderr(`${figures.graphs} graphs, ${figures.tokensPerGraph} tokens each, of which ${figures.contextTokens} context; ${vocabulary} tokens known\n`);
    writeFileSync(stampFile, stamp);
  }
  const python = await trainerPython(values.work ?? join('.cache', 'train'));
  const log = join(work, 'train.log');
  toStderr(`training; ${log} says how it goes\n`);
  await runLogged(python, [
    place('training', 'train.py'), '--corpus', prepared, '--out', trained, '--seed', String(seed),
    ...(graphs === undefined ? [] : ['--graphs', String(graphs)]), ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(start === undefined ? [] : ['--start', start, ...FINE_TUNING.rates, ...(layer ? ['--noise', String(NOISE)] : carried ? [] : ['--keep', String(KEPT)])]), ...(values.resume ? ['--resume'] : []),
  ], log, { PYTHONUNBUFFERED: '1' });
  const out = values.out ?? join('models', name), manifest = assembleModel(prepared, trained, out, name, layer ? start : undefined);
  toStderr(`model sha256:${manifest.weights}; measure it with \`kubesynth eval --model ${out}\`\n`);
  toStdout(`${out}\n`);
  return Exit.accepted;
};

/** A checkpoint does not say what it was taught: there, what is added is further. */
const furtherOf = (playbook: string, from: Manifest | undefined): Further => {
  const loaded = loadPlaybook(playbook);
  return from ? furtherThan(playbook, loaded, from) : { examples: loaded.examples.filter(e => e.file.startsWith(ADDED)), mixed: 'a checkpoint does not say what it was taught' };
};

/** Of the model to start from: what it knows, and pairs that it has never seen together; undefined for a checkpoint, which does not say. */
const manifestOf = (start: string | undefined): Manifest | undefined =>
  start !== undefined && statSync(start).isDirectory() ? JSON.parse(readFileSync(join(start, 'model.json'), 'utf8')) as Manifest : undefined;
