/**
 * Text to intents, strictly: whatever is wrong is refused, all of it at once, with file, line, column and path.
 */
import type { ExitCode, Finding } from '../diagnostic.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { Intent } from './types.ts';
import type { Source } from './source.ts';
import type { Path, Problem } from './validate.ts';
import { readDocuments } from './source.ts';
import { quote, showPath, validate } from './validate.ts';
import { checkIntent, checkSize } from './checks.ts';
import { apiVersion, intentSchema, kind } from './schema.ts';
import { intentFields } from './walk.ts';
import { rememberSource } from './origin.ts';

/** Well-formed, but against the platform's rules: these alone make the exit code 4 instead of 2. */
const policies = new Set(['unknown-keyword', 'mutable-image-tag']);

/** 4 when only policies are violated, 2 when anything is malformed. */
export const exitOf = (findings: readonly Finding[]): ExitCode =>
  findings.every(({ rule }) => policies.has(rule)) ? Exit.refused : Exit.badInput;

/** What an API server adds to metadata, and a file saved from one therefore has. */
const bookkeeping = new Set(['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields', 'ownerReferences', 'finalizers', 'selfLink']);

type Fields = Record<string, unknown>;
const isMapping = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where else in the intent a misplaced field is known. */
const elsewhere = (problem: Problem): string => {
  const field = String(problem.path.at(-1));
  const homes = problem.rule === 'unknown-field' ? intentFields.filter(({ path }) => path.split('.').includes(field)).map(({ path }) => path.split('.')) : [];
  const home = homes.map(parts => `spec.${parts.slice(0, parts.indexOf(field) + 1).join('.')}`)[0];
  return home === undefined ? '' : `${field} belongs at ${home}. `;
};

const wrongKind = (value: unknown): Problem[] => {
  const fix = `Begin with apiVersion: ${apiVersion} and kind: ${kind}.`;
  if (!isMapping(value)) return [{ rule: 'wrong-kind', path: [], message: `the document is not a ${kind} but ${quote(value)}`, fix }];
  const off = Object.entries({ kind, apiVersion }).find(([field, wanted]) => value[field] !== wanted);
  if (!off) return [];
  const [field, wanted] = off;
  return [{ rule: 'wrong-kind', path: [field], message: value[field] === undefined ? `${field} is missing` : `${field} ${quote(value[field])} is not ${wanted}`, fix }];
};

/** One plain object (a document, or a custom resource as an API server returns it) to an intent and what is wrong with it. */
const check = (value: unknown, source: Source, at: Path): { intent?: Intent; findings: Finding[] } => {
  const toFinding = (problem: Problem): Finding => ({
    rule: problem.rule, severity: 'refused', object: source.file || `${kind}/${isMapping(value) && isMapping(value.metadata) ? String(value.metadata.name) : ''}`, path: showPath(problem.path),
    message: problem.message, fix: `${elsewhere(problem)}${problem.fix}`, ...source.locate([...at, ...problem.path], problem.key === true),
  });
  const kinds = wrongKind(value);
  if (kinds.length > 0 || !isMapping(value)) return { findings: kinds.map(toFinding) };
  const { status: _, ...rest } = value;
  const intent: Fields = isMapping(rest.metadata) ? { ...rest, metadata: Object.fromEntries(Object.entries(rest.metadata).filter(([field]) => !bookkeeping.has(field))) } : rest;
  const problems = [...checkSize(intent), ...validate(intentSchema, intent), ...checkIntent(intent)];
  if (problems.length > 0) return { findings: problems.map(toFinding) };
  rememberSource(intent as Intent, source, at);
  return { intent: intent as Intent, findings: [] };
};

/**
 * The intent in a custom resource as an API server returns it (status and bookkeeping are dropped).
 * @throws Refusal: exit 2 when malformed, 4 when only against the platform's rules.
 */
export const readIntent = (resource: unknown): Intent => {
  const { intent, findings } = check(resource, { file: '', locate: () => undefined }, []);
  if (!intent) throw new Refusal(exitOf(findings), findings);
  return intent;
};

/**
 * All intents of a YAML or JSON text: several documents, and v1 Lists. At least one.
 * @param file name used in findings
 * @throws Refusal with every finding: exit 2 when anything is malformed, 4 when only against the platform's rules.
 */
export const parseIntents = (text: string | Uint8Array, file: string): Intent[] => {
  const { documents, findings } = readDocuments(text, file);
  const intents: Intent[] = [];
  for (const { value, source } of documents) {
    const isList = isMapping(value) && (value.kind === 'List' || value.kind === `${kind}List`) && Array.isArray(value.items);
    const items = isList ? (value.items as unknown[]).map((item, i) => ({ item, at: ['items', i] as Path })) : [{ item: value, at: [] as Path }];
    for (const { item, at } of items) {
      const read = check(item, source, at);
      findings.push(...read.findings);
      if (!read.intent) continue;
      const { name, namespace } = read.intent.metadata;
      if (intents.some(other => other.metadata.name === name && other.metadata.namespace === namespace)) {
        findings.push({ rule: 'duplicate-name', severity: 'refused', object: file, path: 'metadata.name', message: `a second intent is named ${name}`, fix: 'Rename or remove one of the two.', ...source.locate([...at, 'metadata', 'name']) });
      }
      intents.push(read.intent);
    }
  }
  if (intents.length === 0 && findings.length === 0) findings.push({ rule: 'no-intent', severity: 'refused', object: file, path: '', message: `${file || 'the input'} holds no ${kind}`, fix: `Write a document with apiVersion: ${apiVersion} and kind: ${kind}.` });
  if (findings.length > 0) {
    findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
    throw new Refusal(exitOf(findings), findings);
  }
  return intents;
};
