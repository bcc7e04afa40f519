/**
 * Fields over which somebody disagrees with what is asked for. The API server is the judge of what was asked: `expected` is
 * its answer to a dry run of applying everything by force, so defaults and spellings of quantities never look like edits.
 */
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';
import { overlaps, pathText, valueAt } from './field-path.ts';
import type { FieldPath } from './field-path.ts';
import { MANAGER, foreignFields, ownFields } from './managed-fields.ts';
import type { OwnedField, Owner } from './managed-fields.ts';

export interface Contest {
  /** The live object. */
  object: KubeObject;
  path: FieldPath;
  /** What is asked for; undefined for a field that nobody asked for. */
  ours: Json | undefined;
  /** What is there; undefined where it was taken away. */
  live: Json | undefined;
  /** Who holds the field now; empty where it was taken away. */
  owners: Owner[];
}

/**
 * What to do about a contest: take it back by force, leave it to who holds it, remove what nobody asked for, or, for such
 * an addition, not mind it.
 */
export type Ruling = 'restore' | 'leave' | 'remove' | 'ignore';
export type Judge = (contest: Contest) => Ruling;
export interface Ruled extends Contest { ruling: Ruling }

/** Nobody else holds it: taken away, or booked as an update of our own. */
export const unclaimed = ({ owners }: Contest): boolean => owners.every(({ manager }) => manager === MANAGER);

/** Without rules nothing is ever taken from anybody. */
export const peaceful: Judge = contest => (contest.ours === undefined ? 'ignore' : unclaimed(contest) ? 'restore' : 'leave');

const valueOf = (object: KubeObject, { path, item }: OwnedField): Json | undefined => {
  const value = valueAt(object as JsonObject, path);
  return item && value !== undefined ? true : value;
};

const holders = (path: FieldPath, foreign: ReturnType<typeof foreignFields>): Owner[] =>
  foreign.filter(({ fields }) => fields.some(field => !field.item && overlaps(field.path, path))).map(({ owner }) => owner);

/**
 * Fields that are asked for and live otherwise.
 * @param taken also fields that nobody holds any more: only where the same was asked for before, else they are merely new
 */
export function contestsOf(live: KubeObject, expected: KubeObject, taken: boolean): Contest[] {
  const foreign = foreignFields(live), before = new Set(ownFields(live).map(({ path }) => pathText(path)));
  return ownFields(expected).flatMap(field => {
    const ours = valueOf(expected, field), there = valueOf(live, field);
    if (ours === undefined || same(ours, there)) return [];
    const owners = holders(field.path, foreign);
    if (!owners.length && (!taken || there !== undefined || before.has(pathText(field.path)))) return [];
    return [{ object: live, path: field.path, ours, live: there, owners }];
  });
}

/**
 * Fields that others hold and nobody asked for. What admission put into our own requests is none.
 * @param asked whose fields of ours are those asked for: the server's answer, or the live object where none of them moved
 */
export function additionsTo(live: KubeObject, asked: KubeObject): Contest[] {
  const own = ownFields(asked);
  return foreignFields(live).filter(({ owner }) => owner.manager !== MANAGER).flatMap(({ owner, fields }) => fields
    .filter(field => !own.some(mine => (field.item || mine.item ? pathText(mine.path) === pathText(field.path) : overlaps(mine.path, field.path))))
    .map(field => ({ object: live, path: field.path, ours: undefined, live: valueAt(live as JsonObject, field.path), owners: [owner] })))
    .filter(({ live: value }) => value !== undefined);
}

/**
 * The contests over fields that were left to others before, without asking the server again; undefined when one of them is
 * over, so that the server has to be asked.
 */
export function standing(live: KubeObject, asked: KubeObject, left: readonly string[]): Contest[] | undefined {
  if (!left.length) return [];
  const foreign = foreignFields(live), found: Contest[] = [];
  for (const text of left) {
    const field = foreign.flatMap(({ fields }) => fields).find(({ path }) => pathText(path) === text);
    const ours = field && valueOf(asked, field), there = field && valueOf(live, field);
    if (!field || ours === undefined || same(ours, there)) return undefined;
    found.push({ object: live, path: field.path, ours, live: there, owners: holders(field.path, foreign) });
  }
  return found;
}
