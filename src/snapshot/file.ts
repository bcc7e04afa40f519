/**
 * Snapshots as files: one brotli stream of `{"sha256":"<hex>","snapshot":{…}}`, keys sorted, no white space. The digest is of
 * the snapshot's text, so a changed or cut file is always found out. The same text uncompressed is read as well.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { badInput, type Refusal } from '../diagnostic.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import type { Snapshot } from './types.ts';

const shipped = join(import.meta.dirname, '..', '..', 'snapshots');
const suffix = '.json.br';
const head = /^\{"sha256":"([0-9a-f]{64})","snapshot":/;
const headLength = '{"sha256":"","snapshot":'.length + 64;
/** A snapshot of a large cluster is some tens of megabytes; more is not one of ours. */
const maxBytes = 512 * 2 ** 20;

const digests = new WeakMap<Snapshot, string>();

/** SHA-256 of the snapshot's canonical text: equal for equal snapshots, wherever they come from. */
export function digest(snapshot: Snapshot): string {
  let known = digests.get(snapshot);
  if (!known) digests.set(snapshot, known = sha256(canonicalJson(snapshot)));
  return known;
}

/** The bytes of the file. */
export function encodeSnapshot(snapshot: Snapshot): Buffer {
  const body = canonicalJson(snapshot), text = Buffer.from(`{"sha256":"${sha256(body)}","snapshot":${body}}`);
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
}

/** Writes the file whole or not at all. @returns its size in bytes */
export function saveSnapshot(path: string, snapshot: Snapshot): number {
  const bytes = encodeSnapshot(snapshot), staged = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(staged, bytes);
  renameSync(staged, path);
  return bytes.length;
}

/** Names of the snapshots in `snapshots/`. */
export const shippedSnapshots = (): string[] =>
  existsSync(shipped) ? readdirSync(shipped).filter(file => file.endsWith(suffix)).map(file => file.slice(0, -suffix.length)).sort() : [];

/**
 * @param nameOrPath a path, or the bare name of a shipped snapshot
 * @throws Refusal `snapshot-unreadable`, `snapshot-unknown` (exit 2)
 */
export function loadSnapshot(nameOrPath: string): Snapshot {
  const bare = nameOrPath.replace(/^snapshots\//, '').replace(/\.json(\.br)?$/, '');
  const inPackage = join(shipped, `${bare}${suffix}`);
  const path = isFile(nameOrPath) ? nameOrPath : !/[/\\]/.test(bare) && isFile(inPackage) ? inPackage : undefined;
  if (!path) throw badInput('snapshot-unknown', `there is no snapshot file ${nameOrPath}`, `Give a path, or the name of a shipped one: ${shippedSnapshots().join(', ')}.`, { object: nameOrPath });
  let bytes: Buffer;
  try { bytes = readFileSync(path); } catch (error) { throw unreadable(path, (error as Error).message, error); }
  return decodeSnapshot(bytes, path);
}

/** @param name what findings call the file */
export function decodeSnapshot(bytes: Uint8Array, name: string): Snapshot {
  if (!bytes.length) throw unreadable(name, 'the file is empty');
  let text: string;
  if (bytes[0] === 0x7b) text = Buffer.from(bytes).toString('utf8');
  else {
    try { text = brotliDecompressSync(bytes, { maxOutputLength: maxBytes }).toString('utf8'); }
    catch (error) { throw unreadable(name, `not a whole brotli stream (${(error as Error).message})`, error); }
  }
  const found = head.exec(text);
  if (!found) throw unreadable(name, 'it does not begin as a kubesynth snapshot does');
  const body = text.trimEnd().slice(headLength, -1);
  if (sha256(body) !== found[1]) throw unreadable(name, 'its content does not match its SHA-256: it was changed or cut short');
  let snapshot: Snapshot;
  try { snapshot = JSON.parse(body) as Snapshot; } catch (error) { throw unreadable(name, `not JSON (${(error as Error).message})`, error); }
  const wrong = wrongShape(snapshot);
  if (wrong) throw unreadable(name, wrong);
  digests.set(snapshot, found[1]!);
  return snapshot;
}

function wrongShape(snapshot: Snapshot): string | undefined {
  if (snapshot?.format !== 'kubesynth.snapshot/v1') return `its format is ${JSON.stringify(snapshot?.format)}, this kubesynth reads "kubesynth.snapshot/v1"`;
  if (typeof snapshot.version?.gitVersion !== 'string') return 'it does not say which Kubernetes version it is of';
  if (!snapshot.openapi || typeof snapshot.openapi !== 'object') return 'it holds no schemas';
  return (['notes', 'kinds', 'objects', 'nodes'] as const).map(field => (Array.isArray(snapshot[field]) ? '' : `its ${field} are no list`)).find(Boolean);
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

const unreadable = (name: string, why: string, cause?: unknown): Refusal =>
  badInput('snapshot-unreadable', `${name}: ${why}`, 'Take the snapshot again with `kubesynth snapshot PATH`.', { object: name }, cause);
