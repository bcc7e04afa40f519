import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../diagnostic.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { minorOf, observe, settingsOf } from './observe.ts';
import type { FactRule } from './observe.ts';

const namespace = (name: string, config?: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(config ? { labels: { 'synthesis.platform/config': config } } : {}) } });
const settings = (ns: string, data: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'global-settings', namespace: ns }, data });
const cluster = (objects: KubeObject[] = [], minor = '30'): Snapshot => ({
  format: 'kubesynth.snapshot/v1', notes: [], version: { major: '1', minor, gitVersion: 'v1.31.2' },
  kinds: [{ group: 'x.io', versions: ['v1'], kind: 'Thing', plural: 'things', namespaced: true }], openapi: {}, objects, nodes: [],
});
const intent = { metadata: { name: 'a' }, spec: { n: 3 } };
const rule = (cel: string, fields: FactRule['fields'] = { x: 'value' }, name = 'f'): FactRule => ({ name, fields, cel });
const rules = (of: string): (e: unknown) => boolean => e => e instanceof Refusal && e.findings[0]!.rule === of;

test('settings come from the marked namespace, else from platform-system', () => {
  const fallback = [settings('platform-system', { domain: 'a' }), settings('other', { domain: 'b' })];
  assert.deepEqual(settingsOf(cluster(fallback)), { domain: 'a' });
  assert.deepEqual(settingsOf(cluster([...fallback, namespace('other', 'true')])), { domain: 'b' });
  assert.deepEqual(settingsOf(cluster([...fallback, namespace('other', 'false')])), { domain: 'a' });
  assert.deepEqual(settingsOf(cluster([namespace('empty', 'true'), ...fallback])), {}, 'a marked namespace without settings has none');
  assert.deepEqual(settingsOf(cluster()), {});
});

test('two config namespaces are refused by name', () => {
  assert.throws(() => settingsOf(cluster([namespace('a', 'true'), namespace('b', 'true')])),
    (e: unknown) => e instanceof Refusal && e.exit === 4 && e.findings[0]!.rule === 'config-namespace-ambiguous' && e.findings[0]!.message.includes('a and b'));
});

test('keys of settings are data, whatever they are called', () => {
  const data = JSON.parse('{"__proto__":"p","constructor":"c","n":7}') as JsonObject;
  const read = settingsOf(cluster([settings('platform-system', data)]));
  assert.deepEqual(Object.entries(read), [['__proto__', 'p'], ['constructor', 'c']], 'and only strings are');
});

test('a fact that is null, or no map, is absent; so are its null and empty fields', () => {
  assert.deepEqual(observe([rule('dyn(null)')], intent, cluster()), { settings: {} });
  assert.deepEqual(observe([rule("'text'")], intent, cluster()), { settings: {} });
  const facts = observe([rule("dyn({'x': 1, 'y': dyn(null), 'z': '', 'l': [], 'other': 5})", { x: 'value', y: 'value', z: 'value', l: 'list', w: 'value' })], intent, cluster());
  assert.deepEqual(facts['f'], { x: 1 });
});

test('facts see intent, settings, objects, kinds served and the version', () => {
  const facts = observe([rule("dyn({'x': [string(minor), settings.domain, objects[0].metadata.name, served[0], string(intent.spec.n)]})", { x: 'list' })], intent, cluster([settings('platform-system', { domain: 'd' })]));
  assert.deepEqual(facts['f'], { x: ['30', 'd', 'global-settings', 'x.io/Thing', '3'] });
});

test('lists sum, sort and lose duplicates', () => {
  const facts = observe([rule("dyn({'x': [3, 1, 3].distinct().sort(), 's': [1, 2].sum()})", { x: 'list', s: 'value' })], intent, cluster());
  assert.deepEqual(facts['f'], { x: [1, 3], s: 3 });
});

test('an expression that cannot be read, or fails, is named', () => {
  assert.throws(() => observe([rule('(')], intent, cluster()), rules('fact-expression'));
  assert.throws(() => observe([rule("dyn({'x': intent.spec.none.deep})")], intent, cluster()), rules('fact-failed'));
});

test('the minor version, as distributions write it', () => {
  assert.equal(minorOf(cluster([], '30')), 30);
  assert.equal(minorOf(cluster([], '30+')), 30);
  assert.equal(minorOf(cluster([], '')), 31);
  assert.throws(() => minorOf({ ...cluster([], ''), version: { major: '', minor: '', gitVersion: 'odd' } }), rules('snapshot-unreadable'));
});
