/** Loads what synthesis needs beside the intent: cluster, model, engine and guardrails. */
import { LlamaEngine } from '../candidate/engine.ts';
import { loadModel } from '../candidate/model.ts';
import { loadGuardrails } from '../verdict/load.ts';
import { openCluster } from './cluster.ts';
import type { Options } from './options.ts';
import { shippedGuardrails } from './places.ts';
import type { Setting } from './synthesise.ts';

/** Runs `work` with everything loaded, and ends the engine's process whatever happens. */
export async function withSetting<T>(options: Options, work: (setting: Setting) => Promise<T>): Promise<T> {
  const model = loadModel(options.model);
  // The engine loads in its own process while this one reads the guardrails and the snapshot.
  const loading = LlamaEngine.load(model);
  loading.catch(() => undefined);
  try {
    const guardrails = loadGuardrails(options.guardrails ?? shippedGuardrails());
    const cluster = await openCluster(options);
    return await work({ cluster, model, engine: await loading, guardrails, environment: options.environment });
  } finally {
    await loading.then(engine => engine.close(), () => undefined);
  }
}
