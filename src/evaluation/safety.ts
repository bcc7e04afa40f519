/**
 * Twenty thousand intents on clusters, drawn apart from training, calibration and scoreboard, through the whole pipeline: how many
 * wrong graphs come out accepted. `node src/evaluation/safety.ts [--cases 20000] [--layer] [--model DIR] [--jobs 1] [--write]`; with --layer
 * only intents that the outermost of several layers writes for, with --jobs the batches are dealt to so many processes, with --write the
 * figures go to docs/safety.md (or docs/safety-layer.md), with the digests of what was measured.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadModel } from '../candidate/model.ts';
import type { Model } from '../candidate/model.ts';
import type { Held } from '../playbook/holdout.ts';
import { playbookDigest } from '../playbook/prepare.ts';
import { loadGuardrails } from '../verdict/load.ts';
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

/** @param share every `of`th batch, from `first` on; of those for the outermost layer it is not known before how many there are, so these are not dealt */
async function measured({ playbook, model, clusters, guardrails, engine }: Bench, draw: (typeof draws)[number], count: number, outermost: boolean, { first, of }: Share): Promise<Drawn> {
  const out: Drawn = { name: draw.name, cases: 0, exact: 0, covered: 0, acceptedWrong: 0, stopped: 0, wrong: [] };
  for (let part = first; outermost ? out.cases < count : part * batch < count; part += of) {
    const { cases } = drawCases(playbook, model, clusters, guardrails, { seed: draw.seed + part * 100_000, count: outermost ? batch : Math.min(batch, count - part * batch), held: draw.held, kind: 'settled', many: draw.many });
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

interface Share { first: number; of: number }

/** The same by so many processes, each with a share of the batches. */
async function dealt(jobs: number, options: readonly string[]): Promise<Drawn[]> {
  const parts = await Promise.all(Array.from({ length: jobs }, (_, i) => new Promise<Drawn[]>((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...options, '--share', `${i}/${jobs}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    child.on('error', reject).on('close', code => (code === 0 ? resolve(JSON.parse(text) as Drawn[]) : reject(new Error(`a process of the measurement ended with ${String(code)}`))));
  })));
  return draws.map(({ name }, i) => parts.map(part => part[i]!).reduce((a, b) => ({ ...sum(a, b), name })));
}

const sum = (a: Drawn, b: Drawn): Drawn => ({ name: a.name, cases: a.cases + b.cases, exact: a.exact + b.exact, covered: a.covered + b.covered, acceptedWrong: a.acceptedWrong + b.acceptedWrong, stopped: a.stopped + b.stopped, wrong: [...a.wrong, ...b.wrong] });

/** Of the code of these stages. */
function digestOf(stages: readonly string[]): string {
  const root = inCheckout('.'), hash = createHash('sha256');
  for (const file of stages.flatMap(stage => globSync(`src/${stage}/**/*.ts`, { cwd: root })).filter(f => !f.endsWith('.test.ts')).sort()) hash.update(file).update('\0').update(readFileSync(join(root, file)));
  return `sha256:${hash.digest('hex').slice(0, 16)}`;
}

interface Safety { /** Of the outermost layer alone. */ layer: boolean; model: string; threshold: number; code: string; playbook: string; guardrails: string; seconds: number; /** Processes. */ jobs: number; suites: Drawn[] }

const page = ({ layer, model, threshold, code, playbook, guardrails, seconds, jobs, suites }: Safety): string => {
  const all: Drawn = { ...suites.reduce(sum), name: '**all**' };
  const line = (t: Drawn): string => row([t.name, t.cases, percent(t.exact / t.cases, 2), percent(t.covered / t.cases, 2), t.stopped, t.acceptedWrong]);
  return `# Wrong and accepted${layer ? ', where the outermost layer writes' : ''}
Written by \`node src/evaluation/safety.ts${layer ? ` --layer --cases ${all.cases}` : ''} --write\`: intents on clusters${layer ? ' that state something which only the outermost layer was taught' : ''}, drawn from seeds of their own as in [evaluation.md](evaluation.md), through the whole pipeline (parsing, observation, first decode, checker, threshold). *Stopped* are graphs that are not right and were refused or sent to a person; *wrong and accepted* is the number that must be zero.

${row(['suite', 'cases', 'exact', 'coverage', 'stopped', 'wrong and accepted'])}
${row(['---', '---:', '---:', '---:', '---:', '---:'])}
${suites.map(line).join('\n')}
${line(all)}

Without a single error in ${all.cases} cases the rate is below ${(3 / all.cases * 100).toFixed(3)} % with 95 % confidence (rule of three); ${all.wrong.length ? `here there were ${all.wrong.length}: ${all.wrong.join(', ')}.` : 'there was none.'}

Model \`${model.slice(0, 23)}…\`, threshold ${threshold.toFixed(3)} nats, code \`${code}\` (src/ of intent, snapshot, context, grammar, candidate, verdict, synthesis, tokens), playbook \`${playbook.slice(0, 23)}…\`, guardrails \`${guardrails.slice(0, 16)}…\`. ${Math.round(seconds)} s${jobs > 1 ? ` in ${jobs} processes` : ''}.
`;
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '20000' }, model: { type: 'string' }, layer: { type: 'boolean', default: false }, jobs: { type: 'string', default: '1' }, share: { type: 'string' }, write: { type: 'boolean', default: false } } });
  const model = loadModel(values.model), began = performance.now(), jobs = values.layer ? 1 : Number(values.jobs);
  const code = digestOf(['intent', 'snapshot', 'context', 'grammar', 'candidate', 'verdict', 'synthesis', 'tokens']), guardrails = loadGuardrails(inCheckout('guardrails')).digest;
  const suites = jobs > 1 ? await dealt(jobs, ['--cases', values.cases, ...(values.model === undefined ? [] : ['--model', values.model])]) : await here(model, Number(values.cases), values.layer, values.share);
  if (values.share !== undefined) { process.stdout.write(JSON.stringify(suites)); return; }
  const safety: Safety = { layer: values.layer, model: model.digest, threshold: model.manifest.threshold, code, playbook: playbookDigest(inCheckout('playbook')), guardrails, seconds: (performance.now() - began) / 1000, jobs, suites };
  process.stdout.write(page(safety));
  if (values.write) writeFileSync(join(inCheckout('docs'), values.layer ? 'safety-layer.md' : 'safety.md'), page(safety));
}

async function here(model: Model, cases: number, layer: boolean, share = '0/1'): Promise<Drawn[]> {
  const [first, of] = share.split('/').map(Number) as [number, number], bench = await openBench({ model, onWarning: message => void process.stderr.write(`warning: ${message}\n`) }), suites: Drawn[] = [];
  try { for (const draw of draws) suites.push(await measured(bench, draw, Math.round(cases * draw.share), layer, { first, of })); } finally { await bench.engine.close(); }
  return suites;
}

if (import.meta.main) await main();
