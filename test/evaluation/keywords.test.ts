/** Keywords are only words: with every one of them renamed in the playbook, training sees exactly the same ids. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { loadModel } from '../../src/candidate/model.ts';
import type { Manifest } from '../../src/candidate/model.ts';
import { joinedPlaybook } from '../../src/cli/joined.ts';
import { shippedPlaybook } from '../../src/cli/places.ts';
import { intentFields } from '../../src/intent/walk.ts';
import type { IntentField } from '../../src/intent/walk.ts';
import { Refusal } from '../../src/diagnostic.ts';
import { contextsOf } from '../../src/evaluation/overlap.ts';
import { furtherThan } from '../../src/playbook/further.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { prepare } from '../../src/playbook/prepare.ts';
import { seeded } from '../../src/playbook/sample.ts';
import { manifest, root } from './untrained.ts';

type Fields = Record<string, unknown>;

/** Keys of the fields whose words are the platform's. */
const open = (fields: readonly IntentField[]): string[] => fields.flatMap(f => [...(f.role === 'keyword' && !f.values ? [f.key] : []), ...open(f.items ?? [])]);
const keys = new Set(open(intentFields));

/** New words in the same order as the old ones, of one length, so that none begins another. */
function renaming(): Map<string, string> {
  const random = seeded(99), words = [...new Set([...keys].flatMap(k => manifest.vocabulary[k] ?? []))].sort();
  const letters = (): string => Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
  return new Map(words.map((w, i) => [w, `k${String(i).padStart(3, '0')}-${letters()}`]));
}

/** Conditions, defaults and weights of the open keywords in new words. */
function rename(value: unknown, words: ReadonlyMap<string, string>, key?: string): unknown {
  const word = (v: unknown): unknown => words.get(String(v)) ?? v;
  if (Array.isArray(value)) return value.map(v => (typeof v === 'object' ? rename(v, words) : key ? word(v) : v));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value as Fields).map(([k, v]) => [key ? String(word(k)) : k, rename(v, words, keys.has(k) ? k : undefined)]));
  }
  return key ? word(value) : value;
}

test('the corpus of a playbook in other words is the same, byte for byte', t => {
  const folder = mkdtempSync(join(tmpdir(), 'kubesynth-keywords-')), words = renaming();
  t.after(() => rmSync(folder, { recursive: true }));
  assert.ok(words.size >= 15, `${words.size} keywords`);
  const other = join(folder, 'playbook');
  cpSync(join(root, 'playbook'), other, { recursive: true });
  for (const file of readdirSync(other, { recursive: true }).map(String).filter(f => f.endsWith('.yaml'))) {
    const raw = parse(readFileSync(join(other, file), 'utf8')) as unknown;
    // Of facts what they need. Of examples only the conditions: samples are values for alignment, and a sample intent states no keyword.
    const renamed = basename(file) === 'facts.yaml' ? (raw as Fields[]).map(f => ({ ...f, ...(f['needs'] ? { needs: rename(f['needs'], words) } : {}) })) : Array.isArray(raw) ? raw.map((e: Fields) => ({ ...e, where: rename(e['where'], words), ...(e['unless'] ? { unless: rename(e['unless'], words) } : {}) })) : rename(raw, words);
    writeFileSync(join(other, file), stringify(renamed));
  }
  const options = { graphs: 400, suiteGraphs: 100 };
  prepare(join(root, 'playbook'), join(folder, 'a'), options);
  prepare(other, join(folder, 'b'), options);
  const manifests = ['a', 'b'].map(d => JSON.parse(readFileSync(join(folder, d, 'manifest.json'), 'utf8')) as { vocabulary: Record<string, string[]> });
  for (const key of keys) assert.deepEqual(manifests[1]!.vocabulary[key], manifests[0]!.vocabulary[key]?.map(w => words.get(w)), key);
  for (const suite of ['train', 'fresh', 'compositions']) {
    assert.ok(readFileSync(join(folder, 'a', suite, 'ids.u16')).equals(readFileSync(join(folder, 'b', suite, 'ids.u16'))), `${suite} differs`);
  }
  // The first training context is known to be one; the same with a token less is not.
  const manifest = JSON.parse(readFileSync(join(folder, 'a', 'manifest.json'), 'utf8')) as { tokens: string[] }, ids = readFileSync(join(folder, 'a', 'train', 'ids.u16'));
  const rows = ids.readUInt16LE(2), first = Array.from({ length: ids.readUInt16LE(0) }, (_, i) => manifest.tokens[ids.readUInt16LE(4 + rows * 2 + i * 2)]!), seen = contextsOf(join(folder, 'a'), manifest.tokens);
  assert.ok(seen(first) && !seen(first.slice(1)));
  assert.throws(() => contextsOf(join(folder, 'b'), manifest.tokens), (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'corpus-mismatch');
});

test('a keyword taught to the shipped model in any other word gives the same corpus, and so the same layer', t => {
  const folder = mkdtempSync(join(tmpdir(), 'kubesynth-keyword-')), random = seeded(7), word = `c${Array.from({ length: 9 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')}`;
  t.after(() => rmSync(folder, { recursive: true }));
  const { manifest: known } = loadModel(), taught = joinedPlaybook(shippedPlaybook(), [join(root, 'examples', 'new-keyword', 'playbook')], join(folder, 'taught')), renamed = join(folder, 'renamed');
  cpSync(taught, renamed, { recursive: true });
  const file = join('z-added-0', 'certificate.yaml'), examples = parse(readFileSync(join(renamed, file), 'utf8')) as Fields[];
  writeFileSync(join(renamed, file), stringify(examples.map(e => ({ ...e, where: rename(e['where'], new Map([['certificate', word]])) }))));
  const layerOf = (playbook: string, out: string): string => {
    const { examples: further, mixed } = furtherThan(playbook, loadPlaybook(playbook), known);
    assert.deepEqual([further.length, mixed], [2, undefined]);
    prepare(playbook, join(folder, out), { graphs: 300, suiteGraphs: 60, heldOut: known.heldOut, known: new Set(known.tokens), further: { names: new Set(further.map(e => e.name)), share: 0.8 } });
    const { vocabulary, heldOut, tokens } = JSON.parse(readFileSync(join(folder, out, 'manifest.json'), 'utf8')) as Manifest, apart = JSON.parse(readFileSync(join(folder, out, 'apart.json'), 'utf8')) as [number, number][];
    assert.equal(heldOut.length, known.heldOut.length + 4);
    const added = vocabulary['dependencies[].type']!.find(w => !known.vocabulary['dependencies[].type']!.includes(w))!;
    assert.deepEqual(apart.map(([fresh]) => tokens[fresh]), Array(4).fill(`?dependencies{type=${added}}`));
    assert.deepEqual(apart.map(pair => pair.map(id => tokens[id]!).sort()), heldOut.slice(-4));
    assert.ok(apart.every(([fresh, old]) => !known.tokens.includes(tokens[fresh]!) && known.tokens.includes(tokens[old]!)));
    return added;
  };
  assert.deepEqual([layerOf(taught, 'a'), layerOf(renamed, 'b')], ['certificate', word]);
  for (const suite of ['train', 'fresh', 'compositions', 'clusters']) assert.ok(readFileSync(join(folder, 'a', suite, 'ids.u16')).equals(readFileSync(join(folder, 'b', suite, 'ids.u16'))), `${suite} differs`);
});
