/**
 * The committed scoreboard: measures the shipped model on every suite and writes docs/scoreboard.json, docs/scoreboard.md
 * and docs/risk-coverage.svg.
 * `node src/evaluation/scoreboard.ts [--model DIR] [--limit N] [--calibrate N] [--write-threshold] [--corpus DIR]`; with
 * --write-threshold the calibrated threshold goes into the model's manifest first; the corpus of its training (of each layer's, with
 * --corpus several times) tells which contexts it has seen.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { layersOf } from '../candidate/layers.ts';
import { loadModel, shippedModel } from '../candidate/model.ts';
import type { Manifest, Model } from '../candidate/model.ts';
import { calibrate } from './calibrate.ts';
import type { Calibration } from './calibrate.ts';
import { inCheckout } from './checkout.ts';
import { curveSvg } from './curve.ts';
import { evaluate, openBench } from './evaluate.ts';
import type { Report } from './evaluate.ts';
import { seenBy } from './overlap.ts';
import { percent, row } from './table.ts';

/** Differences between models of one kind show in hundredths. */
const fine = (share: number): string => percent(share, 2);

/** The scoreboard as Markdown. */
export function scoreboard(model: Model, report: Report, calibration: Calibration): string {
  const named = layersOf(model).reverse().map(({ manifest: m }) => `\`${m.name}\` (weights ${m.weights.slice(0, 12)}…, playbook ${m.playbook.slice(0, 19)}…, threshold ${m.threshold.toFixed(3)} nats)`);
  return `# Scoreboard
Model ${named.join(', a layer upon ')}. Written by \`node src/evaluation/scoreboard.ts\`; what the columns mean is in [evaluation.md](evaluation.md).

${row(['suite', 'labels', 'cases', 'exact', 'coverage', 'accepted wrong', 'by the layer', 'exact', 'coverage', 'seen in training', 'union grammar', 'nearest example', 'composition', 'per field'])}
${row(['---', '---', ...Array.from({ length: 12 }, () => '---:')])}
${report.suites.map(({ name, labels, cases, exact, coverage, acceptedWrong, layer, seen, baselines: b }) =>
  row([name, labels, cases, fine(exact), fine(coverage), acceptedWrong, ...(layer ? [layer.cases, fine(layer.exact), fine(layer.coverage)] : ['', '', '']), seen ?? 'not counted', fine(b.unionGrammar), fine(b.nearestExample), fine(b.composition), fine(b.perField)])).join('\n')}

## Calibration
${calibration.cases} fresh contexts: ${calibration.wrong} wrong, ${calibration.wrongAndVerified} of them past the checker, the surest of these with a margin of ${calibration.surestWrong.toFixed(3)} nats. Calibrated threshold: ${calibration.threshold.toFixed(3)} nats.

![Risk and coverage](risk-coverage.svg)

${row(['threshold', 'coverage', 'accepted', 'wrong among them', 'coverage without the checker', 'graphs', 'wrong among them'])}
${row(['---:', '---:', '---:', '---:', '---:', '---:', '---:'])}
${calibration.curve.map(p => row([p.threshold, fine(p.coverage), p.accepted, p.wrong, fine(p.unchecked.coverage), p.unchecked.written, p.unchecked.wrong])).join('\n')}
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { model: { type: 'string' }, limit: { type: 'string' }, calibrate: { type: 'string', default: '1000' }, 'write-threshold': { type: 'boolean', default: false }, corpus: { type: 'string', multiple: true } } });
  const folder = values.model ?? shippedModel(), warn = (message: string): void => { process.stderr.write(`warning: ${message}\n`); };
  let model = loadModel(folder);
  const bench = await openBench({ model, onWarning: warn });
  const calibration = await calibrate(bench, Number(values.calibrate));
  await bench.engine.close();
  if (values['write-threshold']) {
    const file = join(folder, 'model.json'), manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    writeFileSync(file, `${JSON.stringify({ ...manifest, threshold: calibration.threshold })}\n`);
    model = loadModel(folder);
  }
  const report = await evaluate({
    model, ...(values.corpus ? { seen: seenBy(model, values.corpus) } : {}), ...(values.limit ? { limit: Number(values.limit) } : {}),
    onProgress: ({ suite, done, cases, score }) => {
      if (!score.exact) process.stderr.write(`${suite}: ${score.case.name} is not exact (margin ${score.answer.margin.toFixed(3)})\n`);
      if (done === cases) process.stderr.write(`${suite}: ${cases} cases\n`);
    },
  });
  const out = inCheckout('docs');
  writeFileSync(join(out, 'scoreboard.json'), `${JSON.stringify({ ...report, threshold: model.manifest.threshold, calibration }, null, 1)}\n`);
  writeFileSync(join(out, 'scoreboard.md'), scoreboard(model, report, calibration));
  writeFileSync(join(out, 'risk-coverage.svg'), curveSvg(calibration.curve));
}

if (import.meta.main) await main();
