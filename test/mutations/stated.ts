/**
 * Small intents that each state some fields, on a shipped cluster with further settings, with the graph that the playbook
 * composes for them or the rules by which it refuses. Harm done to such graphs must be caught: `fields.test.ts`.
 */
import { buildContext } from '../../src/context/context.ts';
import { withDefaults } from '../../src/intent/defaults.ts';
import { parseIntents } from '../../src/intent/parse.ts';
import type { JsonObject } from '../../src/kubernetes.ts';
import { compose } from '../../src/playbook/compose.ts';
import { loadSnapshot } from '../../src/snapshot/file.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import type { Golden } from './goldens.ts';
import { graphFor, playbook, specs } from './composed.ts';

const NAME = 'basket', NAMESPACE = 'shop', IMAGE = 'registry.corp/basket:1.4.1';

const snapshots = new Map<string, Snapshot>();
/** A shipped snapshot with settings added, and its objects changed where `change` says so. */
function clusterOf(name: string, settings: Record<string, string>, change: (snapshot: Snapshot) => void): Snapshot {
  if (!snapshots.has(name)) snapshots.set(name, loadSnapshot(name));
  const snapshot = snapshots.get(name)!, made = { ...snapshot, objects: structuredClone(snapshot.objects), nodes: structuredClone(snapshot.nodes), kinds: [...snapshot.kinds] };
  const map = made.objects.find(o => o.kind === 'ConfigMap' && o.metadata.name === 'global-settings');
  if (map) map['data'] = { ...(map['data'] as JsonObject), ...settings };
  else made.objects.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'global-settings', namespace: 'platform-system' }, data: settings } as never);
  change(made);
  return made;
}

export interface Stated { on: string; spec: JsonObject; settings?: Record<string, string>; change?: (snapshot: Snapshot) => void }

/** `spec.workload` has an image unless it states one. */
export function composeStated({ on, spec, settings = {}, change = () => {} }: Stated): Golden | { refused: string[] } {
  const snapshot = clusterOf(on, settings, change);
  const stated = { apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent', metadata: { name: NAME, namespace: NAMESPACE }, spec: { ...spec, workload: { containerImage: IMAGE, ...(spec['workload'] as JsonObject | undefined) } } };
  const intent = withDefaults(parseIntents(JSON.stringify(stated), 'intent.json')[0]!, playbook.sampling.defaults);
  const context = buildContext({ specs, facts: playbook.facts }, intent, snapshot);
  const { refusals } = compose(playbook, context.features);
  if (refusals.length) return { refused: refusals.map(r => r.rule) };
  return { slug: '', intent, snapshot, graph: graphFor(context.features, context, snapshot)! };
}
