/** The stages import along the pipeline only, and know nothing of any platform's vocabulary. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { keywordVocabulary } from '../src/playbook/knowledge.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { featureSpecs } from '../src/playbook/specs.ts';

const root = join(import.meta.dirname, '..', 'src');
const order = ['intent', 'snapshot', 'tokens', 'context', 'grammar', 'candidate', 'verdict', 'synthesis', 'change', 'drift', 'plan', 'evaluation', 'import', 'learn', 'adopt', 'operator', 'cli'];
/** Stages that stand beside the pipeline, and all they may import. */
const beside: Record<string, string[]> = { playbook: ['playbook', 'tokens', 'context', 'intent'] };
/** Anyone may import a shape from the stage that owns it, where only the type is taken. */
const typesOnly: Record<string, string[]> = { candidate: ['playbook'], playbook: ['candidate'] };

const files = globSync('**/*.ts', { cwd: root }).filter(f => !f.endsWith('.test.ts')).sort();
const stageOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** Relative imports of a file: the target below src/, and whether only types are taken. */
function importsOf(file: string): { target: string; types: boolean }[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm);
  return [...found].map(m => ({ target: relative(root, normalize(join(root, dirname(file), (m[2] ?? m[3])!))), types: m[1] !== undefined }));
}

function allowed(from: string, to: string, types: boolean): boolean {
  if (to === '' || from === to) return true;
  if (beside[from]) return beside[from].includes(to) || (types && typesOnly[from]?.includes(to) === true);
  if (beside[to]) return order.indexOf(from) >= order.indexOf('evaluation') || (types && typesOnly[from]?.includes(to) === true);
  return order.includes(from) && order.indexOf(to) < order.indexOf(from) && order.indexOf(to) >= 0;
}

test('every folder of src is a stage', () => {
  const folders = [...new Set(files.map(stageOf))].filter(Boolean);
  assert.deepEqual(folders.filter(f => !order.includes(f) && !beside[f]), []);
});

test('no stage imports a later one', () => {
  const wrong = files.flatMap(file => importsOf(file).filter(i => !allowed(stageOf(file), stageOf(i.target), i.types)).map(i => `${file} imports ${i.target}`));
  assert.deepEqual(wrong, []);
});

test('only the doors wire stages: nothing imports them but the command that opens one', () => {
  const wrong = files.filter(f => stageOf(f) !== 'cli').flatMap(file => importsOf(file).filter(i => stageOf(i.target) === 'cli' || (stageOf(i.target) === 'operator' && stageOf(file) !== 'operator')).map(i => `${file} imports ${i.target}`));
  assert.deepEqual(wrong, []);
});

test('no playbook keyword and no provider name occurs in src', () => {
  // The vocabulary as data has it; single words such as `standard` are English too, compounds are not.
  const playbook = loadPlaybook(join(root, '..', 'playbook'));
  const compounds = Object.values(keywordVocabulary(featureSpecs(playbook))).flat().filter(word => word.includes('-'));
  assert.ok(compounds.length > 3);
  const groups = featureSpecs(playbook).flatMap(s => (s.type === 'api' ? [s.kind.split('/')[0]!] : [])).filter(g => g.includes('.') && !g.endsWith('.k8s.io'));
  const providers = ['istio', 'linkerd', 'cnpg', 'cloudnative', 'nginx', 'prometheus', 'cert-manager', 'keda', 'postgres', 'mysql', 'redis', 'kafka', 'jwt', 'mtls'];
  const forbidden = new RegExp([...compounds, ...groups, ...providers].map(w => w.replace(/[.\-]/g, '\\$&')).join('|'), 'i');
  const wrong = files.flatMap(file => readFileSync(join(root, file), 'utf8').split('\n').flatMap((line, i) => (forbidden.test(line) ? [`${file}:${i + 1}: ${forbidden.exec(line)![0]}`] : [])));
  assert.deepEqual(wrong, []);
});
