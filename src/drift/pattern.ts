/**
 * Patterns over field paths, as rules state them: `spec.rules[].host`. `[]` is any item of a list, `*` any member, `**`
 * any rest; a member with dots is quoted, and may hold a star: `metadata.annotations["example.com/*"]`.
 */
import { badInput } from '../diagnostic.ts';
import type { FieldPath } from '../change/field-path.ts';

type Part = { any: 'item' | 'member' | 'rest' } | { name: RegExp };
export type Pattern = readonly Part[];

const glob = (text: string): RegExp => new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
export { glob };

const PART = /\.?(?:(\[\])|\["([^"]+)"\]|(\*\*)|([A-Za-z0-9_*-]+))/y;

/** @throws Refusal `guardrail-malformed` */
export function parsePattern(text: string, where: string): Pattern {
  const parts: Part[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const at = PART.lastIndex, match = PART.exec(text);
    if (!match) throw badInput('guardrail-malformed', `'${text}' is no field pattern from position ${at + 1} on`, 'Write members with dots between them, [] for items, "…" in brackets for members with dots.', { object: where });
    const [, item, quoted, rest, name] = match;
    parts.push(item ? { any: 'item' } : rest ? { any: 'rest' } : quoted !== undefined ? { name: glob(quoted) } : name === '*' ? { any: 'member' } : { name: glob(name!) });
  }
  return parts;
}

/**
 * A path that ends before the pattern does holds what the pattern is about as a whole (a list without keys), so it
 * matches too, unless it is the bare presence of an item (`whole` false).
 */
export const covers = (pattern: Pattern, path: FieldPath, whole: boolean): boolean => {
  for (const [at, part] of pattern.entries()) {
    if ('any' in part && part.any === 'rest') return true;
    if (at === path.length) return whole;
    const step = path[at]!;
    if ('any' in part ? (part.any === 'item') !== (typeof step !== 'string') : typeof step !== 'string' || !part.name.test(step)) return false;
  }
  return pattern.length === path.length;
};
