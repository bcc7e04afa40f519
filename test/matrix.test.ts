/** The model on real API servers of two versions, one of them with definitions of an older day: what the checker accepts, the server takes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { measure } from '../bench/matrix/measure.ts';
import type { Subject } from '../bench/matrix/measure.ts';
import { LlamaEngine } from '../src/candidate/engine.ts';
import { loadModel } from '../src/candidate/model.ts';
import { shippedGuardrails, shippedPlaybook } from '../src/cli/places.ts';
import { MemoEngine } from '../src/evaluation/memo.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { newest, oldest } from './controlplane/versions.ts';

const intents = 40;
let subject: Subject, engine: LlamaEngine;
before(async () => {
  const model = loadModel();
  engine = await LlamaEngine.load(model);
  subject = { model, engine: new MemoEngine(engine), playbook: loadPlaybook(shippedPlaybook()), guardrails: loadGuardrails(shippedGuardrails()) };
});
after(() => engine?.close());

for (const { version, platform, shape } of [
  { version: oldest, platform: 'an older platform', shape: 'HTTPRoute v1beta1' },
  { version: newest, platform: 'a platform', shape: 'HTTPRoute v1' },
]) test(`${version} with ${platform}: nothing accepted is rejected, unknown or deprecated there`, async () => {
  const cell = await measure(version, platform, subject, intents);
  assert.equal(cell.intents, intents);
  assert.deepEqual({ rejected: cell.rejected, unknown: cell.unknownFields, dropped: cell.dropped, deprecated: cell.deprecated, wrong: cell.acceptedWrong }, { rejected: 0, unknown: 0, dropped: 0, deprecated: 0, wrong: 0 }, cell.notes.join('\n'));
  assert.ok(cell.accepted >= 0.9 * intents, `${cell.accepted} of ${intents} accepted`);
  assert.ok((cell.shapes[shape] ?? 0) >= 5, JSON.stringify(cell.shapes));
});
