/** Volumes and files of an intent, from what the main container has mounted. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, asObject, asText, at } from './json.ts';
import { filesOf, mountsOf, referredOf, shareOf, sharing } from './mounted.ts';
import type { File, Mount, Pod } from './mounted.ts';

export interface Storage {
  volumes: JsonObject[];
  files: JsonObject[];
  /** Claims that are referred to instead of stated, and so have to be carried: by `PersistentVolumeClaim/name`. */
  claims: string[];
}

/** @param keepClaims refer to the claims that are there, for workloads that cannot have one of their own */
export function storageOf(pod: Pod, main: JsonObject, keepClaims: boolean): Storage {
  const mounts = mountsOf(pod, main), names = new Set<string>(), claims: string[] = [], volumes: JsonObject[] = [];
  const shared = sharing(pod);
  for (const mount of mounts) {
    const common = shared.has(shareOf(mount)), own = mount.source['scratch'] !== undefined && mount.subPath !== undefined && !common;
    const name = own || names.has(mount.volume) ? slug(`${mount.volume}-${mount.subPath ?? mount.path}`) : mount.volume;
    const told = volumeOf(pod, mount, name, keepClaims, claims, common && names.has(mount.volume));
    if (!told) continue;
    names.add(told['name'] as string);
    volumes.push(told);
  }
  return { volumes, files: [
    ...inlineFiles(pod, main), ...referredOf(pod, main).map(({ path, kind, name, key, mode }) => ({ path, [kind]: name, key, ...(mode === undefined ? {} : { mode }) })), ...mounts.flatMap(referredFile),
  ], claims };
}

export const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^-+/, '').slice(0, 63).replace(/-+$/, '');

/** @param again whether this is a further look into a volume that others share: only the manifests can say that */
function volumeOf(pod: Pod, mount: Mount, name: string, keepClaims: boolean, claims: string[], again: boolean): JsonObject | undefined {
  const { source, path } = mount, base: JsonObject = { name, mountPath: path };
  if (source['scratch'] !== undefined) return again ? undefined : at(source, 'scratch', 'medium') === 'Memory' ? { ...base, medium: 'Memory' } : base;
  const claim = at(volume(pod, mount.volume), 'persistentVolumeClaim', 'claimName');
  if (source['claim'] === undefined) return claim === undefined ? undefined : { ...base, claimName: claim };
  if (mount.subPath !== undefined && name !== mount.volume) return undefined;
  if (keepClaims && claim !== undefined) { claims.push(`PersistentVolumeClaim/${asText(claim)}`); return { ...base, claimName: claim }; }
  const { size, accessModes, storageClassName } = asObject(source['claim']);
  const usual = Array.isArray(accessModes) && accessModes.length === 1 && accessModes[0] === 'ReadWriteOnce';
  return size === null || size === undefined ? undefined : { ...base, size, ...(storageClassName === undefined || storageClassName === '' ? {} : { storageClassName }), ...(usual ? {} : { accessModes: accessModes as Json }) };
}

const volume = (pod: Pod, name: string): JsonObject => asList(pod.spec['volumes']).find(v => v['name'] === name) ?? {};

/** Every file with its text, once; what is more than one object can hold stays in the ConfigMap it is in. */
function inlineFiles(pod: Pod, main: JsonObject): JsonObject[] {
  const files = filesOf(pod, main), elsewhere = othersFiles(pod, main);
  const size = files.reduce((n, f) => n + Buffer.byteLength(f.content), 0);
  const paths = new Set<string>();
  return files.filter(f => !paths.has(f.path) && paths.add(f.path)).map(f => (size > 700_000 || elsewhere.has(f.configMap)
    ? { path: f.path, configMap: f.configMap, key: f.key, ...(f.mode === undefined ? {} : { mode: f.mode }) }
    : { path: f.path, content: f.content, ...(f.mode === undefined ? {} : { mode: f.mode }) }));
}
/** ConfigMaps that other containers of the pod read too: one object then serves all. */
const othersFiles = (pod: Pod, main: JsonObject): Set<string> =>
  new Set([...asList(pod.spec['containers']), ...asList(pod.spec['initContainers'])].filter(c => c !== main).flatMap(c => filesOf(pod, c)).map((f: File) => f.configMap));

/** A mounted Secret, or a ConfigMap that is not part of the input, as a whole. */
function referredFile(mount: Mount): JsonObject[] {
  const { source, path, subPath } = mount, kind = source['secret'] !== undefined ? 'secret' : 'configMap', given = asObject(source[kind]);
  const name = given[kind === 'secret' ? 'secretName' : 'name'];
  return name === undefined || subPath !== undefined || given['optional'] !== undefined ? [] : [{ path, [kind]: name }];
}
