/** The end of a list or map: in which scopes there is one (1 or 0 each), or undefined when it may not end so. */
import { everywhere } from './frame.ts';
import type { Counts, Frame } from './frame.ts';
import { branchesAllow } from './keys.ts';

/** An empty list stays; one whose elements all stand for nothing here goes. */
export function listsThere({ schema, counts, started }: Frame): Counts | undefined {
  const min = (schema['minItems'] ?? 0) as number, max = (schema['maxItems'] ?? Infinity) as number;
  if (!started) return min > 0 ? undefined : counts.map(() => 1);
  if (counts.some(n => n > 0 && (n < min || n > max))) return undefined;
  return counts.map(n => (n > 0 ? 1 : 0));
}

/** A map whose entries all stand for nothing goes; one that stays has all that is required of it. */
export function mapsThere({ schema, loops, entries, pendingLoop }: Frame): Counts | undefined {
  if (pendingLoop) return undefined;
  const required = (schema['required'] ?? []) as string[];
  if (required.some(k => !entries.some(e => e.key === k))) return undefined;
  const min = (schema['minProperties'] ?? 0) as number, max = (schema['maxProperties'] ?? Infinity) as number;
  const there: number[] = [];
  for (const scope of everywhere(loops, 0).keys()) {
    const own = entries.filter(e => e.counts[scope]! > 0), size = own.reduce((n, e) => n + e.counts[scope]!, 0);
    there.push(size > 0 || !entries.length ? 1 : 0);
    if (entries.length && size === 0) continue;
    const has = (key: string): boolean => own.some(e => e.key === key);
    if (size < min || size > max || !required.every(has) || branchesAllow(schema, has) === 'no') return undefined;
  }
  return there;
}
