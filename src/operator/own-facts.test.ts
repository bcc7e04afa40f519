/** Facts that an intent is part of are the same whether they see the whole intent or what they look at. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadModel } from '../candidate/model.ts';
import { isOfIntent, observe } from '../context/observe.ts';
import { Refusal } from '../diagnostic.ts';
import { parseIntents } from '../intent/parse.ts';
import type { Intent } from '../intent/types.ts';
import type { JsonObject } from '../kubernetes.ts';
import { loadSnapshot, shippedSnapshots } from '../snapshot/file.ts';
import { understand } from '../synthesis/understand.ts';
import { OwnFacts, pathsIn } from './own-facts.ts';

test('the fields that an expression names', () => {
  assert.deepEqual(pathsIn('has(intent.spec.a.b) && intent.spec.ports.size() > 0'), [['spec', 'a', 'b'], ['spec', 'ports']]);
  assert.deepEqual(pathsIn('intent.spec.workload.?placement.?tolerations.orValue([])'), [['spec', 'workload', 'placement', 'tolerations']]);
  assert.deepEqual(pathsIn('intent.spec.ports[0].name'), [['spec', 'ports']]);
  assert.equal(pathsIn('intent["spec"].a'), undefined);
  assert.equal(pathsIn('f(intent)'), undefined);
});

/** None where the intent is refused before anything is observed. */
function read(file: string): Intent[] {
  try { return parseIntents(readFileSync(file), file); } catch (error) { if (error instanceof Refusal) return []; throw error; }
}

test('every golden intent in every shipped cluster', () => {
  const model = loadModel(), { manifest } = model, rules = manifest.facts.filter(isOfIntent), own = new OwnFacts(rules);
  assert.ok(rules.length > 1);
  let compared = 0;
  for (const name of shippedSnapshots()) {
    const snapshot = loadSnapshot(name);
    for (const file of globSync('test/golden/*/intent.yaml')) for (const written of read(file)) {
      const { intent } = understand(written, 'shop', model), facts = observe(rules, intent as unknown as { metadata: JsonObject; spec: JsonObject }, snapshot);
      assert.equal(own.digest(own.readsOf(intent), snapshot), own.digestOf(facts), `${file} in ${name}`);
      compared++;
    }
  }
  assert.ok(compared > 100);
});
