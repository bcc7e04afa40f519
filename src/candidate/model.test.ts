import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Exit, Refusal } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import { writerFor, layersOf } from './layers.ts';
import { loadModel } from './model.ts';
import type { Manifest, Model } from './model.ts';

const weights = 'not really weights';
const manifest = {
  format: 'kubesynth.model/v1', name: 'm', weights: createHash('sha256').update(weights).digest('hex'), playbook: '', tokens: ['<pad>'], specs: [], facts: [], settings: [], defaults: {},
  vocabulary: {}, taught: [], refusals: {}, attribution: {}, because: {}, threshold: 1, heldOut: [], training: {},
};
const files = (json: string | undefined, gguf: string | undefined): string => {
  const dir = mkdtempSync(join(tmpdir(), 'model-'));
  if (json !== undefined) writeFileSync(join(dir, 'model.json'), json);
  if (gguf !== undefined) writeFileSync(join(dir, 'model.gguf'), gguf);
  return dir;
};

test('a model folder is read, and known by its digest', () => {
  const dir = files(JSON.stringify(manifest), weights);
  try {
    const model = loadModel(dir);
    assert.deepEqual([model.digest, model.path, model.manifest.name], [`sha256:${manifest.weights}`, join(dir, 'model.gguf'), 'm']);
  } finally { rmSync(dir, { recursive: true }); }
});

test('a layer is known by all weights below it, and only lies on those it was taught upon', () => {
  const whole = JSON.stringify({ ...manifest, base: manifest.weights }), dir = files(whole, weights), below = join(dir, 'base');
  try {
    assert.throws(() => loadModel(dir), (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'model-unreadable' && e.findings[0]!.object === join(below, 'model.json'));
    mkdirSync(below);
    writeFileSync(join(below, 'model.json'), JSON.stringify(manifest));
    writeFileSync(join(below, 'model.gguf'), weights);
    const model = loadModel(dir);
    assert.deepEqual([model.layer, model.base!.layer, layersOf(model).map(m => m.path)], [1, 0, [join(below, 'model.gguf'), join(dir, 'model.gguf')]]);
    assert.match(model.digest, /^sha256:[0-9a-f]{64}$/);
    assert.notEqual(model.digest, model.base!.digest);
    const others = 'other weights';
    writeFileSync(join(below, 'model.gguf'), others);
    writeFileSync(join(below, 'model.json'), JSON.stringify({ ...manifest, weights: createHash('sha256').update(others).digest('hex') }));
    assert.throws(() => loadModel(dir), (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'model-digest' && e.findings[0]!.object === join(below, 'model.gguf'));
  } finally { rmSync(dir, { recursive: true }); }
});

test('what an intent states decides which layer writes: the innermost that was taught all of it', () => {
  const knows = (types: string[], taught: string[], base?: Model): Model => ({ manifest: { vocabulary: { 'dependencies[].type': types }, taught: ['dependencies', 'dependencies[].type', 'dependencies[].name', 'workload.containerImage', ...taught] } as unknown as Manifest, path: '', digest: '', layer: base ? base.layer + 1 : 0, ...(base ? { base } : {}) });
  const first = knows(['queue'], []), second = knows(['queue', 'ledger'], [], first), third = knows(['queue', 'ledger'], ['scaling.min'], second);
  const layer = (spec: object): number => writerFor(third, { apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'a' }, spec: { workload: { containerImage: 'a:1' }, ...spec } } as unknown as Intent).layer.layer;
  assert.equal(layer({}), 0);
  assert.equal(layer({ dependencies: [{ name: 'a', type: 'queue' }] }), 0);
  assert.equal(layer({ dependencies: [{ name: 'a', type: 'queue' }, { name: 'b', type: 'ledger' }] }), 1);
  assert.equal(layer({ scaling: { min: 2 } }), 2);
  assert.equal(layer({ dependencies: [{ name: 'a', type: 'oracle' }] }), 2, 'the outermost says what it does not know');
});

test('missing, corrupt and mismatched files are bad input, each by its name', () => {
  const whole = JSON.stringify(manifest);
  const cases: [string | undefined, string | undefined, string, string, RegExp][] = [
    [undefined, weights, 'model-unreadable', 'model.json', /cannot be read/],
    [whole, undefined, 'model-unreadable', 'model.gguf', /cannot be read/],
    [whole.slice(0, -9), weights, 'model-unreadable', 'model.json', /not JSON/],
    ['', weights, 'model-unreadable', 'model.json', /not JSON/],
    ['null', weights, 'model-unreadable', 'model.json', /format is undefined/],
    ['[]', weights, 'model-unreadable', 'model.json', /format is undefined/],
    [JSON.stringify({ ...manifest, format: 'kubesynth.model/v2' }), weights, 'model-unreadable', 'model.json', /kubesynth\.model\/v2/],
    [JSON.stringify({ ...manifest, tokens: undefined }), weights, 'model-unreadable', 'model.json', /lacks "tokens"/],
    [JSON.stringify({ ...manifest, weights: undefined }), weights, 'model-unreadable', 'model.json', /lacks "weights"/],
    [whole, `${weights}.`, 'model-digest', 'model.gguf', new RegExp(manifest.weights.slice(0, 12))],
    [whole, weights.slice(1), 'model-digest', 'model.gguf', /digest/],
    [whole, '', 'model-digest', 'model.gguf', /digest/],
  ];
  for (const [json, gguf, rule, file, says] of cases) {
    const dir = files(json, gguf);
    try {
      assert.throws(() => loadModel(dir), (e: unknown) => {
        assert.ok(e instanceof Refusal, String(e));
        assert.deepEqual([e.exit, e.findings[0]!.rule, e.findings[0]!.object], [Exit.badInput, rule, join(dir, file)]);
        assert.match(e.findings[0]!.message, says);
        return e.findings[0]!.fix !== '';
      });
    } finally { rmSync(dir, { recursive: true }); }
  }
  assert.throws(() => loadModel('/nowhere/at/all'), Refusal);
});
