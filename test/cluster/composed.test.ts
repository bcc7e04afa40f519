/** What the playbook composes for random intents, put before real API servers with strict fields: kinds and fields that no golden scenario has, and no weights needed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KubeObject } from '../../src/kubernetes.ts';
import { shippedSnapshots } from '../../src/snapshot/file.ts';
import { raise } from '../controlplane/clusters.ts';
import type { ControlPlane } from '../controlplane/controlplane.ts';
import { dryRun } from '../controlplane/dryrun.ts';
import { composedCases } from '../mutations/composed.ts';

/** Enough that every field of the random intents is met on every cluster that can have it. */
const CASES = 320;
const composed = [...composedCases(CASES, 23)];
/** The same name twice says little more: objects are told apart by kind and by which fields they have. */
const shapeOf = (value: unknown): unknown => Array.isArray(value) ? [...new Set(value.map(v => JSON.stringify(shapeOf(v))))].sort() : value !== null && typeof value === 'object' ? Object.entries(value).map(([k, v]) => [k, shapeOf(v)]) : typeof value;

for (const cluster of shippedSnapshots()) describe(cluster, () => {
  let plane: ControlPlane;
  before(async () => { plane = await raise(cluster); });
  after(() => plane?.stop());

  test('takes every object', async t => {
    const seen = new Set<string>(), objects: KubeObject[] = [];
    for (const { name, graph } of composed) if (name.endsWith(` on ${cluster}`)) for (const object of graph) {
      const shape = `${object.kind} ${JSON.stringify(shapeOf({ ...object, metadata: { ...object.metadata, name: '' } }))}`;
      if (!seen.has(shape)) { seen.add(shape); objects.push(object); }
    }
    t.diagnostic(`${objects.length} objects of ${new Set(objects.map(o => o.kind)).size} kinds`);
    assert.deepEqual(await dryRun(plane, objects), { rejections: [], warnings: [], dropped: [] });
  });
});
