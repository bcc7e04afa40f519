/** Options, read once at the door. Whatever is unknown or contradictory is a usage error (exit 2). */
import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';
import { badInput } from '../diagnostic.ts';
import type { Refusal } from '../diagnostic.ts';
import { didYouMean } from '../intent/nearest.ts';

const known = {
  file: { type: 'string', short: 'f', multiple: true },
  output: { type: 'string', short: 'o' },
  namespace: { type: 'string', short: 'n' },
  snapshot: { type: 'string' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  model: { type: 'string' },
  guardrails: { type: 'string' },
  environment: { type: 'string' },
  report: { type: 'string' },
  'output-dir': { type: 'string' },
  intent: { type: 'string' },
  'what-if': { type: 'string', multiple: true },
  apply: { type: 'boolean' },
  harden: { type: 'boolean' },
  hold: { type: 'boolean' },
  live: { type: 'boolean' },
  release: { type: 'string' },
} satisfies ParseArgsOptionsConfig;

export type OptionName = keyof typeof known;
type Several = 'file' | 'what-if';
type Flag = 'apply' | 'harden' | 'hold' | 'live';
export type Options = { [N in Exclude<OptionName, Several | Flag>]?: string } & { [N in Several]?: string[] } & { [N in Flag]?: boolean };
export interface Arguments { options: Options; positionals: string[] }

export const where: readonly OptionName[] = ['snapshot', 'context', 'kubeconfig', 'namespace'];

export const usageError = (message: string, fix: string, cause?: unknown): Refusal => badInput('usage', message, fix, {}, cause);

/**
 * @param own options of this command beside those of the contract, with their parseArgs description
 * @throws Refusal `usage` (exit 2)
 */
export function readArguments(command: string, args: readonly string[], names: readonly OptionName[], positionals: { min?: number; max?: number } = {}): Arguments {
  const options = Object.fromEntries(names.map(name => [name, known[name]])) as ParseArgsOptionsConfig;
  const parsed = parseStrictly(command, args, options);
  const { min = 0, max = 0 } = positionals;
  const help = `Run \`kubesynth help ${command}\`.`;
  if (parsed.positionals.length > max) throw usageError(`unexpected argument ${JSON.stringify(parsed.positionals[max])}`, help);
  if (parsed.positionals.length < min) throw usageError(`${command} needs ${min === 1 ? 'an argument' : `${min} arguments`}`, help);
  const found = parsed.values as Options;
  for (const [name, value] of Object.entries(found)) {
    if ([value].flat().some(one => one === '')) throw usageError(`--${name} is empty`, help);
  }
  outputFormat(found.output);
  if (found.namespace !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(found.namespace)) throw usageError(`${JSON.stringify(found.namespace)} is no name of a namespace`, 'Use at most 63 lower-case letters, digits and hyphens.');
  if (found.snapshot !== undefined && (found.context ?? found.kubeconfig) !== undefined) throw usageError('--snapshot and a live cluster (--context, --kubeconfig) are both given', 'Keep one.');
  return { options: found, positionals: parsed.positionals };
}

/** @throws Refusal `usage` (exit 2) */
export function outputFormat(text: string | undefined): 'yaml' | 'json' | undefined {
  if (text !== undefined && text !== 'yaml' && text !== 'json') throw usageError(`-o ${text} is no output format`, 'Known: yaml, json.');
  return text;
}

/** A positive whole number. @throws Refusal `usage` (exit 2) */
export function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw usageError(`--${name} ${text} is not a positive whole number`, 'Write digits only.');
  return Number(text);
}

/** @throws Refusal `usage` (exit 2) naming the nearest option. */
export function parseStrictly<O extends ParseArgsOptionsConfig>(command: string, args: readonly string[], options: O): ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const unknown = /Unknown option '(-+)([^']*)'/.exec((cause as Error).message);
    const names = Object.keys(options);
    if (unknown) throw usageError(`${command} has no option ${unknown[1]}${unknown[2]}`, `${unknown[1] === '--' ? didYouMean(unknown[2]!, names) : ''}Known: ${names.map(n => `--${n}`).join(', ')}.`, cause);
    throw usageError((cause as Error).message.split('. ')[0]!, `Run \`kubesynth help ${command}\`.`, cause);
  }
}
