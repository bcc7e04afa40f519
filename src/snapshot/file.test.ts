import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { Refusal } from '../diagnostic.ts';
import { decodeSnapshot, digest, encodeSnapshot, loadSnapshot, saveSnapshot, shippedSnapshots } from './file.ts';
import type { Snapshot } from './types.ts';

const small: Snapshot = {
  format: 'kubesynth.snapshot/v1', notes: [], version: { major: '1', minor: '30', gitVersion: 'v1.30.14' },
  kinds: [{ group: '', versions: ['v1'], kind: 'ConfigMap', plural: 'configmaps', namespaced: true }],
  openapi: { 'api/v1': { components: { schemas: { ConfigMap: { type: 'object' } } } } },
  objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }], nodes: [],
};
const refusedAs = (rule: string, pattern: RegExp) => (error: unknown): boolean =>
  error instanceof Refusal && error.exit === 2 && error.findings[0]?.rule === rule && pattern.test(error.findings[0].message);

test('a saved snapshot is read back equal, with the same digest', () => {
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-file-'));
  try {
    const path = join(dir, 'deep', 'one.json.br');
    assert.equal(saveSnapshot(path, small), statSync(path).size);
    const loaded = loadSnapshot(path);
    assert.deepEqual(loaded, small);
    assert.equal(digest(loaded), digest(small));
  } finally { rmSync(dir, { recursive: true }); }
});

test('bytes do not depend on the order of keys', () => {
  const shuffled = Object.fromEntries(Object.entries(small).reverse()) as unknown as Snapshot;
  assert.deepEqual(encodeSnapshot(shuffled), encodeSnapshot(small));
});

test('the uncompressed text is read as well', () => {
  assert.deepEqual(decodeSnapshot(brotliDecompressSync(encodeSnapshot(small)), 'plain'), small);
});

test('every truncation is refused', () => {
  const bytes = encodeSnapshot(small);
  for (let length = 0; length < bytes.length; length++) assert.throws(() => decodeSnapshot(bytes.subarray(0, length), 'cut'), refusedAs('snapshot-unreadable', /^cut: /));
});

test('every changed byte is refused or changes nothing', () => {
  const bytes = encodeSnapshot(small);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 0x55;
    try { assert.deepEqual(decodeSnapshot(changed, 'changed'), small); } // e.g. an unused bit of the compressed stream
    catch (error) { assert.ok(error instanceof Refusal && error.findings[0]?.rule === 'snapshot-unreadable', String(error)); }
  }
});

test('other files are refused with the cause', () => {
  const as = (text: string) => () => decodeSnapshot(brotliCompressSync(Buffer.from(text)), 'it');
  assert.throws(() => decodeSnapshot(Buffer.from('kind: Pod'), 'it'), refusedAs('snapshot-unreadable', /brotli/));
  assert.throws(as('{"kind":"Pod"}'), refusedAs('snapshot-unreadable', /does not begin/));
  assert.throws(() => decodeSnapshot(encodeSnapshot({ ...small, format: 'v9' as Snapshot['format'] }), 'it'), refusedAs('snapshot-unreadable', /format is "v9"/));
  assert.throws(() => decodeSnapshot(encodeSnapshot({ ...small, nodes: {} as never }), 'it'), refusedAs('snapshot-unreadable', /its nodes are no list/));
  const dir = mkdtempSync(join(tmpdir(), 'kubesynth-file-'));
  try {
    writeFileSync(join(dir, 'bare-1.30'), 'not a snapshot');
    assert.throws(() => loadSnapshot(join(dir, 'bare-1.30')), refusedAs('snapshot-unreadable', /bare-1\.30/));
  } finally { rmSync(dir, { recursive: true }); }
});

test('a bare name finds a shipped snapshot, an unknown one names those there are', () => {
  assert.ok(shippedSnapshots().length >= 4);
  for (const name of shippedSnapshots()) {
    const snapshot = loadSnapshot(name);
    assert.deepEqual(loadSnapshot(`snapshots/${name}`), snapshot);
    assert.ok(encodeSnapshot(snapshot).length < 1e6);
    for (const namespace of ['shop', 'production', 'default']) assert.ok(snapshot.objects.some(o => o.kind === 'Namespace' && o.metadata.name === namespace), `${name} has ${namespace}`);
  }
  assert.throws(() => loadSnapshot('no-such'), (error: unknown) => error instanceof Refusal && error.findings[0]?.rule === 'snapshot-unknown' && /bare-1\.30/.test(error.findings[0].fix));
});
