/**
 * Facts that an intent is part of. Where in an intent they look can be read in their expressions; intents that say the same there
 * have the same facts, which are then evaluated once for all of them.
 */
import { observe } from '../context/observe.ts';
import type { FactRule, Facts } from '../context/observe.ts';
import { Refusal } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import { isMap } from '../kubernetes.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import type { Snapshot } from '../snapshot/types.ts';

type Part = { metadata: JsonObject; spec: JsonObject };

/** The fields of an intent that an expression names; undefined where it takes the intent in another way than by names. */
export function pathsIn(cel: string): string[][] | undefined {
  const found = [...cel.matchAll(/\bintent((?:\.\??[A-Za-z]\w*)+)(\()?/g)];
  if (found.length !== [...cel.matchAll(/\bintent\b/g)].length) return undefined;
  // `ports.size()` looks at ports.
  return found.map(([, path, call]) => path!.slice(1).split(/\.\??/).map(name => name.replace(/^\?/, '')).slice(0, call ? -1 : undefined));
}

/** What there is of an intent at these paths, and that what they lead through is there. */
function partOf(intent: Part, paths: readonly string[][]): Part {
  const part: JsonObject = { metadata: {}, spec: {} };
  // A shorter path takes all that a longer one would.
  for (const path of [...paths].sort((a, b) => b.length - a.length)) {
    let from: Json | undefined = intent as unknown as Json, to = part;
    for (const [i, name] of path.entries()) {
      if (!isMap(from) || !Object.hasOwn(from, name)) break;
      from = from[name];
      if (i === path.length - 1 || !isMap(from)) { to[name] = from!; break; }
      to = (to[name] ??= {}) as JsonObject;
    }
  }
  return part as unknown as Part;
}

export class OwnFacts {
  readonly #rules: { rule: FactRule; paths: string[][] | undefined }[];
  #of: Snapshot | undefined;
  #known = new Map<string, string>();

  constructor(rules: readonly FactRule[]) { this.#rules = rules.map(rule => ({ rule, paths: pathsIn(rule.cel) })); }

  /** What these facts can see of a defaulted intent, as text. */
  readsOf(intent: Intent): string {
    const whole = intent as unknown as Part;
    return canonicalJson(this.#rules.map(({ paths }) => (paths ? partOf(whole, paths) : { metadata: whole.metadata, spec: whole.spec })));
  }

  /** Of facts that were observed. */
  digestOf(facts: Facts): string { return sha256(canonicalJson(this.#rules.map(({ rule }) => facts[rule.name] ?? null))); }

  /** Of the facts as they are now for intents that say this; refused ones are like no others. */
  digest(reads: string, snapshot: Snapshot): string {
    if (this.#of !== snapshot) { this.#of = snapshot; this.#known = new Map(); }
    let digest = this.#known.get(reads);
    if (digest === undefined) {
      const parts = JSON.parse(reads) as Part[], facts: Facts = {};
      try { for (const [i, { rule }] of this.#rules.entries()) Object.assign(facts, observe([rule], parts[i]!, snapshot)); digest = this.digestOf(facts); }
      catch (error) { if (!(error instanceof Refusal)) throw error; digest = ''; }
      this.#known.set(reads, digest);
    }
    return digest;
  }
}
