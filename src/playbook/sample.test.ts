/** Sampling and the corpus: contexts that could be real, the same for the same seed, held-out pairs kept apart. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { classFields, matches } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import { partsOf, RunEncoder } from '../tokens/runs.ts';
import { buildTokenizer, draw, writeCorpus } from './corpus.ts';
import type { Around } from './corpus.ts';
import type { Playbook } from './example.ts';
import { classAmong, focusOn } from './focus.ts';
import type { Focus } from './focus.ts';
import { holdsPair } from './holdout.ts';
import { conditions, loadExamples } from './load.ts';
import { pick, sampleFeatures, seeded } from './sample.ts';
import { featureSpecs } from './specs.ts';

const text = `
- {name: base, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {k: v, n: checkout}}]}
- {name: one, where: {f.a: [x]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {a: x}}]}
- {name: two, where: {f.b: [present]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {b: b}}]}
- {name: three, where: {f.c: [present]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {c: c}}]}
- {name: new, where: {k8s: ">=1.30", "api:x.io/A": [present], "api:x.io/B": [absent]}, objects: [{apiVersion: x.io/v1, kind: A, metadata: {name: checkout}, spec: {}}]}
- {name: gate, where: {"fact:gate.name": [present], "fact:gate.sort": [near]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {g: near}}]}
- {name: not, where: {f.a: [y], f.d: [present]}, refuse: {rule: never, message: m, fix: f}}
- name: deps
  where: {"dependencies[].type": [alpha], "dependencies[].host": [present], "dependencies[].cidr": [absent]}
  intent: {spec: {dependencies: [{name: orders, type: alpha}]}}
  objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {l: [{h: orders}]}}]
`;
const playbook: Playbook = {
  examples: loadExamples('x.yaml', text), settings: [],
  facts: [{ name: 'gate', fields: { name: 'value', sort: 'keyword' }, cel: 'null', values: { sort: ['near', 'far'] }, needs: conditions({ 'f.d': ['present'] }) }],
  sampling: {
    defaults: { 'f.a': 'z' }, weights: { 'f.a': { x: 1, y: 1, z: 2 }, 'dependencies[]': { 0: 1, 1: 1, 2: 1 } }, apis: [['x.io/A', 'x.io/B']], unseen: [],
    exclusive: [['f.b', 'f.c']], oneOf: [['dependencies[].host', 'dependencies[].cidr']],
    implies: [{ if: conditions({ 'f.a': ['x'] }), then: { 'f.d': 'absent' }, chance: 1 }], nothing: [],
  },
};
const specs = featureSpecs(playbook);
const samples = (seed: number, n = 500): Features[] => { const r = seeded(seed); return Array.from({ length: n }, () => sampleFeatures(playbook, specs, r)); };

test('features are those the examples speak of, in canonical order, with every value', () => {
  assert.deepEqual(specs.map(s => s.name), ['api:x.io/A', 'api:x.io/B', 'dependencies[]', 'f.a', 'f.b', 'f.c', 'f.d', 'fact:gate.name', 'fact:gate.sort', 'k8s>=1.30']);
  assert.deepEqual(specs.find(s => s.name === 'f.a'), { name: 'f.a', type: 'keyword', values: ['x', 'y', 'z'] });
  assert.deepEqual(specs.find(s => s.name === 'fact:gate.sort'), { name: 'fact:gate.sort', type: 'fact', role: 'keyword', values: ['far', 'near'] });
  const items = specs.find((s): s is Extract<FeatureSpec, { type: 'items' }> => s.type === 'items')!;
  assert.deepEqual(items.by.map(b => [b.field, b.role]), [['cidr', 'presence'], ['host', 'presence'], ['type', 'keyword']]);
  assert.deepEqual(items.by[1]!.when, [{ type: ['alpha'], cidr: ['absent'] }], 'a field matters beside the others that its examples ask for');
});

test('the same seed gives the same contexts, another gives others', () => {
  assert.deepEqual(samples(5, 50), samples(5, 50));
  assert.notDeepEqual(samples(5, 50), samples(6, 50));
  const r = seeded(1), numbers = Array.from({ length: 1000 }, r);
  assert.ok(numbers.every(n => n >= 0 && n < 1) && new Set(numbers).size > 990);
});

test('weights are relative, and what has none is never drawn', () => {
  const r = seeded(2), drawn = Array.from({ length: 2000 }, () => pick(r, { a: 30, b: 10, c: 0 }));
  const a = drawn.filter(v => v === 'a').length;
  assert.ok(a > 1400 && a < 1600 && !drawn.includes('c'));
});

test('contexts respect what excludes, implies and belongs together', () => {
  for (const f of samples(3)) {
    assert.ok(!(f['f.b'] === 'present' && f['f.c'] === 'present'), 'exclusive');
    assert.ok(!(f['f.a'] === 'x' && f['f.d'] === 'present'), 'implied');
    assert.equal(f['api:x.io/A'], f['api:x.io/B'], 'installed together');
    if (f['f.d'] === 'absent') assert.deepEqual([f['fact:gate.name'], f['fact:gate.sort']], ['absent', 'absent'], 'a fact needs what it needs');
    for (const name of f['dependencies[]'] as string[]) {
      const fields = classFields(name);
      assert.ok(!(fields['host'] && fields['cidr']), name);
    }
  }
  const seen = samples(3).flatMap(f => f['dependencies[]'] as string[]);
  assert.deepEqual([...new Set(seen)].sort(), ['dependencies{host,type=alpha}', 'dependencies{}'], 'exactly one of the two is stated; of an item with a cidr no example says anything');
});

const tokenizer = buildTokenizer(playbook, 1, 400, 2);

test('a tokenizer depends on playbook and seed alone', () => {
  const again = buildTokenizer(playbook, 1, 400, 2);
  assert.deepEqual([again.vocabulary.tokens, [...again.runs], again.pairs], [tokenizer.vocabulary.tokens, [...tokenizer.runs], tokenizer.pairs]);
});

test('held-out pairs are never drawn for training, and always for the suite', () => {
  assert.equal(tokenizer.pairs.length, 2);
  const feature = (t: string): string => t.slice(1).replace(/[={].*$/, '');
  for (const [a, b] of tokenizer.pairs) assert.ok(!playbook.examples.some(e => [a, b].every(t => e.where.some(c => c.name.replace('[]', '') === feature(t)))), `${a} ${b} decide together in one example`);
  const r = seeded(9);
  for (let i = 0; i < 300; i++) assert.ok(!holdsPair(draw(playbook, specs, r, tokenizer.pairs).rows.context, tokenizer.pairs));
  for (let i = 0; i < 50; i++) assert.ok(holdsPair(draw(playbook, specs, r, tokenizer.pairs, 'pair').rows.context, tokenizer.pairs));
});

test('a set of installed kinds that is named as unseen is drawn for its suite alone', () => {
  const bare: Playbook = { ...playbook, sampling: { ...playbook.sampling, unseen: [['x.io/A']] } }, r = seeded(10);
  for (let i = 0; i < 200; i++) assert.equal(draw(bare, specs, r, []).features['api:x.io/B'], 'absent');
  for (let i = 0; i < 50; i++) assert.equal(draw(bare, specs, r, [], 'cluster').features['api:x.io/B'], 'present');
});

test('a refused context has a plan of refusals and no objects', () => {
  const r = seeded(4), refused = Array.from({ length: 200 }, () => draw(playbook, specs, r, [])).filter(d => d.composition.refusals.length);
  assert.ok(refused.length > 5 && refused.length < 60);
  for (const d of refused) assert.deepEqual([d.rows.plan, d.rows.objects], [['<plan>', '!never', '<end>'], []]);
});

test('the corpus on disk is the rows that were drawn, byte for byte the same each time', () => {
  const dir = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    const [a, b] = [join(dir, 'a'), join(dir, 'b')];
    const figures = writeCorpus(a, playbook, tokenizer, 40, 11);
    writeCorpus(b, playbook, tokenizer, 40, 11);
    for (const file of ['ids.u16', 'index.u32', 'corpus.json']) assert.deepEqual(readFileSync(join(a, file)), readFileSync(join(b, file)), file);
    assert.equal(figures.skipped, 0);
    const bytes = (file: string): ArrayBuffer => { const f = readFileSync(join(a, file)); return f.buffer.slice(f.byteOffset, f.byteOffset + f.byteLength) as ArrayBuffer; };
    const ids = new Uint16Array(bytes('ids.u16')), index = new Uint32Array(bytes('index.u32'));
    assert.deepEqual([index.length, index[40]], [41, ids.length]);
    const random = seeded(11), encoder = new RunEncoder(tokenizer.runs);
    for (let g = 0; g < 40; g++) {
      const { rows } = draw(playbook, specs, random, tokenizer.pairs), graph = [...ids.subarray(index[g], index[g + 1])];
      const [contextLength, count, ...rest] = graph, lengths = rest.splice(0, count!);
      const text = rest.map(id => tokenizer.vocabulary.token(id)), parts = [text.splice(0, contextLength!)];
      for (const n of lengths) parts.push(text.splice(0, n));
      assert.deepEqual(text, []);
      assert.deepEqual(parts, [rows.context, rows.plan, ...rows.objects.map(o => encoder.encode(o))]);
      assert.deepEqual(parts.slice(2).map(o => o.flatMap(partsOf)), rows.objects);
    }
  } finally { rmSync(dir, { recursive: true }); }
});

test('a focus is an example whose conditions hold, but for one of them half of the time', () => {
  const r = seeded(8), around = (name: string): Features[] => {
    const example = playbook.examples.find(e => e.name === name)!;
    return Array.from({ length: 400 }, () => sampleFeatures(playbook, specs, r, focusOn(example, playbook.facts, r)));
  };
  for (const name of ['gate', 'not']) {
    const { where } = playbook.examples.find(e => e.name === name)!, all = around(name);
    const met = all.filter(f => matches(where, f)).length;
    assert.ok(met > 100 && met < 300, `${name}: ${met} of 400 meet all`);
    // Here and there what is drawn implies that another condition fails too.
    const missed = all.filter(f => !matches(where, f));
    assert.ok(missed.filter(f => where.filter(c => !matches([c], f)).length === 1).length > missed.length / 2, name);
  }
});

test('contexts drawn without a focus are those of before', () => {
  const free = seeded(11), unfocused = seeded(11);
  for (let i = 0; i < 50; i++) assert.deepEqual(sampleFeatures(playbook, specs, free), sampleFeatures(playbook, specs, unfocused, new Map()));
});

test('examples added to a known playbook get half of the contexts around examples', () => {
  const added = playbook.examples.filter(e => e.name === 'gate'), share = (around?: Around): number => {
    const r = seeded(12), drawn = Array.from({ length: 600 }, () => draw(playbook, specs, r, [], undefined, 0, around));
    return drawn.filter(d => d.composition.applied.some(e => e.name === 'gate')).length / 600;
  };
  assert.ok(share({ share: 1, plans: 0, parts: 0, classes: 0, above: added }) > share({ share: 1, plans: 0, parts: 0, classes: 0, above: [] }) + 0.05);
  assert.equal(share(), share({ share: 0, plans: 0, parts: 0, classes: 0, above: added }), 'without a share nothing is drawn around anything');
});

test('in focus, an item of a rare class is as likely as one of a common class', () => {
  const beside = loadExamples('y.yaml', '- {name: beta, where: {"dependencies[].type": [beta]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {m: b}}]}');
  const both: Playbook = { ...playbook, examples: [...playbook.examples, ...beside], sampling: { ...playbook.sampling, weights: { 'dependencies[].type': { alpha: 99, beta: 1 } } } };
  const of = featureSpecs(both), r = seeded(15), betas = (focus: () => Focus): number =>
    Array.from({ length: 400 }, () => sampleFeatures(both, of, r, focus())['dependencies[]']).filter(classes => (classes as string[]).some(c => c.includes('type=beta'))).length;
  const free = betas(() => new Map()), focused = betas(() => classAmong(of, r));
  assert.ok(free < 20 && focused > 140 && focused < 260, `${free} and ${focused} of 400`);
  assert.equal(classAmong(of.filter(s => s.type !== 'items'), r).size, 0, 'without a list there is nothing to choose');
});

test('plans are drawn around reasons to refuse, and learnt without their objects', () => {
  const r = seeded(14), drawn = Array.from({ length: 400 }, () => draw(playbook, specs, r, [], undefined, 0, { share: 0, plans: 0.5, parts: 0, classes: 0, above: [] }));
  const plans = drawn.filter(d => !d.rows.objects.length && d.rows.plan.length > 1), refused = drawn.filter(d => d.composition.refusals.length > 0);
  assert.ok(plans.length > 140 && plans.length < 260, `${plans.length} of 400`);
  assert.ok(refused.length > plans.length * 0.2 && refused.length < plans.length * 0.8, `${refused.length} of ${plans.length} are refused, the others just not`);
  assert.ok(refused.every(d => plans.includes(d)));
});

test('a new value of a known keyword is drawn though it has no weight', () => {
  const more: Playbook = { ...playbook, examples: [...playbook.examples, ...loadExamples('z-added-0/y.yaml', '- {name: fresh, where: {f.a: [w]}, objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: checkout}, data: {w: w}}]}')] };
  const r = seeded(13), wide = featureSpecs(more), drawn = Array.from({ length: 600 }, () => sampleFeatures(more, wide, r)['f.a']);
  const n = drawn.filter(v => v === 'w').length;
  assert.ok(n > 60 && n < 240, `${n} of 600`);
});
