/** What an intent asks for, and who writes it. */
import { writerFor } from '../candidate/layers.ts';
import type { Model } from '../candidate/model.ts';
import type { Finding } from '../diagnostic.ts';
import { withDefaults } from '../intent/defaults.ts';
import { inEnvironment } from '../intent/environment.ts';
import { inherit } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';

/** What is stated for the environment, the same with every default, and which layer writes for it. */
export interface Understood { stated: Intent; intent: Intent; /** What that layer was not taught of it. */ unknown: Finding[]; layer: Model }

/**
 * Intent: the values of the environment, the layer that writes for it, every default, and what that layer was not taught of it.
 * @throws Refusal when the intent has no such environment
 */
export function understand(written: Intent, namespace: string, model: Model, environment?: string): Understood {
  const stated = inEnvironment(written, environment), writer = writerFor(model, stated);
  return { stated, intent: withDefaults(inNamespace(stated, namespace), writer.layer.manifest.defaults), ...writer };
}

/** An intent that states no namespace lives in that of the command line or the kubeconfig. */
const inNamespace = (intent: Intent, namespace: string): Intent =>
  intent.metadata.namespace === undefined ? inherit({ ...intent, metadata: { ...intent.metadata, namespace } }, intent) : intent;
