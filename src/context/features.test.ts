import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classFields, classMatches, className, featureTokens, matches } from './features.ts';
import type { FeatureSpec } from './features.ts';

const deps: Extract<FeatureSpec, { type: 'items' }> = {
  name: 'deps[]', type: 'items', list: 'deps', by: [
    { field: 'shared', role: 'presence', values: [], when: [{ type: ['db'] }] },
    { field: 'size', role: 'presence', values: [], when: [{ type: ['db'], shared: ['absent'] }, { type: ['disk'] }] },
    { field: 'type', role: 'keyword', values: ['cache', 'db', 'disk'], when: [{}] },
  ],
};

test('a class names only what matters to its items', () => {
  assert.equal(className(deps, { type: 'db', shared: 'present', size: 'present' }), 'deps{shared,type=db}');
  assert.equal(className(deps, { type: 'db', size: 'present' }), 'deps{size,type=db}');
  assert.equal(className(deps, { type: 'disk', shared: 'present', size: 'present' }), 'deps{size,type=disk}');
  assert.equal(className(deps, { type: 'cache', shared: 'present', size: 'present' }), 'deps{type=cache}');
  assert.equal(className(deps, {}), 'deps{type=absent}');
});

test('a class name is read back', () => {
  assert.deepEqual(classFields('deps{shared,type=db}'), { shared: 'present', type: 'db' });
  assert.deepEqual(classFields('deps{}'), {});
  assert.deepEqual(classFields('deps'), {});
});

const item = (field: string, ...values: string[]): { name: string; list: string; field: string; values: string[] } => ({ name: 'deps[]', list: 'deps', field, values });

test('conditions on items hold together for one class', () => {
  assert.ok(classMatches('deps{shared,type=db}', [item('type', 'db', 'disk'), item('shared', 'present')]));
  assert.ok(!classMatches('deps{type=db}', [item('shared', 'present')]));
  assert.ok(classMatches('deps{type=db}', [item('shared', 'absent')]));
  const features = { 'deps[]': ['deps{shared,type=disk}', 'deps{type=db}'] };
  assert.ok(matches([item('type', 'db')], features));
  assert.ok(!matches([item('type', 'db'), item('shared', 'present')], features), 'one item has the type, another is shared');
});

test('present means any value, and absence is a value to ask for', () => {
  const c = (name: string, ...values: string[]): { name: string; values: string[] } => ({ name, values });
  const features = { a: 'x', b: 'absent', 'l[]': [], 'm[]': ['m{}'] };
  assert.ok(matches([c('a', 'present'), c('b', 'absent'), c('unknown', 'absent'), c('l[]', 'absent'), c('m[]', 'present')], features));
  assert.ok(!matches([c('b', 'present')], features));
  assert.ok(!matches([c('a', 'y')], features));
  assert.ok(matches([c('a', 'y', 'x')], features));
  assert.ok(matches([], features));
});

test('tokens state absence, in the order of the specs', () => {
  const specs: FeatureSpec[] = [{ name: 'z', type: 'presence' }, deps, { name: 'a', type: 'keyword', values: ['x'] }];
  assert.deepEqual(featureTokens(specs, {}), ['?z=absent', '?deps{}=none', '?a=absent']);
  assert.deepEqual(featureTokens(specs, { z: 'present', a: 'x', 'deps[]': ['deps{type=cache}', 'deps{type=db}'] }), ['?z=present', '?deps{type=cache}', '?deps{type=db}', '?a=x']);
});
