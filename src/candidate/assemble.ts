/** Decoded rows to a candidate: objects with their values, where each leaf came from, and how sure the model was. */
import type { Context } from '../context/context.ts';
import type { OpenApiIndex } from '../snapshot/schema.ts';
import { partsOf } from '../tokens/runs.ts';
import type { Pattern } from '../tokens/pattern.ts';
import { parseBody, parsePlanToken } from '../tokens/serialize.ts';
import { expandObject } from './expand.ts';
import type { Manifest } from './model.ts';
import type { Row } from './row.ts';
import type { Candidate, CandidateObject } from './types.ts';

/** An object's row as decoded, and the plan token that it follows. */
export interface Decoded { first: string; row: Row }

export function assemble(manifest: Manifest, index: OpenApiIndex, context: Context, plan: Row, rows: readonly Decoded[]): Candidate {
  const objects: CandidateObject[] = rows.flatMap(({ first, row }) => {
    const head = parsePlanToken(first), { body, margins } = bodyOf(row), pattern = { ...head, body };
    const served = index.served(head.group, head.kind)!;
    const apiVersion = head.group ? `${head.group}/${served.versions[0]!}` : served.versions[0]!;
    const planned = plan.decisions.find(d => d.token === first)!.margin;
    const minMargin = Math.min(planned, ...row.decisions.map(d => d.margin));
    return expandObject(pattern, context, apiVersion, served.namespaced).map(({ object, leaves }) => ({
      object, pattern, minMargin,
      provenance: leaves.map(({ path, node }) => ({ path, ...(node.k === 'slot' ? { slot: node.s } : {}), margin: margins.get(node) ?? minMargin })),
    }));
  });
  const all = [plan, ...rows.map(r => r.row)], decisions = all.flatMap(r => r.decisions);
  const tokens = decisions.reduce((n, d) => n + partsOf(d.token).length, 0);
  return {
    objects,
    refusals: plan.decisions.filter(d => d.token.startsWith('!')).map(d => ({ rule: d.token.slice(1), ...manifest.refusals[d.token.slice(1)]! })),
    figures: {
      tokens, forced: tokens - decisions.length, drafted: 0, evaluated: all.reduce((n, r) => n + r.evaluated, 0),
      minMargin: Math.min(...decisions.map(d => d.margin)), backtracks: 0,
    },
  };
}

interface Body { body: Pattern; /** By leaf, that of the decision it comes from. */ margins: ReadonlyMap<Pattern, number> }
const bodies = new WeakMap<Row, Body>();

/** What a row says; a row never changes. */
function bodyOf(row: Row): Body {
  let known = bodies.get(row);
  if (!known) {
    const margins = new Map<Pattern, number>(), raw = row.decisions.flatMap(d => partsOf(d.token).map(text => ({ text, margin: d.margin })));
    bodies.set(row, known = { body: parseBody(raw.map(r => r.text), (node, token) => margins.set(node, raw[token]!.margin)), margins });
  }
  return known;
}
