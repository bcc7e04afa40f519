/** `import` as a user and a script run it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseIntents } from '../../src/intent/parse.ts';
import { kubesynth, scratch } from './run.ts';

const chart = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsUser: 1000}
      containers:
        - {name: web, image: 'registry.corp/web:1.0.0', ports: [{name: http, containerPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec: {}
`;

describe('import', { concurrency: 1 }, () => {
  test('intents on stdout, what is not imported on stderr', async () => {
    const ran = await kubesynth(['import', '-f', '-', '--snapshot', 'bare-1.30'], { input: chart });
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(parseIntents(ran.stdout, 'stdout').map(i => i.metadata.name), ['web']);
    assert.match(ran.stderr, /out-of-scope.*CustomResourceDefinition\/things\.example\.com/);
  });

  test('a folder of intents, and the report with the fields of the contract', async t => {
    const at = scratch(t), dir = join(at, 'intents'), report = join(at, 'report.json');
    const ran = await kubesynth(['import', '-f', '-', '--snapshot', 'bare-1.30', '--output-dir', dir, '--report', report], { input: chart });
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(ran.stdout, '');
    assert.deepEqual(readdirSync(dir), ['web.yaml']);
    const told = JSON.parse(readFileSync(report, 'utf8')) as { workloads: number; outOfScope: string[]; leaves: Record<string, number>; differences: Record<string, number>; lines: Record<string, number>; replaced: boolean };
    assert.deepEqual(Object.keys(told), ['workloads', 'outOfScope', 'leaves', 'differences', 'lines', 'replaced']);
    assert.deepEqual([Object.keys(told.leaves), Object.keys(told.differences), Object.keys(told.lines)], [['total', 'inferred', 'copied', 'override', 'lost'], ['equal', 'hardened', 'changed'], ['rendered', 'intent']]);
    assert.deepEqual([told.workloads, told.outOfScope, told.leaves['lost']], [1, ['CustomResourceDefinition/things.example.com'], 0]);
  });

  test('malformed input: exit 2, nothing on stdout, nothing written', async t => {
    const dir = join(scratch(t), 'none');
    for (const input of ['kind: {{ .Values.kind }}\n', `${chart}---${chart}`, 'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: []}]\n']) {
      const ran = await kubesynth(['import', '-f', '-', '--snapshot', 'bare-1.30', '--output-dir', dir], { input });
      assert.deepEqual([ran.status, ran.stdout, existsSync(dir)], [2, '', false], ran.stderr);
      assert.match(ran.stderr, /fix: /);
    }
  });
});
