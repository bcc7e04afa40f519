/** Every expected graph passes a server-side dry run on a real API server with the CRDs of its snapshot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { raise } from '../controlplane/clusters.ts';
import { dryRun } from '../controlplane/dryrun.ts';
import { scenarios } from './scenarios.ts';

for (const cluster of new Set(scenarios.map(s => s.snapshot))) {
  test(`expected graphs on ${cluster}`, async t => {
    const plane = await raise(cluster);
    try {
      for (const scenario of scenarios) {
        if (scenario.snapshot !== cluster || !('expected' in scenario)) continue;
        await t.test(scenario.slug, async () => {
          const { rejections, warnings, dropped } = await dryRun(plane, scenario.expected);
          assert.deepEqual(rejections, []);
          assert.deepEqual(warnings, []);
          assert.deepEqual(dropped, []);
        });
      }
    } finally { await plane.stop(); }
  });
}
