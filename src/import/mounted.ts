/** What containers find in their file system: files with their text, keys of Secrets, and what is mounted whole. */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { asList, asObject, asText, isMap, textsOf } from './json.ts';

export interface Pod {
  spec: JsonObject;
  /** Claim templates of a StatefulSet by name. */
  templates: Map<string, JsonObject>;
  held: ReadonlyMap<string, KubeObject>;
}

/** Text of a ConfigMap's keys; undefined where it is unknown or holds more than text. */
export function textOf(pod: Pod, name: Json | undefined): Record<string, string> | undefined {
  const map = pod.held.get(`ConfigMap/${asText(name)}`);
  return map && map['binaryData'] === undefined ? asObject(map['data']) as Record<string, string> : undefined;
}

/** `expr`: a part of the volume that the container's variables name. */
export interface Mount { path: string; volume: string; subPath?: string; expr?: string; readOnly: boolean; source: JsonObject }
export interface File { path: string; content: string; mode?: number; volume: string; configMap: string; key: string }
/** A file of which only the place is known. */
export interface Referred { path: string; kind: 'secret' | 'configMap'; name: string; key: string; mode?: number; volume: string }

export const containersOf = ({ spec }: Pick<Pod, 'spec'>): JsonObject[] => [...asList(spec['containers']), ...asList(spec['initContainers'])];

export const volumeOf = (pod: Pod, name: string): JsonObject => asList(pod.spec['volumes']).find(v => v['name'] === name) ?? {};
/** Whether its files can be told one by one. */
const inlined = (pod: Pod, volume: JsonObject): Record<string, string> | undefined => {
  const source = asObject(volume['configMap']);
  return volume['configMap'] === undefined || source['optional'] === true ? undefined : textOf(pod, source['name']);
};

export function filesOf(pod: Pod, container: JsonObject): File[] {
  return asList(container['volumeMounts']).flatMap(mount => {
    const volume = volumeOf(pod, asText(mount['name'])), data = inlined(pod, volume);
    if (!data || mount['subPathExpr'] !== undefined) return [];
    const source = asObject(volume['configMap']), items = source['items'] === undefined ? Object.keys(data).map((key): JsonObject => ({ key, path: key })) : asList(source['items']);
    return items.filter(i => data[asText(i['key'])] !== undefined).flatMap((item): File[] => {
      const sub = asText(mount['subPath']), inside = asText(item['path']);
      const path = sub === '' ? `${placeOf(mount['mountPath'])}/${inside}` : sub === inside ? placeOf(mount['mountPath']) : inside.startsWith(`${sub}/`) ? `${placeOf(mount['mountPath'])}/${inside.slice(sub.length + 1)}` : undefined;
      const mode = (item['mode'] ?? source['defaultMode']) as number | undefined;
      return path === undefined ? [] : [{ path, content: data[asText(item['key'])]!, ...(mode === undefined || mode === 420 ? {} : { mode }), volume: asText(mount['name']), configMap: asText(source['name']), key: asText(item['key']) }];
    });
  });
}

/** Single keys of Secrets, and of ConfigMaps that are not at hand. */
export function referredOf(pod: Pod, container: JsonObject): Referred[] {
  return asList(container['volumeMounts']).flatMap(mount => {
    const volume = volumeOf(pod, asText(mount['name'])), kind = volume['secret'] !== undefined ? 'secret' : volume['configMap'] !== undefined ? 'configMap' : undefined;
    if (kind === undefined || inlined(pod, volume) || mount['subPathExpr'] !== undefined) return [];
    const source = asObject(volume[kind]), sub = asText(mount['subPath']), all = asList(source['items']), at = placeOf(mount['mountPath']);
    if (source['optional'] !== undefined || (sub === '' && !all.length)) return [];
    const items = sub === '' ? all : all.length ? all.filter(i => i['path'] === sub) : [{ key: sub, path: sub } as JsonObject];
    return items.map((item): Referred => {
      const mode = (item['mode'] ?? source['defaultMode']) as number | undefined;
      return { path: sub === '' ? `${at}/${asText(item['path'])}` : at, kind, name: asText(source[kind === 'secret' ? 'secretName' : 'name']), key: asText(item['key']), ...(mode === undefined || mode === 420 ? {} : { mode }), volume: asText(mount['name']) };
    });
  });
}

/** @param whole volumes that are mounts whatever is in them: their files are not told one by one */
export const mountsOf = (pod: Pod, container: JsonObject, whole: ReadonlySet<string> = new Set()): Mount[] => asList(container['volumeMounts']).flatMap(mount => {
  const name = asText(mount['name']), volume = volumeOf(pod, name), template = pod.templates.get(name);
  if (!template && !whole.has(name) && mount['subPathExpr'] === undefined && (inlined(pod, volume) || referredOf(pod, { volumeMounts: [mount] }).length)) return [];
  return [{ path: placeOf(mount['mountPath']), volume: name, ...(mount['subPath'] === undefined ? {} : { subPath: asText(mount['subPath']) }), ...(mount['subPathExpr'] === undefined ? {} : { expr: asText(mount['subPathExpr']) }), readOnly: mount['readOnly'] === true, source: template ? { claim: claimOf(template) } : sourceOf(pod, volume) }];
});

function sourceOf(pod: Pod, volume: JsonObject): JsonObject {
  const { name: _, ...source } = volume;
  if (isMap(source['emptyDir'])) return { scratch: source['emptyDir'] };
  const claim = asObject(source['persistentVolumeClaim']);
  const held = pod.held.get(`PersistentVolumeClaim/${asText(claim['claimName'])}`);
  return held ? { claim: claimOf(held as JsonObject) } : source;
}

/** What is asked of storage. */
export function claimOf(claim: JsonObject): JsonObject {
  const { resources, accessModes, ...rest } = asObject(claim['spec']);
  return { size: asObject(asObject(resources)['requests'])['storage'] ?? null, accessModes: accessModes ?? ['ReadWriteOnce'], ...rest };
}

/** Paths with and without a slash at the end are one place. */
export const placeOf = (path: Json | undefined): string => asText(path).replace(/(?<=.)\/+$/, '');

/**
 * Scratch space that is looked into from several places, by `volume/subPath`: what one writes another reads. A part of a
 * volume that only one container mounts is its own, unless one that has the whole volume speaks of that part or says nothing.
 */
export function sharing(pod: Pod): Set<string> {
  const containers = containersOf(pod), shared = new Set<string>();
  const mounts = containers.flatMap(c => mountsOf(pod, c).filter(m => m.source['scratch'] !== undefined).map(m => ({ ...m, by: c })));
  const speaksOf = (c: JsonObject, part: string): boolean => { const said = [...textsOf(c['command']), ...textsOf(c['args'])]; return said.length === 0 || said.some(text => text.includes(part)); };
  for (const m of mounts) {
    const others = mounts.filter(o => o !== m && o.volume === m.volume);
    const same = others.some(o => o.subPath === m.subPath), into = m.subPath === undefined ? others.some(o => speaksOf(m.by, o.subPath ?? '')) : others.some(o => o.subPath === undefined && speaksOf(o.by, m.subPath!));
    if (same || into) shared.add(shareOf(m));
  }
  return shared;
}
export const shareOf = ({ volume, subPath }: Mount): string => `${volume}/${subPath ?? ''}`;
