/** What a model learns beside its weights, for tests that need no weights. */
import { join } from 'node:path';
import type { Manifest, Model } from '../../src/candidate/model.ts';
import { buildTokenizer } from '../../src/playbook/corpus.ts';
import { keywordVocabulary, taughtFields } from '../../src/playbook/knowledge.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';

export const root = join(import.meta.dirname, '..', '..');
export const playbook = loadPlaybook(join(root, 'playbook'));
const tokenizer = buildTokenizer(playbook, 1, 200);
export const manifest = {
  tokens: [...tokenizer.vocabulary.tokens],
  specs: tokenizer.specs, facts: playbook.facts, heldOut: tokenizer.pairs, defaults: playbook.sampling.defaults,
  vocabulary: keywordVocabulary(tokenizer.specs), taught: taughtFields(playbook),
} as unknown as Manifest;
export const model: Model = { manifest, path: '', digest: '', layer: 0 };
