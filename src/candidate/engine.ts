/** The inference engine as the decoder sees it, and llama.cpp behind it in a worker process. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Exit, Refusal } from '../diagnostic.ts';
import { depthsOf, layersOf } from './layers.ts';
import type { Model } from './model.ts';

/** The most probable next tokens, best first, with their log-probabilities. */
export interface Step { ids: number[]; logits: number[] }

export interface Engine {
  /** Evaluates the shared context by the weights of a layer, the innermost unless said otherwise; rows follow it. */
  context(ids: readonly number[], layer?: number): Promise<void>;
  /**
   * Greedy steps after `prefix`: up to `end` inclusive, or for `end` < 0 until the brackets opened since the row's first token
   * are closed, or up to `limit`. Step i is the choice after prefix and i choices.
   */
  row(prefix: readonly number[], end: number, limit: number): Promise<Step[]>;
  close(): Promise<void>;
}

/** A GGUF, and for each of its tokens how far it opens or closes brackets. */
export interface Weights { path: string; depths: readonly number[] }
export type Request =
  | { id: number; type: 'load'; layers: readonly Weights[]; contextSize: number }
  | { id: number; type: 'context'; ids: readonly number[]; layer: number }
  | { id: number; type: 'row'; prefix: readonly number[]; end: number; limit: number };
export interface Answer { id: number; steps?: Step[]; error?: string }
type Ask = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

const fault = (message: string, cause?: unknown): Refusal => new Refusal(Exit.internal, [{
  rule: 'engine-failed', severity: 'refused', object: '', path: '', message, fix: 'Run again; if it persists, check the model file and the installation of node-llama-cpp.',
}], { cause });

/** A worker process that has been started but not yet told which model to load. */
let spare: ChildProcess | undefined;

function startWorker(): ChildProcess {
  const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const script = existsSync(beside('./engine-worker.ts')) ? beside('./engine-worker.ts') : beside('./engine-worker.js');
  return fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
}

/** Starts a worker for the next `LlamaEngine.load`, while the caller has other things to do. It does not keep the caller alive. */
export function prepareEngine(): void {
  if (spare) return;
  const child = spare = startWorker();
  child.unref();
  child.channel?.unref();
  child.on('error', () => undefined);
  process.once('exit', () => { if (spare === child) child.kill(); });
}

function takeWorker(): ChildProcess {
  const child = spare;
  spare = undefined;
  if (!child || child.exitCode !== null || !child.connected) return startWorker();
  child.ref();
  child.channel?.ref();
  return child;
}

export class LlamaEngine implements Engine {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (a: Answer) => void; reject: (e: unknown) => void }>();
  #next = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (a: Answer) => {
      const w = this.#waiting.get(a.id);
      this.#waiting.delete(a.id);
      if (a.error) w?.reject(fault(`the engine failed: ${a.error.split('\n')[0]}`, new Error(a.error)));
      else w?.resolve(a);
    });
    child.on('exit', (code, signal) => {
      for (const w of this.#waiting.values()) w.reject(fault(`the engine process ended (${signal ?? code})`));
      this.#waiting.clear();
    });
  }

  /** Starts the worker and loads the innermost layer; the others follow when they are first asked. */
  static async load(model: Model, contextSize = 1024): Promise<LlamaEngine> {
    const engine = new LlamaEngine(takeWorker()), layers = layersOf(model).map(({ path, manifest }) => ({ path, depths: depthsOf(manifest) }));
    try { await engine.#ask({ type: 'load', layers, contextSize }); } catch (e) { engine.#child.kill(); throw e; }
    return engine;
  }

  #ask(request: Ask): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ ...request, id } as Request, e => { if (e) { this.#waiting.delete(id); reject(fault('the engine process is gone', e)); } });
    });
  }

  async context(ids: readonly number[], layer = 0): Promise<void> { await this.#ask({ type: 'context', ids, layer }); }
  async row(prefix: readonly number[], end: number, limit: number): Promise<Step[]> {
    return (await this.#ask({ type: 'row', prefix, end, limit })).steps!;
  }
  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = new Promise(resolve => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await gone;
  }
}
