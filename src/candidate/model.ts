/**
 * A trained model on disk: `model.gguf` and `model.json` (the manifest), and in `base` the model that it is a layer upon, if any.
 * The manifest holds everything that was learnt beside the weights: features, facts, vocabulary, defaults, what each field was
 * taught by, and the digests.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContextRules } from '../context/context.ts';
import { badInput } from '../diagnostic.ts';
import type { Pair } from '../playbook/holdout.ts';
import type { Conventions } from '../context/conventions.ts';

export interface Manifest extends ContextRules {
  format: 'kubesynth.model/v1';
  name: string;
  /** sha256 of model.gguf. */
  weights: string;
  /** sha256 of the playbook it was trained on. */
  playbook: string;
  /** sha256 of the weights below, in the folder `base`, which go on writing for whatever they were taught. */
  base?: string;
  tokens: string[];
  settings: string[];
  /** Keyword field key → default. */
  defaults: Record<string, string>;
  /** Keyword field key → every word taught. */
  vocabulary: Record<string, string[]>;
  /** Keys of the intent fields that occur in examples. */
  taught: string[];
  refusals: Record<string, { message: string; fix: string }>;
  /** `Kind path` → examples that write there, with their reasons in `because`. */
  attribution: Record<string, string[]>;
  because: Record<string, string>;
  /** Candidates whose smallest margin is below this need review. */
  threshold: number;
  heldOut: Pair[];
  /** Of the team whose manifests were learnt from. */
  conventions?: Conventions;
  /** Training figures as the trainer wrote them. */
  training: Record<string, unknown>;
}

/** What synthesis cannot do without. */
const PARTS = ['weights', 'tokens', 'specs', 'facts', 'defaults', 'vocabulary', 'taught', 'refusals'] as const satisfies readonly (keyof Manifest)[];

/** The fact that says whose conventions apply, and its field. */
export const CONVENTIONS_FACT = { name: 'conventions', field: 'team' } as const;

/** What the checker is told beside a graph: the conventions, where they apply. */
export const conventionsFor = ({ conventions }: Manifest, context: { conventional: boolean } | undefined): { conventions?: Conventions } =>
  (conventions && context?.conventional ? { conventions } : {});

/** The same model where no conventions apply, as the platform's own cases are. */
export function withoutConventions(model: Model): Model {
  const { manifest } = model, base = model.base && withoutConventions(model.base);
  if (!manifest.conventions && base === model.base) return model;
  return { ...model, manifest: manifest.conventions ? { ...manifest, facts: manifest.facts.filter(f => f.name !== CONVENTIONS_FACT.name) } : manifest, ...(base ? { base } : {}) };
}

export interface Model {
  manifest: Manifest; path: string;
  /** Of the weights, those below included. */
  digest: string;
  /** How many models it lies upon, and the one it lies upon directly (layers.ts). */
  layer: number; base?: Model;
}

/** The models shipped beside this code. */
export const shippedModel = (): string => fileURLToPath(new URL('../../models/current', import.meta.url));

/** Reads a model folder; a missing, corrupt or mismatched file is named (exit 2). */
export function loadModel(dir: string = shippedModel()): Model {
  const read = (name: string): Buffer => {
    try { return readFileSync(join(dir, name)); } catch (cause) {
      throw badInput('model-unreadable', `the model file ${name} cannot be read: ${(cause as Error).message}`, 'Give a model folder that `kubesynth train` wrote, or reinstall the shipped one.', { object: join(dir, name) }, cause);
    }
  };
  const text = read('model.json').toString('utf8');
  let manifest: Manifest;
  try { manifest = JSON.parse(text) as Manifest; } catch (cause) {
    throw badInput('model-unreadable', `the model's manifest is not JSON: ${(cause as Error).message}`, 'Restore model.json from the release the weights belong to.', { object: join(dir, 'model.json') }, cause);
  }
  if (manifest?.format !== 'kubesynth.model/v1') {
    throw badInput('model-unreadable', `the manifest's format is ${JSON.stringify(manifest?.format)}, not "kubesynth.model/v1"`, 'Use a model of this release of kubesynth.', { object: join(dir, 'model.json') });
  }
  const missing = PARTS.find(part => !manifest[part]);
  if (missing) throw badInput('model-unreadable', `the model's manifest lacks "${missing}"`, 'Restore model.json from the release the weights belong to.', { object: join(dir, 'model.json') });
  const weights = createHash('sha256').update(read('model.gguf')).digest('hex');
  if (weights !== manifest.weights) {
    throw badInput('model-digest', `model.gguf has digest ${weights.slice(0, 12)}…, its manifest expects ${manifest.weights.slice(0, 12)}…`, 'The file is corrupt or belongs to another model: restore both files from one release.', { object: join(dir, 'model.gguf') });
  }
  const path = join(dir, 'model.gguf');
  if (manifest.base === undefined) return { manifest, path, digest: `sha256:${weights}`, layer: 0 };
  const base = loadModel(join(dir, 'base'));
  if (base.manifest.weights !== manifest.base) {
    throw badInput('model-digest', `the model below has weights ${base.manifest.weights.slice(0, 12)}…, the manifest expects ${manifest.base.slice(0, 12)}…`, 'Restore the whole folder from one release.', { object: join(dir, 'base', 'model.gguf') });
  }
  return { manifest, path, digest: `sha256:${createHash('sha256').update(`${weights} ${base.digest}`).digest('hex')}`, layer: base.layer + 1, base };
}
