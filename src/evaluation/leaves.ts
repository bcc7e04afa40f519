/**
 * Patterns as a flat map from place to leaf, and back. A place is a path of steps: `.key` (or `*class .key` for a looped
 * entry), and for list items what identifies them: `*class`, the item's `name`, else the whole item, which is then one leaf.
 */
import type { Pattern, Scalar } from '../tokens/pattern.ts';
import { bodyTokens, byCodeUnit, parseBody } from '../tokens/serialize.ts';

const JOIN = '\u0001';

/** The order in which items were seen in each list, completed over all that were seen. */
export class Orders {
  readonly #after = new Map<string, Map<string, Set<string>>>();
  readonly #ranks = new Map<string, Map<string, number>>();

  see(list: string, steps: readonly string[]): void {
    const after = this.#after.get(list) ?? this.#after.set(list, new Map()).get(list)!;
    steps.forEach((step, i) => {
      const later = after.get(step) ?? after.set(step, new Set()).get(step)!;
      if (i + 1 < steps.length) later.add(steps[i + 1]!);
    });
  }

  /** How many items precede one at most; where two orders were seen, either. */
  rank(list: string, step: string): number {
    let ranks = this.#ranks.get(list);
    if (!ranks) {
      const after = this.#after.get(list) ?? new Map<string, Set<string>>();
      this.#ranks.set(list, ranks = new Map([...after.keys()].map(s => [s, 0])));
      for (let round = 0; round < after.size; round++) {
        for (const [s, later] of after) for (const l of later) ranks.set(l, Math.min(after.size, Math.max(ranks.get(l)!, ranks.get(s)! + 1)));
      }
    }
    return ranks.get(step) ?? 0;
  }
}

/** Begins the step of an item that only its content identifies. */
const WHOLE = '[@';

const nameOf = (p: Pattern): string | undefined => {
  const name = p.k === 'map' ? p.e.find(e => e.key === 'name')?.value : undefined;
  return name?.k === 'lit' ? String(name.v) : name?.k === 'slot' ? `$${name.s}` : undefined;
};

/** Steps of list items in order. */
function itemSteps(items: readonly Pattern[]): string[] {
  const taken = new Map<string, number>();
  return items.map(i => {
    const own = i.k === 'each' ? `[*${i.over}` : nameOf(i) !== undefined ? `[=${nameOf(i)}` : WHOLE + bodyTokens(i).join('\n');
    const times = taken.get(own) ?? 0;
    taken.set(own, times + 1);
    return times ? `${own}#${times}` : own;
  });
}

/** `orders` collects the orders of lists, for `assembleLeaves` to restore. */
export function leavesOf(p: Pattern, orders: Orders, path = ''): [string, string][] {
  switch (p.k) {
    case 'lit': return [[path, `=${JSON.stringify(p.v)}`]];
    case 'slot': return [[path, `$${p.s}`]];
    case 'each': return leavesOf(p.body, orders, `${path}${JOIN}*${p.over}`);
    case 'map': return p.e.length ? p.e.flatMap(e => leavesOf(e.value, orders, `${path}${JOIN}${e.over ? `*${e.over} ` : ''}.${e.key}`)) : [[path, '{}']];
    case 'list': {
      if (!p.i.length) return [[path, '[]']];
      const steps = itemSteps(p.i);
      orders.see(path, steps);
      return steps.flatMap((step, i): [string, string][] => (step.startsWith(WHOLE) ? [[`${path}${JOIN}${step}`, 'item']] : leavesOf(p.i[i]!, orders, `${path}${JOIN}${step}`)));
    }
  }
}

interface Node { leaf?: string; children: Map<string, Node> }

/** The pattern of leaves; contradictory ones (a leaf with something below it) keep what is below. */
export function assembleLeaves(leaves: readonly (readonly [string, string])[], orders: Orders): Pattern {
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
  return build(root, '', orders);
}

function build(node: Node, path: string, orders: Orders): Pattern {
  const steps = [...node.children.keys()];
  if (!steps.length) {
    const leaf = node.leaf ?? '{}';
    if (leaf === '{}') return { k: 'map', e: [] };
    if (leaf === '[]') return { k: 'list', i: [] };
    return leaf.startsWith('$') ? { k: 'slot', s: leaf.slice(1) } : { k: 'lit', v: JSON.parse(leaf.slice(1)) as Scalar };
  }
  const child = (step: string): Pattern => step.startsWith(WHOLE) ? parseBody(step.slice(WHOLE.length).replace(/#\d+$/, '').split('\n')) : build(node.children.get(step)!, `${path}${JOIN}${step}`, orders);
  const items = steps.filter(s => s.startsWith('['));
  if (items.length) {
    const rank = (step: string): number => orders.rank(path, step);
    return { k: 'list', i: items.sort((a, b) => rank(a) - rank(b) || byCodeUnit(a, b)).map(child) };
  }
  const loop = steps.find(s => /^\*[^ ]*$/.test(s));
  if (loop) return { k: 'each', over: loop.slice(1), body: child(loop) };
  return { k: 'map', e: steps.map(step => {
    const looped = /^\*(\S+) \./.exec(step);
    return { key: step.slice(looped ? looped[0].length : 1), value: child(step), ...(looped ? { over: looped[1]! } : {}) };
  }) };
}
