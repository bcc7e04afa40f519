/**
 * Observation: facts of a snapshot, joined to the entity they concern, by the CEL expressions that the model was trained
 * with. Which facts there are, and what they mean, is data; this file only evaluates it.
 */
import { Environment } from '@marcbachmann/cel-js';
import { Exit, Refusal, badInput } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { byKind, ofKind } from '../snapshot/objects.ts';
import { CONFIG_LABEL, configNamespaces, platformSettings } from '../snapshot/settings.ts';
import type { Snapshot } from '../snapshot/types.ts';

/** How a fact is observed; see the playbook's facts.yaml. */
export interface FactRule { name: string; fields: Record<string, 'keyword' | 'value' | 'list'>; cel: string }

export type Facts = Record<string, Record<string, Json>>;

/** The platform's settings, in the one config namespace: two of them are refused. */
export function settingsOf(snapshot: Snapshot): Record<string, string> {
  const marked = [...configNamespaces(ofKind(snapshot, 'Namespace'))];
  if (marked.length > 1) {
    throw new Refusal(Exit.refused, [{
      rule: 'config-namespace-ambiguous', severity: 'refused', object: `Namespace/${marked[1]}`, path: `metadata.labels["${CONFIG_LABEL}"]`,
      message: `namespaces ${marked.join(' and ')} both claim to hold the platform's settings`, fix: `Keep the label ${CONFIG_LABEL}: "true" on one of them.`,
    }]);
  }
  return platformSettings(snapshot);
}

/** The minor version; some distributions write `30+`, some leave it to gitVersion. */
export function minorOf({ version }: Snapshot): number {
  const minor = [version.minor, /^v?[1-9]\d*\.(\d+)/.exec(version.gitVersion)?.[1]].map(text => Number.parseInt(text ?? '', 10)).find(Number.isInteger);
  if (minor === undefined) throw badInput('snapshot-unreadable', `its version ${JSON.stringify(version.gitVersion)} names no minor version`, 'Take the snapshot again with `kubesynth snapshot PATH`.');
  return minor;
}

/** Beyond standard CEL: the list functions of Kubernetes' CEL libraries that facts need. Numbers of a snapshot are doubles. */
const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  .registerFunction('list.sum(): dyn', (list: unknown[]) => list.reduce<number>((n, v) => n + Number(v), 0))
  .registerFunction('list.distinct(): list', (list: unknown[]) => [...new Set(list)])
  .registerFunction('list.sort(): list', (list: unknown[]) => [...list].sort());
/** Words of an expression, those in string literals included. */
export const words = (cel: string): Set<string> => new Set(cel.match(/[A-Za-z]\w*/g) ?? []);

/** Whether a fact can differ from one intent to another of the same cluster. */
export const isOfIntent = ({ cel }: Pick<FactRule, 'cel'>): boolean => words(cel).has('intent');

/** A compiled fact, and what can be read in its text: whether it looks at the intent, and of which kinds it can see objects (absent: of all). */
interface Program { evaluate: (variables: Record<string, unknown>) => unknown; ofIntent: boolean; kinds?: ReadonlySet<string> }
const programs = new Map<string, Program>();

function program(rule: FactRule): Program {
  let p = programs.get(rule.cel);
  if (!p) {
    const mentioned = words(rule.cel), asksKinds = /\.kind\b/.test(rule.cel);
    try { p = { evaluate: environment.parse(rule.cel) as Program['evaluate'], ofIntent: isOfIntent(rule), ...(asksKinds ? { kinds: mentioned } : {}) }; } catch (cause) {
      throw badInput('fact-expression', `fact ${rule.name}: ${(cause as Error).message}`, 'Mend the CEL expression in the playbook\'s facts and train again.', {}, cause);
    }
    programs.set(rule.cel, p);
  }
  return p;
}

/** CEL integers are BigInt; facts are JSON. */
const toJson = (v: unknown): Json => {
  if (typeof v === 'bigint') return Number(v);
  if (Array.isArray(v)) return v.map(toJson);
  if (v instanceof Map) return Object.fromEntries([...v].map(([k, x]) => [String(k), toJson(x)]));
  if (v !== null && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, toJson(x)]));
  return (v ?? null) as Json;
};

/**
 * All facts for one intent. `intent` is the defaulted intent. A fact whose expression gives null is absent; a field that is
 * null or '' is absent too.
 */
export function observe(rules: readonly FactRule[], intent: { metadata: JsonObject; spec: JsonObject }, snapshot: Snapshot): Facts {
  const settings = settingsOf(snapshot);
  const served = snapshot.kinds.map(k => `${k.group}/${k.kind}`), minor = BigInt(minorOf(snapshot)), facts: Facts = { settings };
  const common = commonFacts.get(snapshot) ?? commonFacts.set(snapshot, new Map()).get(snapshot)!;
  for (const rule of rules) {
    const { evaluate, ofIntent, kinds } = program(rule);
    let value = ofIntent ? undefined : common.get(rule.cel);
    if (value === undefined) try { value = toJson(evaluate({ intent, settings, objects: objectsOf(snapshot, kinds), served, nodes: snapshot.nodes, minor })); } catch (cause) {
      throw new Refusal(Exit.internal, [{
        rule: 'fact-failed', severity: 'refused', object: '', path: '', message: `observing the fact ${rule.name} failed: ${(cause as Error).message}`,
        fix: 'The expression in the playbook\'s facts does not fit this cluster; mend it and train again.',
      }], { cause });
    }
    if (!ofIntent) common.set(rule.cel, value);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) continue;
    const found = value;
    facts[rule.name] = Object.fromEntries(Object.keys(rule.fields).flatMap(f => {
      const v = found[f];
      return v === undefined || v === null || v === '' || (Array.isArray(v) && !v.length) ? [] : [[f, v]];
    }));
  }
  return facts;
}

/** Facts that look at no intent are the same for all of them. */
const commonFacts = new WeakMap<Snapshot, Map<string, Json>>();

/** Those of some kinds, in the snapshot's order. */
function objectsOf(snapshot: Snapshot, kinds: ReadonlySet<string> | undefined): readonly KubeObject[] {
  if (!kinds) return snapshot.objects;
  return [...byKind(snapshot)].flatMap(([kind, objects]) => (kinds.has(kind) ? objects : []));
}
