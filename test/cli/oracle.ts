/**
 * A stand-in for the trained model where a test is about the doors and not about what was learnt: it writes the composition of
 * a playbook, the shipped one unless another is given, for one intent, through the real grammar, expansion and checker.
 */
import type { Engine, Step } from '../../src/candidate/engine.ts';
import type { Manifest, Model } from '../../src/candidate/model.ts';
import { buildContext } from '../../src/context/context.ts';
import { withDefaults } from '../../src/intent/defaults.ts';
import type { Intent } from '../../src/intent/types.ts';
import { compose } from '../../src/playbook/compose.ts';
import { attribution, keywordVocabulary, refusalTexts, taughtFields } from '../../src/playbook/knowledge.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { rowsOf } from '../../src/playbook/rows.ts';
import { featureSpecs } from '../../src/playbook/specs.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import { learnRuns, RunEncoder } from '../../src/tokens/runs.ts';
import { Vocabulary } from '../../src/tokens/vocabulary.ts';
import { shippedPlaybook } from '../../src/cli/places.ts';

const shipped = loadPlaybook(shippedPlaybook());

/** @param margin nats between every choice and the next best; @param playbook whose composition it writes */
export function oracle(stated: Intent, snapshot: Snapshot, margin = 20, playbook = shipped): { model: Model; engine: Engine } {
  const specs = featureSpecs(playbook), facts = playbook.facts.map(({ name, fields, cel }) => ({ name, fields, cel }));
  const intent = withDefaults(stated, playbook.sampling.defaults), context = buildContext({ specs, facts }, intent, snapshot);
  const rows = rowsOf(specs, context.features, compose(playbook, context.features));
  const encoder = new RunEncoder(learnRuns(rows.objects, 1)), written = [rows.plan, ...rows.objects.map(o => encoder.encode(o))];
  const vocabulary = Vocabulary.from([...rows.context, ...written.flat()]);
  const manifest: Manifest = {
    format: 'kubesynth.model/v1', name: 'oracle', weights: '', playbook: '', specs, facts, settings: playbook.settings, tokens: [...vocabulary.tokens],
    defaults: playbook.sampling.defaults, vocabulary: keywordVocabulary(specs), taught: taughtFields(playbook), refusals: refusalTexts(playbook),
    attribution: attribution(playbook), because: Object.fromEntries(playbook.examples.map(e => [e.name, e.because])), threshold: 1, heldOut: [], training: {},
  };
  const row = async (prefix: readonly number[]): Promise<Step[]> => {
    const own = written.find(r => r[0] === vocabulary.token(prefix[0]!))!;
    return own.slice(prefix.length).map(token => ({ ids: [vocabulary.id(token)!, 0], logits: [0, -margin] }));
  };
  return { model: { manifest, path: '', digest: 'sha256:oracle', layer: 0 }, engine: { context: async () => {}, row, close: async () => {} } };
}
