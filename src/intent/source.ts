/**
 * Text to plain values, strictly: YAML 1.2 core (and so JSON), several documents, no duplicate keys, no alias bombs, and
 * the place of every value remembered, so that later findings can still name a line.
 */
import { LineCounter, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, ScalarTag } from 'yaml';
import type { Finding } from '../diagnostic.ts';
import { badInput } from '../diagnostic.ts';
import type { Path } from './validate.ts';

export interface Position { line: number; column: number }
export interface Source {
  /** Name of the file, '' when there is none. */
  file: string;
  /** Where a value (or, with key, its key) stands; the nearest enclosing value when it is absent there. */
  locate(path: Path, key?: boolean): Position | undefined;
}
export interface SourceDocument { value: unknown; source: Source }

/** Far above any intent, far below what makes the parser slow. */
const mostBytes = 16 * 1024 * 1024;
/** As many as a hand-written file needs; a file that multiplies itself needs millions. */
const mostAliases = 100;

/** `mode: 0644` means octal to every Kubernetes tool (YAML 1.1), but 644 to YAML 1.2. */
const octal: ScalarTag = { tag: 'tag:yaml.org,2002:int', default: true, test: /^0[0-7]+$/, resolve: text => parseInt(text, 8) };

const decode = (input: string | Uint8Array, file: string): string => {
  if (input.length > mostBytes) throw badInput('intent-too-large', `${file || 'the input'} has ${input.length} bytes, at most ${mostBytes} are read`, 'Split it into several files.', { object: file });
  if (typeof input === 'string') return input.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input);
  } catch (cause) {
    throw badInput('not-utf8', `${file || 'the input'} is not UTF-8 text`, 'Save it as UTF-8.', { object: file }, cause);
  }
};

const locator = (document: Document, lines: LineCounter) => (path: Path, key = false): Position | undefined => {
  let node: unknown = document.contents;
  let offset = (node as { range?: number[] } | null)?.range?.[0];
  for (const [i, part] of path.entries()) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair && key && i === path.length - 1) next = pair.key;
      else next = pair?.value ?? pair?.key;
    } else if (isSeq(node)) next = node.items[Number(part)];
    if (!next) break;
    node = next;
    offset = (node as { range?: number[] }).range?.[0] ?? offset;
  }
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
};

const isCyclic = (value: unknown, above: ReadonlySet<unknown> = new Set()): boolean =>
  typeof value === 'object' && value !== null && (above.has(value) || Object.values(value).some(inner => isCyclic(inner, new Set([...above, value]))));

const syntax = (file: string, rule: string, message: string, fix: string, at?: Position): Finding =>
  ({ rule, severity: 'refused', object: file, path: '', message, fix, ...at });

/**
 * The non-empty documents of a text and what is wrong with its syntax.
 * @throws Refusal (exit 2) when the input is not text or far too large.
 */
export const readDocuments = (input: string | Uint8Array, file: string): { documents: SourceDocument[]; findings: Finding[] } => {
  const text = decode(input, file);
  const lines = new LineCounter();
  const documents: SourceDocument[] = [];
  const findings: Finding[] = [];
  try {
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', merge: true, customTags: tags => [octal, ...tags] });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      const locate = locator(document as Document, lines);
      const errors = [...document.errors, ...document.warnings];
      for (const error of errors) {
        const { line, col } = lines.linePos(error.pos[0]);
        const duplicate = error.code === 'DUPLICATE_KEY';
        findings.push(syntax(file, duplicate ? 'duplicate-key' : 'malformed-yaml', duplicate ? 'a key appears twice in one mapping' : error.message.split('\n')[0]!,
          duplicate ? 'Remove one of the two.' : 'Correct the YAML at this place: indentation, quotes and brackets are the usual causes.', { line, column: col }));
      }
      if (errors.length > 0) continue;
      const value: unknown = document.toJS({ maxAliasCount: mostAliases });
      if (isCyclic(value)) findings.push(syntax(file, 'too-many-aliases', 'an alias refers to a value that contains it', 'Write the value out.', locate([])));
      else if (value !== null) documents.push({ value, source: { file, locate } });
    }
  } catch (cause) {
    if (cause instanceof RangeError) findings.push(syntax(file, 'malformed-yaml', 'the input is nested too deeply', 'No intent needs such depth: flatten it.'));
    else if (cause instanceof ReferenceError) findings.push(syntax(file, 'too-many-aliases', cause.message, `Write the values out, or use at most ${mostAliases} aliases.`));
    else throw cause;
  }
  return { documents, findings };
};
