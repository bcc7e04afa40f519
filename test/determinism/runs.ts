/**
 * Compiles the same intents again and again and counts the distinct outputs of each, by digest. Run as a program it prints
 * the counts as JSON, so that other processes can be compared: `node test/determinism/runs.ts RUNS`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, openCompiler, shipped } from '../compiler.ts';
import type { Compiler } from '../compiler.ts';

/** Intents of different shape and size, accepted and refused, so that each finds the engine as another one left it. */
export const cases: readonly { example: string; snapshot: string }[] = [
  { example: 'user-auth-service.yaml', snapshot: 'istio-gateway' },
  { example: 'inventory-api.yaml', snapshot: 'cnpg-keda' },
  { example: 'user-auth-service.yaml', snapshot: 'bare-1.30' },
  { example: 'mail-worker.yaml', snapshot: 'linkerd-nginx' },
  { example: 'nightly-report.yaml', snapshot: 'cnpg-keda' },
  { example: 'log-agent.yaml', snapshot: 'istio-gateway' },
];

/** `example@snapshot` → digest of the output → how often. */
export type Counts = Record<string, Record<string, number>>;

/** Compiles the cases in turn, `runs` times in all, in an order that changes from round to round. */
export async function countOutputs(compiler: Compiler, runs: number): Promise<Counts> {
  const counts: Counts = {};
  for (let run = 0; run < runs; run++) {
    const round = Math.floor(run / cases.length), step = 1 + (round % (cases.length - 1));
    const { example, snapshot } = cases[(round + run * step) % cases.length]!;
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'examples', example), 'utf8');
    const outcome = await compiler.compile(text, example, shipped(snapshot));
    const digest = createHash('sha256').update(bytesOf(outcome)).digest('hex'), own = counts[`${example}@${snapshot}`] ??= {};
    own[digest] = (own[digest] ?? 0) + 1;
  }
  return counts;
}

export const totalOf = (counts: Counts): number => Object.values(counts).flatMap(c => Object.values(c)).reduce((a, b) => a + b, 0);

if (import.meta.main) {
  const compiler = await openCompiler();
  try { process.stdout.write(`${JSON.stringify(await countOutputs(compiler, Number(process.argv[2])))}\n`); } finally { await compiler.close(); }
}
