/** Random features that a real cluster and a real intent could have: the composer's source of contexts. */
import { ABSENT, PRESENT, className, matches } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import type { Playbook } from './example.ts';
import { focused } from './focus.ts';
import type { Focus } from './focus.ts';

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** mulberry32: small, seedable, good enough for sampling; the same seed gives the same corpus everywhere. */
export function seeded(seed: number): Random {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What is asked of one object again and again, found once. */
const once = <K extends object, V>(find: (key: K) => V): ((key: K) => V) => {
  const found = new WeakMap<K, V>();
  return key => { let v = found.get(key); if (v === undefined) found.set(key, v = find(key)); return v; };
};

const listed = once((weights: Record<string, number>) => { const entries = Object.entries(weights); return { entries, sum: entries.reduce((n, [, w]) => n + w, 0) }; });

export function pick(random: Random, weights: Record<string, number>): string {
  const { entries, sum } = listed(weights);
  let at = random() * sum;
  for (const [v, w] of entries) if ((at -= w) < 0) return v;
  return entries[entries.length - 1]![0];
}

/** A value that has no weight, of a keyword that came later, is as likely as the others are on average. */
const withNew = once((values: readonly string[]) => once((weights: Record<string, number>): Record<string, number> => {
  const fresh = values.filter(v => !(v in weights));
  if (!fresh.length) return weights;
  const mean = Object.values(weights).reduce((a, b) => a + b, 0) / Object.keys(weights).length;
  return { ...weights, ...Object.fromEntries(fresh.map(v => [v, mean])) };
}));
const weighed = (weights: Record<string, number> | undefined, values: readonly string[]): Record<string, number> | undefined => weights && withNew(values)(weights);

const uniform = once((values: readonly string[]): Record<string, number> => Object.fromEntries(values.map(v => [v, 1])));
const NONE: readonly string[] = [];
const PRESENCE = { [PRESENT]: 0.35, [ABSENT]: 0.65 };
const EVENLY = { [PRESENT]: 1, [ABSENT]: 1 };
/** Of a field of a fact. */
const OBSERVED = { [PRESENT]: 0.7, [ABSENT]: 0.3 };
const COUNTS = { 0: 0.45, 1: 0.3, 2: 0.17, 3: 0.08 };
/** Minor versions a context may state. */
const MINORS = { 26: 2.5, 27: 1.5, 28: 2.5, 29: 1.5, 30: 2, 31: 1.5, 32: 1.5, 33: 2, 34: 1.5, 35: 2, 36: 2, 37: 2 };

/** Features as the weights have them, or (with `focus`) around one example. */
export function sampleFeatures(playbook: Playbook, specs: readonly FeatureSpec[], random: Random, focus: Focus = new Map()): Features {
  const { sampling } = playbook;
  const f: Features = {};
  const minorAllowed = specs.flatMap(s => (s.type === 'minor' && focus.has(s.name) ? [(m: string) => focus.get(s.name)!(Number(m) >= s.atLeast ? 'yes' : 'no')] : []));
  const minor = Number(pick(random, focused(MINORS, minorAllowed.length ? m => minorAllowed.every(a => a(m)) : undefined)));
  const apis = new Map<string, boolean>();
  const draw = (name: string, fallback: Record<string, number>, focusName = name, values: readonly string[] = NONE): string =>
    pick(random, focused(weighed(sampling.weights[name], values) ?? fallback, focus.get(focusName)));
  for (const spec of specs) {
    if (spec.type === 'minor') f[spec.name] = minor >= spec.atLeast ? 'yes' : 'no';
    if (spec.type === 'api') {
      const kinds = sampling.apis.find(g => g.includes(spec.kind)) ?? [spec.kind], group = kinds[0]!;
      const focusName = kinds.map(k => `api:${k}`).find(k => focus.has(k));
      if (!apis.has(group)) apis.set(group, draw(`api:${group}`, EVENLY, focusName) === PRESENT);
      f[spec.name] = apis.get(group) ? PRESENT : ABSENT;
    }
    if (spec.type === 'presence') f[spec.name] = draw(spec.name, PRESENCE);
    if (spec.type === 'keyword') f[spec.name] = draw(spec.name, uniform(spec.values), spec.name, spec.values);
    if (spec.type === 'items') {
      const wished = spec.by.some(b => focus.has(`${spec.list}[].${b.field}`));
      const n = Math.max(Number(draw(`${spec.list}[]`, COUNTS)), wished ? 1 : 0);
      f[spec.name] = [...new Set(Array.from({ length: n }, (_, i) => {
        // The first item is the one in focus.
        const fields = Object.fromEntries(spec.by.map(b => [b.field, draw(`${spec.list}[].${b.field}`, b.role === 'keyword' ? uniform(b.values) : PRESENCE, i ? '' : undefined, b.values)]));
        const inFocus = (name: string): boolean => !i && focus.get(`${spec.list}[].${name}`)?.(PRESENT) === true;
        for (const group of sampling.oneOf.filter(g => g[0]!.startsWith(`${spec.list}[].`))) {
          const names = group.map(g => g.slice(spec.list.length + 3)), keep = names.find(inFocus) ?? names[Math.floor(random() * names.length)]!;
          for (const name of names) fields[name] = name === keep ? PRESENT : ABSENT;
        }
        for (const group of sampling.exclusive.filter(g => g[0]!.startsWith(`${spec.list}[].`))) {
          const stated = group.map(g => g.slice(spec.list.length + 3)).filter(name => (fields[name] ?? ABSENT) !== ABSENT), wanted = stated.filter(inFocus);
          const from = wanted.length ? wanted : stated, keep = wanted.length === 1 ? wanted[0] : from[Math.floor(random() * from.length)];
          for (const name of stated) if (name !== keep) fields[name] = ABSENT;
        }
        return className(spec, fields);
      }))].sort();
    }
  }
  for (const group of sampling.exclusive) {
    const stated = group.filter(n => f[n] !== undefined && f[n] !== ABSENT);
    if (stated.length < 2) continue;
    // The first name of a group is its keyword; it is kept more often than each exact sibling.
    const keep = stated.find(n => focus.has(n)) ?? (random() < 0.7 ? stated[0]! : stated[1 + Math.floor(random() * (stated.length - 1))]!);
    for (const n of stated) if (n !== keep) f[n] = ABSENT;
  }
  for (const i of sampling.implies) if (matches(i.if, f) && (i.chance === 1 || random() < i.chance)) for (const [k, v] of Object.entries(i.then)) {
    // What authors rarely do is just what a focus is for.
    const asked = i.chance < 1 && [...focus.keys()].some(name => name === k || (k.endsWith('[]') && name.startsWith(`${k}.`)));
    if (!asked && (k in f || k.endsWith('[]'))) f[k] = k.endsWith('[]') ? [] : v;
  }
  sampleFacts(playbook, specs, f, random, focus);
  return f;
}

/** Facts come last: what they need is known by then. All fields of an absent fact are absent. */
function sampleFacts(playbook: Playbook, specs: readonly FeatureSpec[], f: Features, random: Random, focus: Focus): void {
  for (const spec of specs) {
    if (spec.type !== 'fact') continue;
    const fact = playbook.facts.find(d => spec.name.startsWith(`fact:${d.name}.`));
    const possible = !fact || matches(fact.needs, f);
    const weights = weighed(playbook.sampling.weights[spec.name], spec.values) ?? (spec.role === 'keyword' ? uniform(spec.values) : OBSERVED);
    f[spec.name] = possible ? pick(random, focused(weights, focus.get(spec.name))) : ABSENT;
  }
  // One more pass of implications lets facts depend on each other (a listener on its gateway).
  for (const i of playbook.sampling.implies) if (i.chance === 1 && matches(i.if, f)) for (const [k, v] of Object.entries(i.then)) if (k.startsWith('fact:') && k in f) f[k] = v;
}
