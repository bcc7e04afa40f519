/** Network policies compared by what they let through, not by how they say it: what the synthesised ones open has to be open before. */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { asList, asObject, asText, at } from './json.ts';
import { allPorts, portNumber } from './pod-view.ts';
import type { Pod } from './mounted.ts';
import type { Class } from './harden.ts';

export type Direction = 'ingress' | 'egress';
interface Opening { peer: JsonObject | undefined; port: Json | undefined; protocol: string }

const typeOf = { ingress: 'Ingress', egress: 'Egress' } as const;
export const governs = (policy: KubeObject | undefined, direction: Direction): boolean => {
  const types = at(policy?.['spec'], 'policyTypes') as Json[] | undefined;
  return policy !== undefined && (types ? types.includes(typeOf[direction]) : direction === 'ingress' || at(policy['spec'], 'egress') !== undefined);
};

const openings = (policy: KubeObject, direction: Direction, pod: Pod): Opening[] => asList(at(policy['spec'], direction)).flatMap(rule => {
  const peers = asList(rule[direction === 'ingress' ? 'from' : 'to']), ports = asList(rule['ports']);
  return (peers.length ? peers : [undefined]).flatMap(peer => (ports.length ? ports : [{}]).map((port: JsonObject): Opening => ({ peer, port: port['port'] === undefined ? undefined : portNumber(port['port'], allPorts(pod)), protocol: asText(port['protocol'] ?? 'TCP') })));
});
const covers = (wide: Opening, narrow: Opening): boolean =>
  (wide.peer === undefined || isDeepStrictEqual(wide.peer, narrow.peer)) && (wide.port === undefined || (wide.port === narrow.port && wide.protocol === narrow.protocol));
/** Names are looked up whatever else may be reached. */
const isLookup = (o: Opening): boolean => o.port === 53;

/** How one direction of the original fares; undefined where the original leaves it alone, so that whatever is written narrows it. */
export function policyClass(original: KubeObject | undefined, synthesised: KubeObject | undefined, direction: Direction, pod: Pod): Class | 'equal' | undefined {
  if (!original || !governs(original, direction)) return undefined;
  if (!synthesised || !governs(synthesised, direction)) return 'lost';
  const before = openings(original, direction, pod), after = openings(synthesised, direction, pod).filter(o => direction === 'ingress' || !isLookup(o));
  if (!after.every(o => before.some(b => covers(b, o)))) return 'changed';
  // A port that was open to somebody stays open to somebody.
  const closed = direction === 'ingress' && before.some(b => b.port !== undefined && !after.some(o => o.port === b.port));
  if (closed) return 'changed';
  return before.every(b => after.some(o => covers(o, b))) ? 'equal' : 'hardened';
}

/** Decisions of a direction: who and which port, rule by rule. */
export const policyDecisions = (policy: KubeObject | undefined, direction: Direction): number =>
  !policy || !governs(policy, direction) ? 0 : Math.max(1, asList(at(policy['spec'], direction)).reduce((n, rule) => n + Math.max(1, asList(rule['ports']).length + asList(rule[direction === 'ingress' ? 'from' : 'to']).length), 0));
export const rulesOf = (policy: KubeObject, direction: Direction): Json => asObject(policy['spec'])[direction] ?? [];
