/**
 * The agent on a real control plane: `make bench-operator`, or
 *   node bench/operator.ts [-o json] [--only creation,events,noop,intents,kills,outage,upgrade] [--limit SECONDS] [--write]
 *     [--creations 20] [--services 300] [--changes 10000] [--intents 1000] [--kills 200] [--controllers]
 * Each part has a control plane of its own and at most `--limit` seconds of measuring. `--write` renews its parts of docs/operator-bench.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { endAll } from './operator/agent.ts';
import { creation } from './operator/creation.ts';
import { events } from './operator/events.ts';
import type { Asked, Measure, Sizes } from './operator/figures.ts';
import { intents } from './operator/intents.ts';
import { kills } from './operator/kills.ts';
import { noop } from './operator/noop.ts';
import { outage } from './operator/outage.ts';
import { digests, pageOf, recordOf, tableOf } from './operator/report.ts';
import type { Record } from './operator/report.ts';
import { upgrade } from './operator/upgrade.ts';

const parts: { [name: string]: Measure } = { creation, events, noop, intents, kills, outage, upgrade };
const { values: options } = parseArgs({ options: {
  output: { type: 'string', short: 'o' }, only: { type: 'string', default: Object.keys(parts).join() }, limit: { type: 'string', default: '900' }, write: { type: 'boolean', default: false }, controllers: { type: 'boolean', default: false },
  creations: { type: 'string', default: '20' }, services: { type: 'string', default: '300' }, changes: { type: 'string', default: '10000' }, intents: { type: 'string', default: '1000' }, kills: { type: 'string', default: '200' },
} });
const number = (text: string): number => { const n = Number(text); if (!(n > 0)) { process.stderr.write(`${text} is no number above 0\n`); process.exit(2); } return n; };
const sizes: Sizes = {
  creations: number(options.creations), services: number(options.services), changes: number(options.changes), intents: number(options.intents), kills: number(options.kills),
  limit: number(options.limit), controllers: options.controllers,
};
const docs = join(import.meta.dirname, '..', 'docs'), kept = join(docs, 'operator-bench.json');
const records: Record[] = [], wanted = options.only.split(',');
const unknown = wanted.find(name => !Object.hasOwn(parts, name));
if (unknown !== undefined) { process.stderr.write(`there is no part ${unknown}; there are ${Object.keys(parts).join(', ')}\n`); process.exit(2); }

for (const name of wanted) {
  // What is measured is what is there when it begins.
  const measured = digests(), figures: Asked[] = [], began = performance.now(), say = (text: string): void => void process.stderr.write(`${name}: ${text}\n`);
  // Raising a control plane may take minutes, too.
  const late = sleep((sizes.limit + 300) * 1000, undefined, { ref: false }).then(() => { throw new Error(`it did not end within ${sizes.limit + 300} s`); });
  let about = 'not measured', broken: string | undefined;
  try { about = await Promise.race([parts[name]!(sizes, figures, say), late]); } catch (error) { broken = (error as Error).message; say(broken); }
  late.catch(() => undefined);
  endAll();
  records.push(recordOf({ part: name, about, figures, ...(broken === undefined ? {} : { broken }) }, (performance.now() - began) / 1000, measured));
  if (options.output !== 'json') process.stdout.write(tableOf(figures));
  if (options.write) {
    const before = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) as Record[] : [], all = [...before.filter(r => r.part !== name), records.at(-1)!];
    all.sort((a, b) => Object.keys(parts).indexOf(a.part) - Object.keys(parts).indexOf(b.part));
    writeFileSync(kept, `${JSON.stringify(all, null, 1)}\n`);
    writeFileSync(join(docs, 'operator-bench.md'), pageOf(all));
  }
}
if (options.output === 'json') process.stdout.write(`${JSON.stringify(records.flatMap(r => r.figures), null, 2)}\n`);
process.exit(records.some(r => r.broken !== undefined) ? 1 : 0);
