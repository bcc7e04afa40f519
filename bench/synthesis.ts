/** Cold synthesis with the model loaded, timed from the intent's text to the graph's text, stage by stage. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Engine } from '../src/candidate/engine.ts';
import { graphText } from '../src/cli/output.ts';
import type { Outcome } from '../src/cli/synthesise.ts';
import type { Snapshot } from '../src/snapshot/types.ts';
import { modelFolder, openCompiler } from '../test/compiler.ts';
import type { Compiler } from '../test/compiler.ts';
import type { Case } from './cases.ts';

/** `engine` is time in llama.cpp and on the way there and back; `grammar` the rest of decoding. */
export const stages = ['intent', 'context', 'engine', 'grammar', 'verdict', 'print'] as const;
export type Stage = (typeof stages)[number];
export interface Sample { ms: number; stages: Record<Stage, number>; outcome: Outcome }

/** An engine that adds up how long its caller waits for it. */
class TimedEngine implements Engine {
  readonly #inner: Engine;
  ms = 0;
  constructor(inner: Engine) { this.#inner = inner; }
  async #timed<T>(work: Promise<T>): Promise<T> { const began = performance.now(); try { return await work; } finally { this.ms += performance.now() - began; } }
  context(...a: Parameters<Engine['context']>): Promise<void> { return this.#timed(this.#inner.context(...a)); }
  row(...a: Parameters<Engine['row']>): ReturnType<Engine['row']> { return this.#timed(this.#inner.row(...a)); }
  close(): Promise<void> { return this.#inner.close(); }
}

export interface Bench { compiler: Compiler; sample(c: Case, snapshot: Snapshot): Promise<Sample> }

export async function openBench(): Promise<Bench> {
  let timed: TimedEngine | undefined;
  const compiler = await openCompiler(engine => (timed = new TimedEngine(engine)));
  return {
    compiler,
    async sample(c, snapshot) {
      timed!.ms = 0;
      const began = performance.now();
      const outcome = await compiler.compile(c.intent, c.name, snapshot);
      const done = performance.now();
      graphText(outcome.graph, 'yaml');
      const ms = performance.now() - began, { contextMs, decodeMs, verifyMs } = outcome.timings, engine = timed!.ms;
      return { ms, outcome, stages: { intent: done - began - contextMs - decodeMs - verifyMs, context: contextMs, engine, grammar: decodeMs - engine, verdict: verifyMs, print: ms - (done - began) } };
    },
  };
}

/** `kubesynth synth` as a whole process: start, model and snapshot loaded, synthesis, exit. @returns milliseconds */
export function synthProcess(file: string, snapshot: string): Promise<number> {
  const began = performance.now(), model = modelFolder();
  return new Promise((resolve, reject) => {
    execFile(join(import.meta.dirname, '..', 'bin', 'kubesynth'), ['synth', '-f', file, '--snapshot', snapshot, ...(model === undefined ? [] : ['--model', model])], { maxBuffer: 1 << 24 },
      (error, _stdout, stderr) => (error ? reject(new Error(stderr, { cause: error })) : resolve(performance.now() - began)));
  });
}
