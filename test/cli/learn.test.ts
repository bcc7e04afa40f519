/** `kubesynth learn` without training: what it finds in manifests, and how it measures. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kubesynth, scratch } from './run.ts';

/** A service as this team writes all of its services; `delay` is what its manifests do not agree on. */
const chart = (name: string, port: number, delay: number): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {selector: {app: ${name}}, ports: [{name: web, port: 80, targetPort: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  replicas: 2
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsUser: 2001, runAsGroup: 2001, fsGroup: 2001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: ${name}
          image: registry.example.com/acme-${name}:1.0.0
          ports: [{name: web, containerPort: ${port}}]
          resources: {requests: {cpu: 150m, memory: 300Mi}, limits: {memory: 300Mi}}
          livenessProbe: {tcpSocket: {port: web}, initialDelaySeconds: 45, timeoutSeconds: 7}
          readinessProbe: {tcpSocket: {port: web}, initialDelaySeconds: ${delay}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
`;

test('what several charts share is a custom, and held-out charts are asked in two ways', async t => {
  const dir = scratch(t), report = join(dir, 'report.json');
  for (const [i, name] of ['basket', 'orders', 'prices', 'stock'].entries()) writeFileSync(join(dir, `${name}.yaml`), chart(name, 8081 + i, 11 + i));
  const args = ['learn', dir, '--snapshot', 'bare-1.30', '--team', 'acme', '--hold-out', '1', '--graphs', '0', '--fresh', '0', '--work', join(dir, 'work'), '--report', report];
  const ran = await kubesynth([...args, '-o', 'json']);
  assert.equal(ran.status, 0, ran.stderr);
  type Figures = Record<string, number>;
  const said = JSON.parse(ran.stdout) as { team: string; charts: { learnt: number; heldOut: string[] }; lessons: Figures; heldOut: Record<string, Record<string, Figures>>; model?: string };
  assert.deepEqual(said, JSON.parse(readFileSync(report, 'utf8')));
  assert.deepEqual([said.team, said.charts.learnt, said.charts.heldOut.length, said.model], ['acme', 3, 1, undefined]);
  // Amounts, users and the liveness probe; never the readiness probe's delay, in which each is alone.
  assert.ok(said.lessons['customs']! >= 6, JSON.stringify(said.lessons));
  assert.equal(said.lessons['accepted'], said.lessons['rows']);
  for (const asking of ['imported', 'terse']) assert.deepEqual(Object.keys(said.heldOut[asking]!), ['before', 'nearest', 'sameImage']);
  const { before, nearest } = said.heldOut['terse']!;
  assert.ok(before!['unstatedLeaves']! > said.heldOut['imported']!['before']!['unstatedLeaves']!);
  assert.ok(nearest!['predicted']! > before!['predicted']!, JSON.stringify(said.heldOut));
  assert.equal(before!['checked'], 1);
  // The same again, to the letter.
  assert.equal((await kubesynth([...args, '-o', 'json'])).stdout, ran.stdout);
  assert.match((await kubesynth(args)).stdout, /1 charts held out, terse intents[\s\S]*the model before[\s\S]*nearest workload/);
});
