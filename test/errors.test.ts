/** docs/errors.md and the product name the same rules: those in the code, and those the shipped playbook and guardrails add. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (files: string[]): [file: string, text: string][] => files.map(f => [f, readFileSync(join(root, f), 'utf8')]);
const code = read(globSync('src/**/*.ts', { cwd: root }).filter(f => !f.endsWith('.test.ts')).sort());
const data = read(globSync(['playbook/**/*.yaml', 'guardrails/**/*.yaml'], { cwd: root }).sort());

const rows = readFileSync(join(root, 'docs', 'errors.md'), 'utf8').split('\n').filter(line => /^\| `?[a-z]/.test(line) && !line.startsWith('| rule |'))
  .map(line => line.split('|').slice(1, -1).map(cell => cell.trim().replace(/^`(.*)`$/, '$1')));
const documented = new Set(rows.map(([rule]) => rule!));

/** `rule: 'x'` in code, `rule: x` in data, and the first argument of what makes findings. */
const stated = [
  ...code.flatMap(([file, text]) => [...text.matchAll(/\brule: '([a-z0-9-]+)'|\b(?:badInput|refuse|report|syntax|finding|add|fail|abstained|exact|say|flag|keywordOrExact)\(\s*'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'|'x-rule': '([a-z0-9-]+)'/g)].map(m => ({ file, rule: (m[1] ?? m[2] ?? m[3])! }))),
  ...data.flatMap(([file, text]) => [...text.matchAll(/\brule: ([a-z][a-z0-9-]+)/g)].map(m => ({ file, rule: m[1]! }))),
];

test('every rule is documented', () => {
  const missing = stated.filter(({ rule }) => !documented.has(rule)).map(({ file, rule }) => `${rule} (${file})`);
  assert.deepEqual([...new Set(missing)], []);
});

test('every documented rule exists', () => {
  const everything = [...code, ...data].map(([, text]) => text).join('\n');
  // Some are made of two parts, such as `${direction}-open`.
  const gone = [...documented].map(rule => rule.replace(/:.*$/, '')).filter(rule =>
    !new RegExp(`(?<![\\w-])${rule}(?![\\w-])`).test(everything) && !new RegExp(`\\}${rule.replace(/^[a-z]+/, '')}(?![\\w-])`).test(everything));
  assert.deepEqual(gone, []);
});

test('each rule has one row, with exit code, cause and advice', () => {
  const twice = rows.map(([rule]) => rule!).filter((rule, i, all) => all.indexOf(rule) !== i);
  assert.deepEqual(twice, []);
  for (const row of rows) {
    assert.equal(row.length, 4, row.join(' | '));
    assert.match(row[1]!, /^(0|[2-5])( or [2-5]|, [2-5])*$/, `exit code of ${row[0]}`);
    assert.ok(row[2] && row[3], `${row[0]} says neither when nor what to do`);
  }
});
