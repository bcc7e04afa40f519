/** `kubesynth version`. */
import { loadModel } from '../candidate/model.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { Run } from './commands.ts';
import { readArguments } from './options.ts';
import { asJson, toStdout } from './output.ts';
import { version } from './places.ts';

export const run: Run = async args => {
  const { options } = readArguments('version', args, ['output', 'model']);
  const model = modelOf(options.model);
  const versions = { kubesynth: version(), model: model?.name ?? null, modelDigest: model?.digest ?? null, node: process.versions.node };
  toStdout(options.output === 'json' ? asJson(versions)
    : `kubesynth ${versions.kubesynth}\nmodel ${model ? `${model.name} ${model.digest}` : 'none'}\nnode ${versions.node}\n`);
  return Exit.accepted;
};

/** Asked for, a model must be readable; the shipped one may be missing in a checkout that has not trained yet. */
function modelOf(dir: string | undefined): { name: string; digest: string } | undefined {
  try {
    const { manifest, digest } = loadModel(dir);
    return { name: manifest.name, digest };
  } catch (error) {
    if (dir === undefined && error instanceof Refusal) return undefined;
    throw error;
  }
}
