/** What the README shows is what the program prints: `…` stands for the rest of a line, or on a line of its own for any lines. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kubesynth, root } from './run.ts';

const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(m => m[1]!);
const runs = blocks.flatMap(block => block.split(/^\$ /m).filter(Boolean)).map(run => {
  const [command, ...lines] = run.split('\n');
  const exit = Number(/# exit code (\d)/.exec(command!)?.[1] ?? 0);
  return { args: command!.replace(/#.*/, '').trim().split(/\s+/).slice(1), exit, lines: lines.slice(0, -1) };
});

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = (lines: readonly string[]): RegExp =>
  new RegExp(`^${lines.map(line => (line === '…' ? '(?:.*\\n)*?' : `${escaped(line).replaceAll('…', '.*')}\\n`)).join('')}$`);

test('the README shows runs', () => assert.ok(runs.length >= 4));
for (const { args, exit, lines } of runs) {
  test(`kubesynth ${args.join(' ')}`, async () => {
    const ran = await kubesynth(args);
    assert.equal(ran.status, exit, ran.stderr);
    assert.match(exit === 0 ? ran.stdout : ran.stderr, pattern(lines));
  });
}
