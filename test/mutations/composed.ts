/** Intents with the graphs the playbook composes for them on the shipped clusters, and with those it composes for a neighbour. */
import { join } from 'node:path';
import { expandObject } from '../../src/candidate/expand.ts';
import { buildContext, type Context } from '../../src/context/context.ts';
import type { Features } from '../../src/context/features.ts';
import { withSettings } from '../../src/evaluation/settings.ts';
import { withDefaults } from '../../src/intent/defaults.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { Intent } from '../../src/intent/types.ts';
import type { KubeObject } from '../../src/kubernetes.ts';
import { compose } from '../../src/playbook/compose.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { seeded } from '../../src/playbook/sample.ts';
import { featureSpecs } from '../../src/playbook/specs.ts';
import { loadSnapshot, shippedSnapshots } from '../../src/snapshot/file.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { randomIntent } from './intents.ts';

export const playbook = loadPlaybook(join(import.meta.dirname, '..', '..', 'playbook'));
export const specs = featureSpecs(playbook);

export interface Composed { name: string; intent: Intent; snapshot: Snapshot; context: Context; graph: KubeObject[] }

/** Undefined when the playbook refuses, or cannot be written with what this cluster serves. */
export const graphFor = (features: Features, context: Context, snapshot: Snapshot): KubeObject[] | undefined => {
  const { objects, refusals } = compose(playbook, features);
  if (refusals.length) return undefined;
  const served = objects.map(object => ({ object, kind: snapshot.kinds.find(({ group, kind }) => group === object.group && kind === object.kind) }));
  if (served.some(({ kind }) => !kind)) return undefined;
  return served.flatMap(({ object, kind }) => expandObject(object, context, [object.group, kind!.versions[0]].filter(Boolean).join('/'), kind!.namespaced).map(expanded => expanded.object));
};

/** What the platform teams of the shipped clusters did not set, and some keywords need. */
const SETTINGS = { secretStore: 'corp-vault', snapshotClass: 'csi-frozen', logCollector: 'fluent-bit', instrumentation: 'telemetry/default' };

/** Random intents in turn on every shipped cluster; those that no examples answer are left out. */
export function* composedCases(cases: number, seed: number): Generator<Composed> {
  const snapshots = shippedSnapshots().map(name => ({ name, snapshot: withSettings(loadSnapshot(name), SETTINGS) }));
  const random = seeded(seed);
  for (let serial = 0; serial < cases; serial++) {
    const { name, snapshot } = snapshots[serial % snapshots.length]!;
    const [stated] = parseIntents(JSON.stringify(randomIntent(random, serial)), `case-${serial}.json`);
    const intent = withDefaults(stated!, playbook.sampling.defaults);
    const context = buildContext({ specs, facts: playbook.facts }, intent, snapshot);
    const graph = graphFor(context.features, context, snapshot);
    if (graph) yield { name: `case ${serial} on ${name}`, intent, snapshot, context, graph };
  }
}

/** The graph for the same names and values in a context that differs in one feature: the likeliest way for a model to err. */
export function* neighbours({ context, snapshot }: Composed): Generator<{ feature: string; graph: KubeObject[] }> {
  for (const spec of specs) {
    const now = context.features[spec.name]!;
    const others: (string | string[])[] = spec.type === 'items' ? (now as string[]).map(left => (now as string[]).filter(one => one !== left))
      : spec.type === 'minor' ? ['yes', 'no'] : spec.type === 'keyword' || (spec.type === 'fact' && spec.role === 'keyword') ? [...spec.values, 'absent'] : ['present', 'absent'];
    for (const value of others) {
      if (value === now) continue;
      let graph: KubeObject[] | undefined;
      // A context that contradicts itself may have no composition.
      try { graph = graphFor({ ...context.features, [spec.name]: value }, context, snapshot); } catch { continue; }
      if (graph) yield { feature: `${spec.name}=${String(value)}`, graph };
    }
  }
}
