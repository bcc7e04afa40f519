/**
 * What a keyword cost that was taught to a trained model by further examples: the model before and after on the platform's own
 * suites, and the model after on what is new.
 * `node src/evaluation/teach.ts --model models/trained --playbook .cache/train/trained/playbook --guardrails DIR [--before DIR]
 * [--cases N] [--write]`: the playbook as `kubesynth train --add` joined it; --write renews docs/teaching.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LlamaEngine } from '../candidate/engine.ts';
import { layersOf } from '../candidate/layers.ts';
import { loadModel, shippedModel } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import { holdsPair, newTo } from '../playbook/holdout.ts';
import type { Held, Pair } from '../playbook/holdout.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { loadGuardrails } from '../verdict/load.ts';
import { askedOf, drawKept, goldenCases } from './cases.ts';
import type { Case } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { Clusters } from './cluster.ts';
import { MemoEngine } from './memo.ts';
import { tally } from './score.ts';
import type { Tally } from './score.ts';
import { percent, row } from './table.ts';

type Cases = { name: string; cases: Case[] };
interface Platform { model: Model; playbook: ReturnType<typeof loadPlaybook>; guardrails: ReturnType<typeof loadGuardrails> }

const seeds = { compositions: 41_000_001, fresh: 51_000_001, clusters: 91_000_001, taught: 151_000_001, combined: 161_000_001 };
const clusters = new Clusters();

/** Drawn until there are so many that `keep` takes. @param pairs what counts as held out */
const draw = ({ model, playbook, guardrails }: Platform, seed: number, count: number, held: Held | undefined, pairs: readonly Pair[], keep: (one: Case) => boolean): Case[] =>
  drawKept(playbook, { ...model, manifest: { ...model.manifest, heldOut: [...pairs] } }, clusters, guardrails, { seed, count, batch: 50, step: 10_000, held, kind: 'settled' }, keep);

async function score({ model, guardrails }: Platform, suites: readonly Cases[]): Promise<Map<string, Tally>> {
  const engine = new MemoEngine(await LlamaEngine.load(model)), out = new Map<string, Tally>(), { name: who } = model.manifest;
  try {
    for (const { name, cases } of suites) {
      const found = await tally(engine, guardrails, cases, s => { if (!s.exact) process.stderr.write(`${who}, ${name}: ${s.case.name} is not exact (margin ${s.answer.margin.toFixed(2)})\n`); });
      out.set(name, found);
      process.stderr.write(`${who}, ${name}: ${found.exact} of ${found.cases} exact, ${found.acceptedWrong} wrong and accepted\n`);
    }
  } finally { await engine.close(); }
  return out;
}

/** The platform's own suites. */
const usual = (platform: Platform, count: number): Cases[] => [
  { name: 'golden', cases: goldenCases(platform.model) },
  ...([['compositions', 'pair'], ['fresh', undefined], ['clusters', 'cluster']] as const).map(([name, held]) => ({ name, cases: draw(platform, seeds[name], count, held, platform.model.manifest.heldOut, () => true) })),
];
/** The same intents on the same clusters, put to another model. */
const again = (suites: readonly Cases[], model: Model): Cases[] =>
  suites.map(({ name, cases }) => ({ name, cases: cases.map(one => (one.asked ? { ...one, asked: askedOf(model, one.asked.written, one.snapshot) } : one)) }));

const { values } = parseArgs({ options: { model: { type: 'string' }, before: { type: 'string' }, playbook: { type: 'string' }, guardrails: { type: 'string' }, cases: { type: 'string', default: '500' }, write: { type: 'boolean', default: false } } });
const count = Number(values.cases), before = loadModel(values.before ?? shippedModel()), after = loadModel(values.model);
const fresh = newTo(new Set(layersOf(before).flatMap(layer => layer.manifest.tokens))), old = before.manifest.heldOut, further = after.manifest.heldOut.filter(pair => !old.some(o => o.join() === pair.join()));
const isNew = ({ asked }: Case): boolean => asked!.context.tokens.some(fresh);
const shipped: Platform = { model: before, playbook: loadPlaybook(inCheckout('playbook')), guardrails: loadGuardrails(inCheckout('guardrails')) };
const taught: Platform = { model: after, playbook: loadPlaybook(values.playbook ?? inCheckout('playbook')), guardrails: loadGuardrails(values.guardrails ?? inCheckout('guardrails')) };

const asBefore = usual(shipped, count), was = await score(shipped, asBefore);
const is = await score(taught, [
  ...again(asBefore, after),
  { name: 'new keyword', cases: draw(taught, seeds.taught, count, undefined, after.manifest.heldOut, isNew) },
  ...(further.length ? [{ name: 'new keyword, combinations held out', cases: draw(taught, seeds.combined, count, 'pair', further, one => isNew(one) && holdsPair(one.asked!.context.tokens, further)) }] : []),
]);
const said = (f: Tally | undefined): (string | number)[] => (f ? [percent(f.exact / f.cases, 2), percent(f.covered / f.cases, 2), f.acceptedWrong] : ['', '', '']);
const training = after.manifest.training as { graphs?: number; seconds?: number }, cores = /model name\s*:\s*(.*)/.exec((() => { try { return readFileSync('/proc/cpuinfo', 'utf8'); } catch { return ''; } })())?.[1] ?? 'this machine';
const table = `${row(['suite', 'cases', 'exact before', 'coverage', 'wrong and accepted', 'exact after', 'coverage', 'wrong and accepted'])}
${row(['---', ...Array.from({ length: 7 }, () => '---:')])}
${[...is].map(([name, f]) => row([name, f.cases, ...said(was.get(name)), ...said(f)])).join('\n')}

Before: \`${before.digest.slice(0, 19)}…\`; after: \`${after.digest.slice(0, 19)}…\`, ${training.graphs ?? '?'} graphs in ${Math.round(training.seconds ?? 0)} s on ${cores}. Held out with the new keyword: ${further.map(pair => pair.map(t => `\`${t}\``).join(' with ')).join('; ') || 'nothing'}.
`;
process.stdout.write(table);
if (values.write) {
  const file = inCheckout(join('docs', 'teaching.md')), text = readFileSync(file, 'utf8'), mark = '<!-- figures -->\n';
  writeFileSync(file, `${text.slice(0, text.indexOf(mark) + mark.length)}${table}`);
}
