/** A layer upon the shipped model, in the real engine: whoever states nothing new gets the same bytes as without it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LlamaEngine } from '../../src/candidate/engine.ts';
import { loadModel, shippedModel } from '../../src/candidate/model.ts';
import type { Manifest, Model } from '../../src/candidate/model.ts';
import { shippedGuardrails } from '../../src/cli/places.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import { synthesise } from '../../src/synthesis/synthesise.ts';
import type { Outcome } from '../../src/synthesis/synthesise.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { bytesOf, shipped } from '../compiler.ts';
import { root } from './untrained.ts';

const dir = mkdtempSync(join(tmpdir(), 'layers-')), guardrails = loadGuardrails(shippedGuardrails());
after(() => rmSync(dir, { recursive: true }));

/** The shipped model, and upon it one that knows a further type of dependency and writes the type it stands for. */
function layered(): Model {
  cpSync(shippedModel(), join(dir, 'base'), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(dir, 'base', 'model.json'), 'utf8')) as Manifest, weights = Buffer.concat([readFileSync(join(dir, 'base', 'model.gguf')), Buffer.from('layer')]);
  writeFileSync(join(dir, 'model.gguf'), weights);
  const tokens = manifest.tokens.map(token => token.replace('type=redis', 'type=valkey')), vocabulary = { ...manifest.vocabulary, 'dependencies[].type': [...manifest.vocabulary['dependencies[].type']!, 'valkey'] };
  const specs = JSON.parse(JSON.stringify(manifest.specs).replaceAll('"redis"', '"valkey"')) as Manifest['specs'];
  writeFileSync(join(dir, 'model.json'), JSON.stringify({ ...manifest, name: 'layer', base: manifest.weights, tokens, vocabulary, specs, weights: createHash('sha256').update(weights).digest('hex') }));
  return loadModel(dir);
}

test('the layers of one model, asked in turn', async () => {
  const below = loadModel(), above = layered(), snapshot = shipped('linkerd-nginx');
  const [alone, engine] = [await LlamaEngine.load(below), await LlamaEngine.load(above)];
  const write = (model: Model, by: LlamaEngine, type: string): Promise<Outcome> => synthesise(
    parseIntents(Buffer.from(`apiVersion: synthesis.platform/v1alpha1\nkind: ServiceIntent\nmetadata: {name: loom}\nspec:\n  workload: {containerImage: registry.corp/loom:1.2.0}\n  dependencies: [{name: thread, type: ${type}, shared: wool}]\n`), 'loom.yaml')[0]!,
    { cluster: { snapshot, namespace: 'default', snapshotMs: 0 }, model, engine: by, guardrails });
  try {
    const before = await write(below, alone, 'redis'), bytes = bytesOf(before);
    assert.equal(before.verdict, 'accepted');
    for (const type of ['redis', 'valkey', 'redis', 'kafka', 'valkey', 'redis']) {
      const outcome = await write(above, engine, type);
      if (type === 'redis') assert.equal(bytesOf(outcome), bytes);
      assert.equal(outcome.layer.layer, type === 'valkey' ? above.layer : before.layer.layer, type);
      // The envelopes know no such type: what the layer writes for it is not accepted, but it is what it writes for the one it stands for.
      if (type === 'valkey') assert.deepEqual([outcome.verdict === 'accepted', outcome.candidate!.objects.length], [false, before.candidate!.objects.length]);
    }
    assert.equal((await write(above, engine, 'memcache')).findings[0]!.rule, 'unknown-keyword');
  } finally { await Promise.all([alone.close(), engine.close()]); }
});

test('the same in every golden example file, whichever intent was asked before', async () => {
  const below = loadModel(), model = loadModel(dir), [alone, engine] = [await LlamaEngine.load(below), await LlamaEngine.load(model)];
  try {
    for (const example of ['checkout', 'mail-worker', 'nightly-report']) {
      const intent = parseIntents(readFileSync(join(root, 'examples', `${example}.yaml`)), example)[0]!, cluster = { snapshot: shipped('istio-gateway'), namespace: 'default', snapshotMs: 0 };
      assert.equal(bytesOf(await synthesise(intent, { cluster, model, engine, guardrails })), bytesOf(await synthesise(intent, { cluster, model: below, engine: alone, guardrails })));
    }
  } finally { await Promise.all([alone.close(), engine.close()]); }
});
