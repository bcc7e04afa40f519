/** What `plan` prints: for people by default, the whole report as YAML or JSON. */
import { Exit } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import type { Json } from '../kubernetes.ts';
import type { Result, Said } from '../plan/consequence.ts';
import type { Action, FieldChange, ObjectChange } from '../plan/types.ts';
import { asJson, asYaml, findingJson, printable } from './output.ts';

export interface IntentPlan {
  /** `namespace/name`. */
  intent: string;
  /** `review` and `refused` of an intent that cannot be compiled now; with what-if what becomes of it. */
  verdict: 'review' | Result;
  now?: Said;
  then?: Said;
  objects: ObjectChange[];
  /** Why it cannot be compiled now. */
  findings: Finding[];
  unchecked: string[];
  exit: ExitCode;
}
export interface Report { exit: ExitCode; whatIf?: string[]; /** Of everything that keeps the exit code at 2 or above. */ findings: Finding[]; intents: IntentPlan[] }

const verdicts: Record<ExitCode, string> = { 0: 'unchanged', 1: 'changed', 2: 'refused', 3: 'review', 4: 'refused', 5: 'failed' };

export function formatted({ exit, whatIf, findings, intents }: Report, format: string): string {
  const said = (of: Said | undefined, as: 'now' | 'then'): object => (of ? { [as]: { verdict: of.verdict, findings: of.findings.map(findingJson) } } : {});
  const report = {
    verdict: verdicts[exit], ...(whatIf ? { whatIf } : {}), findings: findings.map(findingJson),
    intents: intents.map(({ intent, verdict, now, then, objects, findings: own, unchecked }) => ({ intent, verdict, ...said(now, 'now'), ...said(then, 'then'), objects, findings: own.map(findingJson), unchecked })),
  };
  return format === 'json' ? asJson(report) : asYaml(report);
}

export const asText = ({ whatIf, intents }: Report): string => printable([
  ...(whatIf ? [`What if: ${whatIf.join(', ')}`] : []), ...intents.flatMap(plan => [`${plan.intent}: ${summary(plan)}`, ...findingLines(plan), ...plan.objects.flatMap(objectLines)]),
].map(line => `${line}\n`).join(''));

const signs: Record<Action, string> = { create: '+', change: '~', prune: '-', unchanged: ' ', unknown: '?' };
const words: Record<Action, string> = { create: 'to create', change: 'to change', prune: 'to delete', unknown: 'unknown', unchanged: 'unchanged' };

const counts = (objects: readonly ObjectChange[]): string => {
  const of = (Object.keys(words) as Action[]).map(action => [objects.filter(o => o.action === action).length, words[action]] as const);
  return of.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`).join(', ');
};

function summary({ verdict, objects, now, then }: IntentPlan): string {
  switch (verdict) {
    case 'unchanged': return `no change, ${objects.length} objects`;
    case 'changed': return counts(objects);
    case 'possible': return `becomes possible (${now?.verdict} now): ${counts(objects)}`;
    case 'refused': return then === undefined ? 'refused' : then.verdict === 'review' ? 'would need review' : 'would be refused';
    case 'review': return 'needs review';
    case 'impossible': return now?.verdict === then?.verdict ? `${now?.verdict}, now as then` : `${now?.verdict} now, ${then?.verdict} then`;
  }
}

function objectLines({ object, action, fields, recreate, left, because }: ObjectChange): string[] {
  const notes = [...(recreate ? ['deleted and made anew'] : []), ...(because ? [because] : [])];
  if (action === 'unchanged' && !left) return [];
  return [`  ${signs[action]} ${object}${notes.length ? ` (${notes.join('; ')})` : ''}`, ...fields.map(field => `      ${fieldText(field)}`), ...(left ?? []).map(path => `      ${path}: left to who holds it`)];
}

const longest = 100;
const shown = (value: Json | undefined): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
};
const fieldText = ({ path, from, to }: FieldChange): string => `${path}: ${shown(from)} -> ${shown(to)}`;

/** Why an intent cannot be compiled now is on stderr, but for what a change would put right. */
function findingLines({ now, then, verdict }: IntentPlan): string[] {
  const lines = (said: Said | undefined, when: string): string[] => (said?.findings ?? []).flatMap(f => [`      ${when}${[f.object, f.path].filter(Boolean).join(' ')}: ${f.message} [${f.rule}]`, `      fix: ${f.fix}`]);
  const rules = (said: Said | undefined): string => (said?.findings ?? []).map(f => f.rule).sort().join();
  switch (verdict) {
    case 'refused': return lines(then, '');
    case 'possible': return (now?.findings ?? []).map(f => `      now refused by ${f.rule}`);
    case 'impossible': return rules(now) === rules(then) ? [] : lines(then, 'then ');
    default: return [];
  }
}
