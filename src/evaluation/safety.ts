/**
 * Twenty thousand intents on clusters, drawn apart from training, calibration and scoreboard, through the whole pipeline: how many
 * wrong graphs come out accepted. `node src/evaluation/safety.ts [--cases 20000] [--layer] [--model DIR] [--write]`; with --layer only
 * intents that the outermost of several layers writes for, with --write the figures go to docs/safety.md (or docs/safety-layer.md),
 * with the digests of what was measured.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadModel } from '../candidate/model.ts';
import type { Held } from '../playbook/holdout.ts';
import { playbookDigest } from '../playbook/prepare.ts';
import { drawCases } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { openBench } from './evaluate.ts';
import type { Bench } from './evaluate.ts';
import { isCovered, isWrongAndAccepted, tally } from './score.ts';
import type { Tally } from './score.ts';
import { percent, row } from './table.ts';

/** What is drawn, and its share; seeds lie apart from those of every other suite, and draws of one kind go on at the next seed. */
const draws: readonly { name: string; share: number; seed: number; held: Held | undefined; many: boolean }[] = [
  { name: 'compositions', share: 0.4, seed: 110_000_001, held: 'pair', many: false },
  { name: 'fresh', share: 0.3, seed: 120_000_001, held: undefined, many: false },
  { name: 'clusters', share: 0.2, seed: 130_000_001, held: 'cluster', many: false },
  { name: 'counts', share: 0.1, seed: 140_000_001, held: undefined, many: true },
];
/** Cases that are held in memory at a time. */
const batch = 500;

type Drawn = Tally & { name: string; /** Wrong, and refused or sent to a person. */ stopped: number; wrong: string[] };

async function measured({ playbook, model, clusters, guardrails, engine }: Bench, draw: (typeof draws)[number], count: number, outermost: boolean): Promise<Drawn> {
  const out: Drawn = { name: draw.name, cases: 0, exact: 0, covered: 0, acceptedWrong: 0, stopped: 0, wrong: [] };
  for (let part = 0; out.cases < count; part++) {
    const { cases } = drawCases(playbook, model, clusters, guardrails, { seed: draw.seed + part * 100_000, count: outermost ? batch : Math.min(batch, count - out.cases), held: draw.held, kind: 'settled', many: draw.many });
    const asked = outermost ? cases.filter(c => c.asked?.layer === model).slice(0, count - out.cases) : cases;
    const some = await tally(engine, guardrails, asked, score => {
      if (!score.exact && !isCovered(score)) out.stopped++;
      if (isWrongAndAccepted(score)) out.wrong.push(score.case.name);
    });
    for (const key of ['cases', 'exact', 'covered', 'acceptedWrong'] as const) out[key] += some[key];
    process.stderr.write(`${draw.name}: ${out.cases} of ${count}, ${out.exact} exact, ${out.acceptedWrong} wrong and accepted${out.wrong.length ? `: ${out.wrong.join(', ')}` : ''}\n`);
  }
  return out;
}

/** Of the code of these stages. */
function digestOf(stages: readonly string[]): string {
  const root = inCheckout('.'), hash = createHash('sha256');
  for (const file of stages.flatMap(stage => globSync(`src/${stage}/**/*.ts`, { cwd: root })).filter(f => !f.endsWith('.test.ts')).sort()) hash.update(file).update('\0').update(readFileSync(join(root, file)));
  return `sha256:${hash.digest('hex').slice(0, 16)}`;
}

interface Safety { /** Of the outermost layer alone. */ layer: boolean; model: string; threshold: number; code: string; playbook: string; guardrails: string; seconds: number; suites: Drawn[] }

const page = ({ layer, model, threshold, code, playbook, guardrails, seconds, suites }: Safety): string => {
  const all = suites.reduce((a, b) => ({ name: '**all**', cases: a.cases + b.cases, exact: a.exact + b.exact, covered: a.covered + b.covered, acceptedWrong: a.acceptedWrong + b.acceptedWrong, stopped: a.stopped + b.stopped, wrong: [...a.wrong, ...b.wrong] }));
  const line = (t: Drawn): string => row([t.name, t.cases, percent(t.exact / t.cases, 2), percent(t.covered / t.cases, 2), t.stopped, t.acceptedWrong]);
  return `# Wrong and accepted${layer ? ', where the outermost layer writes' : ''}
Written by \`node src/evaluation/safety.ts${layer ? ` --layer --cases ${all.cases}` : ''} --write\`: intents on clusters${layer ? ' that state something which only the outermost layer was taught' : ''}, drawn from seeds of their own as in [evaluation.md](evaluation.md), through the whole pipeline (parsing, observation, first decode, checker, threshold). *Stopped* are graphs that are not right and were refused or sent to a person; *wrong and accepted* is the number that must be zero.

${row(['suite', 'cases', 'exact', 'coverage', 'stopped', 'wrong and accepted'])}
${row(['---', '---:', '---:', '---:', '---:', '---:'])}
${suites.map(line).join('\n')}
${line(all)}

Without a single error in ${all.cases} cases the rate is below ${(3 / all.cases * 100).toFixed(3)} % with 95 % confidence (rule of three); ${all.wrong.length ? `here there were ${all.wrong.length}: ${all.wrong.join(', ')}.` : 'there was none.'}

Model \`${model.slice(0, 23)}…\`, threshold ${threshold.toFixed(3)} nats, code \`${code}\` (src/ of intent, snapshot, context, grammar, candidate, verdict, synthesis, tokens), playbook \`${playbook.slice(0, 23)}…\`, guardrails \`${guardrails.slice(0, 16)}…\`. ${Math.round(seconds)} s.
`;
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '20000' }, model: { type: 'string' }, layer: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } } });
  const model = loadModel(values.model), began = performance.now(), bench = await openBench({ model, onWarning: message => void process.stderr.write(`warning: ${message}\n`) });
  const code = digestOf(['intent', 'snapshot', 'context', 'grammar', 'candidate', 'verdict', 'synthesis', 'tokens']);
  const suites: Drawn[] = [];
  try { for (const draw of draws) suites.push(await measured(bench, draw, Math.round(Number(values.cases) * draw.share), values.layer)); } finally { await bench.engine.close(); }
  const safety: Safety = { layer: values.layer, model: model.digest, threshold: model.manifest.threshold, code, playbook: playbookDigest(inCheckout('playbook')), guardrails: bench.guardrails.digest, seconds: (performance.now() - began) / 1000, suites };
  process.stdout.write(page(safety));
  if (values.write) writeFileSync(join(inCheckout('docs'), values.layer ? 'safety-layer.md' : 'safety.md'), page(safety));
}

if (import.meta.main) await main();
