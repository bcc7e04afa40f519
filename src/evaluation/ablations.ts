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
import { loadModel } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import type { Stepper } from '../candidate/row.ts';
import { buildContext } from '../context/context.ts';
import { depthOf, END } from '../tokens/serialize.ts';
import { checkSchema } from '../verdict/schema.ts';
import { verify } from '../verdict/verify.ts';
import type { Case } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { openBench } from './evaluate.ts';
import type { Bench } from './evaluate.ts';
import { answerOf, isExact } from './score.ts';
import { suites } from './suites.ts';

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
  const { model, engine, guardrails } = bench, figures: Figures = { cases: cases.length, exact: 0, wrong: 0, accepted: 0, uninstallable: 0 };
  for (const one of cases) {
    const own: Case = one.asked ? { ...one, asked: { intent: one.asked.intent, context: buildContext(model.manifest, one.asked.intent, one.snapshot) } } : one;
    const { graph, margin } = await answered(own, by, bench);
    const exact = isExact(graph, own, guardrails);
    if (exact) figures.exact++;
    if (!Array.isArray(graph)) continue;
    if (checkSchema(graph, own.snapshot).findings.length) figures.uninstallable++;
    if (exact) continue;
    figures.wrong++;
    if (margin >= model.manifest.threshold && verify({ graph, intent: own.asked!.intent, snapshot: own.snapshot, guardrails }).verdict === 'accepted') figures.accepted++;
  }
  return figures;
}

async function answered(one: Case, by: 'live' | 'union' | 'none', { model, engine, union }: Bench): ReturnType<typeof answerOf> {
  if (by !== 'none') return answerOf(model, engine, one, by === 'union' ? union : one.snapshot);
  // What cannot even be read as an object is no graph.
  try { return await answerOf(model, engine, one, union, { grammars: NO_GRAMMAR }); } catch { return { graph: 'abstained', margin: 0 }; }
}

const percent = (n: number, of: number): string => `${((100 * n) / of).toFixed(1)} %`;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const parameters = (model: Model): string => {
  const given = model.manifest.training['parameters'];
  return typeof given === 'number' ? `${(given / 1e6).toFixed(1)} M` : '';
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { limit: { type: 'string', default: '500' }, model: { type: 'string', multiple: true, default: [] }, later: { type: 'string', multiple: true, default: [] } } });
  const rows: string[] = [], limit = Number(values.limit), shipped = loadModel();
  const run = async (label: string, model: Model, by: 'live' | 'union' | 'none', later = false): Promise<void> => {
    const bench = await openBench({ model });
    try {
      const drawnFor = { ...bench, model: shipped }, cells: string[] = [];
      for (const name of asks) {
        const cases = suites.find(s => s.name === name)!.cases(drawnFor, limit).filter(c => !later || c.asked?.context.tokens.includes('?k8s>=1.30=yes') === true);
        const f = await measure(bench, cases, by);
        process.stderr.write(`${label}: ${name} ${JSON.stringify(f)}\n`);
        cells.push(percent(f.exact, f.cases), `${f.wrong} / ${f.accepted}`, percent(f.uninstallable, f.cases));
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
  for (const given of values.later) { await run(...named(given), 'live', true); await run(`${named(given)[0]}, grammar of all clusters together`, named(given)[1], 'union', true); }
  const header = (name: Asked): string[] => [`${name}: exact`, 'wrong written / accepted', 'not installable'];
  writeFileSync(join(inCheckout('docs'), 'ablations.md'), `# What each part is worth
Model \`${shipped.manifest.name}\`, the first ${limit} cases of each suite, first decode. Written by \`node src/evaluation/ablations.ts\`; the suites are in [evaluation.md](evaluation.md). *Wrong written* are graphs other than the expected one, which is what a user would get without the checker; *accepted* those of them that the checker and the threshold let pass. *Not installable*: the cluster of the case does not serve what was written.

${row(['what', 'parameters', ...asks.flatMap(header)])}
${row(['---', '---:', ...asks.flatMap(() => ['---:', '---:', '---:'])])}
${rows.join('\n')}
`);
}

if (import.meta.main) await main();
