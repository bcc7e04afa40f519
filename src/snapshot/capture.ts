/** Takes a snapshot of a live cluster, reading only. The same cluster state gives the same snapshot. */
import { splitApiVersion, type JsonObject, type KubeObject } from '../kubernetes.ts';
import type { ClusterClient } from './client.ts';
import { groupVersions, servedKinds, servedSchemas } from './discovery.ts';
import { nodeFacts } from './nodes.ts';
import { redact, secretTexts } from './redact.ts';
import { configNamespaces } from './settings.ts';
import type { ServedKind, Snapshot } from './types.ts';

/** The built-in kinds whose objects are facts, by group. Custom resources come from the cluster's own definitions. */
const observed: [group: string, kind: string][] = [
  ['', 'Namespace'], ['', 'ConfigMap'], ['', 'Secret'], ['', 'Service'], ['', 'ServiceAccount'], ['', 'PersistentVolumeClaim'], ['', 'ResourceQuota'],
  ['', 'LimitRange'], ['admissionregistration.k8s.io', 'ValidatingAdmissionPolicy'], ['admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding'], ['networking.k8s.io', 'NetworkPolicy'], ['networking.k8s.io', 'IngressClass'], ['storage.k8s.io', 'StorageClass'], ['scheduling.k8s.io', 'PriorityClass'],
];
const unlisted = 'These credentials may not list';
/** Our own record of what was decided is no fact to decide on. */
const records = 'synthesis.platform/SynthesisRevision';
const ownedBySystem = new Set(['ConfigMap', 'Secret', 'ServiceAccount']);

/** Whose objects enter a snapshot, of the kinds that are served; `definitions` are the cluster's CustomResourceDefinitions. */
export function observedKinds(kinds: readonly ServedKind[], definitions: readonly KubeObject[]): ServedKind[] {
  const custom = new Set(definitions.map(crd => {
    const { group, names } = crd['spec'] as { group: string; names: { kind: string } } & JsonObject;
    return `${group}/${names.kind}`;
  }));
  const builtIn = observed.flatMap(([group, kind]) => kinds.find(k => k.group === group && k.kind === kind) ?? []);
  return [...builtIn, ...kinds.filter(k => custom.has(`${k.group}/${k.kind}`) && `${k.group}/${k.kind}` !== records)];
}

/** `group/version` of the objects read of a kind: its preferred version. */
export const observedVersion = (kind: ServedKind): string => (kind.group ? `${kind.group}/${kind.versions[0]}` : kind.versions[0]!);

/** Whether the snapshot has every object of an observed kind. @param custom a kind of a CustomResourceDefinition */
export function holdsAll(snapshot: Snapshot, kind: ServedKind, custom: boolean): boolean {
  if (!custom && !observed.some(([group, name]) => group === kind.group && name === kind.kind)) return false;
  const names = [kind.group ? `${kind.plural}.${kind.group}` : kind.plural, ...(custom ? ['customresourcedefinitions.apiextensions.k8s.io'] : [])];
  return `${kind.group}/${kind.kind}` !== records && !snapshot.notes.some(note => note.startsWith(unlisted) && names.some(name => note.slice(0, note.indexOf(':')).split(/[ ,]+/).includes(name)));
}

/** Whether an object of an observed kind enters the snapshot: no workload can refer to what Kubernetes keeps for itself. */
export const enters = (o: KubeObject): boolean => !(ownedBySystem.has(o.kind) && o.apiVersion === 'v1' && o.metadata.namespace?.startsWith('kube-'));

/**
 * @param notes what the reader must know about the origin of schemas or objects
 * @throws Refusal `cluster-unreachable`, `cluster-forbidden` (exit 2)
 */
export async function captureSnapshot(client: ClusterClient, notes: string[] = []): Promise<Snapshot> {
  const version = await client.get('/version') ?? {};
  const served = await groupVersions(client);
  const kinds = await servedKinds(client, served);
  const openapi = await servedSchemas(client, served);

  const skipped: string[] = [];
  const read = async (kind: ServedKind): Promise<KubeObject[]> => {
    const apiVersion = observedVersion(kind);
    const items = await client.list(`/${kind.group ? 'apis' : 'api'}/${apiVersion}/${kind.plural}`);
    if (!items) skipped.push(kind.group ? `${kind.plural}.${kind.group}` : kind.plural);
    // Items of a list come without apiVersion and kind.
    return (items ?? []).map(item => ({ ...item, apiVersion, kind: kind.kind }) as KubeObject);
  };
  const byName = (group: string, kind: string): ServedKind | undefined => kinds.find(k => k.group === group && k.kind === kind);
  const definitions = byName('apiextensions.k8s.io', 'CustomResourceDefinition');
  const raw: KubeObject[] = [];
  for (const kind of observedKinds(kinds, definitions ? await read(definitions) : [])) raw.push(...await read(kind));

  const nodes = byName('', 'Node'), pods = byName('', 'Pod');
  const metrics = served.some(({ group }) => group === 'metrics.k8s.io') ? await client.list('/apis/metrics.k8s.io/v1beta1/nodes') : undefined;
  const facts = nodeFacts(nodes ? await read(nodes) : [], pods ? await read(pods) : [], metrics);

  const config = configNamespaces(raw.filter(o => o.kind === 'Namespace' && o.apiVersion === 'v1'));
  const secrets = secretTexts(raw.filter(o => o.apiVersion === 'v1' && o.kind === 'Secret'));
  const objects = inSnapshotOrder(raw.filter(enters).map(o => redact(o, secrets, config.has(o.metadata.namespace ?? ''))));
  const unread = skipped.length ? [`${unlisted} ${skipped.sort().join(', ')}: their objects${skipped.some(name => name.startsWith('customresourcedefinitions.')) ? ', and those of every custom resource,' : ''} are not in the snapshot.`] : [];
  return {
    format: 'kubesynth.snapshot/v1',
    notes: [...notes, ...unread],
    version: clusterVersion(version),
    kinds, openapi, objects, nodes: facts,
  };
}

/** Of the answer of `/version`. */
export const clusterVersion = (answer: JsonObject): Snapshot['version'] => ({ major: String(answer['major']), minor: String(answer['minor']), gitVersion: String(answer['gitVersion']) });

const sortKey = (object: KubeObject): string => {
  const { group, version } = splitApiVersion(object.apiVersion);
  return [group, version, object.kind, object.metadata.namespace ?? '', object.metadata.name].join('\u0000');
};

export const inSnapshotOrder = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.map(object => ({ key: sortKey(object), object })).sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ object }) => object);
