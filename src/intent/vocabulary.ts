/** Keywords against the platform's vocabulary, which the trained model's manifest lists. */
import type { Finding } from '../diagnostic.ts';
import type { Intent } from './types.ts';
import type { IntentField } from './walk.ts';
import type { Path } from './validate.ts';
import { didYouMean } from './nearest.ts';
import { originOf } from './origin.ts';
import { quote, showPath } from './validate.ts';
import { getIn, intentFields } from './walk.ts';

/** Known words by field key, e.g. `{ 'workload.resources': [...], 'dependencies[].type': [...] }`. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

const used = (fields: readonly IntentField[], value: unknown, at: Path): { field: IntentField; word: string; path: Path }[] => fields.flatMap(field => {
  const inner = getIn(value, field.path);
  const path = field.path === '' ? at : [...at, ...field.path.split('.')];
  if (field.role === 'list') return Array.isArray(inner) ? inner.flatMap((item, i) => used(field.items!, item, [...path, i])) : [];
  return field.role === 'keyword' && typeof inner === 'string' ? [{ field, word: inner, path }] : [];
});

/**
 * One finding (rule unknown-keyword, exit 4) for every keyword the vocabulary does not hold. Fields with closed values
 * are checked by the schema, and here only where the vocabulary lists them too.
 */
export const checkVocabulary = (intent: Intent, vocabulary: Vocabulary): Finding[] =>
  used(intentFields, intent.spec, ['spec']).flatMap(({ field, word, path }) => {
    const known = Object.hasOwn(vocabulary, field.key) ? vocabulary[field.key] : field.values ? undefined : [];
    if (known === undefined || known.includes(word)) return [];
    return [{
      rule: 'unknown-keyword', severity: 'refused' as const, ...originOf(intent, path), path: showPath(path), message: `${field.key} ${quote(word)} is not in this platform's vocabulary`,
      fix: known.length === 0 ? 'Remove it: the model in use was taught no value of this field.' : `${didYouMean(word, known)}Known: ${known.join(', ')}.`,
    }];
  });
