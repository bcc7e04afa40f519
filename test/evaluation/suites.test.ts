/** Drawn cases run through the real path and never occur in training; hand-written ones are unknown to the playbook. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildContext } from '../../src/context/context.ts';
import { baselineExact, composition, trainingDraws } from '../../src/evaluation/baselines.ts';
import { drawCases, goldenCases } from '../../src/evaluation/cases.ts';
import { Clusters } from '../../src/evaluation/cluster.ts';
import { holdsPair } from '../../src/playbook/holdout.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { verify } from '../../src/verdict/verify.ts';
import { manifest, model, playbook, root } from './untrained.ts';

const guardrails = loadGuardrails(join(root, 'guardrails')), clusters = new Clusters();
const held = drawCases(playbook, model, clusters, guardrails, { seed: 5, count: 60, held: 'pair', kind: 'settled' });

test('what training draws never holds a held-out pair', () => {
  assert.equal(manifest.heldOut.length, 12);
  for (const d of trainingDraws(playbook, manifest, 1500, 9)) assert.equal(holdsPair(d.rows.context, manifest.heldOut), false);
});

test('every composition holds one, through intent, snapshot and observation', () => {
  for (const { asked, snapshot } of held.cases) {
    const seen = buildContext(manifest, asked!.intent, snapshot);
    assert.deepEqual(seen.tokens, asked!.context.tokens);
    assert.ok(holdsPair(seen.tokens, manifest.heldOut));
  }
});

test('the right graph of a settled case is one that the checker accepts', () => {
  let graphs = 0;
  for (const { name, expected, asked, snapshot } of held.cases) {
    if (expected === 'refused') continue;
    graphs++;
    assert.deepEqual(verify({ graph: expected, intent: asked!.intent, snapshot, guardrails }).findings.filter(f => f.severity !== 'degraded'), [], name);
  }
  assert.ok(graphs > 20, `${graphs} graphs`);
});

test('the same seed gives the same cases, another one others', () => {
  const text = (seed: number): string => JSON.stringify(drawCases(playbook, model, clusters, guardrails, { seed, count: 5, kind: 'settled' }).cases.map(c => [c.asked!.intent, c.snapshot.objects, c.expected]));
  assert.equal(text(3), text(3));
  assert.notEqual(text(3), text(4));
});

test('composing the playbook is right on what the composer labelled', () => {
  for (const one of held.cases) assert.ok(baselineExact(composition(playbook), one, guardrails), one.name);
});

test('training sees no name, image or host of the golden scenarios', () => {
  const read = readdirSync(join(root, 'playbook'), { recursive: true }).map(String).filter(f => f.endsWith('.yaml')).map(f => readFileSync(join(root, 'playbook', f), 'utf8')).join('\n');
  const tokens = manifest.tokens.join('\n'), cases = goldenCases(model);
  assert.ok(cases.length >= 44 && cases.every(c => c.byHand));
  for (const { name, asked } of cases) {
    if (!asked) continue;
    const { metadata, spec } = asked.intent;
    assert.ok(!tokens.includes(metadata.name), `${metadata.name} of ${name} is in a token`);
    for (const word of [spec.workload.containerImage, ...(spec.networking?.hosts ?? [])]) assert.ok(!read.includes(word), `${word} of ${name} is in the playbook`);
  }
});
