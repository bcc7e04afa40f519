/** A shipped cluster whose platform team has set more than it has: what golden scenarios about further settings stand on. */
import type { KubeObject } from '../kubernetes.ts';
import { loadSnapshot } from '../snapshot/file.ts';
import { CONFIG_LABEL, CONFIG_NAMESPACE, SETTINGS } from '../snapshot/settings.ts';
import type { Snapshot } from '../snapshot/types.ts';

/** The platform's namespace, and its settings in it. */
export const settingsObjects = (data: Record<string, string>, namespace = CONFIG_NAMESPACE): [KubeObject, KubeObject] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { [CONFIG_LABEL]: 'true' } } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: SETTINGS, namespace }, data },
];

/** The snapshot with these settings beside its own. */
export function withSettings(snapshot: Snapshot, settings: Record<string, string>): Snapshot {
  const { objects } = snapshot, found = objects.find(o => o.kind === 'ConfigMap' && o.metadata.name === SETTINGS), namespace = found?.metadata.namespace ?? CONFIG_NAMESPACE;
  const marked = objects.some(o => o.kind === 'Namespace' && o.metadata.name === namespace);
  const [holder, map] = settingsObjects({ ...(found?.['data'] as Record<string, string> | undefined), ...settings }, namespace);
  return { ...snapshot, objects: [...(marked ? [] : [holder]), ...objects.filter(o => o !== found), found ? { ...found, data: map['data']! } : map] };
}

const known = new Map<string, Snapshot>();

/** The cluster that a scenario names, with the settings that it adds. */
export function clusterOf({ snapshot, settings }: { snapshot: string; settings?: Record<string, string> }): Snapshot {
  const id = `${snapshot} ${JSON.stringify(settings ?? {})}`;
  const made = known.get(id) ?? (settings ? withSettings(clusterOf({ snapshot }), settings) : loadSnapshot(snapshot));
  known.set(id, made);
  return made;
}
