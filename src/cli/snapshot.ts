/** `kubesynth snapshot`: saves what synthesis needs of the live cluster. */
import { badInput, Exit } from '../diagnostic.ts';
import { encodeSnapshot, saveSnapshot } from '../snapshot/file.ts';
import { accessOf, captureLive } from './cluster.ts';
import type { Run } from './commands.ts';
import { readArguments } from './options.ts';
import { toStderr, toStdout } from './output.ts';

export const run: Run = async args => {
  const { options, positionals: [path] } = readArguments('snapshot', args, ['context', 'kubeconfig'], { min: 1, max: 1 });
  const snapshot = await captureLive(accessOf(options));
  for (const note of snapshot.notes) toStderr(`note: ${note}\n`);
  if (path === '-') { toStdout(encodeSnapshot(snapshot)); return Exit.accepted; }
  let bytes: number;
  try { bytes = saveSnapshot(path!, snapshot); } catch (cause) {
    throw badInput('output-unwritable', `${path} cannot be written: ${(cause as Error).message}`, 'Name a file in a folder that may be written.', { object: path! }, cause);
  }
  toStderr(`${path}: Kubernetes ${snapshot.version.gitVersion}, ${snapshot.kinds.length} kinds, ${snapshot.objects.length} objects, ${snapshot.nodes.length} nodes, ${Math.ceil(bytes / 1024)} KiB\n`);
  return Exit.accepted;
};
