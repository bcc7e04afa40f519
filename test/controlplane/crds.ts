/**
 * CRD sets by name, as `crds/sets.json` lists them: from the Go module that publishes them, from an npm package's
 * typings, or from a file beside the list. Parsed once and kept as JSON in the cache.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../src/kubernetes.ts';
import { cacheFolder, output } from './binaries.ts';
import { crdsFromTypings } from './typings.ts';

export interface Crd {
  apiVersion: string; kind: string; metadata: { name: string };
  spec: { group: string; scope: string; names: { kind: string; plural: string }; conversion?: JsonObject; versions: { name: string; served: boolean; storage: boolean; schema: JsonObject }[] };
}
type CrdSet = { note?: string } & ({ file: string } | { module: string; path: string } | { npm: string; path: string; group: string; version: string; clusterScoped: string[] });

const folder = join(import.meta.dirname, 'crds');
const sets = (): Record<string, CrdSet> => JSON.parse(readFileSync(join(folder, 'sets.json'), 'utf8')) as Record<string, CrdSet>;

function setNamed(name: string): CrdSet {
  const set = sets()[name];
  if (!set) throw new Error(`no CRD set is called ${name}; there are ${Object.keys(sets()).join(', ')}`);
  return set;
}

/** What a snapshot taken with this set has to say about the origin of its schemas. */
export const crdSetNote = (name: string): string | undefined => setNamed(name).note;

export async function readCrdSet(name: string): Promise<Crd[]> {
  const set = setNamed(name);
  if ('file' in set) return parseCrds(readFileSync(join(folder, set.file), 'utf8'));
  const source = 'module' in set ? set.module : set.npm;
  const cached = join(cacheFolder(), 'crds', `${source.replaceAll('/', '_')}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, 'utf8')) as Crd[];
  const crds = 'module' in set ? await fromModule(set.module, set.path) : await fromNpm(set);
  mkdirSync(dirname(cached), { recursive: true });
  const staged = `${cached}.${process.pid}`;
  writeFileSync(staged, JSON.stringify(crds));
  renameSync(staged, cached);
  return crds;
}

async function fromModule(module: string, path: string): Promise<Crd[]> {
  const { Dir } = JSON.parse(await output('go', ['mod', 'download', '-json', module], tmpdir())) as { Dir: string };
  const target = join(Dir, path);
  const files = statSync(target).isDirectory() ? readdirSync(target).filter(file => file.endsWith('.yaml')).sort().map(file => join(target, file)) : [target];
  return files.flatMap(file => parseCrds(readFileSync(file, 'utf8')));
}

async function fromNpm(set: Extract<CrdSet, { npm: string }>): Promise<Crd[]> {
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-npm-'));
  try {
    await output('npm', ['pack', '--silent', set.npm], dir);
    await output('tar', ['xzf', readdirSync(dir).find(file => file.endsWith('.tgz'))!], dir);
    const typings = join(dir, 'package', set.path);
    const texts = readdirSync(typings).filter(file => file.endsWith('.d.ts') && file !== 'index.d.ts').sort().map(file => readFileSync(join(typings, file), 'utf8'));
    return crdsFromTypings(texts, set);
  } finally { rmSync(dir, { recursive: true, force: true }); }
}

function parseCrds(text: string): Crd[] {
  return parseAllDocuments(text).map(document => document.toJS() as Crd | null).filter(crd => crd?.kind === 'CustomResourceDefinition').map(crd => {
    // A conversion webhook is not there to answer; the schemas are what these clusters are for.
    delete crd!.spec.conversion;
    return crd!;
  });
}
