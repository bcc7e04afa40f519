/** The intent's own labels and annotations, on every object and pod template or on pod templates alone. They decide nothing, so no model writes them; what an object says itself stays. */
import type { Context } from '../context/context.ts';
import { isMap } from '../kubernetes.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { byCodeUnit } from '../tokens/serialize.ts';

/** Fields of the intent that arrive whatever examples say. */
export const STAMPED = ['labels', 'annotations', 'workload.pod.annotations'] as const;
/** What each of them adds to; of two that state the same key the later one counts. */
const reach = { labels: { part: 'labels', pods: false }, annotations: { part: 'annotations', pods: false }, 'workload.pod.annotations': { part: 'annotations', pods: true } } as const;

export const childPath = (path: string, key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}["${key}"]`);

/** Where pods are described inside an object: what has containers, one or two levels down. */
const TEMPLATES = [['spec', 'template'], ['spec', 'jobTemplate', 'spec', 'template']];

/** Adds what the intent states to the metadata of a whole object, in place; `visit` hears of every entry and of its field of the intent. */
export function stamp(object: JsonObject, context: Context, visit: (path: string, field: string) => void): void {
  const templates = TEMPLATES.flatMap(path => {
    const template = path.reduce<unknown>((v, k) => (isMap(v) ? v[k] : undefined), object);
    return isMap(template) && isMap(template['spec']) && Array.isArray(template['spec']['containers']) ? [{ holder: template, at: `${path.join('.')}.` }] : [];
  });
  const all = STAMPED.map(field => ({ field, ...reach[field], stated: context.resolve(`\${${field}}`, {}) }));
  for (const { holder, at } of [{ holder: object, at: '' }, ...templates]) for (const part of ['labels', 'annotations'] as const) {
    const asked = all.filter(s => s.part === part && (!s.pods || at !== '') && isMap(s.stated)).flatMap(s => Object.entries(s.stated as JsonObject).map(([key, value]) => [key, { value, field: s.field }] as const));
    if (!asked.length) continue;
    const metadata = (holder['metadata'] ??= {}) as JsonObject, own = isMap(metadata[part]) ? metadata[part] : {}, added = new Map(asked.filter(([key]) => !Object.hasOwn(own, key)));
    for (const [key, { field }] of added) visit(childPath(`${at}metadata.${part}`, key), field);
    metadata[part] = Object.fromEntries([...[...added].map(([key, { value }]): [string, Json] => [key, value]), ...Object.entries(own)].sort(([a], [b]) => byCodeUnit(a, b)));
  }
}
