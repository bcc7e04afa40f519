/** How to say in the intent what somebody changed by hand: the field that stands for it, else a patch under overrides. */
import { stringify } from 'yaml';
import type { Contest } from '../change/contest.ts';
import type { FieldPath } from '../change/field-path.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { covers } from './pattern.ts';
import { ofKind } from './rules.ts';
import type { DriftRules } from './rules.ts';

/** `spec: { … }` on one line; undefined where the change cannot be said. */
export function suggest(contest: Contest, rules: DriftRules): string | undefined {
  const rule = contest.live === undefined ? undefined : rules.suggestions.find(s => ofKind(s.kinds, contest.object) && s.fields.some(pattern => covers(pattern, contest.path, false)));
  if (rule) return flow(rule.intent.reduceRight<Json>((inner, name) => ({ [name]: inner }), contest.live!));
  const patch = patchOf(contest.path, contest.live ?? null);
  const { kind, metadata: { name } } = contest.object;
  return patch === undefined ? undefined : flow({ spec: { overrides: { patches: [{ target: { kind, name }, patch }] } } });
}

/** Merge patches find items by name only, and replace any other list as a whole. */
const patchOf = (path: FieldPath, value: Json): Json | undefined => {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = patchOf(rest, value);
  if (inner === undefined) return undefined;
  if (typeof step === 'string') return { [step]: inner };
  if (!('key' in step) || typeof step.key['name'] !== 'string' || Object.keys(step.key).length > 1 || !rest.length) return undefined;
  return [{ name: step.key['name'], ...(inner as JsonObject) }];
};

const flow = (value: Json): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
