/** Volumes and files of an intent, from what the containers have mounted. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, asObject, asText, at } from './json.ts';
import { filesOf, mountsOf, referredOf, shareOf, sharing, volumeOf } from './mounted.ts';
import type { Mount, Pod } from './mounted.ts';
import { isTooMuch, shownBy, shows, textsTogether } from './shown.ts';

/** What can be stated of volumes beside the main container's scratch space and claims; nothing, unless it is said. */
export interface Storing {
  /** Volumes that show ConfigMaps, Secrets or several sources, and such as the main container does not mount. */
  shown?: boolean;
  /** Claims by the names they have. */
  named?: boolean;
  /** Claims that the intent of another workload states. */
  lent?: ReadonlySet<string>;
  /** Names of volumes that the graph has by itself, with the place of each. */
  taken?: ReadonlyMap<string, string>;
}
export interface Storage {
  volumes: JsonObject[];
  files: JsonObject[];
  /** Claims that are referred to instead of stated, and so have to be carried: by `PersistentVolumeClaim/name`. */
  claims: string[];
  /** The intent's name of each of the pod's volumes that it has as a whole. */
  named: Map<string, string>;
}

/** @param keepClaims refer to the claims that are there, for workloads that cannot have one of their own */
export function storageOf(pod: Pod, main: JsonObject, keepClaims: boolean, can: Storing = {}): Storage {
  const shown = can.shown ? shownBy(pod, main) : new Set<string>(), mounts = mountsOf(pod, main, shown), shared = sharing(pod);
  const used = new Set<string>(), made: Storage = { volumes: [], files: [], claims: [], named: new Map() };
  for (const mount of mounts) {
    const common = shared.has(shareOf(mount)), own = mount.source['scratch'] !== undefined && mount.subPath !== undefined && !common;
    const name = own || used.has(nameOf(mount.volume, mount.path, can)) ? slug(`${mount.volume}-${mount.subPath ?? mount.path}`) : nameOf(mount.volume, mount.path, can);
    const again = made.named.has(mount.volume), told = shown.has(mount.volume) ? shownIn(pod, mount.volume) : sourceOf(pod, mount, again, common, keepClaims, can, made.claims);
    if (!told || used.has(name)) continue;
    used.add(name);
    if (!own && !again) made.named.set(mount.volume, name);
    // What is the container's own has no other parts.
    made.volumes.push({ name, mountPath: mount.path, ...(mount.subPath === undefined || own ? {} : { subPath: mount.subPath }), ...(mount.readOnly ? { readOnly: true } : {}), ...told });
  }
  if (can.shown) aside(pod, main, keepClaims, can, used, made);
  const single = { ...main, volumeMounts: asList(main['volumeMounts']).filter(m => !shown.has(asText(m['name']))) };
  made.files = [
    ...inlineFiles(pod, main, single), ...referredOf(pod, single).map(({ path, kind, name, key, mode }) => ({ path, [kind]: name, key, ...(mode === undefined ? {} : { mode }) })), ...mountsOf(pod, single).flatMap(referredFile),
  ];
  return made;
}

/** Volumes that only other containers mount. */
function aside(pod: Pod, main: JsonObject, keepClaims: boolean, can: Storing, used: Set<string>, made: Storage): void {
  const others = [...asList(pod.spec['initContainers']), ...asList(pod.spec['containers'])].filter(c => c !== main).flatMap(c => asList(c['volumeMounts']));
  for (const mount of others) {
    const volume = asText(mount['name']);
    if (made.named.has(volume) || mount['subPathExpr'] !== undefined) continue;
    const [whole] = mountsOf(pod, { volumeMounts: [{ name: volume, mountPath: '/' }] }, new Set([volume]));
    const told = shows(volumeOf(pod, volume)) ? shownIn(pod, volume) : sourceOf(pod, whole!, false, false, keepClaims, can, made.claims);
    let name = nameOf(volume, undefined, can);
    while (used.has(name)) name = slug(`${name}-whole`);
    if (!told) continue;
    used.add(name);
    made.named.set(volume, name);
    made.volumes.push({ name, ...told });
  }
}

export const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^-+/, '').slice(0, 63).replace(/-+$/, '');
/** A name that the graph itself gives to a volume at another place is not free. */
const nameOf = (volume: string, path: string | undefined, { taken }: Storing): string => (taken?.has(volume) && taken.get(volume) !== path ? slug(`${volume}-volume`) : volume);

const shownIn = (pod: Pod, name: string): JsonObject => { const { name: _, ...source } = volumeOf(pod, name); return source; };

/**
 * What a volume is made of; undefined where an intent cannot say it.
 * @param again whether this is a further look into a volume that the intent has
 * @param common whether what one writes there others read: a second volume would be another
 */
function sourceOf(pod: Pod, mount: Mount, again: boolean, common: boolean, keepClaims: boolean, can: Storing, claims: string[]): JsonObject | undefined {
  const { source } = mount;
  if (source['scratch'] !== undefined) return again && common ? undefined : at(source, 'scratch', 'medium') === 'Memory' ? { medium: 'Memory' } : {};
  const claim = at(volumeOf(pod, mount.volume), 'persistentVolumeClaim', 'claimName');
  if (source['claim'] === undefined) return claim === undefined ? undefined : { claimName: claim };
  if (claim !== undefined && (keepClaims || can.lent?.has(asText(claim)))) { claims.push(`PersistentVolumeClaim/${asText(claim)}`); return { claimName: claim }; }
  const named = claim !== undefined && can.named === true;
  if (again && named) return { claimName: claim };
  // Of a claim that gets another name, or one for every replica, a second look would be a second claim.
  if (again && (mount.subPath !== undefined || claim === undefined)) return undefined;
  const { size, accessModes, storageClassName } = asObject(source['claim']);
  const usual = Array.isArray(accessModes) && accessModes.length === 1 && accessModes[0] === 'ReadWriteOnce';
  return size === null || size === undefined ? undefined : { size, ...(named ? { claimName: claim } : {}), ...(storageClassName === undefined || storageClassName === '' ? {} : { storageClassName }), ...(usual ? {} : { accessModes: accessModes as Json }) };
}

/** Every file with its text, once; what is more than one object can hold stays in the ConfigMap it is in. */
function inlineFiles(pod: Pod, main: JsonObject, single: JsonObject): JsonObject[] {
  const files = filesOf(pod, single), elsewhere = textsTogether(pod, main), large = isTooMuch(files), paths = new Set<string>();
  return files.filter(f => !paths.has(f.path) && paths.add(f.path)).map(f => (large || elsewhere.has(f.configMap)
    ? { path: f.path, configMap: f.configMap, key: f.key, ...(f.mode === undefined ? {} : { mode: f.mode }) }
    : { path: f.path, content: f.content, ...(f.mode === undefined ? {} : { mode: f.mode }) }));
}

/** A mounted Secret, or a ConfigMap that is not part of the input, as a whole. */
function referredFile(mount: Mount): JsonObject[] {
  const { source, path, subPath } = mount, kind = source['secret'] !== undefined ? 'secret' : 'configMap', given = asObject(source[kind]);
  const name = given[kind === 'secret' ? 'secretName' : 'name'];
  return name === undefined || subPath !== undefined || given['optional'] !== undefined ? [] : [{ path, [kind]: name }];
}
