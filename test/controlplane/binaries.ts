/** Where etcd and the Kubernetes binaries come from: `KUBEBUILDER_ASSETS` when set, else built once from Go modules. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheFolder = (): string => process.env['KUBESYNTH_CACHE'] ?? join(homedir(), '.cache', 'kubesynth');

/** Runs a program to its end and returns its stdout; stderr goes to ours. Rejects on a non-zero status. */
export function output(program: string, args: string[], cwd?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', chunk => { text += chunk; });
    child.on('error', reject);
    child.on('close', code => code === 0 ? resolve(text) : reject(new Error(`${program} ${args.join(' ')} ended with status ${code}`)));
  });
}

export const serverParts = ['etcd', 'kube-apiserver'];
/** With the controllers, and kwok, which runs Nodes and Pods that are not there. */
export const allParts = [...serverParts, 'kube-controller-manager', 'kube-scheduler', 'kwok'];

/**
 * The folder that holds the wanted binaries.
 * @param exact build this very version even where `KUBEBUILDER_ASSETS` offers another (the snapshots need it)
 */
export async function binaries(version: string, parts = serverParts, exact = false): Promise<string> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets && !exact && parts.every(part => existsSync(join(assets, part)))) return assets;
  return (await output(join(import.meta.dirname, 'build.sh'), [version, ...parts])).trim();
}
