/** What anyOf, oneOf, allOf and not say about a map of which only the field names are known. */
import type { JsonObject } from '../kubernetes.ts';

type Answer = 'yes' | 'no' | 'maybe';

const all = (answers: readonly Answer[]): Answer => (answers.includes('no') ? 'no' : answers.includes('maybe') ? 'maybe' : 'yes');

/** Whether a map with these fields can satisfy the branches of a schema; 'maybe' where it depends on their values. */
export function branchesAllow(schema: JsonObject, has: (key: string) => boolean): Answer {
  const { anyOf, oneOf, allOf, not } = schema as Record<string, JsonObject[] & JsonObject | undefined>;
  const ask = (b: JsonObject): Answer => allows(b, has);
  return all([
    ...(anyOf ? [someOf(anyOf.map(ask))] : []),
    ...(oneOf ? [justOne(oneOf.map(ask))] : []),
    ...(allOf ? allOf.map(ask) : []),
    ...(not ? [opposite(ask(not))] : []),
  ]);
}

function allows(branch: JsonObject, has: (key: string) => boolean): Answer {
  const { required, anyOf: _any, oneOf: _one, allOf: _all, not: _not, description: _d, ...rest } = branch;
  if (((required ?? []) as string[]).some(k => !has(k))) return 'no';
  return all([branchesAllow(branch, has), Object.keys(rest).every(k => k.startsWith('x-')) ? 'yes' : 'maybe']);
}

const someOf = (answers: readonly Answer[]): Answer => (answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no');
const opposite = (a: Answer): Answer => (a === 'yes' ? 'no' : a === 'no' ? 'yes' : 'maybe');
const justOne = (answers: readonly Answer[]): Answer => {
  const sure = answers.filter(a => a === 'yes').length;
  if (sure > 1) return 'no';
  return answers.includes('maybe') ? 'maybe' : sure === 1 ? 'yes' : 'no';
};
