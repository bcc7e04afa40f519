/**
 * Features are the closed part of a context: everything on which a decision of the playbook can hang. They are stated in
 * one canonical order, absence as well as presence. Open values (names, images, hosts, whole subtrees) never appear here:
 * they are reached through slots.
 */

/** How an item field, or a path, takes part in decisions: by its value or by being stated at all. */
export type Role = 'keyword' | 'presence';

export type FeatureSpec =
  | { name: string; type: 'keyword'; values: string[] }
  | { name: string; type: 'presence' }
  /** The set of item classes in a list; `by` are the item fields that tell classes apart, sorted by field. */
  | { name: string; type: 'items'; list: string; by: ItemField[] }
  | { name: string; type: 'api'; kind: string }
  | { name: string; type: 'fact'; role: Role; values: string[] }
  /** Whether the cluster's minor version is at least this. */
  | { name: string; type: 'minor'; atLeast: number }
  | ConventionsSpec;

/**
 * Whose conventions apply, by a fact that names a team, and what these hang on beside all other features: `words` of image and
 * name, and which of the `stated` fields the intent states. Where no conventions apply it shows nothing at all, so that every
 * other context is what it was before anything was learnt.
 */
export interface ConventionsSpec { name: string; type: 'conventions'; fact: string; words: string[]; stated: string[] }

/**
 * A field by which items of a list are told apart. It matters to an item when one of `when` holds for the item's other
 * fields (each maps a field to the values that admit it): a size means something to a database, nothing to a cache.
 */
export interface ItemField { field: string; role: Role; values: string[]; when: Record<string, string[]>[] }

/** Feature name → value; for `items` the sorted class names. */
export type Features = Record<string, string | string[]>;

/** One condition: a feature, or an item field of a list (`list[].field`), and the values for which it holds. */
export interface Condition { name: string; list?: string; field?: string; values: string[] }

export const PRESENT = 'present';
export const ABSENT = 'absent';

/** Whether a value is among the allowed ones, of which 'present' stands for any that is stated. */
export const holds = (value: string, allowed: readonly string[]): boolean =>
  allowed.includes(value) || (value !== ABSENT && allowed.includes(PRESENT));

/** Class name of an item, e.g. `list{field,other=value}`; `fields` gives a field's value, 'present' or 'absent'. */
export function className(spec: Extract<FeatureSpec, { type: 'items' }>, fields: Record<string, string>): string {
  const parts = spec.by.flatMap(({ field, role, when }) => {
    const v = fields[field] ?? ABSENT;
    if (!when.some(w => Object.entries(w).every(([f, values]) => holds(fields[f] ?? ABSENT, values)))) return [];
    if (role === 'presence') return v === ABSENT ? [] : [field];
    return [`${field}=${v}`];
  });
  return `${spec.list}{${parts.join(',')}}`;
}

/** Field → value of a class name. */
export function classFields(name: string): Record<string, string> {
  const inside = /\{(.*)\}$/.exec(name)?.[1] ?? '';
  return Object.fromEntries(inside.split(',').filter(Boolean).map(p => {
    const eq = p.indexOf('=');
    return eq < 0 ? [p, PRESENT] : [p.slice(0, eq), p.slice(eq + 1)];
  }));
}

/** Whether a class satisfies the item conditions of its list. */
export const classMatches = (name: string, conditions: readonly Condition[]): boolean => {
  const fields = classFields(name);
  return conditions.every(c => holds(fields[c.field!] ?? ABSENT, c.values));
};

/** Whether all conditions hold. Item conditions of one list must hold together for at least one of its classes. */
export function matches(conditions: readonly Condition[], features: Features): boolean {
  const lists = new Set<string>();
  for (const c of conditions) {
    if (c.list) { lists.add(c.list); continue; }
    const v = features[c.name];
    if (!holds(typeof v === 'string' ? v : v === undefined ? ABSENT : v.length ? PRESENT : ABSENT, c.values)) return false;
  }
  for (const list of lists) {
    const own = conditions.filter(c => c.list === list);
    if (!((features[`${list}[]`] ?? []) as string[]).some(name => classMatches(name, own))) return false;
  }
  return true;
}

/** The context's feature tokens in canonical order: `name=value`, or one token per item class. */
export function featureTokens(specs: readonly FeatureSpec[], features: Features): string[] {
  return specs.flatMap(spec => {
    const v = features[spec.name];
    if (spec.type === 'conventions') return ((v ?? []) as string[]).map(shown => `?${spec.name}.${shown}`);
    if (spec.type === 'items') return (v as string[] | undefined)?.length ? (v as string[]).map(c => `?${c}`) : [`?${spec.list}{}=none`];
    return [`?${spec.name}=${String(v ?? ABSENT)}`];
  });
}
