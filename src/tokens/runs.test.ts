import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnRuns, partsOf, RunEncoder, SEPARATOR } from './runs.ts';

const row = (text: string): string[] => text.split(' ');
const A = row('+X { .a =1 .b [ =1 =2 ] }'), B = row('+X { .a =2 .b [ =1 ] }'), OTHER = row('+Y { .a =1 }');
const many = (...rows: string[][]): string[][] => rows.flatMap(r => [r, r, r]);
const expand = (tokens: readonly string[]): string[] => tokens.flatMap(partsOf);

test('runs lead from one decision to the next', () => {
  const e = new RunEncoder(learnRuns(many(A, B), 2));
  assert.deepEqual(e.encode(A), ['+X', '{\n.a', '=1\n.b\n[\n=1', '=2\n]\n}']);
  assert.deepEqual(e.encode(B), ['+X', '{\n.a', '=2\n.b\n[\n=1', ']\n}']);
});

test('encoding loses nothing, also of rows never seen', () => {
  const e = new RunEncoder(learnRuns(many(A, B, OTHER), 2));
  for (const r of [A, B, OTHER, row('+X { .c *l { .d =1 } }'), row('+Z =1'), ['+X']]) assert.deepEqual(expand(e.encode(r)), r);
});

test('inside a run every token but the last forces the next, in every row of the corpus', () => {
  const rows = many(A, B, OTHER, row('+X { .a =1 .b [ =1 =2 =3 ] }'), row('+X { .a =1 .c =9 }')), e = new RunEncoder(learnRuns(rows, 2));
  const after = new Map<string, Set<string>>();
  for (const r of rows) { const run = e.encode(r); for (let i = 0; i + 1 < run.length; i++) { const k = run.slice(0, i + 1).join('|'); after.set(k, (after.get(k) ?? new Set()).add(run[i + 1]!)); } }
  for (const [prefix, next] of after) {
    // Alternatives after one prefix differ in their first raw token: the decision is the first token of the run.
    const firsts = [...next].map(t => partsOf(t)[0]);
    assert.equal(new Set(firsts).size, next.size, `${prefix.replaceAll(SEPARATOR, ' ')} → ${[...next].join(' / ')}`);
  }
});

test('the first list item and the later ones are different places, the same key below another key too', () => {
  const rows = many(row('+X { .a [ { .k =1 .l =1 } { .k =1 .m =1 } ] .b { .k =1 .n =2 } }'));
  const e = new RunEncoder(learnRuns(rows, 2));
  assert.deepEqual(e.encode(rows[0]!), ['+X', rows[0]!.slice(1).join(SEPARATOR)]);
});

test('places seen too rarely decide on their own', () => {
  const e = new RunEncoder(learnRuns([A], 2));
  assert.deepEqual(e.encode(A), A);
});

test('equal rows count as often as they occur', () => {
  assert.ok(learnRuns([A, A], 2).size > 0);
});

test('a run the vocabulary lacks is written out raw, the others stay', () => {
  const known = new Set(['=1\n.b\n[\n=1', '=2\n]\n}']);
  const e = new RunEncoder(learnRuns(many(A, B), 2), t => known.has(t));
  assert.deepEqual(e.encode(A), ['+X', '{', '.a', '=1\n.b\n[\n=1', '=2\n]\n}']);
});
