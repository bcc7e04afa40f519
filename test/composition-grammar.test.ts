/** The grammar admits what the playbook teaches: every object of random compositions, in a cluster and intent that show their features. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Clusters } from '../src/evaluation/cluster.ts';
import { concretise } from '../src/evaluation/concretise.ts';
import { ObjectGrammar } from '../src/grammar/grammar.ts';
import { questionsOf } from '../src/grammar/questions.ts';
import { draw } from '../src/playbook/corpus.ts';
import { taughtFields } from '../src/playbook/knowledge.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { bare } from '../src/playbook/merge.ts';
import { seeded } from '../src/playbook/sample.ts';
import { featureSpecs } from '../src/playbook/specs.ts';
import { openApiIndex } from '../src/snapshot/schema.ts';
import type { Pattern } from '../src/tokens/pattern.ts';
import { bodyTokens, byCodeUnit, parseBody, parsePlanToken } from '../src/tokens/serialize.ts';

const DRAWS = 300;
/** Features that contradict themselves are drawn too; most must be concrete for the test to mean something. */
const CONCRETE = 0.5;

const playbook = loadPlaybook(join(import.meta.dirname, '..', 'playbook'));
const specs = featureSpecs(playbook);
const rules = { specs, facts: playbook.facts, defaults: playbook.sampling.defaults, taught: taughtFields(playbook) };

/** A pattern as tokens keep it: without origins, maps in canonical order. */
function canonical(p: Pattern): Pattern {
  if (p.k === 'list') return { ...p, i: p.i.map(canonical) };
  if (p.k === 'each') return { ...p, body: canonical(p.body) };
  if (p.k !== 'map') return p;
  return { k: 'map', e: p.e.map(e => ({ key: e.key, value: canonical(e.value), ...(e.over ? { over: e.over } : {}) })).sort((a, b) => byCodeUnit(a.key, b.key) || byCodeUnit(a.over ?? '', b.over ?? '')) };
}

test('the objects of random compositions are legal token by token', () => {
  const random = seeded(20_241), clusters = new Clusters();
  const why = new Map<string, number>(), illegal: string[] = [];
  let concrete = 0, graphs = 0;
  for (let n = 0; n < DRAWS; n++) {
    const { features, composition, rows } = draw(playbook, specs, random, []);
    for (const [i, o] of composition.objects.entries()) {
      assert.deepEqual(parseBody(bodyTokens(o.body)), canonical(bare(o.body)));
      assert.deepEqual(rows.objects[i]!.slice(1), bodyTokens(parseBody(bodyTokens(o.body))));
    }
    if (!composition.objects.length) continue;
    graphs++;
    const made = concretise(rules, features, clusters, random, 0.3);
    if ('why' in made) { why.set(made.why, (why.get(made.why) ?? 0) + 1); continue; }
    concrete++;
    const { context, snapshot } = made, index = openApiIndex(snapshot);
    for (const row of rows.objects) {
      const head = parsePlanToken(row[0]!), found = index.find(head.group, head.kind);
      if (!found) { illegal.push(`${head.kind} is not served`); continue; }
      const g = new ObjectGrammar(index, found.document, found.schema, questionsOf(index, found.document, context, head.kind), head.kind);
      let state = g.start(head.over ? { over: head.over, items: context.items(head.over) ?? [] } : undefined);
      for (const [at, raw] of row.slice(1).entries()) {
        const next = g.step(state, raw);
        if (!next) { illegal.push(`graph ${n} ${row[0]}: … ${row.slice(Math.max(1, at - 12), at + 2).join(' ')}`); break; }
        state = next;
      }
      if (g.complete(state) === false && !illegal.length) illegal.push(`${row[0]} does not end`);
    }
  }
  assert.deepEqual(illegal, []);
  assert.ok(concrete >= graphs * CONCRETE, `${concrete} of ${graphs} graphs could be made concrete: ${JSON.stringify([...why])}`);
});
