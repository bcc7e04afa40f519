/** From manifests to lessons: charts, terse intents, patterns that say something else, what the checker lets conventions choose. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { contextOf } from '../context/context.ts';
import { conventionKey } from '../context/conventions.ts';
import type { FeatureSpec } from '../context/features.ts';
import type { Intent } from '../intent/types.ts';
import type { Json } from '../kubernetes.ts';
import { align } from '../playbook/align.ts';
import { expandPattern } from '../candidate/expand.ts';
import { agreedRuns, learnRuns, RunEncoder } from '../tokens/runs.ts';
import type { Pattern } from '../tokens/pattern.ts';
import { heldOut, readCharts } from './charts.ts';
import { repattern } from './repattern.ts';
import { terse } from './terse.ts';

const intent = {
  apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: 'basket', namespace: 'shop' },
  spec: { workload: { containerImage: 'registry.corp/acme-cache:1.0.0', ports: [{ name: 'web', containerPort: 8080 }], probes: { liveness: { exec: { command: ['true'] } } }, security: { runAsUser: 1001, writableRoot: true }, init: [{ name: 'a', containerImage: 'x:1', resourceRequirements: { limits: { memory: '1Gi' } } }] } },
} as unknown as Intent;
const spec: FeatureSpec = { name: 'conventions', type: 'conventions', fact: 'conventions.team', words: ['basket', 'cache'], stated: ['workload.security.runAsUser', 'workload.probes.readiness'] };

test('files of one chart are one chart, and fall together', t => {
  const dir = mkdtempSync(join(tmpdir(), 'learn-'));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, 'c'));
  for (const file of ['a.yaml', 'a~on.yaml', 'b.yaml', 'c/one.yaml', 'c/two.yml', 'notes.txt']) writeFileSync(join(dir, file), '');
  const charts = readCharts(dir);
  assert.deepEqual(charts.map(c => [c.name, c.files.length]), [['a', 2], ['b', 1], ['c', 2]]);
  const names = (seed: number): string[] => heldOut(charts, 1, seed).held.map(c => c.name);
  assert.deepEqual(names(1), names(1));
  assert.ok(new Set(Array.from({ length: 20 }, (_, seed) => names(seed)[0])).size === 3);
  assert.throws(() => heldOut(charts, 3, 1), /nothing-to-learn/);
});

test('a terse intent leaves to conventions what they can answer for, and nothing else', () => {
  const { workload } = terse(intent).spec as unknown as { workload: Record<string, Json> };
  assert.equal(workload['probes'], undefined);
  assert.deepEqual(workload['security'], { writableRoot: true });
  assert.deepEqual(workload['init'], [{ name: 'a', containerImage: 'x:1' }]);
  assert.equal((workload['ports'] as Json[]).length, 1);
});

test('conventions show nothing where they do not apply, and whose they are, known words and stated fields where they do', () => {
  const of = (facts: Record<string, Record<string, Json>>) => contextOf([spec], intent, facts, new Set(), 30);
  assert.deepEqual([of({}).tokens, of({}).conventional], [[], false]);
  assert.deepEqual(of({ conventions: { team: 'acme' } }).tokens, ['?conventions.team=acme', '?conventions.image=cache', '?conventions.name=basket', '?conventions.stated=workload.security.runAsUser']);
});

const context = contextOf([], intent, {}, new Set(), 30);
const given = (refused: (path: string) => boolean = () => false) => ({ context, align: (v: Json) => align(v, [{ path: 'metadata.name', value: 'basket' }]), admit: (path: string) => !refused(path) });
const base = align({ replicas: 2, probe: { tcp: { port: 'web' }, period: 20 }, list: [{ name: 'basket', image: 'registry.corp/acme-cache:1.0.0' }] }, [{ path: 'metadata.name', value: 'basket' }, { path: 'workload.containerImage', value: 'registry.corp/acme-cache:1.0.0' }]);

test('a pattern says something else where it has to, and keeps its slots where they are right', () => {
  const wanted: Json = { replicas: 2, probe: { exec: { command: ['basket'] }, delay: 30 }, list: [{ name: 'basket', image: 'registry.corp/acme-cache:1.0.0', user: 1001 }] };
  const made = repattern(base, wanted, '', given());
  assert.deepEqual(expandPattern(made, context), wanted);
  assert.match(JSON.stringify(made), /\$\{metadata\.name\}.*\$\{workload\.containerImage\}/s);
  const same = repattern(base, expandPattern(base, context)!, '', given());
  assert.equal(same, base);
});

test('one handler stays where the other cannot be said, beside what can', () => {
  const made = repattern(base, { replicas: 2, probe: { exec: { command: ['own-script'] }, delay: 30 }, list: [{ name: 'basket', image: 'registry.corp/acme-cache:1.0.0' }] }, '', given(path => path === 'probe.exec'));
  assert.deepEqual((expandPattern(made, context) as Record<string, Json>)['probe'], { delay: 30, tcp: { port: 'web' } });
});

test('a loop writes the same into every item, or stays as it is', () => {
  const over = 'workload.ports', each: Pattern = { k: 'list', i: [{ k: 'each', over, body: { k: 'map', e: [{ key: 'name', value: { k: 'slot', s: '${workload.ports[].name}' } }] } }] };
  const two = contextOf([], { ...intent, spec: { workload: { ...intent.spec.workload, ports: [{ name: 'a', containerPort: 1 }, { name: 'b', containerPort: 2 }] } } } as Intent, {}, new Set(), 30);
  const made = (wanted: Json): Json | undefined => expandPattern(repattern(each, wanted, '', { ...given(), context: two }), two);
  assert.deepEqual(made([{ name: 'a', x: 1 }, { name: 'b', x: 1 }]), [{ name: 'a', x: 1 }, { name: 'b', x: 1 }]);
  assert.deepEqual(made([{ name: 'a', x: 1 }, { name: 'b', x: 2 }]), [{ name: 'a' }, { name: 'b' }]);
});

test('known rows keep their runs; a run ends where manifests go on otherwise', () => {
  const known = [['+o', '{', '.a', '=1', '.b', '=2', '}']], others = [['+o', '{', '.a', '=1', '.c', '=3', '}']];
  const agreed = agreedRuns(learnRuns(known, 1), known, others, 1);
  const encoded = new RunEncoder(agreed).encode(others[0]!);
  assert.deepEqual(encoded.join('\n').split('\n'), others[0]);
  assert.ok(encoded.includes('{\n.a\n=1') && !encoded.some(token => token.includes('=1\n.c')), JSON.stringify(encoded));
});

test('a field below a pod template has one key, whatever the workload is', () => {
  assert.equal(conventionKey('CronJob', 'spec.jobTemplate.spec.template.spec.containers[2].resources.limits'), 'Pod|spec.containers[].resources.limits');
  assert.equal(conventionKey('Service', 'spec.type'), 'Service|spec.type');
});
