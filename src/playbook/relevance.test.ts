import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applies, compose } from './compose.ts';
import { loadPlaybook } from './load.ts';
import { concerned, settling } from './relevance.ts';
import { rowsOf } from './rows.ts';
import { sampleFeatures, seeded } from './sample.ts';
import { featureSpecs } from './specs.ts';

const playbook = loadPlaybook('playbook'), specs = featureSpecs(playbook);

test('whatever the features outside of a partial context are, the row stays as it is', () => {
  const random = seeded(11);
  let rows = 0, hidden = 0;
  for (let n = 0; n < 400; n++) {
    const features = sampleFeatures(playbook, specs, random), c = compose(playbook, features), was = rowsOf(specs, features, c);
    for (let at = -1; at < c.objects.length; at++) {
      const examples = concerned(playbook.examples, c.objects[at], c.refusals.length > 0), kept = settling(examples, features, random);
      hidden += specs.length - kept.size;
      rows++;
      const other = { ...sampleFeatures(playbook, specs, random), ...Object.fromEntries([...kept].map(name => [name, features[name]!])) };
      assert.deepEqual(examples.filter(e => applies(e, other)).map(e => e.name), examples.filter(e => applies(e, features)).map(e => e.name));
      const again = compose(playbook, other), now = rowsOf(specs, other, again);
      // A refusal for another reason, or a plan without the object, leaves no row to compare.
      if (at < 0) assert.deepEqual(now.plan, was.plan);
      else for (const row of now.objects) if (row[0] === was.objects[at]![0]) assert.deepEqual(row, was.objects[at]);
    }
  }
  assert.ok(rows > 1000 && hidden / rows > specs.length / 3, `${rows} rows, ${hidden / rows} of ${specs.length} features hidden`);
});
