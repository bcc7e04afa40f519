/** What conventions license: open fields, with values the team has, where the intent says nothing; never what a policy refuses. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { loadModel } from '../candidate/model.ts';
import type { Conventions } from '../context/conventions.ts';
import { withDefaults } from '../intent/defaults.ts';
import { parseIntents } from '../intent/parse.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { loadGuardrails } from './load.ts';
import { parseOpenings } from './openings.ts';
import { podTemplate } from './pod.ts';
import { verify } from './verify.ts';

const root = join(import.meta.dirname, '..', '..'), golden = join(root, 'test', 'golden', '02-inventory-api');
const read = (file: string): string => readFileSync(join(golden, file), 'utf8');
const snapshot = loadSnapshot((parse(read('scenario.yaml')) as { snapshot: string }).snapshot), guardrails = loadGuardrails(join(root, 'guardrails'));
const written = parseIntents(read('intent.yaml'), 'intent.yaml')[0]!;
const conventions: Conventions = { team: 'acme', values: { 'Pod|spec.containers[].livenessProbe.initialDelaySeconds': [30], 'Pod|spec.securityContext.runAsUser': [0, 1001], 'Pod|spec.hostNetwork': [true], 'Service|spec.type': ['LoadBalancer'] } };

/** Rules that speak against the golden graph once `change` has been at it. */
function against(change: (pod: JsonObject, graph: KubeObject[]) => void, told: Conventions | undefined = conventions, workload: JsonObject = {}): string[] {
  const graph = parseAllDocuments(read('expected.yaml')).map(d => d.toJS() as KubeObject);
  change(podTemplate(graph.find(o => podTemplate(o))!)!.spec, graph);
  const intent = withDefaults({ ...written, spec: { ...written.spec, workload: { ...written.spec.workload, ...workload } } } as typeof written, loadModel().manifest.defaults);
  return verify({ graph, intent, snapshot, guardrails, ...(told ? { conventions: told } : {}) }).findings.filter(f => f.severity !== 'warning').map(f => f.rule);
}
const main = (pod: JsonObject): JsonObject => (pod['containers'] as JsonObject[])[0]!;
const probe = (delay: number): Json => ({ tcpSocket: { port: (written.spec.workload.ports?.[0] as { name?: string } | undefined)?.name ?? 'http' }, initialDelaySeconds: delay });

test('a value that the team has in an open field is no difference, and is one without the conventions', () => {
  assert.deepEqual(against(() => undefined), []);
  assert.deepEqual(against(pod => { main(pod)['livenessProbe'] = probe(30); }), []);
  assert.deepEqual(against(pod => { main(pod)['livenessProbe'] = probe(30); }, { team: 'acme', values: {} }), ['probe-differs']);
  assert.deepEqual(against(pod => { (pod['securityContext'] as JsonObject)['runAsUser'] = 1001; }), []);
});

test('another value than the team has is refused', () => assert.deepEqual(against(pod => { main(pod)['livenessProbe'] = probe(31); }), ['probe-differs']));

test('what the intent states no convention overrules', () => {
  const stated = { probes: { liveness: { httpGet: { path: '/up', port: 'http' } } } };
  assert.ok(against(pod => { main(pod)['livenessProbe'] = probe(30); }, conventions, stated).includes('probe-differs'));
});

test('policies, and fields that are not open, stand whatever the team has', () => {
  assert.ok(against(pod => { (pod['securityContext'] as JsonObject)['runAsUser'] = 0; }).includes('guardrail:pod-security'));
  assert.ok(against(pod => { pod['hostNetwork'] = true; }).length > 0);
  assert.ok(against((_, graph) => { (graph.find(o => o.kind === 'Service')!['spec'] as JsonObject)['type'] = 'LoadBalancer'; }).length > 0);
});

test('an opening with an unknown field is malformed', () => assert.throws(() => parseOpenings([{ kind: 'Pod' }], 'conventions.yaml'), /guardrail-malformed/));
