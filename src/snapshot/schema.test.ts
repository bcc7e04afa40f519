import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../kubernetes.ts';
import { loadSnapshot, shippedSnapshots } from './file.ts';
import { openApiIndex } from './schema.ts';

test('every served kind of every shipped snapshot has a schema whose references resolve', () => {
  for (const name of shippedSnapshots()) {
    const snapshot = loadSnapshot(name), index = openApiIndex(snapshot);
    for (const kind of snapshot.kinds) for (const version of kind.versions) {
      const found = index.find(kind.group, kind.kind, version);
      assert.ok(found, `${name}: ${kind.group}/${version} ${kind.kind}`);
      assert.ok(index.resolve(found.document, found.schema)?.['properties'], `${name}: ${kind.kind} has fields`);
    }
    for (const [document, { components }] of Object.entries(snapshot.openapi)) {
      for (const [, ref] of JSON.stringify(components).matchAll(/"\$ref":"([^"]+)"/g)) assert.ok(index.resolve(document, { $ref: ref! }), `${name} ${document} ${ref}`);
      assert.ok(!JSON.stringify(components).includes('"description":"'), `${name} ${document} is without prose`);
    }
  }
});

test('kinds are found by group and kind, the preferred version first', () => {
  const index = openApiIndex(loadSnapshot('bare-1.30'));
  assert.deepEqual(index.served('apps', 'Deployment'), { group: 'apps', versions: ['v1'], kind: 'Deployment', plural: 'deployments', namespaced: true });
  assert.equal(index.find('autoscaling', 'HorizontalPodAutoscaler')?.document, 'apis/autoscaling/v2');
  assert.equal(index.find('autoscaling', 'HorizontalPodAutoscaler', 'v1')?.document, 'apis/autoscaling/v1');
  assert.equal(index.served('apps', 'Nothing'), undefined);
  assert.equal(index.find('apps', 'Deployment', 'v9'), undefined);
});

test('references with siblings are merged, dangling ones are undefined', () => {
  const index = openApiIndex(loadSnapshot('bare-1.30')), deployment = index.find('apps', 'Deployment')!;
  const spec = (deployment.schema['properties'] as Record<string, JsonObject>)['spec']!;
  const resolved = index.resolve(deployment.document, spec)!;
  assert.ok((resolved['properties'] as JsonObject)['template']);
  assert.equal(index.resolve(deployment.document, { $ref: '#/components/schemas/nothing' }), undefined);
  assert.deepEqual(index.resolve(deployment.document, { type: 'string' }), { type: 'string' });
});
