/** The fields of an object, in words: paths as Kubernetes writes them, and what lies at and below one. */
import type { Json, KubeObject } from '../kubernetes.ts';

export interface Leaf { path: string; value: Json }

const child = (path: string, key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}["${key}"]`);

/** Every scalar, and every empty map and list, with its path. */
export function leavesOf(value: Json, path = ''): Leaf[] {
  if (Array.isArray(value) && value.length) return value.flatMap((item, i) => leavesOf(item, `${path}[${i}]`));
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length) {
    return Object.entries(value).flatMap(([key, member]) => leavesOf(member, child(path, key)));
  }
  return [{ path, value }];
}

export const leavesOfObject = (object: KubeObject): Leaf[] => leavesOf(object as unknown as Json);

/** Whether `path` is `above`, or lies below it. */
export const isAtOrBelow = (path: string, above: string): boolean =>
  above === '' || path === above || (path.startsWith(above) && (path[above.length] === '.' || path[above.length] === '['));

/** `a.b["c"]` with quotes or dots as the user wrote it, and with a leading dot as jsonpath has it, to the form above. */
export const normalPath = (path: string): string => path.replace(/^\./, '').replace(/\['([^']*)'\]/g, '["$1"]');
