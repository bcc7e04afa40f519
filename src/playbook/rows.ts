/** A composed graph as token rows: the context, the plan, and one row per object. */
import { featureTokens } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import { bodyTokens, END, PLAN, planToken } from '../tokens/serialize.ts';
import type { Composition } from './compose.ts';

export interface Rows { context: string[]; plan: string[]; objects: string[][] }

export function rowsOf(specs: readonly FeatureSpec[], features: Features, c: Composition): Rows {
  const refused = [...new Set(c.refusals.map(r => `!${r.rule}`))];
  return {
    context: featureTokens(specs, features),
    plan: [PLAN, ...(refused.length ? refused : c.objects.map(planToken)), END],
    objects: c.objects.map(o => [planToken(o), ...bodyTokens(o.body)]),
  };
}
