/** The files that -f names, and the intents in them. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { badInput, Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode, Finding } from '../diagnostic.ts';
import { parseIntents } from '../intent/parse.ts';
import { originOf } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';
import { usageError } from './options.ts';

export interface Input { name: string; text: Uint8Array }

const suffixes = /\.(ya?ml|json)$/;

/**
 * Files as they are, of a folder its YAML and JSON files in order of name, `-` stdin.
 * @throws Refusal `usage`, `input-unreadable` (exit 2)
 */
export async function readInputs(names: readonly string[] | undefined): Promise<Input[]> {
  if (!names?.length) throw usageError('no input is given', 'Give -f FILE, -f FOLDER, or -f - for stdin.');
  const stdin = names.includes('-') ? await Array.fromAsync(process.stdin as AsyncIterable<Buffer>) : [];
  return names.flatMap(name => {
    try {
      if (name === '-') return [{ name: 'stdin', text: Buffer.concat(stdin) }];
      if (!statSync(name).isDirectory()) return [{ name, text: readFileSync(name) }];
      const files = readdirSync(name).filter(file => suffixes.test(file)).sort().map(file => join(name, file));
      if (!files.length) throw badInput('input-unreadable', `the folder ${name} holds no *.yaml, *.yml or *.json`, 'Name another folder, or a file.', { object: name });
      return files.map(file => ({ name: file, text: readFileSync(file) }));
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      throw badInput('input-unreadable', `${name} cannot be read: ${(cause as Error).message}`, 'Check the path and its rights.', { object: name }, cause);
    }
  });
}

/** Intents that could be read, and what is wrong with the others; one bad file does not hide the rest. */
export interface Intents { intents: Intent[]; findings: Finding[]; exit: ExitCode }

/**
 * @param namespace of `-n`: for intents that state none; one that states another is refused, as kubectl does
 * @param fallback namespace of the kubeconfig's context
 */
export function readIntents(inputs: readonly Input[], namespace?: string): Intents {
  const out: Intents = { intents: [], findings: [], exit: Exit.accepted };
  const refuse = (exit: ExitCode, findings: readonly Finding[]): void => { out.findings.push(...findings); out.exit = worst(out.exit, exit); };
  const seen = new Map<string, string>();
  for (const { name, text } of inputs) {
    let intents: Intent[];
    try { intents = parseIntents(text, name); } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error.exit, error.findings);
      continue;
    }
    for (const intent of intents) {
      const { metadata } = intent, stated = metadata.namespace;
      if (namespace !== undefined && stated !== undefined && stated !== namespace) {
        refuse(Exit.badInput, [{ rule: 'namespace-mismatch', severity: 'refused', ...originOf(intent, ['metadata', 'namespace']), path: 'metadata.namespace',
          message: `${metadata.name} is in the namespace ${stated}, but -n asks for ${namespace}`, fix: 'Leave -n out, or take the namespace out of the intent.' }]);
        continue;
      }
      const key = `${stated ?? namespace ?? ''}/${metadata.name}`, other = seen.get(key);
      if (other !== undefined) {
        refuse(Exit.badInput, [{ rule: 'duplicate-name', severity: 'refused', ...originOf(intent, ['metadata', 'name']), path: 'metadata.name',
          message: `an intent named ${metadata.name} is already in ${other}`, fix: 'Rename or remove one of the two.' }]);
        continue;
      }
      seen.set(key, name);
      out.intents.push(intent);
    }
  }
  return out;
}

/** 2 (malformed) and above are errors; of several, the highest code counts. */
export const worst = (a: ExitCode, b: ExitCode): ExitCode => (a > b ? a : b);
