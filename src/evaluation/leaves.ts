/**
 * Patterns as a flat map from place to leaf, and back. A place is a path of steps: `.key` (or `*class .key` for a looped
 * entry), and for list items what identifies them: `*class`, the item's `name`, or its rank among those that have neither.
 */
import type { Pattern, Scalar } from '../tokens/pattern.ts';
import { byCodeUnit } from '../tokens/serialize.ts';

const JOIN = '\u0001';

const nameOf = (p: Pattern): string | undefined => {
  const name = p.k === 'map' ? p.e.find(e => e.key === 'name')?.value : undefined;
  return name?.k === 'lit' ? String(name.v) : name?.k === 'slot' ? `$${name.s}` : undefined;
};

/** Steps of list items in order; `ranks` collects the order in which items of a place were seen, to restore it. */
function itemSteps(items: readonly Pattern[]): string[] {
  let anonymous = 0;
  const taken = new Map<string, number>();
  return items.map(i => {
    const own = i.k === 'each' ? `[*${i.over}` : nameOf(i) !== undefined ? `[=${nameOf(i)}` : i.k === 'map' || i.k === 'list' ? `[${anonymous++}` : `[${i.k === 'lit' ? JSON.stringify(i.v) : `$${i.s}`}`;
    const times = taken.get(own) ?? 0;
    taken.set(own, times + 1);
    return times ? `${own}#${times}` : own;
  });
}

export function leavesOf(p: Pattern, ranks: Map<string, number>, path = ''): [string, string][] {
  switch (p.k) {
    case 'lit': return [[path, `=${JSON.stringify(p.v)}`]];
    case 'slot': return [[path, `$${p.s}`]];
    case 'each': return leavesOf(p.body, ranks, `${path}${JOIN}*${p.over}`);
    case 'map': return p.e.length ? p.e.flatMap(e => leavesOf(e.value, ranks, `${path}${JOIN}${e.over ? `*${e.over} ` : ''}.${e.key}`)) : [[path, '{}']];
    case 'list': {
      if (!p.i.length) return [[path, '[]']];
      return itemSteps(p.i).flatMap((step, i) => {
        const at = `${path}${JOIN}${step}`;
        // The latest place an item was seen at: items that only sometimes precede it must come before it.
        ranks.set(at, Math.max(ranks.get(at) ?? 0, i));
        return leavesOf(p.i[i]!, ranks, at);
      });
    }
  }
}

interface Node { leaf?: string; children: Map<string, Node> }

/** The pattern of leaves; contradictory ones (a leaf with something below it) keep what is below. */
export function assembleLeaves(leaves: readonly (readonly [string, string])[], ranks: ReadonlyMap<string, number>): Pattern {
  const root: Node = { children: new Map() };
  for (const [path, leaf] of leaves) {
    let at = root;
    for (const step of path.split(JOIN).slice(1)) {
      let next = at.children.get(step);
      if (!next) at.children.set(step, next = { children: new Map() });
      at = next;
    }
    at.leaf = leaf;
  }
  return build(root, '', ranks);
}

function build(node: Node, path: string, ranks: ReadonlyMap<string, number>): Pattern {
  const steps = [...node.children.keys()];
  if (!steps.length) {
    const leaf = node.leaf ?? '{}';
    if (leaf === '{}') return { k: 'map', e: [] };
    if (leaf === '[]') return { k: 'list', i: [] };
    return leaf.startsWith('$') ? { k: 'slot', s: leaf.slice(1) } : { k: 'lit', v: JSON.parse(leaf.slice(1)) as Scalar };
  }
  const child = (step: string): Pattern => build(node.children.get(step)!, `${path}${JOIN}${step}`, ranks);
  const items = steps.filter(s => s.startsWith('['));
  if (items.length) {
    const rank = (step: string): number => ranks.get(`${path}${JOIN}${step}`) ?? 0;
    return { k: 'list', i: items.sort((a, b) => rank(a) - rank(b) || byCodeUnit(a, b)).map(child) };
  }
  const loop = steps.find(s => /^\*[^ ]*$/.test(s));
  if (loop) return { k: 'each', over: loop.slice(1), body: child(loop) };
  return { k: 'map', e: steps.map(step => {
    const looped = /^\*(\S+) \./.exec(step);
    return { key: step.slice(looped ? looped[0].length : 1), value: child(step), ...(looped ? { over: looped[1]! } : {}) };
  }) };
}
