/**
 * The native engine in a process of its own: an abort in llama.cpp ends this process, not the operator. It holds one thread, and
 * for each layer of the model one sequence, so that the same calls in the same order give the same bits.
 * Requests: {id, load}, {id, context}, {id, row}; answers carry the same id, or an error.
 */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { Answer, Request, Step, Weights } from './engine.ts';

const TOP = 8;
/** Only the best tokens are of interest; their distances stay as the model gave them (no nucleus, no temperature). */
const SAMPLING = { temperature: 1, topK: TOP, topP: 1, minP: 0 };
let layers: readonly Weights[] = [];
let contextSize = 0;
const loaded: LlamaContextSequence[] = [];
/** That of the layer in turn. */
let sequence: LlamaContextSequence | undefined;
let contextLength = 0;
let depths: readonly number[] = [];

async function load(layer: number): Promise<LlamaContextSequence> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, progressLogs: false });
  const model = await llama.loadModel({ modelPath: layers[layer]!.path, useMmap: true, gpuLayers: 0 });
  const context = await model.createContext({ contextSize, sequences: 1, threads: 1, batchSize: 512, flashAttention: false });
  return loaded[layer] = context.getSequence();
}

/** Starts afresh with a context; its cells are the same whatever came before. */
async function setContext(ids: readonly number[], layer: number): Promise<void> {
  sequence = loaded[layer] ?? await load(layer);
  ({ depths } = layers[layer]!);
  await sequence!.clearHistory();
  await sequence!.evaluateWithoutGeneratingNewTokens(ids as Token[]);
  contextLength = ids.length;
}

async function next(id: number): Promise<Step> {
  const [out] = await sequence!.controlledEvaluate([[id as Token, { generateNext: { probabilities: true, options: SAMPLING } }]]);
  const ids: number[] = [], logits: number[] = [];
  for (const [token, p] of out!.next.probabilities!) {
    ids.push(token); logits.push(Math.log(Math.max(p, 1e-30)));
    if (ids.length === TOP) break;
  }
  return { ids, logits };
}

/**
 * Decodes a row greedily after the context: `prefix` (its first token and any choices already made) is fed, then the best
 * token each time, until `end` (or, for a body, its last bracket) or `limit`. The caller checks the choices and asks again with a longer prefix where one is illegal.
 */
async function row(prefix: readonly number[], end: number, limit: number): Promise<Step[]> {
  if (sequence!.nextTokenIndex > contextLength) await sequence!.eraseContextTokenRanges([{ start: contextLength, end: sequence!.nextTokenIndex }]);
  if (prefix.length > 1) await sequence!.evaluateWithoutGeneratingNewTokens(prefix.slice(0, -1) as Token[]);
  const steps: Step[] = [];
  let depth = prefix.slice(1).reduce((n, id) => n + depths[id]!, 0);
  for (let last = prefix[prefix.length - 1]!; steps.length < limit;) {
    const step = await next(last);
    steps.push(step);
    last = step.ids[0]!;
    depth += depths[last]!;
    if (end < 0 ? depth <= 0 : last === end) break;
  }
  return steps;
}

async function answer(request: Request): Promise<Answer> {
  switch (request.type) {
    case 'load': ({ layers, contextSize } = request); await load(0); return { id: request.id };
    case 'context': await setContext(request.ids, request.layer); return { id: request.id };
    case 'row': return { id: request.id, steps: await row(request.prefix, request.end, request.limit) };
  }
}

let queue = Promise.resolve();
process.on('message', (request: Request) => {
  queue = queue.then(async () => {
    try { process.send!(await answer(request)); } catch (e) { process.send!({ id: request.id, error: String((e as Error).stack ?? e) }); }
  });
});
process.on('disconnect', () => process.exit(0));
