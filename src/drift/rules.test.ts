/** The format of drift.yaml: what patterns cover, and what is refused by name. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FieldPath } from '../change/field-path.ts';
import { Refusal } from '../diagnostic.ts';
import { covers, parsePattern } from './pattern.ts';
import { loadDriftRules, ofKind } from './rules.ts';

const container: FieldPath = ['spec', 'containers', { key: { name: 'app' } }];
const cases: [pattern: string, path: FieldPath, whole: boolean, covered: boolean][] = [
  ['spec.replicas', ['spec', 'replicas'], true, true],
  ['spec.replicas', ['spec', 'replicasX'], true, false],
  ['spec.**', ['spec', 'rules', { index: 0 }], true, true],
  ['spec.**', ['spec'], true, true],
  ['spec.containers[]', container, false, true],
  ['spec.containers[]', [...container, 'env'], true, false],
  ['spec.containers[].image', [...container, 'image'], true, true],
  ['spec.containers[].image', container, false, false],
  ['spec.containers[].image', ['spec', 'containers'], true, true],
  ['metadata.labels.*', ['metadata', 'labels', 'a.b/c'], true, true],
  ['metadata.labels.*', ['metadata', 'labels', 'a', 'b'], true, false],
  ['metadata.annotations["a.b/*"]', ['metadata', 'annotations', 'a.b/c'], true, true],
  ['metadata.annotations["a.b/*"]', ['metadata', 'annotations', 'axb/c'], true, false],
  ['spec.*', container.slice(0, 2), true, true],
  ['**', ['anything', 'at', 'all'], true, true],
];
for (const [pattern, path, whole, covered] of cases) {
  test(`${pattern} ${covered ? 'covers' : 'leaves'} ${JSON.stringify(path)}`, () => assert.equal(covers(parsePattern(pattern, 'x'), path, whole), covered));
}

const load = (text: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'kubesynth-drift-')), path = join(folder, 'drift.yaml');
  writeFileSync(path, text);
  try { return loadDriftRules(path); } finally { rmSync(folder, { recursive: true }); }
};
const malformed: [what: string, text: string, message: RegExp][] = [
  ['YAML', 'security: [', /./],
  ['a list', 'securty: []', /unknown field 'securty'/],
  ['a field', 'security: [{kinds: [a/B], fields: [x], manager: y}]', /unknown field 'manager' in security\[0\]/],
  ['no fields', 'security: [{kinds: [a/B]}]', /security\[0\]\.fields is not a list/],
  ['a pattern', 'security: [{kinds: [a/B], fields: ["spec.[x"]}]', /'spec\.\[x' is no field pattern from position 5/],
];
for (const [what, text, message] of malformed) {
  test(`malformed: ${what}`, () => assert.throws(() => load(text), (e: unknown) => e instanceof Refusal && e.findings[0]!.rule === 'guardrail-malformed' && message.test(e.message)));
}

test('kinds are told apart by their group, and {pod} is wherever a template is', () => {
  const rules = load('security: [{kinds: ["apps/*"], fields: ["{pod}.spec.x"]}]');
  assert.equal(ofKind(rules.security[0]!.kinds, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }), true);
  assert.equal(ofKind(rules.security[0]!.kinds, { apiVersion: 'apps.example.org/v1', kind: 'Deployment', metadata: { name: 'a' } }), false);
  assert.equal(rules.security[0]!.fields.length, 2);
});
