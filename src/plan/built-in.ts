/** Which of what a cluster serves came with Kubernetes, and which from definitions and aggregated servers. */
import type { JsonObject } from '../kubernetes.ts';
import type { ServedKind, Snapshot } from '../snapshot/types.ts';

type Document = Snapshot['openapi'][string];
const ownNames = /^io\.k8s\.(api|kube-aggregator|apiextensions-apiserver)\./;

/** The path of a group-version's document. */
export const documentPath = (group: string, version: string): string => (group ? `apis/${group}/${version}` : `api/${version}`);
export const groupOf = (path: string): string => (path.startsWith('apis/') ? path.slice('apis/'.length, path.lastIndexOf('/')) : '');

/** Kubernetes names the schemas of its own kinds by its own packages, also where a custom group's name ends as its own do. */
export const isBuiltInDocument = (path: string, { components: { schemas } }: Document): boolean =>
  Object.entries(schemas).some(([name, schema]) => ownNames.test(name) && gvks(schema).some(({ group, version }) => documentPath(String(group), String(version)) === path));

const gvks = (schema: JsonObject): JsonObject[] => (schema['x-kubernetes-group-version-kind'] ?? []) as JsonObject[];

export const builtInGroups = (snapshot: Snapshot): ReadonlySet<string> =>
  new Set(Object.entries(snapshot.openapi).filter(([path, document]) => isBuiltInDocument(path, document)).map(([path]) => groupOf(path)));

/** As discovery sorts them. */
export const inOrder = (kinds: readonly ServedKind[]): ServedKind[] => [...kinds].sort((a, b) => (a.group === b.group ? (a.kind < b.kind ? -1 : 1) : a.group < b.group ? -1 : 1));
