/** From a playbook to everything the Python trainer reads, and the manifest the trained weights will be shipped with. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../candidate/model.ts';
import { FOCUSED, REFUSED, buildTokenizer, writeCorpus } from './corpus.ts';
import type { CorpusFigures } from './corpus.ts';
import type { Playbook } from './example.ts';
import { newTo } from './holdout.ts';
import type { Pair } from './holdout.ts';
import { attribution, keywordVocabulary, refusalTexts, taughtFields } from './knowledge.ts';
import { loadPlaybook } from './load.ts';

/** sha256 over the names and bytes of a playbook's YAML files, of all or of those that `counts` says. */
export function playbookDigest(dir: string, counts: (file: string) => boolean = () => true): string {
  const hash = createHash('sha256');
  for (const f of readdirSync(dir, { recursive: true }).map(String).filter(n => n.endsWith('.yaml') && counts(n)).sort()) hash.update(f).update('\0').update(readFileSync(join(dir, f)));
  return `sha256:${hash.digest('hex')}`;
}

export interface PrepareOptions {
  seed: number; graphs: number; heldOutPairs: number; suiteGraphs: number;
  /** Pairs that an earlier training held out: weights that go on from it must not see them now. */
  heldOut?: readonly Pair[];
  /** Tokens of the model that training goes on from: with `further`, pairs of what has none and what has are held out, too. */
  known?: ReadonlySet<string>;
  /** Share of training contexts that end in a refusal. */
  refused: number;
  /**
   * Names of the examples that are new to the weights that training goes on from: half of the contexts around examples are around
   * these. `share`: of all contexts, those that state something of which only these speak, and nothing else is drawn around.
   */
  further?: { names: ReadonlySet<string>; share: number };
}
export const prepareDefaults: PrepareOptions = { seed: 1, graphs: 450_000, heldOutPairs: 12, suiteGraphs: 1024, refused: REFUSED.training };

export interface Prepared { playbook: Playbook; figures: CorpusFigures; vocabulary: number }

/**
 * Writes `out/train`, the suites `out/fresh` (contexts never drawn before), `out/compositions` (each with a pair of features
 * never together in training) and `out/clusters` (each in a cluster that training never saw the like of), `out/vocabulary.json`, `out/manifest.json`
 * and `out/apart.json`: for a layer, ids of the pairs of something new and something known that training never sees together.
 */
export function prepare(playbookDir: string, out: string, options: Partial<PrepareOptions> = {}): Prepared {
  const o = { ...prepareDefaults, ...options };
  mkdirSync(out, { recursive: true });
  const playbook = loadPlaybook(playbookDir);
  const tokenizer = buildTokenizer(playbook, o.seed, undefined, o.heldOutPairs, o.heldOut && { pairs: o.heldOut, known: o.further && o.known });
  const above = playbook.examples.filter(e => o.further?.names.has(e.name)), fresh = o.further?.share && o.known ? { share: o.further.share, token: newTo(o.known) } : undefined;
  const figures = writeCorpus(join(out, 'train'), playbook, tokenizer, o.graphs, o.seed + 1, { refused: o.refused, around: { ...FOCUSED, above, ...(fresh ? { fresh } : {}) } });
  writeCorpus(join(out, 'fresh'), playbook, tokenizer, o.suiteGraphs, o.seed + 1_000_001);
  if (tokenizer.pairs.length) writeCorpus(join(out, 'compositions'), playbook, tokenizer, o.suiteGraphs, o.seed + 2_000_001, { held: 'pair' });
  if (playbook.sampling.unseen.length) writeCorpus(join(out, 'clusters'), playbook, tokenizer, o.suiteGraphs, o.seed + 3_000_001, { held: 'cluster' });
  writeFileSync(join(out, 'vocabulary.json'), JSON.stringify(tokenizer.vocabulary.tokens));
  const apart = fresh ? tokenizer.pairs.filter(([a, b]) => fresh.token(a) !== fresh.token(b)).map(([a, b]) => (fresh.token(a) ? [a, b] : [b, a])) : [];
  writeFileSync(join(out, 'apart.json'), JSON.stringify(apart.map(pair => pair.map(token => tokenizer.vocabulary.id(token)))));
  const manifest: Omit<Manifest, 'weights' | 'threshold' | 'training' | 'name'> = {
    format: 'kubesynth.model/v1', playbook: playbookDigest(playbookDir),
    specs: tokenizer.specs, facts: playbook.facts.map(({ name, fields, cel }) => ({ name, fields, cel })), settings: playbook.settings,
    tokens: [...tokenizer.vocabulary.tokens], defaults: playbook.sampling.defaults, vocabulary: keywordVocabulary(tokenizer.specs),
    taught: taughtFields(playbook), refusals: refusalTexts(playbook), attribution: attribution(playbook),
    because: Object.fromEntries(playbook.examples.map(e => [e.name, e.because])), heldOut: tokenizer.pairs,
  };
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest));
  return { playbook, figures, vocabulary: tokenizer.vocabulary.size };
}
