/** Intents for a cluster that is there: drawn like training contexts, within what the cluster serves and shows. */
import { buildContext } from '../../src/context/context.ts';
import { isOfIntent } from '../../src/context/observe.ts';
import { Refusal } from '../../src/diagnostic.ts';
import { askedOf, expandAll } from '../../src/evaluation/cases.ts';
import type { Case } from '../../src/evaluation/cases.ts';
import { writeIntent } from '../../src/evaluation/concretise.ts';
import { Values } from '../../src/evaluation/values.ts';
import { withDefaults } from '../../src/intent/defaults.ts';
import { readIntent } from '../../src/intent/parse.ts';
import { apiVersion, kind } from '../../src/intent/schema.ts';
import type { Model } from '../../src/candidate/model.ts';
import type { Intent } from '../../src/intent/types.ts';
import type { Json } from '../../src/kubernetes.ts';
import { compose } from '../../src/playbook/compose.ts';
import type { Playbook } from '../../src/playbook/example.ts';
import { focusOn } from '../../src/playbook/focus.ts';
import type { Focus } from '../../src/playbook/focus.ts';
import { sampleFeatures, seeded } from '../../src/playbook/sample.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import type { Guardrails } from '../../src/verdict/types.ts';
import { verify } from '../../src/verdict/verify.ts';

/** What the cluster itself decides, whatever the intent says. */
function given({ manifest }: Model, snapshot: Snapshot): Focus {
  const anybody = withDefaults(readIntent({ apiVersion, kind, metadata: { name: 'any' }, spec: { workload: { containerImage: 'any:1' } } }), manifest.defaults);
  const { features } = buildContext(manifest, anybody, snapshot), ofIntents = manifest.facts.filter(isOfIntent).map(f => `fact:${f.name}.`);
  return new Map(manifest.specs.flatMap(({ name, type }) => (type === 'api' || type === 'minor' || (type === 'fact' && !ofIntents.some(fact => name.startsWith(fact))) ? [[name, (value: string) => value === features[name]] as const] : [])));
}

/** What the cluster decides stands; of the rest what the example asks for. */
const both = (example: Focus, cluster: Focus): Focus => new Map([...example, ...cluster]);

/** @returns cases whose right graph the checker accepts on this cluster */
export function casesFor(model: Model, playbook: Playbook, guardrails: Guardrails, snapshot: Snapshot, count: number, seed: number): Case[] {
  const random = seeded(seed), focus = given(model, snapshot), taught = playbook.examples.filter(e => !e.refuse), cases: Case[] = [];
  for (let tries = 0; cases.length < count && tries < count * 200; tries++) {
    // Drawn freely, what is rare (a queue to scale by) would hardly come; so half is drawn around examples.
    const around = tries % 4 < 2 ? undefined : focusOn(taught[Math.floor(random() * taught.length)]!, playbook.facts, random);
    const wished = sampleFeatures(playbook, model.manifest.specs, random, around ? both(around, focus) : focus);
    let written: Intent;
    try { written = readIntent(writeIntent(model.manifest, wished, new Values(random, tries % 2 ? 0.2 : 0)) as Json); } catch (e) { if (e instanceof Refusal) continue; throw e; }
    const asked = askedOf(model, written, snapshot)!, composed = compose(playbook, asked.whole.features);
    if (composed.refusals.length) continue;
    const expected = expandAll(composed.objects, asked.whole, snapshot);
    if (!expected || verify({ graph: expected, intent: asked.intent, snapshot, guardrails }).verdict !== 'accepted') continue;
    cases.push({ name: `${cases.length}`, snapshot, asked, expected });
  }
  return cases;
}
