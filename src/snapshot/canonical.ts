/** One text per JSON value: object keys sorted, no white space. Equal values give equal bytes. */
import { createHash } from 'node:crypto';

/** Undefined members are left out, as JSON.stringify does. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  // Much of what the agent does is this, so it is one pass.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) members += `${members ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Hexadecimal SHA-256. */
export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
