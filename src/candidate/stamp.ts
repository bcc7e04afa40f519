/** The intent's own labels and annotations, on every object and pod template. They decide nothing, so no model writes them; what an object says itself stays. */
import type { Context } from '../context/context.ts';
import { isMap } from '../kubernetes.ts';
import type { JsonObject } from '../kubernetes.ts';
import { byCodeUnit } from '../tokens/serialize.ts';

/** Fields of the intent that reach every object whatever examples say. */
export const STAMPED = ['labels', 'annotations'] as const;

export const childPath = (path: string, key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}["${key}"]`);


/** Where pods are described inside an object: what has containers, one or two levels down. */
const TEMPLATES = [['spec', 'template'], ['spec', 'jobTemplate', 'spec', 'template']];

/** Adds what the intent states to the metadata of a whole object, in place; `visit` hears of every entry and of its field of the intent. */
export function stamp(object: JsonObject, context: Context, visit: (path: string, field: string) => void): void {
  const templates = TEMPLATES.flatMap(path => {
    const template = path.reduce<unknown>((v, k) => (isMap(v) ? v[k] : undefined), object);
    return isMap(template) && isMap(template['spec']) && Array.isArray(template['spec']['containers']) ? [{ holder: template, at: `${path.join('.')}.` }] : [];
  });
  for (const { holder, at } of [{ holder: object, at: '' }, ...templates]) for (const field of STAMPED) {
    const stated = context.resolve(`\${${field}}`, {});
    if (!isMap(stated) || !Object.keys(stated).length) continue;
    const metadata = (holder['metadata'] ??= {}) as JsonObject, own = isMap(metadata[field]) ? metadata[field] : {};
    for (const key of Object.keys(stated)) if (!Object.hasOwn(own, key)) visit(childPath(`${at}metadata.${field}`, key), field);
    metadata[field] = Object.fromEntries(Object.entries({ ...stated, ...own }).sort(([a], [b]) => byCodeUnit(a, b)));
  }
}
