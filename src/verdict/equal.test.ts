/** Equal values are equal however they are spelt, and no others are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../kubernetes.ts';
import { canonical, same } from './equal.ts';

const parsed = (text: string): Json => JSON.parse(text) as Json;

test('same is equality of canonical text', () => {
  const values = ['null', '0', '1', '"1"', '""', 'true', 'false', '[]', '{}', '[1]', '[[]]', '[{}]', '{"a":1}', '{"a":"1"}', '{"b":1}', '{"a":1,"b":[2]}', '{"b":[2],"a":1}', '{"a":null}', '{"a":{}}', '{"0":1}',
    // Names that every object inherits are keys like any other.
    '{"__proto__":{}}', '{"__proto__":null}', '{"constructor":1}', '{"toString":{}}'].map(parsed);
  for (const left of [...values, undefined]) for (const right of [...values, undefined]) assert.equal(same(left, right), canonical(left) === canonical(right), `${canonical(left)} and ${canonical(right)}`);
  assert.ok(same({ a: 1, b: undefined } as unknown as Json, { a: 1 }));
});
