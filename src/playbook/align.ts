/**
 * Alignment: concrete sample values found in an example's resources become slots. Equality of a whole scalar, list or map
 * wins, for booleans together with the name of the field; inside strings, sample values of three characters or more are replaced
 * at word boundaries, longest first.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../kubernetes.ts';
import type { Pattern, Scalar } from '../tokens/pattern.ts';
import type { IntentField } from '../intent/walk.ts';
import { derive, DERIVED } from '../context/slots.ts';

export interface Candidate { path: string; value: Json }

const MIN_TEXT = 3;
const MIN_NUMBER = 10;

/** Every aligned value of a sample intent: item fields as `list[].field`, scalar items as `list[]`, whole lists and subtrees. */
export function intentCandidates(sample: Json, fields: readonly IntentField[], root = ''): Candidate[] {
  return fields.flatMap(field => {
    const value = at(sample, field.path);
    if (value === undefined) return [];
    const path = root + field.path;
    if (field.role !== 'list') return [...withDerived(path, value), ...(field.role === 'subtree' ? parts(path, value) : [])];
    const item = (value as Json[])[0];
    if (item === undefined) return [];
    // A list of scalars may be copied whole; a list of objects never has the shape of a resource's.
    if (!field.items || typeof item !== 'object') return [{ path, value }, ...withDerived(`${path}[]`, item)];
    return intentCandidates(item, field.items, `${path}[].`);
  });
}

/** Facts of a sample as `fact:name.field`. */
export const factCandidates = (facts: Json): Candidate[] =>
  Object.entries((facts ?? {}) as Record<string, Record<string, Json>>).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, value]) => withDerived(`fact:${name}.${field}`, value)));

const withDerived = (path: string, value: Json): Candidate[] => [
  { path, value },
  ...DERIVED.flatMap(d => { const v = derive(d, value); return v !== undefined && v !== value ? [{ path: `${path}.${d}`, value: v }] : []; }),
];

/** The fields of a subtree that is a map, which may also be copied one by one. */
const parts = (path: string, value: Json): Candidate[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).map(([k, v]) => ({ path: `${path}.${k}`, value: v })) : [];

const at = (value: Json | undefined, path: string): Json | undefined =>
  path.split('.').reduce<Json | undefined>((v, k) => (v && typeof v === 'object' && !Array.isArray(v) ? v[k] : undefined), value);

const isText = (c: Candidate): c is { path: string; value: string } => typeof c.value === 'string' && c.value.length >= MIN_TEXT;
const escape = (s: string): string => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The text with every candidate inside it replaced by its slot, or the text itself. */
export function alignText(text: string, candidates: readonly Candidate[]): string {
  const texts = candidates.filter(isText).sort((a, b) => b.value.length - a.value.length);
  if (!texts.length) return text;
  const paths = new Map<string, string>();
  for (const c of texts) if (!paths.has(c.value)) paths.set(c.value, c.path);
  // A word boundary of names: letters and digits do not touch the match.
  const pattern = new RegExp(`(?<![A-Za-z0-9])(${texts.map(c => escape(c.value)).join('|')})(?![A-Za-z0-9])`, 'g');
  return text.replace(pattern, v => `\${${paths.get(v)!}}`);
}

/** The one list whose item's index a trailing `-0` means; samples with several lists have none. */
const indexPath = (candidates: readonly Candidate[]): string | undefined => {
  const lists = new Set(candidates.flatMap(c => /^([^[]+\[\])\./.exec(c.path)?.[1] ?? []));
  return lists.size === 1 ? `${[...lists][0]!}.index` : undefined;
};

/** Slots in a text, a trailing item index included: `file-0` → `file-${workload.files[].index}`. */
function alignWhole(text: string, candidates: readonly Candidate[]): string {
  const path = indexPath(candidates);
  return alignText(path ? text.replace(/-0$/, `-\${${path}}`) : text, candidates);
}

export function align(value: Json, candidates: readonly Candidate[]): Pattern {
  if (value !== null && typeof value === 'object') {
    const whole = candidates.find(c => c.value !== null && typeof c.value === 'object' && isDeepStrictEqual(c.value, value));
    if (whole && !isEmpty(value)) return { k: 'slot', s: `\${${whole.path}}` };
    if (Array.isArray(value)) return { k: 'list', i: value.map(v => align(v, candidates)) };
    return { k: 'map', e: Object.entries(value).map(([key, v]) => ({ key: alignText(key, candidates), value: named(key, v, candidates) ?? align(v, candidates) })) };
  }
  if (typeof value === 'number' && value >= MIN_NUMBER) {
    const same = candidates.find(c => c.value === value);
    if (same) return { k: 'slot', s: `\${${same.path}}` };
  }
  if (typeof value === 'string') {
    const whole = candidates.find(c => c.value === value && value.length >= 2)
      // A number written as a string, as annotations need it.
      ?? (/^\d{2,}$/.test(value) ? candidates.find(c => typeof c.value === 'number' && String(c.value) === value) : undefined);
    if (whole) return typeof whole.value === 'number' ? { k: 'slot', s: `\${${whole.path}.text}` } : { k: 'slot', s: `\${${whole.path}}` };
    const text = alignWhole(value, candidates);
    if (text !== value) return { k: 'slot', s: text };
  }
  return { k: 'lit', v: value as Scalar };
}

/** There are but two booleans, so one is copied only from the field of its own name. */
const named = (key: string, value: Json, candidates: readonly Candidate[]): Pattern | undefined => {
  const same = typeof value === 'boolean' ? candidates.find(c => c.value === value && c.path.split('.').at(-1) === key) : undefined;
  return same && { k: 'slot', s: `\${${same.path}}` };
};

const isEmpty = (v: Json): boolean => v !== null && typeof v === 'object' && Object.keys(v).length === 0;

/** Values that two different paths give: alignment could mean either. */
export function ambiguous(candidates: readonly Candidate[]): string[] {
  const seen = new Map<string, string>();
  return candidates.flatMap(c => {
    if (typeof c.value === 'object' || (typeof c.value === 'number' && c.value < MIN_NUMBER) || typeof c.value === 'boolean') return [];
    const key = JSON.stringify(c.value);
    const other = seen.get(key);
    seen.set(key, c.path);
    return other && other !== c.path ? [`${key} is both ${other} and ${c.path}`] : [];
  });
}
