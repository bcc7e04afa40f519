/**
 * A graph against the objects of a saved snapshot. It holds few kinds, and of ConfigMaps and Secrets the keys alone; what it
 * cannot tell is said to be unknown, never to be unchanged.
 */
import { PART_OF, applySetId } from '../change/ownership.ts';
import { keyOf, refOf } from '../change/paths.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { holdsAll } from '../snapshot/capture.ts';
import { REDACTED } from '../snapshot/redact.ts';
import { configNamespaces } from '../snapshot/settings.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { builtInGroups } from './built-in.ts';
import { differences } from './difference.ts';
import { changeOf, objectChange } from './fields.ts';
import type { ObjectChange } from './types.ts';

/** @param graph whole: what belongs to the intent and is not in it would be pruned */
export function againstSnapshot(graph: readonly KubeObject[], snapshot: Snapshot, intent: { name: string; namespace: string }): ObjectChange[] {
  const there = new Map(snapshot.objects.map(object => [keyOf(refOf(object)), object])), wanted = new Set(graph.map(object => keyOf(refOf(object))));
  const builtIn = builtInGroups(snapshot), config = configNamespaces(snapshot.objects.filter(o => o.kind === 'Namespace' && o.apiVersion === 'v1'));
  const belongs = (o: KubeObject): boolean => o.metadata.namespace === intent.namespace && o.metadata.labels?.[PART_OF] === applySetId(intent);
  return [
    ...graph.map(object => one(object, there.get(keyOf(refOf(object))))),
    ...snapshot.objects.filter(o => belongs(o) && !wanted.has(keyOf(refOf(o)))).map(o => objectChange(o, 'prune')),
  ];

  function one(object: KubeObject, live: KubeObject | undefined): ObjectChange {
    const { group } = splitApiVersion(object.apiVersion), kind = snapshot.kinds.find(k => k.group === group && k.kind === object.kind);
    if (!live) {
      const known = kind !== undefined && holdsAll(snapshot, kind, !builtIn.has(group));
      return known ? objectChange(object, 'create') : objectChange(object, 'unknown', { because: `a snapshot does not hold ${kind?.plural ?? object.kind}` });
    }
    const secret = object.apiVersion === 'v1' && object.kind === 'Secret';
    const keysOnly = secret || (object.apiVersion === 'v1' && object.kind === 'ConfigMap' && !config.has(object.metadata.namespace ?? ''));
    const found = keysOnly ? differences(onlyKeys(live), onlyKeys(object), snapshot, 'stated') : differences(live, object, snapshot, 'stated');
    const told = found.filter(({ from }) => from !== REDACTED);
    const hidden = found.length > told.length || (keysOnly && valueFields.some(field => object[field]));
    return told.length || !hidden ? changeOf(object, told) : objectChange(object, 'unknown', { because: 'a snapshot does not hold its values' });
  }
}

const valueFields = ['data', 'stringData', 'binaryData'];
const onlyKeys = (object: KubeObject): KubeObject => ({
  ...object, ...Object.fromEntries(valueFields.filter(field => object[field]).map(field => [field, Object.fromEntries(Object.keys(object[field] as JsonObject).map(key => [key, '']))])),
});
