/**
 * The playbook and the checker's envelopes are two readings of one standard: whatever the playbook's examples compose
 * for an intent on a shipped cluster, the checker accepts, and what they compose for a neighbouring context it does not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verify } from '../../src/verdict/verify.ts';
import { equalGraphs } from '../equivalences.ts';
import { composedCases, neighbours } from './composed.ts';
import { guardrails } from './goldens.ts';

test('what the playbook composes is accepted', t => {
  let accepted = 0;
  for (const { name, intent, snapshot, graph } of composedCases(400, 7)) {
    const { verdict, findings } = verify({ graph, intent, snapshot, guardrails });
    assert.equal(verdict, 'accepted', `${name}: ${JSON.stringify(findings, null, 1)}\n${JSON.stringify(intent)}`);
    accepted++;
  }
  t.diagnostic(`${accepted} compositions accepted`);
});

test('what it composes for a context with one feature changed is not', t => {
  let cases = 0;
  const missed: string[] = [];
  for (const composed of composedCases(60, 11))
    for (const { feature, graph } of neighbours(composed)) {
      if (equalGraphs(composed.graph, graph).equal) continue;
      cases++;
      if (verify({ ...composed, graph, guardrails }).verdict === 'accepted') missed.push(`${composed.name}: ${feature}`);
    }
  t.diagnostic(`${cases} neighbouring graphs, ${missed.length} accepted`);
  assert.deepEqual(missed, []);
});
