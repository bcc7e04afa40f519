/** Joins trained weights with the manifest they were trained under into a model folder that `loadModel` reads. */
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../candidate/model.ts';

/** Used until calibration has measured a better one. */
const UNCALIBRATED_THRESHOLD = 1;

/**
 * @param prepared folder that `prepare` wrote (manifest.json)
 * @param trained folder that the trainer wrote (model.gguf, training.json)
 * @param out the model folder to write
 * @param base folder of the model that these weights are a layer upon, which becomes part of the new one
 */
export function assembleModel(prepared: string, trained: string, out: string, name: string, base?: string): Manifest {
  mkdirSync(out, { recursive: true });
  const { base: _, ...manifest } = JSON.parse(readFileSync(join(prepared, 'manifest.json'), 'utf8')) as Manifest;
  const training = JSON.parse(readFileSync(join(trained, 'training.json'), 'utf8')) as { options: Record<string, unknown> };
  // Paths say where it was trained, not what it is.
  for (const key of ['corpus', 'out', 'start', 'resume']) delete training.options[key];
  const weights = digestOf(trained), full: Manifest = { ...manifest, name, weights, ...(base === undefined ? {} : { base: digestOf(base) }), threshold: UNCALIBRATED_THRESHOLD, training };
  // Aside first: what is written may be the folder that it is a layer upon.
  const below = join(out, 'base'), aside = join(out, 'base.new');
  rmSync(aside, { recursive: true, force: true });
  if (base !== undefined) for (const part of ['model.gguf', 'model.json', 'base']) if (existsSync(join(base, part))) cpSync(join(base, part), join(aside, part), { recursive: true });
  rmSync(below, { recursive: true, force: true });
  if (base !== undefined) renameSync(aside, below);
  copyFileSync(join(trained, 'model.gguf'), join(out, 'model.gguf'));
  writeFileSync(join(out, 'model.json'), `${JSON.stringify(full)}\n`);
  return full;
}

const digestOf = (folder: string): string => createHash('sha256').update(readFileSync(join(folder, 'model.gguf'))).digest('hex');
