/**
 * The model on real API servers of many versions: `make matrix`, or
 *   node bench/matrix.ts [--versions 1.26.15,1.37.2] [--platforms 'nothing,a platform'] [--intents 300] [--model DIR] [-o json] [--write]
 * Each version is raised with nothing installed and with a platform, older ones also with what platforms of their day had. `--write` renews docs/matrix.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LlamaEngine } from '../src/candidate/engine.ts';
import { loadModel } from '../src/candidate/model.ts';
import { shippedGuardrails, shippedPlaybook } from '../src/cli/places.ts';
import { Clusters } from '../src/evaluation/cluster.ts';
import { MemoEngine } from '../src/evaluation/memo.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { measure } from './matrix/measure.ts';
import { matrixPage } from './matrix/page.ts';
import type { Cell } from './matrix/page.ts';
import { minorOf, platforms } from './matrix/platforms.ts';

const { values: options } = parseArgs({ options: {
  versions: { type: 'string', default: '1.26.15,1.28.15,1.30.14,1.33.6,1.35.4,1.37.2' }, intents: { type: 'string', default: '300' }, platforms: { type: 'string', default: Object.keys(platforms).join() }, model: { type: 'string' },
  output: { type: 'string', short: 'o' }, write: { type: 'boolean', default: false },
} });
const wanted = options.platforms.split(',');

const model = loadModel(options.model), playbook = loadPlaybook(shippedPlaybook()), guardrails = loadGuardrails(shippedGuardrails()), union = new Clusters().union(), loaded = await LlamaEngine.load(model), engine = new MemoEngine(loaded);
const cells: Cell[] = [];
try {
  for (const version of options.versions.split(',')) for (const [platform, { upTo = Infinity }] of Object.entries(platforms)) {
    if (minorOf(version) > upTo || !wanted.includes(platform)) continue;
    try {
      const cell = await measure(version, platform, { model, engine, playbook, guardrails, union }, Number(options.intents));
      cells.push(cell);
      process.stderr.write(`${version} with ${platform}: ${cell.intents} intents, ${cell.exact} exact, ${cell.accepted} accepted, ${cell.rejected} of ${cell.objects} objects rejected, ${cell.seconds} s\n`);
    } catch (error) { process.stderr.write(`${version} with ${platform} could not be measured: ${(error as Error).message.slice(0, 500)}\n`); process.exitCode = 1; }
  }
} finally { await loaded.close(); }
const page = matrixPage(cells, `${model.manifest.name} ${model.digest.slice(0, 19)}…`, `make matrix BENCH="--versions ${options.versions} --write"`);
if (options.write) writeFileSync(join(import.meta.dirname, '..', 'docs', 'matrix.md'), page);
process.stdout.write(options.output === 'json' ? `${JSON.stringify(cells, null, 1)}\n` : page);
