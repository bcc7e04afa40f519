/** Patterns + context → plain objects. Absent slots leave their field out, and what becomes empty by that with it. */
import type { Context } from '../context/context.ts';
import type { Bound } from '../grammar/frame.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import { listOf } from '../tokens/pattern.ts';
import type { ObjectPattern, Pattern } from '../tokens/pattern.ts';
import { childPath, stamp } from './stamp.ts';

/** Called for every leaf with its final path and the pattern node it came from. */
export type Visit = (path: string, node: Pattern) => void;

function expand(p: Pattern, context: Context, bound: Bound, path: string, visit: Visit): Json | undefined {
  switch (p.k) {
    case 'lit': visit(path, p); return p.v;
    case 'slot': {
      const v = context.resolve(p.s, bound);
      if (v !== undefined) visit(path, p);
      return v === undefined ? undefined : structuredClone(v);
    }
    case 'list': {
      // Neighbouring loops over classes of one list are one loop in stated order: the order of init containers matters.
      const slots: { pattern: Pattern; bound: Bound; order: number; list: string | undefined }[] = [];
      for (const i of p.i) for (const { body, inner, order } of unrolled(i, context, bound)) slots.push({ pattern: body, bound: inner, order, list: i.k === 'each' ? listOf(i.over) : undefined });
      const ordered: typeof slots = [];
      for (let a = 0; a < slots.length;) {
        let b = a + 1;
        while (b < slots.length && slots[a]!.list !== undefined && slots[b]!.list === slots[a]!.list) b++;
        ordered.push(...slots.slice(a, b).map((s, i) => ({ s, i })).sort((x, y) => x.s.order - y.s.order || x.i - y.i).map(x => x.s));
        a = b;
      }
      const out: Json[] = [];
      for (const s of ordered) {
        const v = expand(s.pattern, context, s.bound, `${path}[${out.length}]`, visit);
        if (v !== undefined) out.push(v);
      }
      // A list without items says no more than none: servers leave it out, so a graph has one spelling.
      return out.length ? out : undefined;
    }
    case 'each': throw new Error('a loop outside a list');
    case 'map': {
      const entries: [string, Json][] = [];
      for (const e of p.e) {
        const scopes = e.over ? (context.items(e.over) ?? []).map(item => ({ ...bound, [listOf(e.over!)]: item })) : [bound];
        for (const inner of scopes) {
          const key = e.key.includes('${') ? context.resolve(e.key, inner) : e.key;
          if (typeof key !== 'string') continue;
          const v = expand(e.value, context, inner, childPath(path, key), visit);
          if (v !== undefined) entries.push([key, v]);
        }
      }
      if (!entries.length && p.e.length) return undefined;
      return Object.fromEntries(entries.sort(([a], [b]) => byCodeUnit(a, b)));
    }
  }
}

/** A list element once per item of its loops; `order` is the item's place in the stated list. */
function* unrolled(p: Pattern, context: Context, bound: Bound): Generator<{ body: Pattern; inner: Bound; order: number }> {
  if (p.k !== 'each') { yield { body: p, inner: bound, order: 0 }; return; }
  for (const item of context.items(p.over) ?? []) {
    for (const { body, inner } of unrolled(p.body, context, { ...bound, [listOf(p.over)]: item })) yield { body, inner, order: item.index };
  }
}

/** What a part of a pattern stands for; undefined when all of it is absent. */
export const expandPattern = (p: Pattern, context: Context, bound: Bound = {}): Json | undefined => expand(p, context, bound, '', () => undefined);

export interface Expanded { object: KubeObject; leaves: { path: string; node: Pattern }[] }

/** The objects a pattern stands for: one, or one per item of its loop. `apiVersion` and `namespaced` are the cluster's. */
export function expandObject(o: ObjectPattern, context: Context, apiVersion: string, namespaced: boolean): Expanded[] {
  const scopes: Bound[] = o.over ? (context.items(o.over) ?? []).map(item => ({ [listOf(o.over!)]: item })) : [{}];
  return scopes.flatMap(bound => {
    const name = context.resolve(o.name, bound);
    const leaves: Expanded['leaves'] = [];
    const body = expand(o.body, context, bound, '', (path, node) => leaves.push({ path, node }));
    const namespace = context.resolve('${metadata.namespace}', {});
    const { metadata, ...rest } = (body ?? {}) as JsonObject;
    if (typeof name !== 'string') return [];
    const object = { apiVersion, kind: o.kind, metadata: { name, ...(namespaced ? { namespace: namespace as string } : {}), ...(metadata as JsonObject | undefined) }, ...rest } as KubeObject;
    stamp(object as JsonObject, context, (path, field) => leaves.push({ path, node: { k: 'slot', s: `\${${field}}` } }));
    return [{ leaves, object }];
  });
}
