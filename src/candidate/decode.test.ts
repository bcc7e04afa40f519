/** A whole decode with an engine that says what it is told to: what becomes of plans, objects, margins and refused graphs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import type { Intent } from '../intent/types.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { decode } from './decode.ts';
import { depthsOf } from './layers.ts';
import type { DecodeOptions } from './decode.ts';
import type { Engine, Step } from './engine.ts';
import type { Manifest, Model } from './model.ts';
import { Recall } from './recall.ts';
import type { Candidate } from './types.ts';

const MAP = '+/ConfigMap ${metadata.name}-x', SERVICE = '+/Service ${metadata.name}';
const tokens = ['<pad>', '<plan>', '<end>', '?f=on', MAP, SERVICE, '!not-here', '{\n.data\n{\n.a', '="one"', '="two"', '$${metadata.name}', '=5', '}\n}', '.b', '{\n.spec\n{\n.type', '="ClusterIP"', '="Nearly"', '}'];
const manifest = { tokens, refusals: { 'not-here': { message: 'm', fix: 'f' } } } as unknown as Manifest;
const model: Model = { manifest, path: '', layer: 0, digest: '' };
const snapshot = loadSnapshot('bare-1.30');
const called = (name: unknown): Context => contextOf([{ name: 'f', type: 'keyword', values: ['on'] }], { metadata: { name, namespace: 'ns' }, spec: { f: 'on' } } as unknown as Intent, {}, new Set(), 30);
const context = called('shop');

type Choices = Record<string, [string, number][]>;
/** Says `choices[first token][tokens since]`; what is not written there ends the answer. */
class Scripted implements Engine {
  contexts: number[][] = [];
  /** First tokens of the rows that it was asked for. */
  rows: string[] = [];
  readonly #choices: Record<string, Choices>;
  constructor(choices: Record<string, Choices>) { this.#choices = choices; }
  context(ids: readonly number[]): Promise<void> { this.contexts.push([...ids]); return Promise.resolve(); }
  close(): Promise<void> { return Promise.resolve(); }
  row(prefix: readonly number[]): Promise<Step[]> {
    const [first, ...said] = prefix.map(id => tokens[id]!), steps: Step[] = [];
    this.rows.push(first!);
    for (let next; (next = this.#choices[first!]?.[said.join('|')]); said.push(next[0]![0])) steps.push({ ids: next.map(([t]) => tokens.indexOf(t)), logits: next.map(([, l]) => l) });
    return Promise.resolve(steps);
  }
}
const plan = (...objects: string[]): Choices => Object.fromEntries([...objects, '<end>'].map((t, i, all) => [all.slice(0, i).join('|'), [[t, -0.01], ['<pad>', -9]]])) as Choices;
const OPEN = '{\n.data\n{\n.a', CLOSE = '}\n}';
const map: Choices = {
  '': [[OPEN, 0], ['<pad>', -9]], [OPEN]: [['="one"', -0.5], ['$${metadata.name}', -0.8], ['=5', -0.9]],
  [`${OPEN}|="one"`]: [[CLOSE, 0], ['<pad>', -7]], [`${OPEN}|$\${metadata.name}`]: [[CLOSE, 0], ['<pad>', -7]], [`${OPEN}|="two"`]: [[CLOSE, 0], ['<pad>', -7]],
};
const run = (rows: Record<string, Choices>, options?: DecodeOptions): Promise<Candidate> => decode(model, context, snapshot, new Scripted(rows), options);
const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('plan, then objects: values, apiVersion, namespace, margins and where each leaf came from', async () => {
  const engine = new Scripted({ '<plan>': plan(MAP), [MAP]: map }), c = await decode(model, context, snapshot, engine);
  assert.deepEqual(engine.contexts, [[tokens.indexOf('?f=on')]]);
  assert.deepEqual(c.objects.map(o => o.object), [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop-x', namespace: 'ns' }, data: { a: 'one' } }]);
  assert.deepEqual(c.objects[0]!.provenance.map(p => p.path), ['data.a']);
  close(c.objects[0]!.provenance[0]!.margin, 0.3);
  close(c.objects[0]!.minMargin, 0.3);
  close(c.figures.minMargin, 0.3);
  assert.deepEqual([c.figures.backtracks, c.figures.tokens, c.figures.evaluated, c.refusals], [0, 9, 5, []]);
});

test('a choice this cluster forbids gives way to the next one it admits', async () => {
  const c = await run({ '<plan>': plan(MAP), [MAP]: { ...map, [OPEN]: [['=5', -0.1], ['$${metadata.name}', -1], ['="two"', -3]] } });
  assert.deepEqual((c.objects[0]!.object['data'] as JsonObject), { a: 'shop' });
  assert.equal(c.objects[0]!.provenance[0]!.slot, '${metadata.name}');
  close(c.objects[0]!.minMargin, 2);
});

test('a refusal has no objects and the text it was trained with', async () => {
  const c = await run({ '<plan>': plan('!not-here') });
  assert.deepEqual([c.objects, c.refusals], [[], [{ rule: 'not-here', message: 'm', fix: 'f' }]]);
});

test('a dead end is gone around by the weakest decision before it, and the graph needs review', async () => {
  const c = await run({ '<plan>': plan(MAP), [MAP]: { ...map, [OPEN]: [['="one"', -0.5], ['="two"', -0.8]], [`${OPEN}|="one"`]: [['=5', 0], ['<pad>', -7]] } });
  assert.deepEqual(c.objects[0]!.object['data'], { a: 'two' });
  close(c.figures.minMargin, -0.3);
});

test('a dead end needs review', async () => {
  const refused = (rule: string) => (e: unknown): boolean => e instanceof Refusal && e.exit === Exit.needsReview && e.findings[0]!.rule === rule;
  await assert.rejects(run({ '<plan>': plan(MAP), [MAP]: { ...map, [OPEN]: [['=5', 0]] } }), refused('decode-dead-end'));
  await assert.rejects(run({ '<plan>': { '': [['<end>', 0]] } }), refused('decode-dead-end'));
  await assert.rejects(run({ '<plan>': plan(SERVICE), [SERVICE]: { '': [['{\n.spec\n{\n.type', 0]], '{\n.spec\n{\n.type': [['=5', 0]] } }), refused('decode-dead-end'));
});

test('a context the model has never seen needs review, before anything is decoded', async () => {
  const unseen = { ...context, tokens: ['?f=on', '?g=new'] }, engine = new Scripted({});
  await assert.rejects(decode(model, unseen, snapshot, engine), (e: unknown) => e instanceof Refusal && e.exit === Exit.needsReview && e.findings[0]!.rule === 'context-unseen' && e.findings[0]!.message.includes('g=new'));
  assert.deepEqual(engine.contexts, []);
});

test('a refused graph is tried again at its weakest decision, and what is found so keeps a negative margin', async () => {
  const asked: string[] = [];
  const check = (objects: KubeObject[]): boolean => { const a = (objects[0]!['data'] as JsonObject)['a'] as string; asked.push(a); return a === 'one'; };
  const c = await run({ '<plan>': plan(MAP), [MAP]: map }, { check });
  assert.deepEqual(asked, ['one', 'shop']);
  assert.deepEqual(c.objects[0]!.object['data'], { a: 'shop' });
  assert.equal(c.figures.backtracks, 1);
  close(c.objects[0]!.minMargin, -0.3);
  assert.equal(c.figures.evaluated, 6, 'what was evaluated for the first try counts too');
});

test('a graph that nothing saves is shown as it was first written', async () => {
  let checks = 0;
  const c = await run({ '<plan>': plan(MAP), [MAP]: map }, { check: () => { checks++; return true; }, backtracks: 5 });
  assert.deepEqual(c.objects[0]!.object['data'], { a: 'one' });
  close(c.figures.minMargin, 0.3);
  assert.deepEqual([checks, c.figures.backtracks], [2, 1], 'and no decision is turned back again');
  const none = await run({ '<plan>': plan(MAP), [MAP]: map }, { check: () => true, backtracks: 0 });
  assert.deepEqual([none.objects[0]!.object['data'], none.figures.backtracks], [{ a: 'one' }, 0]);
});

test('a choice taken back into a dead end counts, and the graph is shown as it was first written', async () => {
  const c = await run({ '<plan>': plan(MAP), [MAP]: { ...map, [`${OPEN}|$\${metadata.name}`]: [['=5', 0], ['<pad>', -7]] } }, { check: () => true, backtracks: 5 });
  assert.deepEqual([c.objects[0]!.object['data'], c.figures.backtracks], [{ a: 'one' }, 1]);
});

test('a decision that was even is turned once, not back and forth', async () => {
  const even = { ...map, [OPEN]: [['="one"', -0.5], ['$${metadata.name}', -0.5]] as [string, number][] };
  const seen: unknown[] = [];
  const c = await run({ '<plan>': plan(MAP), [MAP]: even }, { check: objects => { seen.push((objects[0]!['data'] as JsonObject)['a']); return seen.length < 2; }, backtracks: 5 });
  assert.deepEqual(seen, ['one', 'shop']);
  assert.ok(c.figures.minMargin < 0);
});

test('a row is recalled where the values behind its slots are legal alike, and decoded again where they are not', async () => {
  const wide: Choices = { ...map, [OPEN]: [['$${metadata.name}', -0.1], ['="two"', -1], ['=5', -2]] };
  const engine = new Scripted({ '<plan>': plan(MAP), [MAP]: wide }), recall = new Recall();
  const write = async (name: unknown, options: DecodeOptions): Promise<Candidate> => { engine.rows = []; return decode(model, called(name), snapshot, engine, options); };
  // A name that is no text fits no value of a ConfigMap.
  for (const [name, rows] of [['shop', [MAP, MAP]], ['cart', []], ['shop', []], [5, [MAP, MAP]], [6, []], ['cart', [MAP, MAP]]] as const) {
    const again = await write(name, { recall }), asked = engine.rows.filter(row => row !== '<plan>');
    assert.deepEqual([name, asked.length > 0], [name, rows.length > 0]);
    assert.deepEqual(again, await write(name, {}));
    assert.deepEqual(again.objects[0]!.object['data'], { a: typeof name === 'string' ? name : 'two' });
  }
});

test('bracket balance of every token, runs included', () => {
  assert.deepEqual(depthsOf({ tokens: ['{\n.a\n[', '=1\n]', '}', '="{"', '.{', '{\n}'] } as Manifest), [2, -1, -1, 0, 0, 0]);
});
