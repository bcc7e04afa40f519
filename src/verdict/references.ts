/**
 * Layer 4: what the graph refers to exists in it or in the cluster. A name the developer gave that is absent degrades
 * the result (it may be created later); a name nobody gave must not dangle. What controllers make of the graph's objects exists.
 */
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { objectName } from '../kubernetes.ts';
import { ofKind } from '../snapshot/objects.ts';
import { platformSettings } from '../snapshot/settings.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { findObject } from './cluster.ts';
import { madeBy } from './conformance/existing.ts';
import { containersOf, podTemplate } from './pod.ts';
import { asList, asObject, asText, at, type Subject } from './types.ts';

interface Reference { group: string; kind: string; name: string; namespace?: string; path: string; key?: string; optional?: boolean; /** Only the key is in question: the object has a reference of its own. */ keyOnly?: true }

export const checkReferences = ({ graph, intent, snapshot, guardrails }: Subject): { findings: Finding[]; degraded: string[] } => {
  const findings: Finding[] = [];
  const degraded = new Set<string>();
  let made: ReadonlySet<string> | undefined;
  const stated = new Set(intent ? texts(intent.spec as unknown as Json) : []);
  for (const object of graph)
    for (const { group, kind, name, namespace, path, key, optional, keyOnly } of referencesOf(object)) {
      const found = findObject(graph, group, kind, name, namespace) ?? findObject(ofKind(snapshot, kind), group, kind, name, namespace);
      const known = found && (key === undefined || [found.data, found.binaryData].every(part => part === undefined) || keysOf(found).includes(key));
      if (known || optional || (keyOnly && !found)) continue;
      // The namespace's default account is made by a controller, not by anybody's manifests.
      if (kind === 'ServiceAccount' && name === 'default') continue;
      if ((made ??= madeBy(graph, snapshot, guardrails)).has(`${kind}/${namespace ?? ''}/${name}`)) continue;
      const what = `${kind} ${namespace ? `${namespace}/` : ''}${name}${found ? ` has no key '${key}'` : ' does not exist'}`;
      const byUser = stated.has(name) && !findObject(graph, group, kind, name, namespace);
      if (byUser || !intent) degraded.add(`${objectName(object)} ${path}: ${what}`);
      else findings.push({ rule: 'dangling-reference', severity: 'refused', object: objectName(object), path, message: what, fix: adviceOf(snapshot, name, namespace) });
    }
  return { findings, degraded: [...degraded] };
};

/** Where the name comes from when the platform's settings give it. */
const adviceOf = (snapshot: Snapshot, name: string, namespace: string | undefined): string => {
  const setting = Object.entries(platformSettings(snapshot)).find(([, value]) => value === name || value === `${namespace ?? ''}/${name}`)?.[0];
  return setting === undefined ? 'Refer to what exists, or write the object.' : `The platform's settings name it: correct '${setting}' in global-settings, or create the object.`;
};

/** Snapshots keep the keys and no values. */
const keysOf = (object: KubeObject): string[] => Object.keys({ ...asObject(object.data), ...asObject(object.binaryData) });

const texts = (value: Json | undefined): string[] =>
  typeof value === 'string' ? [value] : value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(member => texts(member));

