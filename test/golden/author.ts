/**
 * Writes the golden scenarios as YAML, one folder each, and removes folders that no scenario names any more:
 *   node test/golden/author.ts
 * They are labelled by hand from docs/standard.md, and judge the playbook and the trained model alike; neither is read here.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, scenarios } from './scenarios.ts';

const here = import.meta.dirname;
const slugs = new Set(scenarios.map(s => s.slug));
for (const entry of readdirSync(here, { withFileTypes: true })) {
  if (entry.isDirectory() && !slugs.has(entry.name)) rmSync(join(here, entry.name), { recursive: true });
}
for (const scenario of scenarios) {
  const folder = join(here, scenario.slug);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(scenario))) writeFileSync(join(folder, name), text);
}
console.error(`${scenarios.length} scenarios, ${scenarios.filter(s => 'expected' in s).length} accepted`);
