/** Loads and compiles a guardrails folder: `policies/*.yaml`, `readers/*.yaml`, `envelopes/*.yaml`, `conventions.yaml`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { badInput } from '../diagnostic.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { parseEnvelope, parseReader, type Envelope, type Reader } from './envelopes.ts';
import { parseOpenings } from './openings.ts';
import { parsePolicy } from './policy.ts';
import type { Guardrails } from './types.ts';

/** One file of which a folder may have none: then conventions may choose nothing. */
const OPENINGS = 'conventions.yaml';

const documents = (folder: string, digest: ReturnType<typeof createHash>, only?: string): { file: string; value: Json }[] => {
  let names: string[];
  try {
    names = readdirSync(folder).filter(name => (only === undefined ? name.endsWith('.yaml') : name === only)).sort();
  } catch (cause) {
    throw badInput('guardrail-malformed', `cannot read the guardrails folder ${folder}: ${(cause as Error).message}`, 'Give a folder with policies/, readers/ and envelopes/.', {}, cause);
  }
  return names.flatMap(name => {
    const text = readFileSync(join(folder, name), 'utf8');
    digest.update(`${name}\n${text}\n`);
    return parseAllDocuments(text).map(document => {
      const error = document.errors[0];
      if (error) throw badInput('guardrail-malformed', error.message.split('\n')[0]!, 'Mend the YAML.', { object: name, line: error.linePos?.[0].line, column: error.linePos?.[0].col }, error);
      return { file: name, value: document.toJS() as Json };
    }).filter(({ value }) => value !== null);
  });
};

/** Throws a Refusal for malformed YAML, unknown fields, and expressions that cannot be evaluated. */
export const loadGuardrails = (folder: string): Guardrails => {
  const digest = createHash('sha256');
  const policyObjects = documents(join(folder, 'policies'), digest).map(({ value }) => value as unknown as KubeObject);
  const bindings = policyObjects.filter(object => object.kind === 'ValidatingAdmissionPolicyBinding');
  const policies = policyObjects.filter(object => object.kind === 'ValidatingAdmissionPolicy').map(object => parsePolicy(object, bindings));
  const strange = policyObjects.find(object => !/^ValidatingAdmissionPolicy(Binding)?$/.test(object.kind));
  if (strange) throw badInput('guardrail-malformed', `${strange.kind} is not a ValidatingAdmissionPolicy`, 'Keep only policies and their bindings in policies/.');
  const readers = new Map<string, Reader>();
  for (const { file, value } of documents(join(folder, 'readers'), digest))
    for (const item of Array.isArray(value) ? value : [value]) {
      const reader = parseReader(item, file);
      readers.set(reader.kind, reader);
    }
  const envelopes: Envelope[] = [];
  for (const { file, value } of documents(join(folder, 'envelopes'), digest))
    for (const item of Array.isArray(value) ? value : [value]) envelopes.push(parseEnvelope(item, file));
  const openings = existsSync(join(folder, OPENINGS)) ? documents(folder, digest, OPENINGS).flatMap(({ file, value }) => parseOpenings(value, file)) : [];
  return { digest: digest.digest('hex'), policies, readers, envelopes, openings };
};
