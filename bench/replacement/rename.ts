/**
 * The same manifests under other names: words of workload names, images and port numbers are exchanged wherever they stand, so
 * that whatever hangs on a name, a registry or a customary port shows as another score.
 */
import type { Json, KubeObject } from '../../src/kubernetes.ts';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
const CONSONANTS = 'bcdfghklmnprstvz', VOWELS = 'aeiou';

/** A pronounceable word of the same length that another word gives no second time. */
function otherWord(word: string, taken: Set<string>): string {
  for (let salt = 0; ; salt++) {
    let state = [...`${word}${salt}`].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0, 2166136261), made = '';
    while (made.length < Math.max(3, word.length)) {
      const from = made.length % 2 ? VOWELS : CONSONANTS;
      made += from[state % from.length]!;
      state = Math.imul(state ^ (state >>> 13), 1597334677) >>> 0;
    }
    if (!taken.has(made)) { taken.add(made); return made; }
  }
}

/** What Kubernetes itself gives a meaning to. */
const FIXED = new Set(['apiVersion', 'kind', 'type', 'protocol', 'apiGroup', 'apiGroups', 'resources', 'verbs', 'operator', 'path', 'mountPath']);

function mapped(value: Json, key: string, change: (text: string | number, key: string) => Json): Json {
  if (Array.isArray(value)) return value.map(v => mapped(v, key, change));
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapped(v, k, change)]));
  return typeof value === 'string' || typeof value === 'number' ? change(value, key) : value;
}

export function renamed(objects: readonly KubeObject[]): KubeObject[] {
  const words = new Set<string>(), ports = new Set<number>();
  const take = (text: string): void => { for (const word of text.split(/[^a-z0-9]+/)) if (/^[a-z]{4,}$/.test(word)) words.add(word); };
  for (const o of objects) {
    if (WORKLOADS.has(o.kind)) take(o.metadata.name);
    mapped(o as unknown as Json, '', (value, key) => {
      if (key === 'image' && typeof value === 'string') take(value.replace(/@.*$/, '').replace(/:[^/]*$/, ''));
      if (key === 'containerPort' && typeof value === 'number' && value >= 1024 && value < 60_000) ports.add(value);
      return value;
    });
  }
  const taken = new Set<string>(words), others = new Map([...words].sort().map(w => [w, otherWord(w, taken)]));
  const cased = (word: string): string => {
    const other = others.get(word.toLowerCase())!;
    return word === word.toUpperCase() ? other.toUpperCase() : word[0] === word[0]!.toUpperCase() ? other[0]!.toUpperCase() + other.slice(1) : other;
  };
  const ofWords = words.size ? new RegExp(`(?<![A-Za-z])(${[...words].sort((a, b) => b.length - a.length).join('|')})(?![A-Za-z])`, 'gi') : undefined;
  // All by the same number, so that their order stays.
  const ofPorts = ports.size ? new RegExp(`(?<![\\d.])(${[...ports].join('|')})(?![\\d.])`, 'g') : undefined, moved = (port: number): number => port + 211;
  return objects.map(o => mapped(o as unknown as Json, '', (value, key) => {
    if (FIXED.has(key)) return value;
    if (typeof value === 'number') return ports.has(value) ? moved(value) : value;
    const text = ofWords ? value.replace(ofWords, cased) : value;
    return ofPorts ? text.replace(ofPorts, port => String(moved(Number(port)))) : text;
  }) as unknown as KubeObject);
}
