/** Which contexts training has seen, so that a suite can say how many of its cases are among them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layersOf } from '../candidate/layers.ts';
import type { Model } from '../candidate/model.ts';
import { badInput } from '../diagnostic.ts';
import type { Asked } from './cases.ts';

/** Whether a context, as feature tokens in any order training could have seen, is in a corpus. */
type Seen = (tokens: readonly string[]) => boolean;

/**
 * Whether the layer that writes for a case met its very context in training; undefined for layers whose corpus is not at hand.
 * @param folders corpora, each of one layer
 * @throws Refusal `corpus-mismatch` (exit 2) for one that is of none
 */
export function seenBy(model: Model, folders: readonly string[]): (asked: Asked) => boolean | undefined {
  const seen = new Map<number, Seen>(), layers = layersOf(model);
  for (const folder of folders) {
    const layer = layers.find(l => featuresIn(l.manifest.tokens) === featuresIn(vocabularyOf(folder))) ?? model;
    seen.set(layer.layer, contextsOf(folder, layer.manifest.tokens));
  }
  return ({ layer, context }) => seen.get(layer.layer)?.(context.tokens);
}

const vocabularyOf = (folder: string): string[] => JSON.parse(readFileSync(join(folder, 'vocabulary.json'), 'utf8')) as string[];
const featuresIn = (tokens: readonly string[]): string => tokens.filter(t => t.startsWith('?')).sort().join('\n');

/**
 * The contexts of a corpus that `kubesynth train` composed.
 * @param folder holds `train/` and `vocabulary.json`
 * @throws Refusal `corpus-mismatch` (exit 2) where its features are not the model's; what is written of them may have got other slots since
 */
export function contextsOf(folder: string, vocabulary: readonly string[]): Seen {
  const own = vocabularyOf(folder);
  if (featuresIn(own) !== featuresIn(vocabulary)) throw badInput('corpus-mismatch', `${folder} is not the corpus that the model was trained on`, 'Name the folder `corpus` of its training, or leave --corpus out.');
  const words = (name: string): Buffer => readFileSync(join(folder, 'train', name));
  const ids = words('ids.u16'), index = words('index.u32'), seen = new Set<string>();
  for (let i = 0; i + 8 <= index.length; i += 4) {
    const at = index.readUInt32LE(i) * 2, length = ids.readUInt16LE(at), rows = ids.readUInt16LE(at + 2), begin = at + 4 + rows * 2;
    seen.add(ids.toString('latin1', begin, begin + length * 2));
  }
  const idOf = new Map(own.map((token, id) => [token, id]));
  return tokens => seen.has(Buffer.from(Uint16Array.from(tokens, t => idOf.get(t) ?? 0xffff).buffer).toString('latin1'));
}
