/**
 * The same bytes 1,000 times: half of the runs in one process, a quarter in ten processes started anew, a quarter while every
 * core is kept busy. Writes docs/determinism.md.
 *   node bench/determinism.ts [RUNS]
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCompiler } from '../test/compiler.ts';
import { underLoad } from '../test/determinism/load.ts';
import { cases, countOutputs, totalOf } from '../test/determinism/runs.ts';
import type { Counts } from '../test/determinism/runs.ts';
import { machine, versions } from './machine.ts';

const root = join(import.meta.dirname, '..'), runs = Number(process.argv[2] ?? 1000), restarts = 10;

const elsewhere = (n: number): Promise<Counts> => new Promise((resolve, reject) => {
  execFile(process.execPath, [join(root, 'test', 'determinism', 'runs.ts'), String(n)], (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout) as Counts)));
});

function add(into: Counts, more: Counts): void {
  for (const [name, digests] of Object.entries(more)) {
    const own = into[name] ??= {};
    for (const [digest, n] of Object.entries(digests)) own[digest] = (own[digest] ?? 0) + n;
  }
}

const say = (text: string): void => { if (process.stderr.isTTY) process.stderr.write(text); };
const all: Counts = {}, parts: [string, number][] = [];
const part = (name: string, counts: Counts): void => { add(all, counts); parts.push([name, totalOf(counts)]); say(`${name}: ${totalOf(counts)}\n`); };

const compiler = await openCompiler();
part('one process, intents interleaved', await countOutputs(compiler, Math.ceil(runs / 2)).finally(() => compiler.close()));
const restarted: Counts = {};
for (let i = 0; i < restarts; i++) add(restarted, await elsewhere(Math.ceil(runs / 4 / restarts)));
part(`${restarts} processes started anew`, restarted);
part('every core kept busy by other processes', await underLoad(() => elsewhere(Math.ceil(runs / 4))));

const rows = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, digests]) =>
  `| ${name.replace('.yaml@', ' on ')} | ${Object.values(digests).reduce((a, b) => a + b, 0)} | ${Object.keys(digests).length} | \`${Object.keys(digests)[0]!.slice(0, 16)}\` |`);
const distinct = Object.values(all).map(d => Object.keys(d).length), equal = distinct.length === cases.length && distinct.every(n => n === 1);
writeFileSync(join(root, 'docs', 'determinism.md'), `# Determinism
Written by \`node bench/determinism.ts ${runs}\`. Each output is digested with its exit code, findings, context hash, margins and decoding figures; times are left out.
${versions()} Model \`${compiler.model.digest.slice(0, 19)}\`. ${machine()}

**${totalOf(all)} runs, ${equal ? 'every one byte-identical to the others of its intent' : 'NOT all byte-identical'}.**

| intent | runs | distinct outputs | sha256 begins |
|---|---|---|---|
${rows.join('\n')}

| how | runs |
|---|---|
${parts.map(([name, n]) => `| ${name} | ${n} |`).join('\n')}
`);
process.exitCode = equal ? 0 : 1;
