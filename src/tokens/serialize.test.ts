import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillSlots, listOf, objectKey, slotTexts, soleSlot } from './pattern.ts';
import type { Pattern } from './pattern.ts';
import { bodyTokens, depthOf, parseBody, parsePlanToken, planToken } from './serialize.ts';
import { Vocabulary } from './vocabulary.ts';

const lit = (v: string | number | boolean | null): Pattern => ({ k: 'lit', v });
const slot = (s: string): Pattern => ({ k: 'slot', s });

test('a body and its tokens say the same', () => {
  const p: Pattern = { k: 'map', e: [
    { key: '${ports[].name}', over: 'ports', value: slot('${ports[].number}') },
    { key: '__proto__', value: lit(null) },
    { key: 'args', value: { k: 'list', i: [] } },
    { key: 'constructor', value: { k: 'map', e: [] } },
    { key: 'list', value: { k: 'list', i: [lit('=x'), { k: 'each', over: 'deps{type=a}', body: { k: 'each', over: 'ports', body: slot('${deps[].name}-${ports[].name}') } }, { k: 'list', i: [lit(-1.5)] }] } },
    { key: 'ünï', value: lit('line\nbreak "quoted" ]}') },
  ] };
  const tokens = bodyTokens(p);
  assert.deepEqual(parseBody(tokens), p);
  assert.deepEqual(bodyTokens(parseBody(tokens)), tokens);
  assert.equal(tokens.reduce((n, t) => n + depthOf(t), 0), 0);
  assert.ok(tokens.every(t => !t.includes('\n')), 'a run is cut at line ends');
});

test('keys come in code unit order, loops over one key by class', () => {
  const p: Pattern = { k: 'map', e: [{ key: 'b', value: lit(1) }, { key: 'Z', value: lit(2) }, { key: '${d[].k}', over: 'd{b}', value: lit(3) }, { key: '${d[].k}', over: 'd{a}', value: lit(4) }] };
  assert.deepEqual(bodyTokens(p), ['{', '*d{a}', '.${d[].k}', '=4', '*d{b}', '.${d[].k}', '=3', '.Z', '=2', '.b', '=1', '}']);
});

test('each leaf is told with the token it came from', () => {
  const seen: [string, number][] = [];
  parseBody(['{', '.a', '=1', '.b', '[', '*l', '$${l[].x}', ']', '}'], (node, at) => seen.push([node.k, at]));
  assert.deepEqual(seen, [['lit', 2], ['slot', 6]]);
});

test('what is no body is refused', () => {
  for (const bad of [[], ['{'], ['{', '=1', '}'], ['{', '.a', '}'], ['['], ['=1', '=2'], ['}'], ['?x'], ['{', '*l', '}']]) assert.throws(() => parseBody(bad), bad.join(' '));
});

test('plan tokens name group, kind, name and loop', () => {
  for (const o of [
    { group: '', kind: 'Service', name: '${metadata.name}' },
    { group: 'apps', kind: 'Deployment', name: 'a-${metadata.name}' },
    { group: 'x.io', kind: 'Thing', name: '${deps[].name}', over: 'deps{shared,type=a}' },
  ]) {
    assert.deepEqual(parsePlanToken(planToken(o)), o);
    assert.equal(planToken(o), `+${objectKey(o)}`);
  }
  for (const bad of ['<end>', '!rule', '+Service', '+/Service']) assert.throws(() => parsePlanToken(bad));
});

test('slots in texts', () => {
  assert.equal(soleSlot('${a.b}'), 'a.b');
  assert.equal(soleSlot('x${a.b}'), undefined);
  assert.equal(soleSlot('${a}${b}'), undefined);
  const value = (p: string): unknown => ({ a: '${b}$&', n: 0, none: undefined, nil: null })[p];
  assert.equal(fillSlots('<${a}>-${n}', value), '<${b}$&>-0', 'a value is copied, never read as slots or replacement patterns');
  assert.equal(fillSlots('${a}${none}', value), undefined);
  assert.equal(fillSlots('${nil}', value), undefined);
  assert.equal(listOf('deps{type=a}'), 'deps');
  assert.deepEqual([...slotTexts({ k: 'map', e: [{ key: '${k}', value: slot('${v}') }, { key: 'plain', value: lit('x') }] })], ['${k}', '${v}']);
});

test('the same tokens give the same ids, whatever their order', () => {
  const a = Vocabulary.from(['b', 'a', '<end>', 'a']), b = Vocabulary.from(['a', 'b']);
  assert.deepEqual(a.tokens, ['<pad>', '<plan>', '<end>', 'a', 'b']);
  assert.deepEqual(b.tokens, a.tokens);
  assert.equal(a.id('b'), 4);
  assert.equal(a.id('constructor'), undefined);
  assert.equal(a.token(99), '<pad>');
});
