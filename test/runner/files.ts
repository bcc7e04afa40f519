/** The test files there are, and which of them raise a real control plane. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @param wanted only files whose path contains one of these; none: all of them */
export const testFiles = (wanted: readonly string[]): string[] =>
  globSync(['src/**/*.test.ts', 'test/**/*.test.ts']).sort().filter(file => !wanted.length || wanted.some(part => file.includes(part)));

const controlPlane = join('test', 'controlplane', 'controlplane.ts');

/** A file is heavy when what it imports, however far away, starts a control plane. */
export function isHeavy(file: string, seen = new Set<string>()): boolean {
  if (file === controlPlane) return true;
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const imports = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)].map(found => join(dirname(file), found[1]!));
  return imports.some(other => isHeavy(other, seen));
}
