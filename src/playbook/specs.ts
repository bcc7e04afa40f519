/** Which features a playbook's conditions speak of: the closed vocabulary of contexts, in canonical order. */
import { ABSENT, PRESENT } from '../context/features.ts';
import type { Condition, FeatureSpec, Role } from '../context/features.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import type { Playbook } from './example.ts';

/** Every condition of a playbook, those of facts' needs and of sampling included. */
export const allConditions = (p: Playbook): Condition[] => [
  ...p.examples.flatMap(e => [...e.where, ...e.unless.flat()]),
  ...p.facts.flatMap(f => f.needs),
  ...p.sampling.implies.flatMap(i => i.if),
];

const roleOf = (values: Iterable<string>): Role => ([...values].some(v => v !== PRESENT && v !== ABSENT) ? 'keyword' : 'presence');

export function featureSpecs(playbook: Playbook): FeatureSpec[] {
  const values = new Map<string, Set<string>>();
  const items = new Map<string, Map<string, Set<string>>>();
  for (const c of allConditions(playbook)) {
    const target = c.list ? (items.get(c.list) ?? items.set(c.list, new Map()).get(c.list)!) : values;
    const key = c.list ? c.field! : c.name;
    const seen = target.get(key) ?? target.set(key, new Set()).get(key)!;
    for (const v of c.values) seen.add(v);
  }
  const specs = [...values].map(([name, seen]): FeatureSpec => {
    if (name.startsWith('api:')) return { name, type: 'api', kind: name.slice(4) };
    if (name.startsWith('k8s>=1.')) return { name, type: 'minor', atLeast: Number(name.slice(7)) };
    if (name.startsWith('fact:')) {
      const [fact, field] = name.slice(5).split('.') as [string, string];
      const all = playbook.facts.find(f => f.name === fact)?.values[field] ?? [...seen];
      const role = roleOf(all);
      return { name, type: 'fact', role, values: role === 'keyword' ? sorted(all.filter(v => v !== PRESENT)) : [] };
    }
    if (roleOf(seen) === 'presence') return { name, type: 'presence' };
    const known = new Set([...seen, playbook.sampling.defaults[name] ?? ABSENT, ...Object.keys(playbook.sampling.weights[name] ?? {})]);
    known.delete(PRESENT);
    return { name, type: 'keyword', values: sorted(known) };
  });
  const lists = [...items].map(([list, fields]): FeatureSpec => ({
    name: `${list}[]`, type: 'items', list,
    by: [...fields].sort(([a], [b]) => byCodeUnit(a, b)).map(([field, seen]) => {
      const role = roleOf(seen);
      const weights = Object.keys(playbook.sampling.weights[`${list}[].${field}`] ?? {});
      return { field, role, values: role === 'keyword' ? sorted([...seen, ...weights].filter(v => v !== PRESENT)) : [], when: contexts(playbook, list, field) };
    }),
  }));
  return [...specs, ...lists].sort((a, b) => byCodeUnit(a.name, b.name));
}

/** The sets of conditions on an item's other fields under which examples look at this field; supersets are dropped. */
function contexts(playbook: Playbook, list: string, field: string): Record<string, string[]>[] {
  const sets = playbook.examples.flatMap(e => [e.where, ...e.unless]).flatMap(conditions => {
    const own = conditions.filter(c => c.list === list);
    return own.some(c => c.field === field) ? [own.filter(c => c.field !== field)] : [];
  });
  const weaker = (a: Condition[], b: Condition[]): boolean =>
    a.length < b.length && a.every(c => b.some(d => d.field === c.field && d.values.every(v => c.values.includes(v))));
  const kept = sets.filter(s => !sets.some(o => weaker(o, s)));
  const unique = new Map(kept.map(s => [JSON.stringify(s), Object.fromEntries(s.map(c => [c.field!, c.values]))]));
  return [...unique.values()];
}

const sorted = (v: Iterable<string>): string[] => [...new Set(v)].sort(byCodeUnit);
