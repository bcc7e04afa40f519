/** What is said of a context that became another one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextDrift } from './context-drift.ts';

test('features and facts that differ, each by name; nothing for equal ones', () => {
  const before = { features: { tier: 'core', callers: ['a', 'b'] }, facts: { settings: { domain: 'x' } } };
  assert.deepEqual(contextDrift(before, structuredClone(before)), []);
  const after = { features: { tier: 'core', callers: ['a'] }, facts: { settings: { domain: 'y' }, gateway: { name: 'g' } } };
  assert.deepEqual(contextDrift(before, after).map(({ kind, path, ours, live }) => [kind, path, ours, live]), [
    ['cluster', 'feature callers', ['a', 'b'], ['a']],
    ['cluster', 'fact gateway', undefined, { name: 'g' }],
    ['cluster', 'fact settings', { domain: 'x' }, { domain: 'y' }],
  ]);
});
