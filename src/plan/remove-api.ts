/** The same cluster without an API group: its kinds, schemas and objects go. */
import { badInput } from '../diagnostic.ts';
import { didYouMean } from '../intent/nearest.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { builtInGroups, groupOf } from './built-in.ts';

/** @throws Refusal `api-not-served` (exit 2) */
export function withoutApi(snapshot: Snapshot, group: string): Snapshot {
  const groups = [...new Set([...snapshot.kinds.map(k => k.group), ...Object.keys(snapshot.openapi).map(groupOf)])].filter(Boolean);
  if (!groups.includes(group)) {
    const builtIn = builtInGroups(snapshot), added = groups.filter(g => !builtIn.has(g)).sort();
    throw badInput('api-not-served', `this cluster does not serve the API group ${JSON.stringify(group)}`,
      `${group.includes('/') ? 'Name the group alone, without a version. ' : didYouMean(group, groups)}${added.length ? `Added to this cluster: ${added.join(', ')}.` : 'Nothing was added to this cluster.'}`, { object: `--what-if remove-api=${group}` });
  }
  return {
    ...snapshot,
    kinds: snapshot.kinds.filter(k => k.group !== group),
    openapi: Object.fromEntries(Object.entries(snapshot.openapi).filter(([path]) => groupOf(path) !== group)),
    objects: snapshot.objects.filter(object => splitApiVersion(object.apiVersion).group !== group),
  };
}
