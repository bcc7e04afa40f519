/**
 * Slots: typed pointers into a scope of known values.
 *   `metadata.name` · `workload.containerImage` · `workload.containerImage.tag` (derived) · `fact:gateway.namespace`
 *   `dependencies[].name` (field of the loop's item) · `networking.hosts[]` (the item itself) · `workload.files[].index`
 */
import type { Json } from '../kubernetes.ts';

export interface Scope {
  /** `{ metadata, ...spec }` of the defaulted intent. */
  intent: { [field: string]: Json };
  facts: Record<string, Record<string, Json>>;
  /** The current item of each list that is being looped over, with its index in the stated list. */
  items: Record<string, { value: Json; index: number }>;
}

/** Derived values: pure functions of one value, written after its path. */
export const DERIVED = ['tag', 'slug', 'text'] as const;

const LABEL_VALUE = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

export function derive(name: (typeof DERIVED)[number], value: Json): Json | undefined {
  if (name === 'text') return typeof value === 'number' ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (name === 'tag') {
    // Only a tag that is a valid label value: `registry:5000/app` has none, and a digest is no tag.
    const tag = /:([^:/@]+)$/.exec(value.replace(/@.*$/, ''))?.[1];
    return tag && LABEL_VALUE.test(tag) ? tag : undefined;
  }
  return value.startsWith('/') && value.length > 1 ? value.slice(1).replaceAll('/', '-') : undefined;
}

const step = (value: Json | undefined, key: string): Json | undefined => {
  if (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, key)) return value[key];
  return (DERIVED as readonly string[]).includes(key) && value !== undefined ? derive(key as (typeof DERIVED)[number], value) : undefined;
};

const present = (v: Json | undefined): Json | undefined =>
  v === null || (Array.isArray(v) && v.length === 0) ? undefined : v;

/** The value a slot path points at, or undefined when it is absent. */
export function resolveSlot(path: string, scope: Scope): Json | undefined {
  if (path.startsWith('fact:')) {
    const [name, ...rest] = path.slice(5).split('.');
    return present(rest.reduce<Json | undefined>(step, scope.facts[name!]));
  }
  const bracket = path.indexOf('[]');
  if (bracket >= 0) {
    const item = scope.items[path.slice(0, bracket)];
    if (!item) return undefined;
    const rest = path.slice(bracket + 3);
    if (rest === 'index') return item.index;
    return present(rest ? rest.split('.').reduce<Json | undefined>(step, item.value) : item.value);
  }
  return present(path.split('.').reduce<Json | undefined>(step, scope.intent));
}
