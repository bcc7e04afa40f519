/** Where the platform keeps its settings, and what they say: the data of the ConfigMap `global-settings` in the marked namespace. */
import type { KubeObject } from '../kubernetes.ts';
import { ofKind } from './objects.ts';
import type { Snapshot } from './types.ts';

export const CONFIG_LABEL = 'synthesis.platform/config';
/** The namespace that needs no mark. */
export const CONFIG_NAMESPACE = 'platform-system';
export const SETTINGS = 'global-settings';

/** Of these Namespaces the marked ones; where none is, the one that needs no mark. */
export function configNamespaces(namespaces: readonly KubeObject[]): ReadonlySet<string> {
  const marked = namespaces.filter(o => o.metadata.labels?.[CONFIG_LABEL] === 'true').map(o => o.metadata.name);
  return new Set(marked.length ? marked : [CONFIG_NAMESPACE]);
}

const known = new WeakMap<Snapshot, Record<string, string>>();

/** Those in the first of them. Blanks around a value, such as the newline of a YAML block, are not part of it, and an empty setting is none. */
export function platformSettings(snapshot: Snapshot): Record<string, string> {
  let settings = known.get(snapshot);
  if (!settings) {
    const [namespace] = configNamespaces(ofKind(snapshot, 'Namespace'));
    const map = ofKind(snapshot, 'ConfigMap').find(o => o.metadata.name === SETTINGS && o.metadata.namespace === namespace);
    known.set(snapshot, settings = Object.fromEntries(Object.entries((map?.['data'] ?? {}) as Record<string, unknown>).flatMap(([key, value]) => (typeof value === 'string' && value.trim() !== '' ? [[key, value.trim()]] : []))));
  }
  return settings;
}
