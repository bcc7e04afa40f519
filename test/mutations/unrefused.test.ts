/**
 * The model may fail to refuse. For every reason that the playbook gives, in contexts drawn around it: the graph that the other
 * examples would give, as if nobody had refused, is not accepted by the checker.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { expandAll } from '../../src/evaluation/cases.ts';
import { Clusters } from '../../src/evaluation/cluster.ts';
import { concretise } from '../../src/evaluation/concretise.ts';
import { compose } from '../../src/playbook/compose.ts';
import { focusOn } from '../../src/playbook/focus.ts';
import { taughtFields } from '../../src/playbook/knowledge.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { sampleFeatures, seeded } from '../../src/playbook/sample.ts';
import { featureSpecs } from '../../src/playbook/specs.ts';
import { loadGuardrails } from '../../src/verdict/load.ts';
import { verify } from '../../src/verdict/verify.ts';

const root = join(import.meta.dirname, '..', '..'), DRAWS = Number(process.env['DRAWS'] ?? 60);
const playbook = loadPlaybook(join(root, 'playbook')), guardrails = loadGuardrails(join(root, 'guardrails'));
const unrefusing = { ...playbook, examples: playbook.examples.filter(e => !e.refuse) };
const specs = featureSpecs(playbook), rules = { specs, facts: playbook.facts, defaults: playbook.sampling.defaults, taught: taughtFields(playbook) };

/** Also contexts with ports where sampling never has any. */
const wild = { ...playbook, sampling: { ...playbook.sampling, implies: playbook.sampling.implies.filter(i => i.then['workload.ports'] !== 'absent') } };

for (const [name, sampled] of [['as sampled', playbook], ['with ports of what needs none', wild]] as const) test(`what nobody refused is still not accepted: contexts ${name}`, () => {
  const random = seeded(77), clusters = new Clusters(), tried = new Map<string, number>(), accepted: string[] = [];
  for (const reason of playbook.examples.filter(e => e.refuse)) {
    for (let n = 0; n < DRAWS; n++) {
      const features = sampleFeatures(sampled, specs, random, focusOn(reason, playbook.facts, random));
      const { applied } = compose(playbook, features);
      // Beside another reason this one is not put to the test.
      if (applied.length !== 1 || applied[0] !== reason) continue;
      const made = concretise(rules, features, clusters, random, 0);
      if ('why' in made) continue;
      const graph = expandAll(compose(unrefusing, features).objects, made.context, made.snapshot);
      if (!graph) continue;
      tried.set(reason.name, (tried.get(reason.name) ?? 0) + 1);
      const { findings } = verify({ graph, intent: made.intent, snapshot: made.snapshot, guardrails });
      if (!findings.some(f => f.severity === 'refused' || f.severity === 'review')) accepted.push(`${reason.name} (${reason.refuse!.rule}): ${graph.map(o => o.kind).join(', ')}`);
    }
  }
  assert.deepEqual([...new Set(accepted)], []);
  assert.ok(tried.size > 20, `only ${tried.size} reasons could be tried`);
});
