/** What exists in the cluster, as readers and envelopes see it. Objects never change, so each is read once for all snapshots that hold it. */
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { splitApiVersion } from '../../kubernetes.ts';
import { platformSettings } from '../../snapshot/settings.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { toCel } from '../cel.ts';
import type { Variables } from '../envelopes.ts';
import { canonical } from '../equal.ts';
import { Memo, Once } from '../memo.ts';
import { asList, type Checking, type Guardrails } from '../types.ts';

export const readerKind = (object: KubeObject): string => `${splitApiVersion(object.apiVersion).group}/${object.kind}`;
export const keyOf = (object: KubeObject): string => `${readerKind(object)}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** @param settings as a CEL value. Throws what the reader throws. */
export function effectsOf(object: KubeObject, origin: 'graph' | 'declared' | 'cluster', guardrails: Guardrails, settings: unknown, { memo, values }: Pick<Checking, 'memo' | 'values'> = { memo: new Memo(), values: new Once() }): JsonObject[] {
  const effectsIn = guardrails.readers.get(readerKind(object))?.effects;
  if (!effectsIn) return [];
  const seen = (): unknown => (origin === 'cluster' ? asCel(object) : values.of(object, [], () => toCel(object)));
  const effects = memo.effects.of(object, [effectsIn, effectsIn.names.has('settings') && settings], () => effectsIn({ object: seen(), settings }));
  return asList(effects).map(effect => ({ ...effect, origin, kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace ?? '' }));
}

/** What controllers make of the objects of a graph, as far as readers say: `Kind/namespace/name`. */
export const madeBy = (graph: readonly KubeObject[], snapshot: Snapshot, guardrails: Guardrails): Set<string> => new Set(graph.flatMap(object => {
  // An object that no reader can read is a finding elsewhere.
  try { return effectsOf(object, 'graph', guardrails, variablesOf(snapshot).settings).flatMap(effect => asTexts(effect.makes).map(made => made.replace('/', `/${object.metadata.namespace ?? ''}/`))); } catch { return []; }
}));
const asTexts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter(item => typeof item === 'string') : []);

const existing = new WeakMap<WeakKey, unknown>();
function asCel(part: KubeObject | Snapshot['nodes']): unknown {
  let value = existing.get(part);
  if (value === undefined) existing.set(part, value = toCel(part));
  return value;
}

/** Effects of objects under the settings that were last asked for. */
const reads = new WeakMap<Guardrails, { settings: string; of: WeakMap<KubeObject, JsonObject[]> }>();
function effectsOfAll(snapshot: Snapshot, guardrails: Guardrails): { key: string; effects: JsonObject[] }[] {
  const text = canonical(platformSettings(snapshot)), { settings } = variablesOf(snapshot);
  let known = reads.get(guardrails);
  if (known?.settings !== text) reads.set(guardrails, known = { settings: text, of: new WeakMap() });
  return snapshot.objects.flatMap(object => {
    let effects = known.of.get(object);
    if (!effects) {
      // An existing object that no longer fits its reader still acts; its effects are unknown and it is named as such.
      try { effects = effectsOf(object, 'cluster', guardrails, settings); }
      catch { effects = [{ type: 'unknown', origin: 'cluster', kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace ?? '' }]; }
      known.of.set(object, effects);
    }
    return effects.length ? [{ key: keyOf(object), effects }] : [];
  });
}

type Acting = { key: string; effect: JsonObject }[];
const acting = new WeakMap<Snapshot, WeakMap<Guardrails, Map<string, Acting>>>();
const EVERYWHERE = '*';

/** Effects of the objects in a namespace and of those in force in all, with the keys of their objects. */
export function actingIn(namespace: string, snapshot: Snapshot, guardrails: Guardrails): Acting {
  let of = acting.get(snapshot);
  if (!of) acting.set(snapshot, of = new WeakMap());
  let places = of.get(guardrails);
  if (!places) {
    of.set(guardrails, places = new Map());
    for (const { key, effects } of effectsOfAll(snapshot, guardrails)) for (const effect of effects) {
      const place = effect.everywhere === true ? EVERYWHERE : String(effect.namespace), there = places.get(place);
      if (there) there.push({ key, effect }); else places.set(place, [{ key, effect }]);
    }
  }
  return [...places.get(namespace) ?? [], ...places.get(EVERYWHERE) ?? []];
}

const variables = new WeakMap<Snapshot, Variables>();
/** What envelopes may ask of the cluster. */
export function variablesOf(snapshot: Snapshot): Variables {
  let known = variables.get(snapshot);
  if (!known) {
    variables.set(snapshot, known = {
      settings: toCel(platformSettings(snapshot)),
      served: snapshot.kinds.map(({ group, kind }) => `${group}/${kind}`),
      cluster: snapshot.objects.map(asCel),
      nodes: asCel(snapshot.nodes),
      // Some distributions write `30+`, some leave it to gitVersion.
      minor: BigInt(parseInt(/\d+/.exec(snapshot.version.minor)?.[0] ?? /^v?\d+\.(\d+)/.exec(snapshot.version.gitVersion)?.[1] ?? '0', 10)),
    });
  }
  return known;
}
