/** The report as a table for people. */
import type { Report } from './evaluate.ts';
import { percent } from './table.ts';


export function renderReport(report: Report): string {
  const head = ['suite', 'labels', 'cases', 'exact', 'coverage', 'accepted wrong', 'union grammar', 'nearest example', 'composition', 'per field'];
  const rows = report.suites.map(({ name, labels, cases, exact, coverage, acceptedWrong, baselines: b }) =>
    [name, labels, String(cases), percent(exact), percent(coverage), String(acceptedWrong), percent(b.unionGrammar), percent(b.nearestExample), percent(b.composition), percent(b.perField)]);
  const widths = head.map((h, i) => Math.max(h.length, ...rows.map(r => r[i]!.length)));
  const line = (cells: readonly string[]): string => cells.map((c, i) => (i < 2 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ').trimEnd();
  return [`model ${report.model}`, '', line(head), ...rows.map(line), ''].join('\n');
}
