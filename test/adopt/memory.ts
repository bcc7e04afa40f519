/**
 * Objects in memory behind the interface of an API server: server-side apply with its field ownership, replacement, and the defaults
 * of workloads and Services. Only as much of one as adoption asks; what a real one makes of it is for adopt.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../src/change/api.ts';
import type { ClusterApi } from '../../src/change/api.ts';
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';
import { defaulted } from './defaulted.ts';

const isMap = (v: Json | undefined): v is JsonObject => typeof v === 'object' && v !== null && !Array.isArray(v);
/** Keys of lists that are merged, by the field's name and that of what holds it. */
const keysOf = (path: readonly string[]): string[] | undefined => {
  const field = path.at(-1)!;
  if (field === 'ports') return path.includes('containers') || path.includes('initContainers') ? ['containerPort', 'protocol'] : ['port', 'protocol'];
  return { containers: ['name'], initContainers: ['name'], env: ['name'], volumes: ['name'], volumeMounts: ['mountPath'], ownerReferences: ['uid'], hostAliases: ['ip'], topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'] }[field];
};
/** Maps that are one value. */
const atomic = (path: readonly string[]): boolean => ['matchLabels', 'fieldRef', 'secretKeyRef'].includes(path.at(-1)!) || (path.at(-1) === 'selector' && path.length === 2);
const key = (item: JsonObject, keys: readonly string[]): string => `k:${JSON.stringify(Object.fromEntries(keys.map(k => [k, item[k] ?? (k === 'protocol' ? 'TCP' : null)]).filter(([, v]) => v !== null)))}`;

/** The fields of a value, as `fieldsV1` writes them. */
function fieldsOf(value: Json, path: readonly string[] = []): JsonObject {
  if (isMap(value) && !atomic(path)) {
    const drop = path.length === 0 ? ['apiVersion', 'kind', 'status'] : path.length === 1 && path[0] === 'metadata' ? ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'] : [];
    return Object.fromEntries(Object.entries(value).filter(([k]) => !drop.includes(k)).map(([k, v]) => [`f:${k}`, fieldsOf(v, [...path, k])]));
  }
  const keys = Array.isArray(value) ? keysOf(path) : undefined;
  return keys ? Object.fromEntries((value as JsonObject[]).map(item => [key(item, keys), { '.': {}, ...fieldsOf(item, [...path, '[]'])}])) : {};
}
const leaves = (tree: JsonObject, at: readonly string[] = []): string[][] => (Object.keys(tree).length ? Object.entries(tree).flatMap(([k, v]) => leaves(v as JsonObject, [...at, k])) : at.length ? [[...at]] : []);
const treeOf = (paths: readonly (readonly string[])[]): JsonObject => {
  const root: JsonObject = {};
  for (const path of paths) path.reduce<JsonObject>((node, step) => (node[step] ??= {}) as JsonObject, root);
  return root;
};
const indexOf = (list: Json[], step: string): number => { const keys = JSON.parse(step.slice(2)) as JsonObject; return list.findIndex(item => Object.entries(keys).every(([k, v]) => isDeepStrictEqual((item as JsonObject)[k] ?? (k === 'protocol' ? 'TCP' : undefined), v))); };
const at = (root: Json | undefined, path: readonly string[]): Json | undefined => path.reduce<Json | undefined>((v, step) => (step === '.' ? v : step.startsWith('k:') ? (Array.isArray(v) ? v[indexOf(v, step)] : undefined) : isMap(v) ? v[step.slice(2)] : undefined), root);
function remove(root: Json, path: readonly string[]): void {
  const own = path.at(-1) === '.' ? path.slice(0, -1) : path, last = own.at(-1)!, holder = at(root, own.slice(0, -1));
  if (last.startsWith('k:')) { if (Array.isArray(holder) && indexOf(holder, last) >= 0) holder.splice(indexOf(holder, last), 1); } else if (isMap(holder)) delete holder[last.slice(2)];
}
function merged(live: Json | undefined, config: Json, path: readonly string[] = []): Json {
  if (isMap(config) && isMap(live) && !atomic(path)) return { ...live, ...Object.fromEntries(Object.entries(config).map(([k, v]) => [k, merged(live[k], v, [...path, k])])) };
  const keys = Array.isArray(config) ? keysOf(path) : undefined;
  if (!keys || !Array.isArray(live)) return structuredClone(config);
  const list = config as JsonObject[], old = live as JsonObject[], found = (item: JsonObject, of: JsonObject[]): JsonObject | undefined => of.find(other => key(other, keys) === key(item, keys));
  return [...list.map(item => merged(found(item, old), item, [...path, '[]'])), ...old.filter(item => !found(item, list))];
}

interface Entry extends JsonObject { manager: string; operation: string; apiVersion: string; fieldsType: string; fieldsV1: JsonObject }
const entriesOf = (o: KubeObject | undefined): Entry[] => structuredClone((o?.metadata['managedFields'] ?? []) as Entry[]);
const text = (path: readonly string[]): string => path.join('/');

export interface Memory extends ClusterApi { objects: Map<string, KubeObject>; writes: string[] }

export function memoryServer(): Memory {
  const objects = new Map<string, KubeObject>(), writes: string[] = [];
  let version = 100;
  const settle = (path: string, before: KubeObject | undefined, after: KubeObject, dryRun: boolean | undefined, how: string): KubeObject => {
    const o = defaulted(after);
    o.metadata['uid'] ??= before?.metadata['uid'] ?? randomUUID();
    o.metadata['managedFields'] = (o.metadata['managedFields'] as Entry[]).filter(e => Object.keys(e.fieldsV1).length);
    if (before && isDeepStrictEqual({ ...o.metadata, resourceVersion: '' }, { ...before.metadata, resourceVersion: '' }) && isDeepStrictEqual({ ...o, metadata: 0 }, { ...before, metadata: 0 })) return before;
    o.metadata['resourceVersion'] = String(dryRun ? version : ++version);
    if (!dryRun) { objects.set(path, o); writes.push(`${how} ${path}`); }
    return structuredClone(o);
  };
  /** What a manager that does not apply changes becomes its own, and nobody else's. */
  const updated = (before: KubeObject | undefined, after: KubeObject, manager: string): Entry[] => {
    const changed = leaves(fieldsOf(after as Json)).filter(p => !isDeepStrictEqual(at(after as Json, p), at(before as Json | undefined, p)));
    const of = new Set(changed.map(text)), kept = (entriesOf(after).length ? entriesOf(after) : entriesOf(before)).map(e => ({ ...e, fieldsV1: treeOf(leaves(e.fieldsV1).filter(p => !of.has(text(p)) && at(after as Json, p) !== undefined)) }));
    const own = kept.find(e => e.manager === manager && e.operation === 'Update');
    if (own) own.fieldsV1 = treeOf([...leaves(own.fieldsV1), ...changed]); else if (changed.length) kept.push({ manager, operation: 'Update', apiVersion: after.apiVersion, fieldsType: 'FieldsV1', fieldsV1: treeOf(changed) });
    return kept;
  };
  const replace = (path: string, object: KubeObject, manager: string, dryRun?: boolean): KubeObject => {
    const before = objects.get(path);
    if (before && object.metadata['resourceVersion'] !== undefined && object.metadata['resourceVersion'] !== before.metadata['resourceVersion']) throw new ApiError(409, 'Conflict', 'the object has been modified');
    const after = defaulted(structuredClone({ ...object, ...(before?.['status'] ? { status: before['status'] } : {}) }), before);
    for (const field of ['selector', 'serviceName', 'volumeClaimTemplates']) if (before && ['Deployment', 'StatefulSet'].includes(after.kind) && !isDeepStrictEqual((after['spec'] as JsonObject)[field], (before['spec'] as JsonObject)[field])) throw new ApiError(422, 'Invalid', `spec.${field}: field is immutable`, { causes: [{ reason: 'FieldValueInvalid', message: 'field is immutable', field: `spec.${field}` }] });
    after.metadata['managedFields'] = updated(before, after, manager);
    return settle(path, before, after, dryRun, 'PUT');
  };
  const api: Memory = {
    objects, writes,
    get: async path => structuredClone(objects.get(path)),
    list: async path => ({ items: [...objects].filter(([p]) => p.startsWith(`${path}/`)).map(([, o]) => structuredClone(o)), resourceVersion: String(version) }),
    async apply(path, config, { manager, force, dryRun }) {
      const before = objects.get(path), live = before && structuredClone(before), entries = entriesOf(live), own = entries.find(e => e.manager === manager && e.operation === 'Apply'), others = entries.filter(e => e !== own);
      const { resourceVersion: _r, uid: _u, ...metadata } = config.metadata, asked = { ...config, metadata } as KubeObject, wanted = leaves(fieldsOf(asked as Json)), want = new Set(wanted.map(text));
      const conflicts = wanted.filter(p => p.at(-1) !== '.' && !isDeepStrictEqual(at(live as Json | undefined, p), at(asked as Json, p)) && others.some(e => leaves(e.fieldsV1).some(q => text(q) === text(p))));
      if (conflicts.length && !force) throw new ApiError(409, 'Conflict', 'conflict', { causes: conflicts.map(p => ({ reason: 'FieldManagerConflict', message: 'conflict', field: text(p) })) });
      const after = merged(live as Json | undefined, asked as Json) as unknown as KubeObject, held = new Set(others.flatMap(e => leaves(e.fieldsV1).map(text)));
      for (const p of leaves(own?.fieldsV1 ?? {}).filter(p => !want.has(text(p)) && !held.has(text(p)))) remove(after as Json, p);
      const lost = new Set(conflicts.map(text));
      after.metadata['managedFields'] = [...others.map(e => ({ ...e, fieldsV1: treeOf(leaves(e.fieldsV1).filter(p => !lost.has(text(p)))) })), { manager, operation: 'Apply', apiVersion: config.apiVersion, fieldsType: 'FieldsV1', fieldsV1: treeOf(wanted) }]
        .sort((a, b) => (`${a.manager}${a.operation}` < `${b.manager}${b.operation}` ? -1 : 1));
      return settle(path, before, defaulted(after, before), dryRun, 'APPLY');
    },
    create: async (path, object) => { const at_ = `${path}/${object.metadata.name}`; if (objects.has(at_)) throw new ApiError(409, 'AlreadyExists', 'it exists'); return replace(at_, object, 'creator'); },
    update: async (path, object, { manager = 'somebody', dryRun } = {}) => replace(path, object, manager, dryRun),
    patch: async () => { throw new Error('not part of it'); },
    async patchStatus(path, { status }) { const o = objects.get(path)!; o['status'] = { ...(o['status'] as JsonObject | undefined), ...(status as JsonObject) }; writes.push(`STATUS ${path}`); return structuredClone(o); },
    delete: async () => { throw new Error('adoption deletes nothing'); },
    watch: () => { throw new Error('not part of it'); },
    as: () => api,
  };
  return api;
}
