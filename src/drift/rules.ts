/** Which fields matter to security and whose fields are theirs: `guardrails/drift.yaml`, in the platform team's words. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { badInput } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { splitApiVersion } from '../kubernetes.ts';
import { sha256 } from '../snapshot/canonical.ts';
import { asList, asObject, asText } from '../verdict/types.ts';
import { glob, parsePattern } from './pattern.ts';
import type { Pattern } from './pattern.ts';

interface Scope { kinds: RegExp[]; fields: Pattern[]; because: string }
/** A controller's fields: its writes there are not drift. */
export interface Yield extends Scope { managers: RegExp[]; /** '' is the object itself; absent: any. */ subresource?: string }
/** Which field of the intent says what a field of an object says. */
export interface Suggestion extends Scope { intent: string[] }

export interface DriftRules {
  /** sha256 of the file, in hexadecimal. */
  digest: string;
  security: Scope[];
  yields: Yield[];
  suggestions: Suggestion[];
  recreate: RegExp[];
}

/** Where workloads keep their pod template: `{pod}` in a pattern. */
const TEMPLATES = ['spec.template', 'spec.jobTemplate.spec.template'];

export const kindOf = (object: Pick<KubeObject, 'apiVersion' | 'kind'>): string => `${splitApiVersion(object.apiVersion).group}/${object.kind}`;
export const ofKind = (kinds: readonly RegExp[], object: KubeObject): boolean => kinds.some(kind => kind.test(kindOf(object)));

/** @throws Refusal `guardrail-malformed` (exit 2) */
export function loadDriftRules(path: string): DriftRules {
  const malformed = (message: string, more: object = {}, cause?: unknown) => badInput('guardrail-malformed', message, 'See guardrails/README.md for the format of drift.yaml.', { object: path, ...more }, cause);
  let text: string;
  try { text = readFileSync(path, 'utf8'); } catch (cause) { throw malformed(`cannot read it: ${(cause as Error).message}`, {}, cause); }
  const document = parseDocument(text), error = document.errors[0];
  if (error) throw malformed(error.message.split('\n')[0]!, { line: error.linePos?.[0].line, column: error.linePos?.[0].col }, error);
  const root = asObject(document.toJS() as Json);
  const known = (value: JsonObject, fields: string[], at: string): void => {
    for (const field of Object.keys(value)) if (!fields.includes(field)) throw malformed(`unknown field '${field}' in ${at}`, { path: at });
  };
  const words = (value: Json | undefined, at: string): string[] => {
    if (!Array.isArray(value) || !value.length || !value.every(item => typeof item === 'string')) throw malformed(`${at} is not a list of texts`, { path: at });
    return value as string[];
  };
  const scope = (rule: JsonObject, at: string, more: string[] = []): Scope => {
    known(rule, ['because', 'kinds', 'fields', ...more], at);
    const fields = words(rule['fields'], `${at}.fields`).flatMap(field => (field.startsWith('{pod}') ? TEMPLATES.map(t => field.replace('{pod}', t)) : [field]));
    return { kinds: words(rule['kinds'], `${at}.kinds`).map(glob), fields: fields.map(field => parsePattern(field, path)), because: asText(rule['because']) };
  };
  known(root, ['security', 'yields', 'suggestions', 'recreate'], 'the file');
  return {
    digest: sha256(text),
    security: asList(root['security']).map((rule, i) => scope(rule, `security[${i}]`)),
    yields: asList(root['yields']).map((rule, i) => ({
      ...scope(rule, `yields[${i}]`, ['managers', 'subresource']), managers: words(rule['managers'], `yields[${i}].managers`).map(glob),
      ...(rule['subresource'] === undefined ? {} : { subresource: asText(rule['subresource']) }),
    })),
    suggestions: asList(root['suggestions']).map((rule, i) => ({ ...scope(rule, `suggestions[${i}]`, ['intent']), intent: asText(rule['intent']).split('.') })),
    recreate: root['recreate'] === undefined ? [] : words(root['recreate'], 'recreate').map(glob),
  };
}