const referencesOf = (object: KubeObject): Reference[] => {
  const template = podTemplate(object);
  const namespace = object.metadata.namespace;
  const found: Reference[] = template ? podReferences(template.spec, `${template.path}.spec`, namespace) : [];
  if (template) for (const { container, path } of containersOf(template)) found.push(...environment(container, path, namespace));
  if (object.kind === 'PersistentVolumeClaim') found.push(...storageClass(asObject(object.spec), 'spec'));
  asList(at(object.spec, 'volumeClaimTemplates')).forEach((claim, index) => found.push(...storageClass(asObject(claim.spec), `spec.volumeClaimTemplates[${index}].spec`)));
  const ingressClass = at(object.spec, 'ingressClassName');
  if (typeof ingressClass === 'string') found.push({ group: 'networking.k8s.io', kind: 'IngressClass', name: ingressClass, path: 'spec.ingressClassName' });
  if (object.apiVersion.startsWith('gateway.networking.k8s.io/'))
    asList(at(object.spec, 'parentRefs')).forEach((parent, index) => {
      if (asText(parent.kind ?? 'Gateway') === 'Gateway') found.push({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: asText(parent.name), namespace: asText(parent.namespace ?? namespace), path: `spec.parentRefs[${index}]` });
    });
  if (object.kind === 'RoleBinding') {
    const { apiGroup, kind, name } = asObject(object.roleRef);
    found.push({ group: asText(apiGroup), kind: asText(kind), name: asText(name), namespace: kind === 'Role' ? namespace : undefined, path: 'roleRef' });
  }
  if (object.kind === 'HorizontalPodAutoscaler') {
    const { apiVersion, kind, name } = asObject(at(object.spec, 'scaleTargetRef'));
    found.push({ group: asText(apiVersion).split('/')[0]!, kind: asText(kind), name: asText(name), namespace, path: 'spec.scaleTargetRef' });
  }
  asList(at(object.spec, 'rules')).forEach((rule, index) => {
    for (const path of asList(at(rule, 'http', 'paths'))) found.push({ group: '', kind: 'Service', name: asText(at(path, 'backend', 'service', 'name')), namespace, path: `spec.rules[${index}]` });
    for (const backend of asList(rule.backendRefs)) if (asText(backend.kind ?? 'Service') === 'Service') found.push({ group: '', kind: 'Service', name: asText(backend.name), namespace: asText(backend.namespace ?? namespace), path: `spec.rules[${index}].backendRefs` });
  });
  return found;
};

const storageClass = (spec: JsonObject, path: string): Reference[] =>
  typeof spec.storageClassName === 'string' ? [{ group: 'storage.k8s.io', kind: 'StorageClass', name: spec.storageClassName, path: `${path}.storageClassName` }] : [];

const podReferences = (spec: JsonObject, path: string, namespace: string | undefined): Reference[] => {
  const found: Reference[] = [];
  const core = (kind: string, name: Json | undefined, where: string, extra: Partial<Reference> = {}) => {
    if (typeof name === 'string') found.push({ group: '', kind, name, namespace, path: where, ...extra });
  };
  core('ServiceAccount', spec.serviceAccountName, `${path}.serviceAccountName`);
  for (const secret of asList(spec.imagePullSecrets)) core('Secret', secret.name, `${path}.imagePullSecrets`);
  if (typeof spec.priorityClassName === 'string') found.push({ group: 'scheduling.k8s.io', kind: 'PriorityClass', name: spec.priorityClassName, path: `${path}.priorityClassName` });
  asList(spec.volumes).forEach((volume, index) => {
    const where = `${path}.volumes[${index}]`;
    core('PersistentVolumeClaim', at(volume, 'persistentVolumeClaim', 'claimName'), where);
    for (const [kind, source, name] of [['ConfigMap', asObject(volume.configMap), 'name'], ['Secret', asObject(volume.secret), 'secretName']] as const) {
      core(kind, source[name], where, { optional: source.optional === true });
      for (const item of asList(source.items)) core(kind, source[name], `${where}.items`, { key: asText(item.key), optional: source.optional === true, keyOnly: true });
    }
  });
  return found;
};

const environment = (container: JsonObject, path: string, namespace: string | undefined): Reference[] => {
  const found: Reference[] = [];
  const add = (kind: string, reference: Json | undefined, where: string) => {
    const { name, key, optional } = asObject(reference);
    if (typeof name === 'string') found.push({ group: '', kind, name, namespace, path: where, optional: optional === true, ...(typeof key === 'string' ? { key } : {}) });
  };
  asList(container.env).forEach((variable, index) => {
    add('ConfigMap', at(variable, 'valueFrom', 'configMapKeyRef'), `${path}.env[${index}]`);
    add('Secret', at(variable, 'valueFrom', 'secretKeyRef'), `${path}.env[${index}]`);
  });
  asList(container.envFrom).forEach((source, index) => {
    add('ConfigMap', source.configMapRef, `${path}.envFrom[${index}]`);
    add('Secret', source.secretRef, `${path}.envFrom[${index}]`);
  });
  return found;
};
