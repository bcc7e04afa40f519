/** What the commands print: data on stdout, findings and notes on stderr. */
import { stringify } from 'yaml';
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';

export const toStdout = (text: string | Uint8Array): void => void process.stdout.write(text);
export const toStderr = (text: string): void => void process.stderr.write(text);

/** Strings that YAML 1.1 readers, kubectl among them, would take for something else are quoted. */
export const asYaml = (value: unknown): string => stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Several YAML documents, or one v1 List. */
export const graphText = (graph: readonly KubeObject[], format: string | undefined): string =>
  format === 'json' ? asJson({ apiVersion: 'v1', kind: 'List', items: graph }) : graph.map(asYaml).join('---\n');

/** A finding as the JSON contract has it; the position where there is one. */
export const findingJson = ({ rule, object, path, message, fix, line, column }: Finding): Record<string, unknown> =>
  ({ rule, object, path, message, fix, ...(line === undefined ? {} : { line, column }) });

const labels = { refused: 'error', review: 'review', degraded: 'degraded', warning: 'warning' } as const;
const colours = { refused: '31', review: '33', degraded: '33', warning: '33' } as const;

const coloured = (text: string, colour: string): string =>
  process.stderr.isTTY && !process.env['NO_COLOR'] ? `\u001b[${colour}m${text}\u001b[0m` : text;

/** Control characters of quoted input must not reach a terminal. */
export const printable = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, c => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** `error[rule] object path (line:column)`, then message and fix, indented. */
export function findingText(finding: Finding): string {
  const { rule, severity, object, path, message, fix, line, column } = finding;
  const at = line === undefined ? '' : object.includes('/') && !/\.(ya?ml|json)$/.test(object) ? `(line ${line}, column ${column})` : `:${line}:${column}`;
  const place = [`${object}${at.startsWith(':') ? at : ''}`, path, at.startsWith('(') ? at : ''].filter(Boolean).join(' ');
  return printable(`${coloured(`${labels[severity]}[${rule}]`, colours[severity])}${place ? ` ${place}` : ''}\n  ${message}\n  fix: ${fix}\n`);
}

export const printFindings = (findings: readonly Finding[]): void => toStderr(findings.map(findingText).join(''));

/** Rows padded to columns; the last column is not. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
  return rows.map(row => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ').trimEnd()).join('\n') + '\n';
}
