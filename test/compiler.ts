/**
 * The real compiler for tests of the whole and for measurements: model, engine and guardrails as `kubesynth synth` loads them,
 * kept for many intents. `KUBESYNTH_MODEL=FOLDER` tries another model than the shipped one.
 */
import { LlamaEngine } from '../src/candidate/engine.ts';
import type { Engine } from '../src/candidate/engine.ts';
import { loadModel } from '../src/candidate/model.ts';
import type { Model } from '../src/candidate/model.ts';
import type { Cluster } from '../src/cli/cluster.ts';
import { graphText } from '../src/cli/output.ts';
import { shippedGuardrails } from '../src/cli/places.ts';
import { synthesise } from '../src/cli/synthesise.ts';
import type { Outcome } from '../src/cli/synthesise.ts';
import { parseIntents } from '../src/intent/parse.ts';
import { loadSnapshot } from '../src/snapshot/file.ts';
import type { Snapshot } from '../src/snapshot/types.ts';
import { loadGuardrails } from '../src/verdict/load.ts';

export interface Compiler {
  model: Model;
  engine: Engine;
  /** The one intent of a file's text, in that cluster; nothing is remembered from one call to the next but compiled schemas. */
  compile(text: string, name: string, snapshot: Snapshot): Promise<Outcome>;
  close(): Promise<void>;
}

export const modelFolder = (): string | undefined => process.env['KUBESYNTH_MODEL'];

/** @param around wraps the engine, for instance to time it */
export async function openCompiler(around: (engine: Engine) => Engine = engine => engine): Promise<Compiler> {
  const model = loadModel(modelFolder()), guardrails = loadGuardrails(shippedGuardrails());
  const engine = around(await LlamaEngine.load(model));
  return {
    model, engine,
    compile(text, name, snapshot) {
      const cluster: Cluster = { snapshot, namespace: 'default', snapshotMs: 0 };
      return synthesise(parseIntents(Buffer.from(text), name)[0]!, { cluster, model, engine, guardrails });
    },
    close: () => engine.close(),
  };
}

/** What the outcome would write to stdout, and everything else a user could see but for times. */
export const bytesOf = (o: Outcome): string =>
  JSON.stringify([o.exit, o.graph.length ? graphText(o.graph, 'yaml') : '', o.findings, o.degraded, o.unchecked, o.context?.hash ?? '', o.candidate?.figures ?? {}]);

const snapshots = new Map<string, Snapshot>();
/** A shipped snapshot, read once. */
export const shipped = (name: string): Snapshot => snapshots.get(name) ?? snapshots.set(name, loadSnapshot(name)).get(name)!;
