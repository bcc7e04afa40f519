/** A folder of manifests as charts: files of one chart stand or fall together, or its conventions would be known from its twin. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../diagnostic.ts';
import { seeded } from '../playbook/sample.ts';

export interface Chart { name: string; files: { name: string; text: Uint8Array }[] }

const suffix = /\.ya?ml$/;
/** `shop~on.yaml` is the chart `shop` with other values; of files in a folder the folder is the chart. */
const chartOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(suffix, '').replace(/~.*$/, ''));

/** @throws Refusal `input-unreadable` (exit 2) */
export function readCharts(dir: string): Chart[] {
  let files: string[];
  try {
    if (!statSync(dir).isDirectory()) throw new Error('it is a file');
    files = readdirSync(dir, { recursive: true }).map(f => String(f).replaceAll('\\', '/')).filter(f => suffix.test(f) && statSync(join(dir, f)).isFile()).sort();
  } catch (cause) {
    throw badInput('input-unreadable', `the folder ${dir} cannot be read: ${(cause as Error).message}`, 'Name a folder of manifests, one file or folder for each chart.', { object: dir }, cause);
  }
  if (!files.length) throw badInput('input-unreadable', `the folder ${dir} holds no *.yaml or *.yml`, 'Name a folder of manifests, one file or folder for each chart.', { object: dir });
  return [...Map.groupBy(files, chartOf)].map(([name, own]) => ({ name, files: own.map(f => ({ name: join(dir, f), text: readFileSync(join(dir, f)) })) }));
}

/**
 * Chooses the charts that nothing is learnt from.
 * @throws Refusal `nothing-to-learn` (exit 2) when none would be left
 */
export function heldOut(charts: readonly Chart[], count: number, seed: number): { learnt: Chart[]; held: Chart[] } {
  if (count >= charts.length) throw badInput('nothing-to-learn', `--hold-out ${count} leaves nothing of ${charts.length} charts to learn from`, 'Hold fewer out, or give more charts.');
  const random = seeded(seed), order = charts.map(chart => ({ chart, at: random() })).sort((a, b) => a.at - b.at).map(o => o.chart), held = new Set(order.slice(0, count));
  return { learnt: charts.filter(c => !held.has(c)), held: charts.filter(c => held.has(c)) };
}
