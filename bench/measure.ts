/**
 * One run of everything, interleaved, in one process tree that the caller pins to a core: per round and case one synthesis in
 * this warm process, one `helm template`, and now and then one whole `kubesynth synth`; last the general model.
 *   node bench/measure.ts ROUNDS LIMIT_SECONDS [synth,helm,smollm]     prints Measured as JSON
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDefaults } from '../src/intent/defaults.ts';
import { parseIntents } from '../src/intent/parse.ts';
import type { KubeObject } from '../src/kubernetes.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { shippedGuardrails } from '../src/cli/places.ts';
import { verify } from '../src/verdict/verify.ts';
import { shipped } from '../test/compiler.ts';
import { equalGraphs } from '../test/equivalences.ts';
import { cases, snapshotName } from './cases.ts';
import type { Case } from './cases.ts';
import { helmTemplate } from './helm.ts';
import type { General } from './smollm.ts';
import { openBench, stages, synthProcess } from './synthesis.ts';
import type { Stage } from './synthesis.ts';

export interface OfCase {
  name: string; objects: number;
  ms: number[]; stages: Record<Stage, number[]>; tokens: number; forced: number; evaluated: number; exact: boolean; verdict: string;
  helmMs: number[]; helmExact: boolean;
  general?: Omit<General, 'text' | 'name'> & { verdict: string; findings: number; exact: boolean };
}
export interface Measured { model: string; kubernetes: string; parts: string[]; cases: OfCase[]; processMs: number[] }

const same = (graph: readonly KubeObject[], c: Case): boolean => equalGraphs([...graph], c.expected).equal;

async function measure(rounds: number, limit: number, parts: string[]): Promise<Measured> {
  const snapshot = shipped(snapshotName), kubernetes = snapshot.version.gitVersion.slice(1), folder = mkdtempSync(join(tmpdir(), 'kubesynth-bench-'));
  const out: OfCase[] = cases.map(c => ({
    name: c.name, objects: c.expected.length, ms: [], stages: Object.fromEntries(stages.map(s => [s, [] as number[]])) as Record<Stage, number[]>,
    tokens: 0, forced: 0, evaluated: 0, exact: false, verdict: '', helmMs: [], helmExact: false,
  }));
  const processMs: number[] = [];
  const bench = await openBench();
  try {
    // The first rounds compile the schemas and let the code be optimised, as in any process that serves.
    for (let r = -3; r < rounds; r++) for (const [i, c] of cases.entries()) {
      const o = out[i]!;
      if (parts.includes('synth')) {
        const { ms, stages: of, outcome } = await bench.sample(c, snapshot);
        if (r >= 0) { o.ms.push(ms); for (const s of stages) o.stages[s].push(of[s]); }
        const { tokens = 0, forced = 0, evaluated = 0 } = outcome.candidate?.figures ?? {};
        Object.assign(o, { tokens, forced, evaluated, exact: same(outcome.graph, c), verdict: outcome.verdict });
      }
      if (parts.includes('helm')) {
        const { ms, graph } = await helmTemplate(c, kubernetes);
        if (r >= 0) o.helmMs.push(ms);
        o.helmExact = same(graph, c);
      }
      if (parts.includes('synth') && i === 0 && r >= 0 && r % 2 === 0 && o.verdict === 'accepted') {
        const file = join(folder, 'intent.yaml');
        writeFileSync(file, c.intent);
        processMs.push(await synthProcess(file, snapshotName));
      }
    }
    if (parts.includes('smollm')) {
      const guardrails = loadGuardrails(shippedGuardrails());
      for await (const { name, text, ...rest } of general(limit)) {
        const at = cases.findIndex(c => c.name === name), c = cases[at]!;
        const intent = withDefaults(parseIntents(Buffer.from(c.intent), c.name)[0]!, bench.compiler.model.manifest.defaults);
        const graph = rest.finished ? (JSON.parse(text) as { items: KubeObject[] }).items : [];
        const verdict = rest.finished ? verify({ graph, intent: { ...intent, metadata: { ...intent.metadata, namespace: c.namespace } }, snapshot, guardrails }) : undefined;
        out[at]!.general = { ...rest, verdict: verdict?.verdict ?? 'not finished', findings: verdict?.findings.length ?? 0, exact: rest.finished && same(graph, c) };
      }
    }
  } finally {
    await bench.compiler.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { model: bench.compiler.model.digest, kubernetes, parts, cases: out, processMs };
}

/** The general model in a process of its own, case by case as they come. */
async function* general(limit: number): AsyncGenerator<General> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'smollm.ts'), String(limit)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line) as General;
  }
}

if (import.meta.main) {
  const [rounds, limit, parts] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await measure(Number(rounds), Number(limit), parts!.split(','))));
}
