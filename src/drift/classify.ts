/**
 * What became of synthesised fields, and whether it matters. Three kinds: `edited`, somebody changed what was synthesised
 * (taken back where it matters to security, else left and reported); `yielded`, a known controller owns it; `cluster`, the
 * context is another one (`context-drift.ts`), which synthesis answers, not this stage.
 */
import type { Contest, Judge, Ruled } from '../change/contest.ts';
import { unclaimed } from '../change/contest.ts';
import { pathText } from '../change/field-path.ts';
import type { Owner } from '../change/managed-fields.ts';
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { Json } from '../kubernetes.ts';
import { covers } from './pattern.ts';
import { ofKind } from './rules.ts';
import type { DriftRules, Yield } from './rules.ts';
import { suggest } from './suggest.ts';

export interface Drift {
  kind: 'edited' | 'yielded' | 'cluster';
  /** `Kind/name`; '' for the cluster. */
  object: string;
  path: string;
  /** Who: field managers; empty where nobody can be named. */
  who: string[];
  /** What was synthesised and what was found. */
  ours: Json | undefined;
  live: Json | undefined;
  action: 'reverted' | 'left' | 'synthesised';
  /** The rule's own words, where a rule spoke. */
  because: string;
  /** What to state in the intent to keep the edit, as YAML on one line. */
  suggestion?: string;
}

/** The presence of a list item, as opposed to a field's value. */
const bare = ({ path, ours, live }: Contest): boolean => typeof path.at(-1) === 'object' && (ours === true || ours === undefined || live === true);

const securityOf = (contest: Contest, rules: DriftRules): string | undefined =>
  rules.security.find(rule => ofKind(rule.kinds, contest.object) && rule.fields.some(pattern => covers(pattern, contest.path, !bare(contest))))?.because;

const yieldsTo = (rule: Yield, { manager, subresource }: Owner): boolean =>
  rule.managers.some(name => name.test(manager)) && (rule.subresource === undefined || rule.subresource === subresource);
/** A field is only yielded when everybody who holds it may. */
const yieldOf = (contest: Contest, rules: DriftRules): Yield | undefined => contest.owners.length === 0 ? undefined
  : rules.yields.find(rule => ofKind(rule.kinds, contest.object) && rule.fields.some(pattern => covers(pattern, contest.path, true)) && contest.owners.every(owner => yieldsTo(rule, owner)));

/** A manager's name is what its client says it is, so security goes first: nothing that matters to it is ever yielded. */
export const judgeBy = (rules: DriftRules): Judge => contest => {
  const security = securityOf(contest, rules) !== undefined;
  if (contest.ours === undefined) return security ? 'remove' : 'ignore';
  return security || unclaimed(contest) ? 'restore' : 'leave';
};

export const recreatesBy = (rules: DriftRules) => (object: Contest['object']): boolean => ofKind(rules.recreate, object);

export const classify = (contests: readonly Ruled[], rules: DriftRules): Drift[] => contests.filter(c => c.ruling !== 'ignore').map(contest => {
  const yielded = contest.ruling === 'leave' ? yieldOf(contest, rules) : undefined;
  const suggestion = contest.ruling === 'leave' && !yielded ? suggest(contest, rules) : undefined;
  return {
    kind: yielded ? 'yielded' as const : 'edited' as const, object: objectName(contest.object), path: pathText(contest.path),
    who: [...new Set(contest.owners.map(o => o.manager))], ours: contest.ours, live: contest.live,
    action: contest.ruling === 'leave' ? 'left' as const : 'reverted' as const,
    because: yielded?.because ?? (contest.ruling === 'leave' ? '' : securityOf(contest, rules) ?? ''), ...(suggestion === undefined ? {} : { suggestion }),
  };
});

const shown = (value: Json | undefined): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
const byWhom = ({ who }: Drift): string => (who.length ? who.join(', ') : 'somebody');

/** One finding each, for status and Events; what is yielded is as it should be and is none. */
export const driftFindings = (drifts: readonly Drift[]): Finding[] => drifts.filter(d => d.kind === 'edited').map(drift => (drift.action === 'reverted' ? {
  rule: 'drift-reverted', severity: 'warning', object: drift.object, path: drift.path,
  message: `${byWhom(drift)} changed it from ${shown(drift.ours)} to ${shown(drift.live)}, and it was set back${drift.because && `: ${drift.because}`}`,
  fix: 'State the change in the intent, where it is checked.',
} : {
  rule: 'drift-edited', severity: 'warning', object: drift.object, path: drift.path,
  message: `${byWhom(drift)} changed it from ${shown(drift.ours)} to ${shown(drift.live)}; it is left so, and no longer follows the intent`,
  fix: `${drift.suggestion === undefined ? '' : `To keep it, state in the intent: ${drift.suggestion}. `}To undo it, set it to ${shown(drift.ours)}.`,
}));
