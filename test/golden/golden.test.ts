/** The golden scenarios are well-formed, and the committed files are what their author writes. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments, parse } from 'yaml';
import { parseIntents } from '../../src/intent/parse.ts';
import { objectName, type KubeObject } from '../../src/kubernetes.ts';
import { filesOf, numberOf, scenarios } from './scenarios.ts';

const here = import.meta.dirname;

test('the committed files are exactly what author.ts writes', () => {
  const folders = readdirSync(here, { withFileTypes: true }).filter(e => e.isDirectory()).map(e => e.name);
  assert.deepEqual(folders.sort(), scenarios.map(s => s.slug).sort());
  for (const scenario of scenarios) {
    const files = filesOf(scenario);
    assert.deepEqual(readdirSync(join(here, scenario.slug)).sort(), Object.keys(files).sort());
    for (const [name, text] of Object.entries(files)) assert.equal(readFileSync(join(here, scenario.slug, name), 'utf8'), text, `${scenario.slug}/${name}`);
  }
});

test('there are at least 150 scenarios, with refusals among them, on every shipped snapshot', () => {
  assert.ok(scenarios.length >= 150);
  assert.equal(new Set(scenarios.map(numberOf)).size, scenarios.length, 'a number is used twice');
  assert.ok(scenarios.filter(s => 'rule' in s).length >= 30);
  assert.deepEqual([...new Set(scenarios.map(s => s.snapshot))].sort(), ['bare-1.30', 'cnpg-keda', 'istio-gateway', 'linkerd-nginx']);
});

for (const scenario of scenarios) {
  test(`${scenario.slug} is well-formed`, () => {
    const files = filesOf(scenario);
    const intent = parse(files['intent.yaml'] ?? '') as { metadata: { name: string; namespace?: string }; spec: { workload: { containerImage: string; volumes?: { claimName?: string }[] } } };
    if (!('expected' in scenario)) return;
    assert.equal(parseIntents(files['intent.yaml'] ?? '', 'intent.yaml').length, 1);
    const documents = parseAllDocuments(files['expected.yaml'] ?? '');
    for (const document of documents) assert.deepEqual(document.errors, []);
    const graph = documents.map(d => d.toJS() as KubeObject);
    assert.deepEqual(graph, JSON.parse(JSON.stringify(scenario.expected)), 'YAML loses something');
    assert.equal(new Set(graph.map(objectName)).size, graph.length, 'an object is written twice');
    const claims = (intent.spec.workload.volumes ?? []).map(volume => volume.claimName);
    for (const object of graph) {
      assert.equal(object.metadata.namespace, intent.metadata.namespace ?? 'default');
      assert.ok(object.metadata.name.startsWith(intent.metadata.name) || (object.kind === 'PersistentVolumeClaim' && claims.includes(object.metadata.name)));
      assert.equal(object.metadata.labels?.['app.kubernetes.io/name'], intent.metadata.name);
    }
    assert.ok(JSON.stringify(graph).includes(JSON.stringify(intent.spec.workload.containerImage)));
  });
}
