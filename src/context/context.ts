/**
 * The context window of one intent in one cluster: closed features as tokens, open values behind slots. It is concise by
 * construction: a feature is there because some example of the playbook decides on it.
 */
import { createHash } from 'node:crypto';
import type { Intent } from '../intent/types.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { fillSlots, soleSlot } from '../tokens/pattern.ts';
import { ABSENT, PRESENT, className, featureTokens } from './features.ts';
import type { ConventionsSpec, FeatureSpec, Features } from './features.ts';
import { minorOf, observe } from './observe.ts';
import type { FactRule, Facts } from './observe.ts';
import { resolveSlot } from './slots.ts';
import type { Scope } from './slots.ts';

/** What a trained model knows about contexts. */
export interface ContextRules { specs: FeatureSpec[]; facts: FactRule[] }

export type Item = { value: Json; index: number };

export interface Context {
  features: Features;
  tokens: string[];
  facts: Facts;
  /** Items of every class and of every list, in stated order. */
  items(over: string): readonly Item[] | undefined;
  /** The value of a slot text, undefined when absent; a lone slot keeps its type. */
  resolve(text: string, items: Scope['items']): Json | undefined;
  /** sha256 of everything the output can depend on besides the served schemas: tokens and every reachable value. */
  hash: string;
  /** Whether a team's conventions apply to this intent. */
  conventional: boolean;
}

const at = (value: Json | undefined, path: string): Json | undefined =>
  path.split('.').reduce<Json | undefined>((v, k) => (v !== null && typeof v === 'object' && !Array.isArray(v) && Object.hasOwn(v, k) ? v[k] : undefined), value);

const stated = (v: Json | undefined): boolean => v !== undefined && v !== null && !(Array.isArray(v) && v.length === 0);
const word = (v: Json | undefined): string => (stated(v) ? String(v) : ABSENT);
const presence = (v: Json | undefined): string => (stated(v) ? PRESENT : ABSENT);

/** `intent` must be defaulted. */
export function buildContext(rules: ContextRules, intent: Intent, snapshot: Snapshot): Context {
  const facts = observe(rules.facts, intent as unknown as { metadata: JsonObject; spec: JsonObject }, snapshot);
  return contextOf(rules.specs, intent, facts, servedBy(snapshot.kinds), minorOf(snapshot));
}

const served = new WeakMap<Snapshot['kinds'], ReadonlySet<string>>();
/** `group/Kind` of each; a cluster's kinds are the same list for as long as they are the same. */
const servedBy = (kinds: Snapshot['kinds']): ReadonlySet<string> => served.get(kinds) ?? served.set(kinds, new Set(kinds.map(k => `${k.group}/${k.kind}`))).get(kinds)!;

/** The context of an intent under given facts; `served` holds `group/Kind`. */
export function contextOf(specs: readonly FeatureSpec[], intent: Intent, facts: Facts, served: ReadonlySet<string>, minor: number): Context {
  const flat = { metadata: intent.metadata, ...intent.spec } as unknown as JsonObject;
  const classes = new Map<string, Item[]>();
  const features: Features = {};
  for (const spec of specs) features[spec.name] = featureOf(spec, flat, facts, served, minor, classes);
  const listItems = (list: string): Item[] => {
    const v = at(flat, list);
    return Array.isArray(v) ? v.map((value, index) => ({ value, index })) : [];
  };
  const items = (over: string): readonly Item[] | undefined =>
    over.includes('{') ? classes.get(over) : specs.some(s => s.name === `${over}[]`) ? undefined : listItems(over);
  const scope = (bound: Scope['items']): Scope => ({ intent: flat, facts, items: bound });
  const tokens = featureTokens(specs, features);
  const resolve = (text: string, bound: Scope['items']): Json | undefined => {
    const sole = soleSlot(text);
    return sole ? resolveSlot(sole, scope(bound)) : fillSlots(text, p => resolveSlot(p, scope(bound)));
  };
  const hash = createHash('sha256').update(JSON.stringify([tokens, flat, facts, minor])).digest('hex');
  const conventional = specs.some(s => s.type === 'conventions' && features[s.name]!.length > 0);
  return { features, tokens, facts, items, resolve, hash, conventional };
}

/** The words of a name or of the last part of an image's path, without its tag. */
export const wordsOf = (text: string): string[] => text.replace(/@.*$/, '').split('/').at(-1)!.replace(/:.*$/, '').toLowerCase().split(/[^a-z0-9]+/).filter(word => /^[a-z][a-z0-9]+$/.test(word));

/** What conventions can hang on: the team, known words of image and name, and the fields that are stated. */
function conventionsOf(spec: ConventionsSpec, flat: JsonObject, facts: Facts): string[] {
  const team = at(facts as unknown as Json, spec.fact);
  if (!stated(team)) return [];
  const words = (kind: string, text: Json | undefined): string[] => [...new Set(wordsOf(String(text ?? '')))].filter(word => spec.words.includes(word)).sort().map(word => `${kind}=${word}`);
  return [`team=${String(team)}`, ...words('image', at(flat, 'workload.containerImage')), ...words('name', at(flat, 'metadata.name')),
    ...spec.stated.filter(path => stated(at(flat, path))).map(path => `stated=${path}`)];
}

function featureOf(spec: FeatureSpec, flat: JsonObject, facts: Facts, served: ReadonlySet<string>, minor: number, classes: Map<string, Item[]>): string | string[] {
  switch (spec.type) {
    case 'keyword': return word(at(flat, spec.name));
    case 'presence': return presence(at(flat, spec.name));
    case 'api': return served.has(spec.kind) ? PRESENT : ABSENT;
    case 'minor': return minor >= spec.atLeast ? 'yes' : 'no';
    case 'fact': {
      const value = at(facts as unknown as Json, spec.name.slice(5));
      return spec.role === 'keyword' ? word(value) : presence(value);
    }
    case 'conventions': return conventionsOf(spec, flat, facts);
    case 'items': {
      const list = at(flat, spec.list);
      const own = new Map<string, Item[]>();
      for (const [index, value] of (Array.isArray(list) ? list : []).entries()) {
        const name = className(spec, Object.fromEntries(spec.by.map(b => [b.field, b.role === 'keyword' ? word(at(value, b.field)) : presence(at(value, b.field))])));
        (own.get(name) ?? own.set(name, []).get(name)!).push({ value, index });
      }
      for (const [name, items] of own) classes.set(name, items);
      return [...own.keys()].sort();
    }
  }
}

