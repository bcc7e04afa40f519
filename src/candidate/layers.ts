/**
 * Layers: weights that were taught further keywords, upon weights that stay as they were. What an intent states decides which of
 * them write for it: the innermost that were taught all of it. So teaching changes nothing for those who state nothing new.
 */
import type { Finding } from '../diagnostic.ts';
import { checkTaught, checkVocabulary } from '../intent/vocabulary.ts';
import type { Intent } from '../intent/types.ts';
import { depthOf } from '../tokens/serialize.ts';
import { partsOf } from '../tokens/runs.ts';
import type { Manifest, Model } from './model.ts';
import { STAMPED } from './stamp.ts';

/** What every object gets by expansion, whatever examples say. */
const ALWAYS = ['metadata.name', 'metadata.namespace', ...STAMPED];

/** What these weights were not taught of an intent as it is written: findings unknown-keyword and field-not-taught. */
export const untaught = (written: Intent, { vocabulary, taught }: Pick<Manifest, 'vocabulary' | 'taught'>): Finding[] =>
  [...checkVocabulary(written, vocabulary), ...checkTaught(written, new Set([...taught, ...ALWAYS]))];

/** Innermost first; the model itself is the last. */
export const layersOf = (model: Model): Model[] => [...(model.base ? layersOf(model.base) : []), model];

/** The layer that writes for an intent; where none was taught all of it the outermost, and what that one was not taught. */
export function writerFor(model: Model, written: Intent): { layer: Model; unknown: Finding[] } {
  const below = model.base ? writerFor(model.base, written) : undefined;
  return below?.unknown.length === 0 ? below : { layer: model, unknown: untaught(written, model.manifest) };
}

/** Bracket balance of every token: tells the engine where a body ends. */
export const depthsOf = (m: Pick<Manifest, 'tokens'>): number[] => m.tokens.map(t => partsOf(t).reduce((n, raw) => n + depthOf(raw), 0));
