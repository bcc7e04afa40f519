/** What is kept from one synthesis to the next saves work and changes nothing: golden intents, in the real engine, with all of it and with none. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Engine } from '../src/candidate/engine.ts';
import { Recall } from '../src/candidate/recall.ts';
import { shippedGuardrails } from '../src/cli/places.ts';
import { parseIntents } from '../src/intent/parse.ts';
import type { Intent } from '../src/intent/types.ts';
import type { KubeObject } from '../src/kubernetes.ts';
import { SETTINGS } from '../src/snapshot/settings.ts';
import type { Snapshot } from '../src/snapshot/types.ts';
import { synthesise } from '../src/synthesis/synthesise.ts';
import type { Outcome } from '../src/synthesis/synthesise.ts';
import type { Earlier } from '../src/synthesis/earlier.ts';
import { understand } from '../src/synthesis/understand.ts';
import type { Understood } from '../src/synthesis/understand.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { Memo } from '../src/verdict/memo.ts';
import { bytesOf, openCompiler, shipped } from './compiler.ts';
import type { Compiler } from './compiler.ts';
import { filesOf, scenarios } from './golden/scenarios.ts';

/** Counts the rows of objects that it is asked for. */
class Counted implements Engine {
  readonly #inner: Engine;
  rows = 0;
  constructor(inner: Engine) { this.#inner = inner; }
  context(...given: Parameters<Engine['context']>): Promise<void> { return this.#inner.context(...given); }
  row(...given: Parameters<Engine['row']>): ReturnType<Engine['row']> { if (given[1] < 0) this.rows++; return this.#inner.row(...given); }
  close(): Promise<void> { return this.#inner.close(); }
}

const guardrails = loadGuardrails(shippedGuardrails()), recall = new Recall(), memo = new Memo();
let compiler: Compiler, engine: Counted;
before(async () => { compiler = await openCompiler(inner => (engine = new Counted(inner))); });
after(() => compiler.close());

/** The same cluster, whose settings name another issuer and who looks after metrics elsewhere. */
function changed(snapshot: Snapshot): Snapshot {
  const other = (o: KubeObject): KubeObject => ({ ...o, data: { ...o['data'] as Record<string, string>, jwtIssuer: 'https://elsewhere.example/', monitoringNamespace: 'elsewhere' } });
  return { ...snapshot, objects: snapshot.objects.map(o => (o.kind === 'ConfigMap' && o.metadata.name === SETTINGS ? other(o) : o)) };
}

for (const scenario of scenarios.filter((_, i) => i % 4 === 0)) {
  test(scenario.slug, async () => {
    const intent = parseIntents(filesOf(scenario)['intent.yaml']!, 'intent.yaml')[0]!, first = shipped(scenario.snapshot), then = changed(first);
    const write = (written: Intent, snapshot: Snapshot, kept?: { earlier: Earlier; understood: Understood }): Promise<Outcome> =>
      synthesise(written, { cluster: { snapshot, namespace: 'default', snapshotMs: 0 }, model: compiler.model, engine, guardrails, ...kept });
    const understood = understand(intent, 'default', compiler.model), plain = [await write(intent, first), await write(intent, then)];
    let graph: readonly KubeObject[] = [];
    for (const [i, snapshot] of [first, first, then, first].entries()) {
      engine.rows = 0;
      const again = await write(intent, snapshot, { earlier: { recall, memo, graph }, understood });
      assert.equal(bytesOf(again), bytesOf(plain[snapshot === first ? 0 : 1]!));
      // Nothing is another than a moment ago: what was not taken back is not decoded, and what nobody patched is the very object that was.
      if (i === 1 && again.candidate?.figures.backtracks === 0) assert.equal(engine.rows, 0);
      if (i === 1 && intent.spec.overrides === undefined) assert.ok(again.graph.every(object => graph.includes(object)));
      graph = again.graph;
    }
  });
}
