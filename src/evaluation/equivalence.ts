/**
 * When two object graphs are the same: equal but for the defaults and the order of set-like lists that
 * test/equivalences.yaml lists. This is the comparison behind "exact" and "wrong and accepted"; it knows nothing of how graphs come about.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { isMap } from '../kubernetes.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { inCheckout } from './checkout.ts';

/** One leaf, list or object that differs; an absent side is undefined. `path` has real indices of the left side. */
export interface Difference { object: string; path: string; left: Json | undefined; right: Json | undefined }
export interface Comparison { equal: boolean; differences: Difference[] }

interface Rule { kinds?: string[]; path: string; value?: Json }
interface Rules { defaults: Rule[]; unordered: Rule[] }
let known: Rules | undefined;
const rules = (): Rules => (known ??= parse(readFileSync(inCheckout('test/equivalences.yaml'), 'utf8')) as Rules);

const matches = (rule: Rule, kind: string, path: string): boolean =>
  (rule.kinds === undefined || rule.kinds.includes(kind)) && (path === rule.path || path.endsWith(`.${rule.path}`));
const isDefault = (kind: string, path: string, value: Json): boolean =>
  rules().defaults.some(rule => matches(rule, kind, path) && isDeepStrictEqual(rule.value, value));
const isUnordered = (kind: string, path: string): boolean => rules().unordered.some(rule => matches(rule, kind, path));

const byText = (a: Json, b: Json): number => { const x = JSON.stringify(a), y = JSON.stringify(b); return x < y ? -1 : x > y ? 1 : 0; };

/** The value without defaults, its keys and set-like lists sorted. Undefined and absent are the same. */
const canonical = (kind: string, path: string, value: Json): Json => {
  if (Array.isArray(value)) {
    const items = value.map(item => canonical(kind, `${path}[]`, item));
    return isUnordered(kind, path) ? items.sort(byText) : items;
  }
  if (!isMap(value)) return value;
  const entries: [string, Json][] = [];
  for (const key of Object.keys(value).sort()) {
    const field = value[key], at = path === '' ? key : `${path}.${key}`;
    if (field === undefined || isDefault(kind, at, field)) continue;
    entries.push([key, canonical(kind, at, field)]);
  }
  return Object.fromEntries(entries);
};

/** An object as the comparison sees it: without the defaults an API server fills in, set-like lists in one order. */
export const withoutDefaults = (object: KubeObject): KubeObject => canonical(object.kind, '', object as Json) as unknown as KubeObject;

/** Appends every leaf in which two canonical values differ. */
const collect = (kind: string, object: string, path: string, pattern: string, left: Json | undefined, right: Json | undefined, into: Difference[]): void => {
  if (isDeepStrictEqual(left, right)) return;
  if (isMap(left) && isMap(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const dot = path === '' ? '' : '.';
      collect(kind, object, `${path}${dot}${key}`, `${pattern}${dot}${key}`, left[key], right[key], into);
    }
  } else if (Array.isArray(left) && Array.isArray(right)) {
    let ours: Json[] = left, theirs: Json[] = right;
    if (isUnordered(kind, pattern)) {
      // Only what has no partner is reported, or one missing entry would shift all that follow it.
      theirs = [...right];
      ours = left.filter(item => { const at = theirs.findIndex(other => isDeepStrictEqual(item, other)); if (at >= 0) theirs.splice(at, 1); return at < 0; });
    }
    for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
      collect(kind, object, `${path}[${ours === left ? i : left.indexOf(ours[i] as Json)}]`, `${pattern}[]`, ours[i], theirs[i], into);
    }
  } else into.push({ object, path, left, right });
};

const identity = (o: KubeObject): string => `${o.apiVersion} ${o.kind} ${o.metadata.namespace ?? ''}/${o.metadata.name}`;

/**
 * Compares two graphs. Objects pair by apiVersion, kind, namespace and name; an object that only one graph has, or has
 * twice, is one difference with an empty path. Never throws on well-formed objects.
 */
export const equalGraphs = (a: readonly KubeObject[], b: readonly KubeObject[]): Comparison => {
  const differences: Difference[] = [];
  const right = new Map<string, KubeObject[]>();
  for (const object of b) right.set(identity(object), [...(right.get(identity(object)) ?? []), object]);
  for (const object of a) {
    const key = identity(object), partner = right.get(key)?.shift();
    if (partner === undefined) differences.push({ object: key, path: '', left: object as Json, right: undefined });
    else collect(object.kind, key, '', '', canonical(object.kind, '', object as Json), canonical(partner.kind, '', partner as Json), differences);
  }
  for (const [key, rest] of right) for (const object of rest) differences.push({ object: key, path: '', left: undefined, right: object as Json });
  return { equal: differences.length === 0, differences };
};
