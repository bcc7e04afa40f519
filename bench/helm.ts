/** `helm template` of bench/chart: Helm built once from Go modules into the cache. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../src/kubernetes.ts';
import { cacheFolder } from '../test/controlplane/binaries.ts';
import type { Case } from './cases.ts';

export const helmVersion = 'v3.22.0';
const program = (): string => join(cacheFolder(), 'bench', 'bin', 'helm');
const chart = join(import.meta.dirname, 'chart');

/** Builds Helm where it is missing. @throws without Go */
export function prepareHelm(): void {
  if (existsSync(program())) return;
  const folder = join(cacheFolder(), 'bench', 'bin');
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building helm ${helmVersion} (once; minutes)\n`);
  execFileSync('go', ['install', '-ldflags', '-s -w', `helm.sh/helm/v3/cmd/helm@${helmVersion}`], { env: { ...process.env, GOBIN: folder, GOMAXPROCS: '2' }, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One run of the program. @returns milliseconds from start to exit, and what it rendered */
export async function helmTemplate(c: Case, kubeVersion: string): Promise<{ ms: number; graph: KubeObject[] }> {
  const began = performance.now();
  const text = await new Promise<string>((resolve, reject) => {
    execFile(program(), ['template', c.name, chart, '-n', c.namespace, '-f', c.values, '--kube-version', kubeVersion], { maxBuffer: 1 << 24 },
      (error, stdout, stderr) => (error ? reject(new Error(stderr, { cause: error })) : resolve(stdout)));
  });
  const ms = performance.now() - began;
  return { ms, graph: parseAllDocuments(text).map(d => d.toJS() as KubeObject | null).filter(o => o !== null) };
}
