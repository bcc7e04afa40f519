/** Intents as files of a folder, one each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../diagnostic.ts';
import { intentText } from '../import/text.ts';
import type { Intent } from '../intent/types.ts';

/** @throws Refusal `output-unwritable` (exit 2) */
export function writeIntents(dir: string, intents: readonly Intent[]): void {
  try {
    mkdirSync(dir, { recursive: true });
    for (const intent of intents) writeFileSync(join(dir, `${fileName(intent.metadata, intents)}.yaml`), intentText(intent));
  } catch (cause) { throw badInput('output-unwritable', `${dir} cannot be written: ${(cause as Error).message}`, 'Name a folder that may be written.', { object: dir }, cause); }
}

/** Two namespaces may each have an intent of one name. */
const fileName = ({ name, namespace }: Intent['metadata'], intents: readonly Intent[]): string =>
  intents.filter(i => i.metadata.name === name).length > 1 ? `${namespace ?? 'default'}.${name}` : name;
