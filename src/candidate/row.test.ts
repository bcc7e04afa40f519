/** Rows and plans decoded with an engine that says what it is told to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '../context/context.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import { Vocabulary } from '../tokens/vocabulary.ts';
import type { Engine, Step } from './engine.ts';
import { planGrammar } from './plan.ts';
import { DeadEnd, decodeRow } from './row.ts';
import type { Stepper } from './row.ts';

/** Token text → its choices after the row so far, best first, as [token, log-probability]. */
type Script = (row: string[]) => [string, number][];

class Scripted implements Engine {
  readonly asked: string[][] = [];
  readonly #v: Vocabulary;
  readonly #script: Script;
  constructor(v: Vocabulary, script: Script) { this.#v = v; this.#script = script; }
  context(): Promise<void> { return Promise.resolve(); }
  close(): Promise<void> { return Promise.resolve(); }
  row(prefix: readonly number[], _end: number, limit: number): Promise<Step[]> {
    const row = prefix.map(id => this.#v.token(id)), steps: Step[] = [];
    this.asked.push([...row]);
    while (steps.length < limit) {
      const said = this.#script(row);
      if (!said.length) break;
      steps.push({ ids: said.map(([t]) => this.#v.id(t)!), logits: said.map(([, l]) => l) });
      row.push(said[0]![0]);
      if (said[0]![0] === 'end') break;
    }
    return Promise.resolve(steps);
  }
}

const vocabulary = Vocabulary.from(['first', 'end', 'a', 'b', 'c', 'a\nb', 'a\nb\nc', 'x\ny']);
/** Letters in order, each once, then `end`; `x` never. */
const letters: Stepper<string> = {
  start: '', done: s => s === 'end',
  step: (s, raw) => (raw === 'end' ? (s === '' ? undefined : 'end') : raw !== 'x' && raw !== 'y' && raw > s ? raw : undefined),
};
const decode = async (script: Script): Promise<{ row: Awaited<ReturnType<typeof decodeRow>>; asked: string[][] }> => {
  const engine = new Scripted(vocabulary, script);
  return { row: await decodeRow(engine, vocabulary, letters, 'first', 'end'), asked: engine.asked };
};
const after = (steps: Record<string, [string, number][]>): Script => row => steps[row.at(-1)!] ?? [];

test('the best legal token each time, in one request while the engine\'s own choices are legal', async () => {
  const { row, asked } = await decode(after({ first: [['a', -0.1], ['b', -3]], a: [['c', -0.2], ['b', -1.2]], c: [['end', 0], ['a', -9]] }));
  assert.deepEqual(row.decisions.map(d => [d.token, d.other]), [['a', 'b'], ['c', 'b'], ['end', undefined]]);
  assert.deepEqual(row.decisions.map(d => Number(d.margin.toFixed(6))), [2.9, 1, 9], 'with no second legal token, at least the distance to the last one seen');
  assert.deepEqual(asked, [['first']]);
  assert.deepEqual([row.evaluated, row.requests], [3, 1]);
});

test('an illegal choice gives way to the next legal one, and the row goes on from there', async () => {
  const { row, asked } = await decode(after({ first: [['x\ny', -0.1], ['b', -1], ['a', -1.5]], 'x\ny': [['a', 0]], b: [['a', 0], ['end', -4], ['c', -4.5]] }));
  assert.deepEqual(row.decisions.map(d => [d.token, d.other, d.margin]), [['b', 'a', 0.5], ['end', 'c', 0.5]]);
  assert.deepEqual(asked, [['first'], ['first', 'b']]);
});

test('the same run cut elsewhere is no other decision', async () => {
  const { row } = await decode(after({ first: [['a\nb', -0.1], ['a', -0.2], ['a\nb\nc', -0.3], ['c', -5]], 'a\nb': [['end', 0]] }));
  assert.deepEqual([row.decisions[0]!.token, row.decisions[0]!.other, Number(row.decisions[0]!.margin.toFixed(6))], ['a\nb', 'c', 4.9]);
});

test('a run is legal only if all of it is', async () => {
  const { row } = await decode(after({ first: [['b', 0], ['c', -1]], b: [['a\nb', 0], ['c', -1], ['end', -2]], c: [['end', 0]] }));
  assert.deepEqual(row.decisions.map(d => d.token), ['b', 'c', 'end']);
});

test('no legal token, or none at all, is a dead end that says where', async () => {
  await assert.rejects(decode(after({ first: [['b', 0]], b: [['a', 0], ['x\ny', -1]] })), (e: unknown) => e instanceof DeadEnd && /after b nothing that the model would write is legal on this cluster: it would write a$/.test(e.message) && e.decisions.length === 1);
  await assert.rejects(decode(() => []), DeadEnd);
});

test('a row that never ends is given up', async () => {
  const endless: Stepper<number> = { start: 0, done: () => false, step: s => s + 1 };
  const v = Vocabulary.from(['first', 'a']);
  await assert.rejects(decodeRow(new Scripted(v, () => [['a', 0]]), v, endless, 'first', undefined), (e: unknown) => e instanceof DeadEnd && /does not end/.test(e.message));
});

test('decisions already taken are kept, and decoding goes on after them', async () => {
  const engine = new Scripted(vocabulary, after({ b: [['end', 0]] }));
  const given = { token: 'b', other: 'a', margin: -2 };
  const row = await decodeRow(engine, vocabulary, letters, 'first', 'end', [given]);
  assert.deepEqual(row.decisions.map(d => d.token), ['b', 'end']);
  assert.deepEqual([row.decisions[0], engine.asked], [given, [['first', 'b']]]);
});

test('a plan: served kinds whose names are known, in order, once, or refusals, never both', () => {
  const context = {
    items: (over: string) => (over === 'deps{a}' ? [{ value: { name: 'x' }, index: 0 }, { value: {}, index: 1 }] : over === 'deps{b}' ? [{ value: { name: 'x' }, index: 0 }] : undefined),
    resolve: (text: string, items: Record<string, { value: unknown }>) => (text.includes('none') ? undefined : text.includes('deps[]') ? (items['deps']?.value as { name?: string }).name : text),
  } as unknown as Context;
  const g = planGrammar(openApiIndex(loadSnapshot('bare-1.30')), context);
  const legal = (...tokens: string[]): boolean => { let s: typeof g.start | undefined = g.start; for (const t of tokens) { s = s && g.step(s, t); } return s !== undefined && g.done(s); };
  const [service, deployment, end] = ['+/Service n', '+apps/Deployment n', '<end>'];
  assert.ok(legal(service!, deployment!, end!) && legal('!a', '!b', end!) && legal('+/Service ${deps[].name} *deps{b}', end!));
  for (const bad of [
    [end!], [deployment!, service!, end!], [service!, service!, end!], ['+x.io/Thing n', end!], ['+/Service none', end!], [service!, '!a', end!], ['!a', service!, end!],
    ['!a', '!a', end!], ['!a', '!b', '!a', end!], ['+/Service ${deps[].name} *deps{a}', end!], ['+/Service n *deps{c}', end!], [service!, end!, end!], ['=1', end!],
  ]) assert.ok(!legal(...bad), bad.join(' '));
});
