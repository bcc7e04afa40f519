/** One text per JSON value: object keys sorted, no white space. Equal values give equal bytes. */
import { createHash } from 'node:crypto';

/** Undefined members are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** Hexadecimal SHA-256. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
