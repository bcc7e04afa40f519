import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/kubernetes.ts';
import { renamed } from '../../bench/replacement/rename.ts';
import { pageOf, pictureOf, totals } from '../../bench/replacement/table.ts';
import type { Row } from '../../bench/replacement/table.ts';

const objects: KubeObject[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ledger-worker', labels: { app: 'ledger' } }, spec: { template: { spec: { containers: [{
    name: 'main', image: 'quay.example/books/ledger:1.2', ports: [{ containerPort: 7070 }], env: [{ name: 'LEDGER_URL', value: 'http://ledger-db:7070/x' }, { name: 'SIZE', value: '170700' }],
  }] } } } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ledger-db' }, spec: { type: 'ClusterIP', ports: [{ port: 7070, targetPort: 7070, protocol: 'TCP' }], selector: { app: 'ledger' } } },
];

test('names, images and ports are others everywhere, and the same ones everywhere', () => {
  const [workload, service] = renamed(objects) as [any, any], other = workload.metadata.labels.app;
  assert.match(other, /^[a-z]{6}$/);
  assert.notEqual(other, 'ledger');
  assert.equal(service.spec.selector.app, other);
  assert.equal(service.metadata.name, `${other}-db`);
  const [container] = workload.spec.template.spec.containers;
  assert.equal(container.ports[0].containerPort, 7281);
  assert.deepEqual(container.env, [{ name: `${other.toUpperCase()}_URL`, value: `http://${other}-db:7281/x` }, { name: 'SIZE', value: '170700' }]);
  assert.ok(!/ledger|books|quay/i.test(JSON.stringify([workload, service])));
  assert.deepEqual([workload.kind, service.spec.type, service.spec.ports[0].protocol], ['Deployment', 'ClusterIP', 'TCP']);
  assert.deepEqual(renamed(objects), renamed(objects), 'the same every time');
});

const row = (chart: string, override: number, lost = 0, more: Partial<Row> = {}): Row => ({
  chart, workloads: 1, outOfScope: 0, leaves: { total: 20, inferred: 10, copied: 10 - override - lost, override, lost }, differences: { equal: 20, hardened: 3, changed: 0 },
  lines: { rendered: 120, intent: 30 }, replaced: override <= 2 && lost === 0, renamed: 'same', ...more,
});

test('the rate counts charts that have workloads and could be read', () => {
  const rows = [row('a', 0), row('b', 5), row('c', 0, 1), row('d', 0, 0, { workloads: 0 }), row('e', 0, 0, { failed: 'duplicate-object' })];
  const t = totals(rows);
  assert.deepEqual([t.charts, t.within, t.replaced, t.nothingLost, t.renamedSame, t.shorter], [5, 3, 1, 2, 3, 4]);
  assert.match(pageOf(rows, 'make x', 'About.'), /\| 1 of 3, 33\.3 % \| ≥ 80 % \| \*\*no\*\* \|/);
  assert.equal(pictureOf(rows).match(/text-anchor="end"/g)!.length, 4);
});
