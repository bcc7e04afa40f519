/** What was learnt, in figures: as JSON, and as a table to read. */
import type { Tally } from '../evaluation/score.ts';
import type { Asking, Measure } from './measure.ts';

export interface LearnReport {
  team: string;
  charts: { learnt: number; heldOut: string[] };
  /** Workloads learnt from, rows taught, differences that were conventions, those of the labels that the checker accepts. */
  lessons: { workloads: number; rows: number; customs: number; accepted: number };
  model?: string;
  /** By how the held-out intents ask, then by who answers. */
  heldOut: Partial<Record<Asking, Record<string, Measure>>>;
  fresh: { before?: Tally; after?: Tally };
}

const share = (part: number, whole: number): number => (whole ? Math.round((1000 * part) / whole) / 1000 : 0);

/** Shares of decision leaves predicted; what the platform's standard hardens counts as predicted, and is said apart. */
export function sharesOf({ shares: { stated, unstated, surplus }, workloads, checked, accepted }: Measure): Record<string, number> {
  const all = { total: stated.total + unstated.total, equal: stated.equal + unstated.equal, hardened: stated.hardened + unstated.hardened };
  const of = (s: typeof all): number => share(s.equal + s.hardened, s.total);
  return {
    workloads, leaves: all.total, predicted: of(all), statedLeaves: stated.total, stated: of(stated), unstatedLeaves: unstated.total, unstated: of(unstated), hardened: share(all.hardened, all.total), surplus,
    ...(checked === undefined ? {} : { checked }), ...(accepted === undefined ? {} : { accepted }),
  };
}

export const reportJson = (r: LearnReport): Record<string, unknown> =>
  ({ ...r, heldOut: Object.fromEntries(Object.entries(r.heldOut).map(([asking, by]) => [asking, Object.fromEntries(Object.entries(by!).map(([who, m]) => [who, sharesOf(m)]))])) });

const percent = (n: number | undefined): string => (n === undefined ? '' : `${(100 * n).toFixed(1)} %`);
const WHO: Record<string, string> = { before: 'the model before', after: 'the model after', nearest: 'nearest workload', sameImage: 'nearest of the same image' };
const ASKED: Record<Asking, string> = { imported: 'intents as imported: all that they can state, stated', terse: 'terse intents: what conventions can answer for, left out' };

export function reportText(r: LearnReport): string {
  const lines = [`conventions of ${r.team}: ${r.lessons.workloads} workloads of ${r.charts.learnt} charts, ${r.lessons.customs} customs that charts share, ${r.lessons.accepted} of ${r.lessons.rows} lessons accepted by the checker`];
  for (const [asking, by] of Object.entries(r.heldOut) as [Asking, Record<string, Measure>][]) {
    lines.push('', `${r.charts.heldOut.length} charts held out, ${ASKED[asking]}`, `  ${'decisions foreseen by'.padEnd(28)}${['all', 'stated', 'unstated', 'surplus', 'checked', 'accepted'].map(h => h.padStart(10)).join('')}`);
    for (const [who, m] of Object.entries(by)) {
      const s = sharesOf(m), of = (n: number | undefined): string => (n === undefined ? '' : `${n}/${m.workloads}`);
      lines.push(`  ${(WHO[who] ?? who).padEnd(28)}${[percent(s['predicted']), percent(s['stated']), percent(s['unstated']), String(m.shares.surplus), of(m.checked), of(m.accepted)].map(c => c.padStart(10)).join('')}`);
    }
  }
  for (const [when, f] of Object.entries(r.fresh)) if (f) lines.push('', `the platform's own cases, ${when}: ${f.exact} of ${f.cases} exact, ${f.covered} settled, ${f.acceptedWrong} wrong and accepted`);
  return `${lines.join('\n')}\n`;
}
