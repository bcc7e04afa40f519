/** Malformed manifests are named, all of them at once, with what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exit, Refusal } from '../diagnostic.ts';
import { readManifests } from './read.ts';

const read = (text: string | Uint8Array, name = 'chart.yaml') => readManifests([{ name, text: typeof text === 'string' ? Buffer.from(text) : text }]);
const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`;

/** The rules of what is thrown; every finding is complete. */
function rules(text: string | Uint8Array): string[] {
  try { read(text); } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.equal(error.exit, Exit.badInput);
    for (const f of error.findings) assert.ok(f.message && f.fix && f.object !== undefined);
    return [...new Set(error.findings.map(f => f.rule))];
  }
  return [];
}

test('documents and the items of a List are objects', () => {
  assert.deepEqual(read(`${service('a')}---\n# a comment\n---\napiVersion: v1\nkind: List\nitems:\n  - ${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' }, spec: {} })}\n`).objects.map(o => o.metadata.name), ['a', 'b']);
});

test('lines are those that say something', () => assert.equal(read(`# head\n---\n${service('a')}\n`).lines, 4));

test('what is not text, or not YAML, is named', () => {
  assert.deepEqual(rules(new Uint8Array([0xff, 0xfe, 0x00])), ['not-utf8']);
  assert.deepEqual(rules('apiVersion: v1\nkind: Service\nmetadata: {name: a\n'), ['malformed-yaml']);
  assert.deepEqual(rules(''), ['no-manifests']);
});

test('a template that was not rendered is named, wherever it stands', () => {
  assert.deepEqual(rules('kind: {{ .Values.kind }}\napiVersion: v1\nmetadata: {name: a}\n'), ['unrendered-template']);
  assert.deepEqual(rules('{{- if .Values.on }}\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\n{{- end }}\n'), ['unrendered-template']);
  assert.deepEqual(rules('apiVersion: v1\nkind: Service\nmetadata: {name: "{{ .Release.Name }}"}\nspec: {}\n'), ['unrendered-template']);
});

test('what programs expand themselves is no template of a chart', () => {
  assert.deepEqual(rules("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {mail.tmpl: 'Dear {{ .Name }}'}\n"), []);
});

test('objects of one name, Lists in Lists, and what was cut short', () => {
  assert.deepEqual(rules(`${service('a')}---\n${service('a')}`), ['duplicate-object']);
  assert.deepEqual(rules('apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: List, items: []}\n'), ['nested-list']);
  assert.deepEqual(rules('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata: {labels: {app: a}}\n'), ['incomplete-object']);
  assert.deepEqual(rules('apiVersion: v1\nkind: Service\n'), ['not-an-object']);
});

test('the same object in two namespaces is two', () => assert.deepEqual(rules(`${service('a, namespace: x')}---\n${service('a, namespace: y')}`), []));
