/**
 * Twenty thousand intents on clusters, drawn apart from training, calibration and scoreboard, through the whole pipeline: how many
 * wrong graphs come out accepted. `node src/evaluation/safety.ts [--cases 20000] [--model DIR] [--write]`; with --write the
 * figures go to docs/safety.md, with the digests of what was measured.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadModel } from '../candidate/model.ts';
import type { Held } from '../playbook/holdout.ts';
import { drawCases } from './cases.ts';
import type { Case } from './cases.ts';
import { inCheckout } from './checkout.ts';
import { openBench } from './evaluate.ts';
import type { Bench } from './evaluate.ts';
import { isCovered, isWrongAndAccepted, scoreCase } from './score.ts';
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

interface Tally { name: string; cases: number; exact: number; covered: number; wrongRefused: number; acceptedWrong: string[] }

async function measured(bench: Bench, draw: (typeof draws)[number], count: number): Promise<Tally> {
  const { playbook, model, clusters, guardrails } = bench, { threshold } = model.manifest;
  const tally: Tally = { name: draw.name, cases: 0, exact: 0, covered: 0, wrongRefused: 0, acceptedWrong: [] };
  for (let part = 0; tally.cases < count; part++) {
    const { cases } = drawCases(playbook, model.manifest, clusters, guardrails, { seed: draw.seed + part * 100_000, count: Math.min(batch, count - tally.cases), held: draw.held, kind: 'settled', many: draw.many });
    for (const one of cases) take(tally, one, await scoreCase(model, bench.engine, guardrails, one), threshold);
    process.stderr.write(`${draw.name}: ${tally.cases} of ${count}, ${tally.exact} exact, ${tally.acceptedWrong.length} wrong and accepted\n`);
  }
  return tally;
}

function take(tally: Tally, one: Case, score: Awaited<ReturnType<typeof scoreCase>>, threshold: number): void {
  const covered = isCovered(score, threshold);
  tally.cases++;
  if (score.exact) tally.exact++; else if (!covered) tally.wrongRefused++;
  if (covered) tally.covered++;
  if (isWrongAndAccepted(score, threshold)) { tally.acceptedWrong.push(one.name); process.stderr.write(`wrong and accepted: ${one.name} (margin ${score.answer.margin.toFixed(3)})\n`); }
}

/** Of everything that decides: the code of the pipeline, the playbook that says what is right, the guardrails. */
function digestOf(patterns: readonly string[]): string {
  const root = inCheckout('.'), hash = createHash('sha256');
  for (const file of patterns.flatMap(pattern => globSync(pattern, { cwd: root })).filter(f => !f.endsWith('.test.ts')).sort()) hash.update(file).update('\0').update(readFileSync(join(root, file)));
  return `sha256:${hash.digest('hex').slice(0, 16)}`;
}

interface Safety { model: string; threshold: number; code: string; playbook: string; guardrails: string; seconds: number; suites: Tally[] }

const page = ({ model, threshold, code, playbook, guardrails, seconds, suites }: Safety): string => {
  const all = suites.reduce((a, b) => ({ ...a, cases: a.cases + b.cases, exact: a.exact + b.exact, covered: a.covered + b.covered, wrongRefused: a.wrongRefused + b.wrongRefused, acceptedWrong: [...a.acceptedWrong, ...b.acceptedWrong] }));
  const line = (t: Tally): string => row([t.name, t.cases, percent(t.exact / t.cases, 2), percent(t.covered / t.cases, 2), t.wrongRefused, t.acceptedWrong.length]);
  return `# Wrong and accepted
Written by \`node src/evaluation/safety.ts --write\`: intents on clusters, drawn from seeds of their own as in [evaluation.md](evaluation.md), through the whole pipeline (parsing, observation, first decode, checker, threshold). *Stopped* are graphs that are not right and were refused or sent to a person; *wrong and accepted* is the number that must be zero.

${row(['suite', 'cases', 'exact', 'coverage', 'stopped', 'wrong and accepted'])}
${row(['---', '---:', '---:', '---:', '---:', '---:'])}
${suites.map(line).join('\n')}
${line({ ...all, name: '**all**' })}

Without a single error in ${all.cases} cases the rate is below ${(3 / all.cases * 100).toFixed(3)} % with 95 % confidence (rule of three); ${all.acceptedWrong.length ? `here there were ${all.acceptedWrong.length}: ${all.acceptedWrong.join(', ')}.` : 'there was none.'}

Model \`${model.slice(0, 23)}…\`, threshold ${threshold.toFixed(3)} nats, code \`${code}\` (src/ of intent, snapshot, context, grammar, candidate, verdict, synthesis, tokens), playbook \`${playbook}\`, guardrails \`${guardrails}\`. ${Math.round(seconds)} s.
`;
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '20000' }, model: { type: 'string' }, write: { type: 'boolean', default: false } } });
  const model = loadModel(values.model), began = performance.now(), bench = await openBench({ model, onWarning: message => void process.stderr.write(`warning: ${message}\n`) });
  const code = digestOf(['intent', 'snapshot', 'context', 'grammar', 'candidate', 'verdict', 'synthesis', 'tokens'].map(stage => `src/${stage}/**/*.ts`));
  const suites: Tally[] = [];
  try { for (const draw of draws) suites.push(await measured(bench, draw, Math.round(Number(values.cases) * draw.share))); } finally { await bench.engine.close(); }
  const safety: Safety = { model: model.digest, threshold: model.manifest.threshold, code, playbook: digestOf(['playbook/**/*.yaml']), guardrails: digestOf(['guardrails/**/*.yaml']), seconds: (performance.now() - began) / 1000, suites };
  process.stdout.write(page(safety));
  if (values.write) writeFileSync(join(inCheckout('docs'), 'safety.md'), page(safety));
}

if (import.meta.main) await main();
