/** What a trained model carries beside its weights: vocabulary, taught fields, refusal texts and the origin of every leaf. */
import { ABSENT } from '../context/features.ts';
import type { FeatureSpec } from '../context/features.ts';
import { intentFields } from '../intent/walk.ts';
import type { IntentField } from '../intent/walk.ts';
import type { Pattern } from '../tokens/pattern.ts';
import { slotTexts, slotsOf } from '../tokens/pattern.ts';
import type { Example, Playbook } from './example.ts';
import { allConditions } from './specs.ts';

/** Keyword field key → words, for every keyword some example decides on. */
export function keywordVocabulary(specs: readonly FeatureSpec[]): Record<string, string[]> {
  const words = (values: readonly string[]): string[] => values.filter(v => v !== ABSENT && v !== 'true' && v !== 'false');
  return Object.fromEntries(specs.flatMap((s): [string, string[]][] => {
    if (s.type === 'keyword') return [[s.name, words(s.values)]];
    if (s.type === 'items') return s.by.filter(b => b.role === 'keyword').map(b => [`${s.list}[].${b.field}`, words(b.values)]);
    return [];
  }).filter(([, v]) => v.length));
}

/** Fields and those of their items. */
export const flatten = (fields: readonly IntentField[]): IntentField[] => fields.flatMap(f => [f, ...flatten(f.items ?? [])]);

const patternsOf = (e: Example): Pattern[] => [...e.objects.map(o => o.body), ...(e.pod ? [e.pod] : []), ...(e.container ? [e.container] : [])];

/** Keys of the intent fields that examples copy, decide on, or whose facts look at. A field not among them is refused when stated. */
export function taughtFields(playbook: Playbook): string[] {
  const mentioned = new Set<string>();
  for (const e of playbook.examples) {
    for (const p of patternsOf(e)) for (const text of slotTexts(p)) for (const s of slotsOf(text)) mentioned.add(s);
    for (const o of e.objects) for (const s of slotsOf(o.name)) mentioned.add(s);
  }
  for (const c of allConditions(playbook)) mentioned.add(c.list ? `${c.list}[].${c.field}` : c.name);
  for (const f of playbook.facts) for (const m of f.cel.matchAll(/intent\.spec\.(\w+(?:\.\w+)+)/g)) mentioned.add(m[1]!.replace(/\.size$/, ''));
  const within = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  // A mention of a part teaches the field that holds it; a mention of a whole (by a fact) teaches its parts.
  return flatten(intentFields).filter(f => [...mentioned].some(m => within(m, f.key) || (!m.includes('[') && within(f.key, m)))).map(f => f.key).sort();
}

export const refusalTexts = (playbook: Playbook): Record<string, { message: string; fix: string }> =>
  Object.fromEntries(playbook.examples.flatMap(e => (e.refuse ? [[e.refuse.rule, { message: e.refuse.message, fix: e.refuse.fix }]] : [])));

/** `Kind|path|raw token` → examples that write this leaf there; the pod template's part has kind `Pod`, list positions are `[]`. */
export function attribution(playbook: Playbook): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  const walk = (example: string, kind: string, path: string, p: Pattern): void => {
    if (p.k === 'map') for (const e of p.e) walk(example, kind, path ? `${path}.${e.key}` : e.key, e.value);
    else if (p.k === 'list') for (const i of p.i) walk(example, kind, `${path}[]`, i);
    else if (p.k === 'each') walk(example, kind, path, p.body);
    else {
      const key = `${kind}|${path}|${p.k === 'lit' ? `=${JSON.stringify(p.v)}` : `$${p.s}`}`;
      if (!out[key]?.includes(example)) (out[key] ??= []).push(example);
    }
  };
  for (const e of playbook.examples) {
    for (const o of e.objects) walk(e.name, o.kind, '', o.body);
    if (e.pod) walk(e.name, 'Pod', '', e.pod);
    if (e.container) walk(e.name, 'Pod', 'spec.containers[]', e.container);
  }
  return out;
}
