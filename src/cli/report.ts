/** The report of --report, one object per intent, fields as the contract has them. */
import { writeFileSync } from 'node:fs';
import { badInput } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { findingJson } from './output.ts';
import type { Outcome } from './synthesise.ts';

export type Report = Record<string, unknown>;

const round = (n: number): number => Math.round(n * 1000) / 1000;

export function reportOf(outcome: Outcome, model: string): Report {
  const figures = outcome.candidate?.figures;
  return {
    verdict: outcome.verdict, unchecked: outcome.unchecked, model, contextHash: outcome.context?.hash ?? null, cacheHit: false,
    timings: Object.fromEntries(Object.entries(outcome.timings).map(([name, ms]) => [name, round(ms as number)])),
    decode: figures
      ? { tokens: figures.tokens, forced: figures.forced, drafted: figures.drafted, evaluated: figures.evaluated, minMargin: round(figures.minMargin) }
      : { tokens: 0, forced: 0, drafted: 0, evaluated: 0, minMargin: null },
    degraded: outcome.degraded, findings: outcome.findings.map(findingJson),
  };
}

/** Of input that never became an intent. */
export const unreadReport = (findings: readonly Finding[]): Report => ({
  verdict: 'refused', unchecked: [], model: null, contextHash: null, cacheHit: false,
  timings: { snapshotMs: 0, contextMs: 0, decodeMs: 0, verifyMs: 0, totalMs: 0 },
  decode: { tokens: 0, forced: 0, drafted: 0, evaluated: 0, minMargin: null }, degraded: [], findings: findings.map(findingJson),
});

/** One report as it is, several as a list. @throws Refusal `output-unwritable` (exit 2) */
export function writeReport(path: string, reports: readonly Report[]): void {
  try { writeFileSync(path, `${JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2)}\n`); } catch (cause) {
    throw badInput('output-unwritable', `${path} cannot be written: ${(cause as Error).message}`, 'Name a file in a folder that exists and may be written.', { object: path }, cause);
  }
}
