/** Every rule the checker and the shipped envelopes speak is explained in docs/errors.md. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const texts = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true }).map(String).filter(name => name.endsWith(ending) && !name.endsWith('.test.ts')).map(name => readFileSync(join(folder, name), 'utf8'));

test('rules are documented', () => {
  const documented = new Set([...readFileSync(join(root, 'docs', 'errors.md'), 'utf8').matchAll(/^\| `?([a-z0-9:A-Z-]+)`? \|/gm)].map(([, rule]) => rule!));
  const spoken = new Set<string>();
  for (const text of texts(import.meta.dirname, '.ts'))
    for (const [, rule] of text.matchAll(/(?:rule: |report\(|refuse\(|finding\(|exact\(|badInput\()'([a-z]+(?:-[a-z]+)+)'/g)) spoken.add(rule!);
  for (const text of texts(join(root, 'guardrails', 'envelopes'), '.yaml')) for (const [, rule] of text.matchAll(/\brule: ([a-z-]+)/g)) spoken.add(rule!);
  assert.ok(spoken.size > 40);
  assert.deepEqual([...spoken].filter(rule => !documented.has(rule)), []);
});
