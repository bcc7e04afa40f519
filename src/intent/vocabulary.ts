/** An intent against what the model in use was taught: the words of the platform's vocabulary, and the fields themselves. */
import type { Finding } from '../diagnostic.ts';
import type { Intent } from './types.ts';
import { didYouMean } from './nearest.ts';
import { originOf } from './origin.ts';
import { quote, showPath } from './validate.ts';
import { stated } from './walk.ts';

/** Known words by field key, e.g. `{ 'workload.resources': [...], 'dependencies[].type': [...] }`. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/**
 * One finding (rule unknown-keyword, exit 4) for every keyword the vocabulary does not hold. Fields with closed values
 * are checked by the schema, and here only where the vocabulary lists them too.
 */
export const checkVocabulary = (intent: Intent, vocabulary: Vocabulary): Finding[] => stated(intent).flatMap(({ field, path, value }) => {
  if (field.role !== 'keyword' || typeof value !== 'string') return [];
  const known = Object.hasOwn(vocabulary, field.key) ? vocabulary[field.key] : field.values ? undefined : [];
  if (known === undefined || known.includes(value)) return [];
  return [{
    rule: 'unknown-keyword', severity: 'refused' as const, ...originOf(intent, path), path: showPath(path), message: `${field.key} ${quote(value)} is not in this platform's vocabulary`,
    fix: known.length === 0 ? 'Remove it: the model in use was taught no value of this field.' : `${didYouMean(value, known)}Known: ${known.join(', ')}.`,
  }];
});

/**
 * One finding (rule field-not-taught, exit 4) for every stated field that no example ever used. A model ignores what it
 * was never taught, and an intent must not be accepted with a part of it ignored.
 * @param taught keys of the fields that occur in the model's training examples
 */
export const checkTaught = (intent: Intent, taught: ReadonlySet<string>): Finding[] => stated(intent).flatMap(({ field, path }) =>
  taught.has(field.key) ? [] : [{
    rule: 'field-not-taught', severity: 'refused' as const, ...originOf(intent, path), path: showPath(path), message: `${field.key} is a field of ServiceIntent that the model in use was not taught`,
    fix: 'Remove it, or add an example that uses it to the playbook and train again.',
  }]);
