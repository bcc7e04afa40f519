/**
 * Every leaf of a graph, removed and changed, and every list item removed and doubled: what a careless or hostile writer
 * of graphs could do in one step anywhere.
 */
import type { Json, JsonObject, KubeObject } from '../../src/kubernetes.ts';

export interface LeafMutation {
  /** Kind and path without indexes, the kind of change: equal places are equal mutations. */
  place: string;
  graph: KubeObject[];
}

type Steps = (string | number)[];
const spots = (value: Json | undefined, steps: Steps): { steps: Steps; value: Json; item: boolean }[] => {
  if (value === undefined) return [];
  const own = steps.length ? [{ steps, value, item: typeof steps.at(-1) === 'number' }] : [];
  if (Array.isArray(value)) return [...own, ...value.flatMap((member, index) => spots(member, [...steps, index]))];
  if (value !== null && typeof value === 'object') return [...own, ...Object.entries(value).flatMap(([key, member]) => spots(member, [...steps, key]))];
  return own;
};

const parentOf = (root: Json, steps: Steps): Json => steps.slice(0, -1).reduce<Json>((node, step) => (node as JsonObject)[step as string]!, root);

const changed = (value: Json): Json | undefined => {
  if (typeof value === 'string') return /^\d+(\.\d+)?[A-Za-z]*$/.test(value) ? `1${value}` : `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return undefined;
};

export function* leafMutations(graph: KubeObject[]): Generator<LeafMutation> {
  for (const [index, object] of graph.entries()) {
    yield { place: `${object.kind} removed`, graph: graph.filter((_, other) => other !== index) };
    for (const { steps, value, item } of spots(object as Json, [])) {
      const where = `${object.kind} ${steps.map(step => (typeof step === 'number' ? '[]' : step)).join('.')}`;
      const edit = (how: string, change: (parent: JsonObject & Json[], step: never) => void): LeafMutation => {
        const copy = structuredClone(graph);
        change(parentOf(copy[index] as Json, steps) as JsonObject & Json[], steps.at(-1) as never);
        return { place: `${where} ${how}`, graph: copy };
      };
      if (item) {
        yield edit('removed', (list, at) => void list.splice(at, 1));
        yield edit('doubled', (list, at) => void list.push(structuredClone(list[at])!));
      } else yield edit('removed', (map, key) => void delete map[key]);
      const other = changed(value);
      if (other !== undefined) yield edit('changed', (map, key) => void ((map[key] as Json) = other));
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
        yield edit('given an unknown field', (map, key) => void ((map[key] as JsonObject).surprise = 'x'));
        if (Object.keys(value).length) yield edit('emptied', (map, key) => void ((map[key] as Json) = {}));
      }
      if (Array.isArray(value) && value.length) yield edit('emptied', (map, key) => void ((map[key] as Json) = []));
    }
  }
}
