/**
 * What a team's conventions may choose: `conventions.yaml` of the guardrails names the fields, kind by kind, on which an
 * envelope or the intent would else have the last word. What is not named there no convention can license, and nothing
 * licenses what a policy refuses.
 */
import { badInput } from '../diagnostic.ts';
import type { Json } from '../kubernetes.ts';
import { compiler, type Expression } from './cel.ts';
import { asList, asObject, asText } from './types.ts';

export interface Opening {
  /** Over `intent`: whether the intent leaves these fields open. */
  when: Expression;
  /** Kinds of objects; `Pod` stands for every pod template. */
  kinds: string[];
  /** `spec.strategy.**`; `[]` is any item of a list, `**` any rest, itself included. */
  fields: RegExp[];
  /** Rules that look at several of these fields at once, and name a place above them. */
  rules: string[];
}
export type Openings = readonly Opening[];

const compile = compiler('reading', ['intent']);
const known = ['because', 'when', 'kinds', 'fields', 'rules'];
const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter(v => typeof v === 'string') : []);

const pattern = (field: string): RegExp => {
  const rest = field.endsWith('.**'), text = (rest ? field.slice(0, -3) : field).replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.[]+');
  return new RegExp(`^${text}${rest ? '($|[.[])' : '$'}`);
};

/** @throws Refusal `guardrail-malformed` */
export function parseOpenings(value: Json, file: string): Openings {
  return asList(value).map(raw => {
    for (const field of Object.keys(asObject(raw))) if (!known.includes(field)) throw badInput('guardrail-malformed', `unknown field '${field}' in ${file}`, `Known fields: ${known.join(', ')}.`, { object: file, path: field });
    return { when: compile(asText(raw['when'] ?? 'true'), file), kinds: texts(raw['kinds']), fields: texts(raw['fields']).map(pattern), rules: texts(raw['rules']) };
  });
}

/** Whether conventions may choose a field, given by its key `Kind|field`. */
export function isOpen(openings: Openings, key: string): boolean {
  const bar = key.indexOf('|'), kind = key.slice(0, bar), field = key.slice(bar + 1);
  return openings.some(o => o.kinds.includes(kind) && o.fields.some(f => f.test(field)));
}
