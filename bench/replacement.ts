/**
 * How much of charts that exist arrives as intents: `make replacement-rate CHARTS=DIR`, or
 *   node bench/replacement.ts DIR [--snapshot istio-gateway] [--only TEXT] [-o json] [--write]
 * DIR holds rendered manifests, one file for each chart. Each is imported as it is, and once more under other names.
 * `--write` renews docs/replacement.md and docs/replacement.svg.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportOf } from '../src/cli/import.ts';
import { withSetting } from '../src/cli/setting.ts';
import { Refusal } from '../src/diagnostic.ts';
import { importManifests } from '../src/import/import.ts';
import { readManifests } from '../src/import/read.ts';
import { intentText } from '../src/import/text.ts';
import type { KubeObject } from '../src/kubernetes.ts';
import type { Setting } from '../src/synthesis/synthesise.ts';
import { renamed } from './replacement/rename.ts';
import { pageOf, pictureOf, totals } from './replacement/table.ts';
import type { Row } from './replacement/table.ts';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  snapshot: { type: 'string', default: 'istio-gateway' }, only: { type: 'string', default: '' }, output: { type: 'string', short: 'o' }, write: { type: 'boolean', default: false },
} });
const [dir] = positionals;
if (dir === undefined) {
  process.stderr.write('which charts?\n  fix: `make replacement-rate CHARTS=DIR`, a folder of rendered manifests, one *.yaml for each chart, such as `helm template` writes\n');
  process.exit(2);
}

type Report = Pick<Row, 'leaves' | 'differences' | 'lines' | 'replaced' | 'workloads'> & { outOfScope: string[] };
async function imported(objects: readonly KubeObject[], lines: number, setting: Setting): Promise<Report> {
  const result = await importManifests(structuredClone(objects), setting);
  return reportOf(result, lines, result.intents.map(intentText)) as unknown as Report;
}

async function measure(file: string, setting: Setting): Promise<Row> {
  const chart = basename(file).replace(/\.ya?ml$/, ''), text = readFileSync(join(dir!, file));
  try {
    const { objects, lines } = readManifests([{ name: file, text }]);
    const report = await imported(objects, lines, setting), other = await imported(renamed(objects), lines, setting);
    const differs = (Object.keys(report.leaves) as (keyof Row['leaves'])[]).filter(k => report.leaves[k] !== other.leaves[k]);
    return { ...report, chart, outOfScope: report.outOfScope.length, renamed: differs.length ? differs.map(k => `${k} ${report.leaves[k]} → ${other.leaves[k]}`).join(', ') : 'same' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const none = { leaves: { total: 0, inferred: 0, copied: 0, override: 0, lost: 0 }, differences: { equal: 0, hardened: 0, changed: 0 } };
    return { ...none, chart, workloads: 0, outOfScope: 0, lines: { rendered: text.toString('utf8').split('\n').length, intent: 0 }, replaced: false, renamed: 'same', failed: error.findings[0]!.rule };
  }
}

const rows = await withSetting({ snapshot: options.snapshot } as Parameters<typeof withSetting>[0], async setting => {
  const done: Row[] = [];
  for (const file of readdirSync(dir).filter(f => /\.ya?ml$/.test(f) && f.includes(options.only)).sort()) {
    const row = await measure(file, setting);
    process.stderr.write(`${row.replaced ? 'replaced' : row.failed ?? 'not yet '}  ${row.chart}${row.renamed === 'same' ? '' : `  (renamed: ${row.renamed})`}\n`);
    done.push(row);
  }
  return done;
});
if (options.write) {
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'replacement.md'), pageOf(rows, 'make replacement-rate CHARTS=DIR', `Snapshot \`${options.snapshot}\`.`));
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'replacement.svg'), pictureOf(rows));
}
process.stdout.write(options.output === 'json' ? `${JSON.stringify({ ...totals(rows), rows }, null, 1)}\n` : pageOf(rows, 'make replacement-rate', '').split('\n').slice(3, 12).join('\n') + '\n');
