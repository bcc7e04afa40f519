/**
 * The same cluster on another version of Kubernetes: the built-in kinds and schemas are those of a shipped snapshot of that
 * version; everything that was added to the cluster stays, and so do its objects where their kinds do.
 */
import { badInput } from '../diagnostic.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { inSnapshotOrder, observedVersion } from '../snapshot/capture.ts';
import type { ServedKind, Snapshot } from '../snapshot/types.ts';
import { builtInGroups, inOrder, isBuiltInDocument } from './built-in.ts';

export interface Version { text: string; major: string; minor: string }

/** `1.30`, `v1.30` or `1.30.14`: the minor version is what counts. @throws Refusal `version-malformed` (exit 2) */
export function parseVersion(text: string): Version {
  const found = /^v?(\d{1,2})\.(\d{1,3})(?:\.\d{1,3})?(?:[-+][\w.+-]+)?$/.exec(text);
  if (!found) throw badInput('version-malformed', `${JSON.stringify(text)} is no version of Kubernetes`, 'Write its major and minor number, such as 1.30.', { object: `--what-if k8s=${text}` });
  return { text: `${Number(found[1])}.${Number(found[2])}`, major: String(Number(found[1])), minor: String(Number(found[2])) };
}

/** Hosted clusters write `30+`. */
const minorOf = ({ version }: Snapshot): string => `${version.major}.${version.minor.replace(/\D.*$/, '')}`;

/** @throws Refusal `version-not-shipped` (exit 2) */
export function atVersion(snapshot: Snapshot, { text }: Version, shipped: readonly { name: string; snapshot: Snapshot }[]): Snapshot {
  if (minorOf(snapshot) === text) return snapshot;
  const donor = shipped.find(s => minorOf(s.snapshot) === text);
  if (!donor) {
    const known = [...new Set(shipped.map(s => minorOf(s.snapshot)))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    throw badInput('version-not-shipped', `no shipped snapshot is of Kubernetes ${text}, so nothing says what it serves`, `Available: ${known.join(', ')}. Or take a snapshot of a cluster of that version, and compile against it.`, { object: `--what-if k8s=${text}` });
  }
  const theirs = builtInGroups(donor.snapshot), ours = builtInGroups(snapshot), builtIn = (group: string): boolean => ours.has(group) || theirs.has(group);
  const kinds = inOrder([...snapshot.kinds.filter(k => !builtIn(k.group)), ...donor.snapshot.kinds.filter(k => theirs.has(k.group))]);
  return {
    ...snapshot, kinds, version: donor.snapshot.version, openapi: documents(snapshot, donor.snapshot),
    objects: inSnapshotOrder(snapshot.objects.flatMap(object => (builtIn(splitApiVersion(object.apiVersion).group) ? served(object, kinds) : [object]))),
    notes: [...snapshot.notes, `Kubernetes ${donor.snapshot.version.gitVersion} is supposed here, with the built-in kinds and schemas of the shipped snapshot ${donor.name}; the cluster runs ${snapshot.version.gitVersion}.`],
  };
}

/** Schemas of the server's own library are in the documents of added groups too, as the server of that version words them. */
function documents(snapshot: Snapshot, donor: Snapshot): Snapshot['openapi'] {
  const library = Object.entries(donor.openapi['api/v1']?.components.schemas ?? {}).filter(([name]) => name.startsWith('io.k8s.apimachinery.'));
  const added = Object.entries(snapshot.openapi).filter(([path, document]) => !isBuiltInDocument(path, document)).map(([path, { components: { schemas } }]) =>
    [path, { components: { schemas: { ...schemas, ...Object.fromEntries(library.filter(([name]) => name in schemas)) } } }] as const);
  return Object.fromEntries([...added, ...Object.entries(donor.openapi).filter(([path, document]) => isBuiltInDocument(path, document))].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The object as that version would list it, in its preferred version; nothing where the kind is gone. */
export function served(object: KubeObject, kinds: readonly ServedKind[]): KubeObject[] {
  const { group } = splitApiVersion(object.apiVersion), kind = kinds.find(k => k.group === group && k.kind === object.kind);
  return kind ? [{ ...object, apiVersion: observedVersion(kind) }] : [];
}
