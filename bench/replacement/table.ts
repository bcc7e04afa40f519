/** The replacement rate of a set of rendered charts, as a page, as data and as a picture. */

export interface Row {
  chart: string;
  workloads: number;
  outOfScope: number;
  leaves: { total: number; inferred: number; copied: number; override: number; lost: number };
  differences: { equal: number; hardened: number; changed: number };
  lines: { rendered: number; intent: number };
  replaced: boolean;
  /** Why it was not read at all. */
  failed?: string;
  /** Whether a copy under other names came to the same figures; what differs where it did not. */
  renamed: 'same' | string;
}

const share = (n: number, of: number): string => (of ? `${(n / of * 100).toFixed(1)} %` : '–');
const median = (values: readonly number[]): number => { const s = [...values].sort((a, b) => a - b); return s.length ? (s[(s.length - 1) >> 1]! + s[s.length >> 1]!) / 2 : 0; };

export function totals(rows: readonly Row[]) {
  const within = rows.filter(r => !r.failed && r.workloads > 0), sum = (of: (r: Row) => number): number => within.reduce((n, r) => n + of(r), 0), total = sum(r => r.leaves.total);
  return {
    charts: rows.length, within: within.length, replaced: within.filter(r => r.replaced).length, nothingLost: within.filter(r => r.leaves.lost === 0 && r.differences.changed === 0).length,
    inferred: sum(r => r.leaves.inferred) / total, copied: sum(r => r.leaves.copied) / total, override: sum(r => r.leaves.override) / total, lost: sum(r => r.leaves.lost) / total,
    shorter: median(within.map(r => r.lines.rendered / r.lines.intent)), renamedSame: within.filter(r => r.renamed === 'same').length,
  };
}

export function pageOf(rows: readonly Row[], command: string, about: string): string {
  const t = totals(rows);
  return `# Replacement rate
Written by \`${command}\`: what \`kubesynth import\` makes of rendered charts that were not written for it. ${about} What the columns mean is in [import.md](import.md).

| figure | measured | asked | holds |
| --- | ---: | ---: | --- |
| replaced: nothing lost or changed, overrides at most a tenth of the decisions | ${t.replaced} of ${t.within}, ${share(t.replaced, t.within)} | ≥ 80 % | ${t.replaced >= 0.8 * t.within ? 'yes' : '**no**'} |
| nothing lost or changed | ${t.nothingLost} of ${t.within} | all | ${t.nothingLost === t.within ? 'yes' : '**no**'} |
| decisions inferred or copied through the model | ${share(t.inferred, 1)} + ${share(t.copied, 1)} | ≥ 95 % | ${t.inferred + t.copied >= 0.95 ? 'yes' : '**no**'} |
| decisions by overrides | ${share(t.override, 1)} | | |
| rendered lines per line of intent, median | ${t.shorter.toFixed(1)} | ≥ 3 | ${t.shorter >= 3 ? 'yes' : '**no**'} |
| the same figures under other names, images and ports | ${t.renamedSame} of ${t.within} | all | ${t.renamedSame === t.within ? 'yes' : '**no**'} |

![Decisions by chart](replacement.svg)

| chart | workloads | decisions | inferred | copied | by override | lost | changed | hardened | lines | intent | replaced | renamed |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |
${rows.map(r => (r.failed ? `| ${r.chart} | – | | | | | | | | ${r.lines.rendered} | | ${r.failed} | |`
  : `| ${r.chart} | ${r.workloads}${r.outOfScope ? ` (${r.outOfScope} objects out of scope)` : ''} | ${r.leaves.total} | ${share(r.leaves.inferred, r.leaves.total)} | ${share(r.leaves.copied, r.leaves.total)} | ${share(r.leaves.override, r.leaves.total)} | ${r.leaves.lost} | ${r.differences.changed} | ${r.differences.hardened} | ${r.lines.rendered} | ${r.lines.intent} | ${r.replaced ? 'yes' : 'no'} | ${r.renamed} |`)).join('\n')}
`;
}

const WIDTH = 760, BAR = 14, GAP = 4, LEFT = 260, TOP = 34;
const parts = [['inferred', '#1d4ed8'], ['copied', '#60a5fa'], ['override', '#f59e0b'], ['lost', '#b91c1c']] as const;

/** One bar for each chart: how its decisions arrive. */
export function pictureOf(rows: readonly Row[]): string {
  const within = rows.filter(r => !r.failed && r.leaves.total > 0).sort((a, b) => a.leaves.override / a.leaves.total - b.leaves.override / b.leaves.total);
  const height = TOP + within.length * (BAR + GAP) + 10, x = (s: number): number => LEFT + s * (WIDTH - LEFT - 20);
  const bars = within.map((r, i) => {
    const y = TOP + i * (BAR + GAP);
    let at = 0;
    const bar = parts.map(([part, colour]) => { const from = at, n = r.leaves[part]; at += n / r.leaves.total; return n ? `<rect x="${x(from).toFixed(1)}" y="${y}" width="${(x(at) - x(from)).toFixed(1)}" height="${BAR}" fill="${colour}"><title>${r.chart}: ${n} of ${r.leaves.total} ${part}</title></rect>` : ''; });
    return `<text x="${LEFT - 8}" y="${y + 11}" text-anchor="end" fill="#333">${r.chart}</text>${bar.join('')}`;
  });
  const legend = parts.map(([part, colour], i) => `<rect x="${LEFT + i * 110}" y="10" width="10" height="10" fill="${colour}"/><text x="${LEFT + 15 + i * 110}" y="19" fill="#333">${part === 'override' ? 'by override' : part}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${legend.join('\n')}
${bars.join('\n')}
<path d="M${x(0.9).toFixed(1)} ${TOP - 6}V${height - 6}" stroke="#444" stroke-dasharray="3 3"/>
</svg>
`;
}
