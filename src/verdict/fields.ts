/**
 * The fields of a kind that are accounted for, as a tree. Patterns: `spec.ports[].port`; `*` is any key of a map, `**`
 * any subtree. An object with a field outside the tree carries an effect nobody looked at.
 */
import type { Json } from '../kubernetes.ts';

export interface FieldTree { all?: true; members: Map<string, FieldTree> }

export const fieldTree = (patterns: readonly string[]): FieldTree => {
  const root: FieldTree = { members: new Map() };
  for (const pattern of patterns) {
    let node = root;
    for (const step of pattern.replaceAll('[]', '.[]').split('.')) {
      if (step === '**') { node.all = true; break; }
      let next = node.members.get(step);
      if (!next) node.members.set(step, next = { members: new Map() });
      node = next;
    }
  }
  return root;
};

/** Paths of the object that the tree does not cover. Empty lists and maps are covered by the path that leads to them. */
export const outside = (value: Json, tree: FieldTree, path = ''): string[] => {
  if (tree.all) return [];
  if (Array.isArray(value)) {
    const items = tree.members.get('[]');
    return value.flatMap((item, index) => (items ? outside(item, items, `${path}[${index}]`) : [`${path}[${index}]`]));
  }
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([key, member]) => {
      const next = tree.members.get(key) ?? tree.members.get('*');
      const below = path ? `${path}.${key}` : key;
      if (member === undefined) return [];
      return next ? outside(member, next, below) : [below];
    });
  // A scalar where the tree expects members is left to the schema.
  return [];
};
