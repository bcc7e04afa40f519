/**
 * Where an intent was written, kept beside the intent and not in it: an intent stays plain JSON, and a finding made by a
 * later stage can still name file, line and column.
 */
import type { Intent } from './types.ts';
import type { Position, Source } from './source.ts';
import type { Path } from './validate.ts';

const origins = new WeakMap<Intent, { source: Source; at: Path }>();

export const rememberSource = (intent: Intent, source: Source, at: Path): void => void origins.set(intent, { source, at });

/** A value made from another intent stands where that one stood. */
export const inherit = (made: Intent, from: Intent): Intent => {
  const origin = origins.get(from);
  if (origin) origins.set(made, origin);
  return made;
};

/** File ('' when unknown) and position of a path of the intent, for a Finding. */
export const originOf = (intent: Intent, path: Path): { object: string } & Partial<Position> => {
  const origin = origins.get(intent);
  return { object: origin?.source.file || `${intent.kind}/${intent.metadata.name}`, ...origin?.source.locate([...origin.at, ...path]) };
};
