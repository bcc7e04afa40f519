/** docs/operator-bench.md: every figure beside what is asked of it, with the digests of what was measured. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { loadModel } from '../../src/candidate/model.ts';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { machine, versions } from '../machine.ts';
import type { Asked, Part } from './figures.ts';

const root = join(import.meta.dirname, '..', '..');

/** Digests of the sources, the model and the guardrails. */
export function digests(): { code: string; model: string; guardrails: string } {
  const hash = createHash('sha256');
  for (const file of globSync('src/**/*.ts', { cwd: root }).sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  return { code: `sha256:${hash.digest('hex')}`, model: loadModel().digest, guardrails: loadGuardrails(shippedGuardrails()).digest };
}

/** A part as it was measured, and on what. */
export interface Record extends Part { on: string; versions: string; digests: ReturnType<typeof digests>; /** Processes that wanted to run in the last minute, five, fifteen, when it ended. */ load: number[]; seconds: number }
export const recordOf = (part: Part, seconds: number, measured = digests()): Record => ({ ...part, on: machine(), versions: versions(), digests: measured, load: loadavg().map(n => Math.round(n * 10) / 10), seconds: Math.round(seconds) });

const holds = ({ value, most }: Asked): string => (most === undefined ? '' : value <= most ? 'yes' : '**no**');
const line = (f: Asked): string => `| ${f.name} | ${f.value} ${f.unit} | ${f.most === undefined ? '' : `≤ ${f.most}`} | ${holds(f)} |`;

export const tableOf = (figures: readonly Asked[]): string => figures.map(f => `${f.name.padEnd(30)} ${String(f.value).padStart(9)} ${f.unit}${f.most === undefined ? '' : `  (asked: at most ${f.most}${f.value <= f.most ? '' : '; it is more'})`}\n`).join('');

export function pageOf(records: readonly Record[]): string {
  const short = (digest: string): string => `\`${digest.slice(0, 19)}\``;
  return `# The agent, measured
Written by \`make bench-operator BENCH=--write\`, part by part. The agent runs as a process of its own on a real control plane (etcd, kube-apiserver) that shares the machine with it and with the measuring program.
What is asked and does not hold is in bold. Counts are the same on any machine; times are of this one.

${records.map(r => `## ${r.part}
${r.about.charAt(0).toUpperCase()}${r.about.slice(1)}.${r.broken === undefined ? '' : ` **Not measured to its end:** ${r.broken}`}

| figure | measured | asked | holds |
|---|---|---|---|
${r.figures.map(line).join('\n')}

${r.seconds} s. ${r.versions} ${r.on} Load of the machine when it ended: ${(r.load ?? []).join(', ')}. Code ${short(r.digests.code)}, model ${short(r.digests.model)}, guardrails ${short(r.digests.guardrails)}.
`).join('\n')}`;
}
