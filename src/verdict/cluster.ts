/** What the cluster says of itself that checks need: the platform's settings, and whether an object exists. */
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { splitApiVersion } from '../kubernetes.ts';
import { ofKind } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { asObject } from './types.ts';

const configLabel = 'synthesis.platform/config';
const defaultConfigNamespace = 'platform-system';
const settingsName = 'global-settings';

/** Data of the `global-settings` ConfigMap, without blanks around values and without empty ones; empty when there is none. Two config namespaces are refused before, by the context stage. */
export const settingsOf = (snapshot: Snapshot): JsonObject => settings.get(snapshot) ?? settings.set(snapshot, readSettings(snapshot)).get(snapshot)!;

const settings = new WeakMap<Snapshot, JsonObject>();
const readSettings = (snapshot: Snapshot): JsonObject => {
  const labelled = ofKind(snapshot, 'Namespace').filter(object => object.metadata.labels?.[configLabel] === 'true').map(object => object.metadata.name);
  const namespace = labelled.length ? labelled[0] : defaultConfigNamespace;
  const found = ofKind(snapshot, 'ConfigMap').find(object => object.metadata.name === settingsName && object.metadata.namespace === namespace);
  return Object.fromEntries(Object.entries(asObject(found?.data)).flatMap(([key, value]) => (typeof value === 'string' && value.trim() !== '' ? [[key, value.trim()]] : [])));
};

export const findObject = (objects: readonly KubeObject[], group: string, kind: string, name: string, namespace?: string): KubeObject | undefined =>
  objects.find(object => object.kind === kind && object.metadata.name === name && splitApiVersion(object.apiVersion).group === group
    && (namespace === undefined || object.metadata.namespace === namespace));
