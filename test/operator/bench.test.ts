/** The page of the agent's bench says what was asked, what was measured and on what; what falls short or was broken off is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digests, pageOf, recordOf } from '../../bench/operator/report.ts';

test('a figure that falls short is marked, one that is not asked for is not, and a part that broke off says why', () => {
  const page = pageOf([recordOf({ part: 'noop', about: 'what was done', figures: [{ name: 'noop/writes', value: 0, unit: 'writes', most: 0 }, { name: 'noop/late', value: 3000, unit: 'ms', most: 2000 }, { name: 'noop/changes', value: 9, unit: 'changes' }], broken: 'time was up' }, 1.2)]);
  assert.match(page, /\| noop\/writes \| 0 writes \| ≤ 0 \| yes \|/);
  assert.match(page, /\| noop\/late \| 3000 ms \| ≤ 2000 \| \*\*no\*\* \|/);
  assert.match(page, /\| noop\/changes \| 9 changes \| {2}\| {2}\|/);
  assert.match(page, /\*\*Not measured to its end:\*\* time was up/);
  const { code, model } = digests();
  for (const digest of [code, model]) assert.ok(digest.startsWith('sha256:') && page.includes(digest.slice(0, 19)));
});
