/** What the cluster serves: its kinds by discovery, its schemas by OpenAPI v3. */
import { badInput } from '../diagnostic.ts';
import type { JsonObject } from '../kubernetes.ts';
import type { ClusterClient } from './client.ts';
import { pruneOpenApi, type OpenApiDocument } from './prune.ts';
import type { ServedKind } from './types.ts';

interface ResourceEntry { name: string; kind: string; namespaced: boolean; verbs: string[] }

/** Paths of every served group-version, `api/v1` or `apis/GROUP/VERSION`, each group's preferred version first. */
export async function groupVersions(client: ClusterClient): Promise<{ group: string; version: string; path: string }[]> {
  const core = await client.get('/api'), named = await client.get('/apis');
  if (!core || !named) throw badInput('cluster-forbidden', 'the API server does not let these credentials read its discovery', 'Use credentials that are bound to the ClusterRole system:discovery.', { path: '/apis' });
  const found = ((core['versions'] ?? []) as string[]).map(version => ({ group: '', version, path: `api/${version}` }));
  for (const entry of (named['groups'] ?? []) as { name: string; versions: { version: string }[]; preferredVersion: { version: string } }[]) {
    const versions = [entry.preferredVersion.version, ...entry.versions.map(v => v.version).filter(v => v !== entry.preferredVersion.version)];
    for (const version of versions) found.push({ group: entry.name, version, path: `apis/${entry.name}/${version}` });
  }
  return found;
}

/** The kinds that can be created and listed, with the versions that serve each. Sorted by group and kind. */
export async function servedKinds(client: ClusterClient, served: Awaited<ReturnType<typeof groupVersions>>): Promise<ServedKind[]> {
  const kinds = new Map<string, ServedKind>();
  const lists = await Promise.all(served.map(({ path }) => client.get(`/${path}`)));
  served.forEach(({ group, version }, at) => {
    for (const entry of ((lists[at]?.['resources'] ?? []) as unknown as ResourceEntry[])) {
      if (entry.name.includes('/') || !entry.verbs.includes('create') || !entry.verbs.includes('list')) continue;
      const key = `${group}/${entry.kind}`, known = kinds.get(key);
      if (known) { if (!known.versions.includes(version)) known.versions.push(version); }
      else kinds.set(key, { group, versions: [version], kind: entry.kind, plural: entry.name, namespaced: entry.namespaced });
    }
  });
  return [...kinds.values()].sort((a, b) => (a.group === b.group ? (a.kind < b.kind ? -1 : 1) : a.group < b.group ? -1 : 1));
}

/** OpenAPI documents by the address they were read from. */
export interface Documents { get(address: string): OpenApiDocument | undefined; set(address: string, document: OpenApiDocument): unknown }

/**
 * Pruned OpenAPI documents by group-version path, for the group-versions that hold a kind one can create.
 * @param known documents by the address they were read from, which holds their hash: read once, and kept here
 */
export async function servedSchemas(client: ClusterClient, served: { path: string }[], known: Documents = new Map()): Promise<Record<string, OpenApiDocument>> {
  const index = await client.get('/openapi/v3');
  if (!index) throw badInput('cluster-forbidden', 'the API server serves no OpenAPI v3 to these credentials', 'Kubernetes 1.26 or newer is needed, and credentials bound to system:discovery.', { path: '/openapi/v3' });
  const paths = index['paths'] as Record<string, JsonObject>;
  const found: Record<string, OpenApiDocument> = {};
  for (const { path } of served) {
    const url = paths[path]?.['serverRelativeURL'];
    if (typeof url !== 'string') continue;
    let pruned = known.get(url);
    if (!pruned) {
      const document = await client.get(url);
      if (!document) continue;
      known.set(url, pruned = pruneOpenApi(document));
    }
    if (Object.keys(pruned.components.schemas).length) found[path] = pruned;
  }
  return found;
}
