/** Which volumes of ConfigMaps, Secrets and several sources an intent has as volumes, since a list of files could not say what they are. */
import type { JsonObject } from '../kubernetes.ts';
import { asList, asObject, asText } from './json.ts';
import { containersOf, filesOf, referredOf } from './mounted.ts';
import type { File, Pod } from './mounted.ts';

const kinds = ['configMap', 'secret', 'projected'];
export const shows = (volume: JsonObject): boolean => kinds.some(kind => volume[kind] !== undefined);
/** Bytes of text that an intent takes in. */
const mostText = 700_000;
export const isTooMuch = (files: readonly File[]): boolean => files.reduce((n, f) => n + Buffer.byteLength(f.content), 0) > mostText;

/** ConfigMaps that other containers of the pod read too: one object then serves all. */
export const textsTogether = (pod: Pod, main: JsonObject): Set<string> => new Set(containersOf(pod).filter(c => c !== main).flatMap(c => filesOf(pod, c)).map(f => f.configMap));

export function shownBy(pod: Pod, main: JsonObject): Set<string> {
  const others = new Set(containersOf(pod).filter(c => c !== main).flatMap(c => asList(c['volumeMounts']).map(m => asText(m['name']))));
  const together = textsTogether(pod, main), large = isTooMuch(filesOf(pod, main));
  const mounts = asList(main['volumeMounts']);
  return new Set(asList(pod.spec['volumes']).filter(shows).map(v => ({ name: asText(v['name']), map: asText(asObject(v['configMap'])['name']), volume: v })).filter(({ name, map, volume }) => {
    const mine = mounts.filter(m => m['name'] === name);
    if (!mine.length || mine.some(m => m['subPathExpr'] !== undefined)) return false;
    return others.has(name) || together.has(map) || (large && map !== '') || !mine.every(m => isListed(pod, volume, m));
  }).map(({ name }) => name));
}

/** Whether a list of files says all of what is mounted. */
function isListed(pod: Pod, volume: JsonObject, mount: JsonObject): boolean {
  const alone = { volumeMounts: [mount] };
  if (filesOf(pod, alone).length || referredOf(pod, alone).length) return true;
  const source = asObject(volume['secret'] ?? volume['configMap'] ?? null);
  return volume['projected'] === undefined && mount['subPath'] === undefined && source['optional'] === undefined && (source['defaultMode'] ?? 420) === 420 && source['items'] === undefined;
}
