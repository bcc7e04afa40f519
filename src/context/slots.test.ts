import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derive, resolveSlot } from './slots.ts';
import type { Scope } from './slots.ts';

test('the tag of an image', () => {
  const digest = `sha256:${'a1'.repeat(32)}`;
  for (const [image, tag] of [
    ['app:1.2', '1.2'], ['registry:5000/app', undefined], ['registry:5000/app:v1', 'v1'], [`app@${digest}`, undefined], [`registry:5000/app@${digest}`, undefined],
    [`app:1.2@${digest}`, '1.2'], [`app@sha512:${'0f'.repeat(64)}`, undefined], ['app', undefined], ['app:', undefined], ['', undefined],
    ['app:_x', undefined], [`app:${'x'.repeat(63)}`, 'x'.repeat(63)], [`app:${'x'.repeat(64)}`, undefined],
  ] as const) assert.equal(derive('tag', image), tag, image);
});

test('the slug of a path and the text of a number', () => {
  assert.equal(derive('slug', '/etc/app/a.yaml'), 'etc-app-a.yaml');
  assert.equal(derive('slug', 'etc/app'), undefined);
  assert.equal(derive('slug', '/'), undefined);
  assert.equal(derive('slug', 7), undefined);
  assert.equal(derive('text', 8080), '8080');
  assert.equal(derive('text', '8080'), undefined, 'a numeric string is text already');
  assert.equal(derive('tag', 8080), undefined);
});

const scope: Scope = {
  intent: { metadata: { name: 'shop' }, workload: { containerImage: 'app:1', zero: 0, off: false, empty: '', none: null, list: [], env: [{ name: 'A' }], labels: JSON.parse('{"__proto__":"x","tag":"own"}') } },
  facts: { gateway: { name: 'public', port: 443 } },
  items: { files: { value: { path: '/etc/a', deep: { x: 1 } }, index: 3 }, hosts: { value: 'a.example.com', index: 0 }, odd: { value: null, index: 0 } },
};
const at = (path: string): unknown => resolveSlot(path, scope);

test('slots point into intent, facts and items', () => {
  assert.equal(at('metadata.name'), 'shop');
  assert.equal(at('workload.containerImage.tag'), '1');
  assert.deepEqual(at('workload.env'), [{ name: 'A' }]);
  assert.equal(at('fact:gateway.name'), 'public');
  assert.equal(at('fact:gateway.port.text'), '443');
  assert.equal(at('files[].path.slug'), 'etc-a');
  assert.equal(at('files[].deep.x'), 1);
  assert.equal(at('files[].index'), 3);
  assert.equal(at('hosts[]'), 'a.example.com');
});

test('0, false and the empty string are values; null, [] and what is not there are absent', () => {
  assert.equal(at('workload.zero'), 0);
  assert.equal(at('workload.off'), false);
  assert.equal(at('workload.empty'), '');
  for (const path of ['workload.none', 'workload.list', 'workload.missing.deep', 'fact:none.x', 'fact:gateway.none', 'other[].x', 'odd[]', 'workload.env.name', 'metadata.name.name']) assert.equal(at(path), undefined, path);
});

test('names of the language are not values', () => {
  for (const path of ['constructor', 'metadata.constructor', 'metadata.__proto__', 'fact:gateway.toString', 'files[].hasOwnProperty', 'hosts[].length']) assert.equal(at(path), undefined, path);
  assert.equal(at('workload.labels.__proto__'), 'x', 'but a key of that name is');
  assert.equal(at('workload.labels.tag'), 'own', 'and a field wins over a derived value');
});
