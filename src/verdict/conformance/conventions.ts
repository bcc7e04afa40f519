/**
 * What a team's conventions license: a difference in a field that the platform leaves open to them, where the graph says what
 * the team's manifests say there, or what the intent states. Guardrails, schema and references are never licensed.
 */
import { ABSENT_VALUE, conventionKey } from '../../context/conventions.ts';
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Json, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { toCel } from '../cel.ts';
import { canonical } from '../equal.ts';
import { isOpen } from '../openings.ts';
import type { Subject } from '../types.ts';
import { filled } from './reading.ts';

/** Every scalar and every empty map or list below a place, with its path. Lists of scalars are one value. */
export function placesIn(value: Json, path: string): { path: string; value: Json }[] {
  if (Array.isArray(value)) return value.length && value.some(item => item !== null && typeof item === 'object') ? value.flatMap((item, i) => placesIn(item, `${path}[${i}]`)) : [{ path, value }];
  if (value !== null && typeof value === 'object' && Object.keys(value).length) return Object.entries(value).flatMap(([key, member]) => placesIn(member, path ? `${path}.${key}` : key));
  return [{ path, value }];
}

/** What a finding's path leads to. Keys with dots are not looked for: no field that is open has one above it. */
function valueAt(object: KubeObject, path: string): Json | undefined {
  return path.split(/[.[]/).reduce<Json | undefined>((value, step) => {
    if (value === null || typeof value !== 'object') return undefined;
    return Array.isArray(value) ? value[Number(step.replace(']', ''))] : value[step];
  }, object as Json);
}

const isNamed = (item: Json, name: string): boolean => item !== null && typeof item === 'object' && !Array.isArray(item) && item['name'] === name;

const scalars = (value: Json, out: Set<string> = new Set()): Set<string> => {
  if (value !== null && typeof value === 'object') for (const member of Object.values(value)) scalars(member, out);
  else out.add(canonical(value));
  return out;
};

export function licensedConvention({ graph, conventions, guardrails }: Subject, intent: Intent): (finding: Finding) => boolean {
  if (!conventions || !guardrails.openings.length) return () => false;
  const said = toCel(filled(intent)), openings = guardrails.openings.filter(o => o.when({ intent: said }) === true);
  const known = new Map(Object.entries(conventions.values).map(([key, values]) => [key, new Set(values.map(canonical))]));
  // What else a place may repeat of the intent; that it does so rightly, other checks see to.
  const { ports = [], resourceRequirements = {} } = intent.spec.workload, stated = scalars([intent.metadata.name, ports as unknown as Json, resourceRequirements as unknown as Json]);
  const isCustom = (key: string, value: Json): boolean => known.get(key)?.has(canonical(value)) === true || (value !== null && typeof value !== 'object' && stated.has(canonical(value)));
  return ({ object: named, path, rule }) => {
    const object = graph.find(o => objectName(o) === named);
    if (!object || path === '') return false;
    const value = valueAt(object, path), key = conventionKey(object.kind, path), open = isOpen(openings, key);
    if (value === undefined) return open && known.get(key)?.has(canonical(ABSENT_VALUE)) === true;
    const places = placesIn(value, path);
    if (open) return places.every(p => isCustom(conventionKey(object.kind, p.path), p.value));
    // A rule about several fields at once stands above them; in a list of containers it is about those beside the main one.
    const at = openings.filter(o => o.rules.includes(rule)), beside = Array.isArray(value) ? placesIn(value.filter(item => !isNamed(item, intent.metadata.name)), path) : places;
    const looked = beside.map(p => ({ key: conventionKey(object.kind, p.path), value: p.value })).filter(p => isOpen(at, p.key));
    return looked.length > 0 && looked.every(p => isCustom(p.key, p.value));
  };
}
