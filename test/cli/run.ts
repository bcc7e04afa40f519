/** The command line as a user runs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
export interface Ran { status: number; stdout: string; stderr: string }

/** @param input text for stdin */
export const kubesynth = (args: readonly string[], { input = '', env = {}, cwd = root, command = join(root, 'bin', 'kubesynth') }: { input?: string | Uint8Array; env?: Record<string, string | undefined>; cwd?: string; command?: string } = {}): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, NO_COLOR: '1', KUBECONFIG: '/nonexistent/kubeconfig', ...env } });
    let stdout = '', stderr = '';
    child.stdout.setEncoding('utf8').on('data', chunk => { stdout += chunk as string; });
    child.stderr.setEncoding('utf8').on('data', chunk => { stderr += chunk as string; });
    child.on('error', reject);
    child.on('close', code => resolve({ status: code ?? -1, stdout, stderr }));
    child.stdin.on('error', () => undefined); // it may refuse before it has read everything
    child.stdin.end(input);
  });

/** A folder for one test, removed after it. */
export function scratch(t: { after: (f: () => void) => void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-test-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An intent's text; `spec` replaces the usual one. */
export const intent = (spec: unknown = { workload: { containerImage: 'registry.corp/a:1.0.0' } }, metadata: unknown = { name: 'a' }): string =>
  JSON.stringify({ apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata, spec });
