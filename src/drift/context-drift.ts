/** Drift of the third kind: the cluster, or the intent, became another one. Says what changed; synthesis says what follows. */
import type { Context } from '../context/context.ts';
import type { Json } from '../kubernetes.ts';
import { same } from '../verdict/equal.ts';
import type { Drift } from './classify.ts';

/** One drift per feature and fact that differs; none for equal contexts. */
export function contextDrift(before: Pick<Context, 'features' | 'facts'>, after: Pick<Context, 'features' | 'facts'>): Drift[] {
  const moved = (kind: string, old: Record<string, Json>, now: Record<string, Json>): Drift[] => [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
    .filter(name => !same(old[name], now[name]))
    .map(name => ({ kind: 'cluster', object: '', path: `${kind} ${name}`, who: [], ours: old[name], live: now[name], action: 'synthesised', because: '' }));
  return [...moved('feature', before.features, after.features), ...moved('fact', before.facts, after.facts)];
}
