/**
 * Contexts around one example, or around an item of any class. Drawn freely, a rare conjunction (a scaling profile on a job) comes once in thousands of
 * contexts; what an example decides is learnt from contexts in which it just applies, and in which it just does not.
 */
import { ABSENT, PRESENT, holds } from '../context/features.ts';
import type { Condition, FeatureSpec } from '../context/features.ts';
import type { Example, FactDefinition } from './example.ts';
import type { Random } from './sample.ts';

/** By feature, or field of one item (`list[].field`): the values it should be drawn from. What is impossible stays undone. */
export type Focus = ReadonlyMap<string, (value: string) => boolean>;

/** How often one condition of the example is missed, and how often an exception that it names is met. */
const MISSED = 0.5, EXCEPTED = 0.4;

const oneOf = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

/** All that an example asks for, in half of the cases less one condition, or together with one of its exceptions. */
export function focusOn(example: Example, facts: readonly FactDefinition[], random: Random): Focus {
  const missed = example.where.length && random() < MISSED ? oneOf(random, example.where) : undefined;
  const exception = !missed && example.unless.length && random() < EXCEPTED ? oneOf(random, example.unless) : [];
  return asking([...example.where, ...exception], facts, missed);
}

/** All that these conditions ask for, but for the one to be missed. */
export function asking(conditions: readonly Condition[], facts: readonly FactDefinition[], missed?: Condition): Focus {
  const focus = new Map<string, (value: string) => boolean>();
  const ask = (c: Condition, met: boolean): void => {
    const name = c.list ? `${c.list}[].${c.field!}` : c.name;
    if (!focus.has(name)) focus.set(name, value => holds(value, c.values) === met);
  };
  for (const c of conditions) ask(c, c !== missed);
  // A fact that is to be present needs what it is observed on.
  for (const c of conditions) if (c !== missed && !c.values.includes(ABSENT)) for (const need of facts.find(f => c.name.startsWith(`fact:${f.name}.`))?.needs ?? []) ask(need, true);
  return focus;
}

/** A class of some list, each value of its fields as likely as any other. As the weights have them, some come once in thousands of items. */
export function classAmong(specs: readonly FeatureSpec[], random: Random): Focus {
  const lists = specs.filter(s => s.type === 'items');
  if (!lists.length) return new Map();
  const { list, by } = oneOf(random, lists);
  return new Map(by.map(({ field, role, values }) => {
    const wanted = oneOf(random, role === 'keyword' ? values : [PRESENT, ABSENT]);
    return [`${list}[].${field}`, value => value === wanted];
  }));
}

/** The weights left by a focus; all of them where it leaves none. */
export function focused(weights: Record<string, number>, allowed: ((value: string) => boolean) | undefined): Record<string, number> {
  const left = allowed ? Object.entries(weights).filter(([v, w]) => w > 0 && allowed(v)) : [];
  return left.length ? Object.fromEntries(left) : weights;
}
