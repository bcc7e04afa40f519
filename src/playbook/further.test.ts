import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { furtherThan } from './further.ts';
import { loadPlaybook } from './load.ts';
import { playbookDigest } from './prepare.ts';

const example = (name: string, where: string): string => `- name: ${name}\n  where: ${where}\n  pod: {metadata: {annotations: {example.com/${name}: "true"}}}\n`;

/** A playbook of one example that a model was taught, with a folder of further ones. */
function further(more: Record<string, string>, change?: (dir: string) => void) {
  const dir = mkdtempSync(join(tmpdir(), 'further-'));
  try {
    mkdirSync(join(dir, 'auth'));
    writeFileSync(join(dir, 'auth', 'known.yaml'), example('known', '{networking.authPolicy: [mtls]}'));
    const known = { because: { known: '' }, playbook: playbookDigest(dir), vocabulary: { 'networking.authPolicy': ['mtls', 'none'] }, taught: ['networking.authPolicy', 'workload.tier'] };
    mkdirSync(join(dir, 'more'));
    for (const [file, text] of Object.entries(more)) writeFileSync(join(dir, 'more', file), text);
    change?.(dir);
    const { examples, mixed } = furtherThan(dir, loadPlaybook(dir), known);
    return { names: examples.map(e => e.name), mixed };
  } finally { rmSync(dir, { recursive: true }); }
}

test('examples that all state a new word or field are a layer', () => {
  const found = further({ 'a.yaml': example('word', '{networking.authPolicy: [ldap]}') + example('field', '{observability.traces: [on], workload.tier: [core]}') + example('value', '{scaling.metric.name: [present]}'), 'sampling.yaml': 'weights: {observability.traces: {on: 1, absent: 3}}\n' });
  assert.deepEqual(found, { names: ['word', 'field', 'value'], mixed: undefined });
});

test('one that speaks to intents which state nothing new is named', () => {
  for (const where of ['{networking.authPolicy: [mtls]}', '{networking.authPolicy: [ldap, mtls]}', '{observability.traces: [absent]}', "{'api:example.com/Thing': [present]}", '{workload.tier: [present]}']) {
    assert.match(further({ 'a.yaml': example('word', '{networking.authPolicy: [ldap]}') + example('wide', where) }).mixed ?? '', /^wide also applies/, where);
  }
});

test('a playbook that is otherwise not what was taught makes no layer', () => {
  const file = { 'a.yaml': example('word', '{networking.authPolicy: [ldap]}') };
  assert.match(further(file, dir => appendFileSync(join(dir, 'auth', 'known.yaml'), '# mended\n')).mixed ?? '', /not what it was taught/);
  assert.match(further(file, dir => cpSync(join(dir, 'more', 'a.yaml'), join(dir, 'auth', 'known.yaml')) ?? rmSync(join(dir, 'more'), { recursive: true })).mixed ?? '', /not what it was taught/);
  assert.match(further({}).mixed ?? '', /no example/);
});
