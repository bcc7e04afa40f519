/**
 * What each part is worth: the shipped model without the live grammar, without any, without the checker; and models trained
 * otherwise. Writes docs/ablations.md.
 *
 *   node src/evaluation/ablations.ts [--limit N] [--model LABEL=FOLDER]… [--later LABEL=FOLDER]…
 *
 * `--model` measures another model on the same cases, `--later` on those of clusters from Kubernetes 1.30 on. A model whose
 * manifest lists fewer features is shown only these.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Grammars } from '../candidate/decode.ts';
import { layersOf } from '../candidate/layers.ts';
import { loadModel } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import type { Stepper } from '../candidate/row.ts';
import { buildContext } from '../context/context.ts';
import { depthOf, END } from '../tokens/serialize.ts';
import { checkSchema } from '../verdict/schema.ts';
import type { Case } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { openBench } from './evaluate.ts';
import type { Bench } from './evaluate.ts';
import { answerOf, isWrongAndAccepted, scoreOf } from './score.ts';
import { suites } from './suites.ts';
import { percent, row } from './table.ts';

/** Any token at any place; a body ends where its brackets close. */
const anything: Stepper<{ depth: number; ended: boolean }> = {
  start: { depth: 0, ended: false }, done: s => s.ended,
  step: (s, raw) => (s.ended ? undefined : { depth: s.depth + depthOf(raw), ended: raw === END || s.depth + depthOf(raw) <= 0 }),
};
const anyPlan: Stepper<boolean> = { start: false, done: ended => ended, step: (ended, raw) => (ended || !/^[+!<]/.test(raw) ? undefined : raw === END) };
const NO_GRAMMAR: Grammars = { plan: () => anyPlan, object: () => anything };

interface Figures { cases: number; exact: number; wrong: number; accepted: number; uninstallable: number }
const asks = ['compositions', 'clusters', 'golden'] as const;
type Asked = typeof asks[number];

/** @param by how the model is asked: under the live grammar, that of all shipped clusters together, or none */
async function measure(bench: Bench, cases: readonly Case[], by: 'live' | 'union' | 'none'): Promise<Figures> {
  const { model, guardrails } = bench, figures: Figures = { cases: cases.length, exact: 0, wrong: 0, accepted: 0, uninstallable: 0 };
  for (const one of cases) {
    // What another model is asked is in its own words.
    const own: Case = one.asked && !layersOf(model).includes(one.asked.layer) ? { ...one, asked: { ...one.asked, context: buildContext(model.manifest, one.asked.intent, one.snapshot), layer: model } } : one;
    const score = scoreOf(await answered(own, by, bench), own, guardrails), { graph } = score.answer;
    if (score.exact) figures.exact++;
    if (Array.isArray(graph) && !score.exact) figures.wrong++;
    if (isWrongAndAccepted(score)) figures.accepted++;
    if (Array.isArray(graph) && checkSchema(graph, own.snapshot).findings.length) figures.uninstallable++;
  }
  return figures;
}

async function answered(one: Case, by: 'live' | 'union' | 'none', { engine, union }: Bench): ReturnType<typeof answerOf> {
  if (by !== 'none') return answerOf(engine, one, by === 'union' ? union : one.snapshot);
  // What cannot even be read as an object is no graph.
  try { return await answerOf(engine, one, union, { grammars: NO_GRAMMAR }); } catch { return { graph: 'abstained', margin: 0 }; }
}

const parameters = (model: Model): string => {
  const given = model.manifest.training['parameters'];
  return typeof given === 'number' ? `${(given / 1e6).toFixed(1)} M` : '';
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { limit: { type: 'string', default: '500' }, model: { type: 'string', multiple: true, default: [] }, later: { type: 'string', multiple: true, default: [] } } });
  const rows: string[] = [], limit = Number(values.limit), shipped = loadModel();
  // All are asked the same: what the shipped model's manifest knows of.
  const cases = new Map<Asked, Case[]>();
  const run = async (label: string, model: Model, by: 'live' | 'union' | 'none', later = false): Promise<void> => {
    const bench = await openBench({ model });
    try {
      const cells: string[] = [];
      for (const name of asks) {
        if (!cases.has(name)) cases.set(name, suites.find(s => s.name === name)!.cases({ ...bench, model: shipped }, limit));
        const f = await measure(bench, cases.get(name)!.filter(c => !later || c.asked?.context.tokens.includes('?k8s>=1.30=yes') === true), by);
        process.stderr.write(`${label}: ${name} ${JSON.stringify(f)}\n`);
        cells.push(percent(f.exact / f.cases), `${f.wrong} / ${f.accepted}`, percent(f.uninstallable / f.cases));
      }
      rows.push(row([label, parameters(model), ...cells]));
    } finally { await bench.engine.close(); }
  };
  const named = (text: string): [string, Model] => { const at = text.indexOf('='); return [text.slice(0, at), loadModel(text.slice(at + 1))]; };
  await run('shipped', shipped, 'live');
  await run('grammar of all clusters together', shipped, 'union');
  await run('no grammar', shipped, 'none');
  for (const given of values.model) await run(...named(given), 'live');
  if (values.later.length) await run('shipped, clusters from 1.30 on', shipped, 'live', true);
  for (const [label, model] of values.later.map(named)) {
    await run(label, model, 'live', true);
    await run(`${label}, grammar of all clusters together`, model, 'union', true);
  }
  const header = (name: Asked): string[] => [`${name}: exact`, 'wrong written / accepted', 'not installable'];
  writeFileSync(join(inCheckout('docs'), 'ablations.md'), `# What each part is worth
Model \`${shipped.manifest.name}\`, the first ${limit} cases of each suite, first decode. Written by \`node src/evaluation/ablations.ts\`; the suites are in [evaluation.md](evaluation.md). *Wrong written* are graphs other than the expected one, which is what a user would get without the checker; *accepted* those of them that the checker and the threshold let pass. *Not installable*: the cluster of the case does not serve what was written.

${row(['what', 'parameters', ...asks.flatMap(header)])}
${row(['---', '---:', ...asks.flatMap(() => ['---:', '---:', '---:'])])}
${rows.join('\n')}
`);
}

if (import.meta.main) await main();
