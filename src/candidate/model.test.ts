import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Exit, Refusal } from '../diagnostic.ts';
import { loadModel } from './model.ts';

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
