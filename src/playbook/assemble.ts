/** Joins trained weights with the manifest they were trained under into a model folder that `loadModel` reads. */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../candidate/model.ts';

/** Used until calibration has measured a better one. */
const UNCALIBRATED_THRESHOLD = 1;

/**
 * @param prepared folder that `prepare` wrote (manifest.json)
 * @param trained folder that the trainer wrote (model.gguf, training.json)
 * @param out the model folder to write
 */
export function assembleModel(prepared: string, trained: string, out: string, name: string, threshold = UNCALIBRATED_THRESHOLD): Manifest {
  mkdirSync(out, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(prepared, 'manifest.json'), 'utf8')) as Manifest;
  const training = JSON.parse(readFileSync(join(trained, 'training.json'), 'utf8')) as { options: Record<string, unknown> };
  // Paths say where it was trained, not what it is.
  for (const key of ['corpus', 'out', 'start', 'resume']) delete training.options[key];
  const weights = createHash('sha256').update(readFileSync(join(trained, 'model.gguf'))).digest('hex');
  const full: Manifest = { ...manifest, name, weights, threshold, training };
  copyFileSync(join(trained, 'model.gguf'), join(out, 'model.gguf'));
  writeFileSync(join(out, 'model.json'), `${JSON.stringify(full)}\n`);
  return full;
}
