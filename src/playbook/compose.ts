/**
 * Composition: the resource graph that a playbook gives for a set of features. Used to make training data, and as a
 * baseline in evaluation; synthesis itself never composes.
 */
import { classMatches, matches } from '../context/features.ts';
import type { Condition, Features } from '../context/features.ts';
import type { Entry, ObjectPattern, Origin, Pattern } from '../tokens/pattern.ts';
import { objectKey } from '../tokens/pattern.ts';
import { byCodeUnit } from '../tokens/serialize.ts';
import type { Example, Playbook, RefusalText } from './example.ts';
import { MergeConflict, merge, withOrigin } from './merge.ts';

export interface Composition { objects: ObjectPattern[]; refusals: RefusalText[]; applied: Example[] }

/** Where each kind keeps its pod template. */
export const POD_TEMPLATES: Record<string, string[]> = {
  'apps/Deployment': ['spec', 'template'], 'apps/StatefulSet': ['spec', 'template'], 'apps/DaemonSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'], 'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

export const applies = (e: Example, features: Features): boolean =>
  matches(e.where, features) && !e.unless.some(u => u.length > 0 && matches(u, features));

/** Whether there is any reason to refuse. */
export const refuses = (playbook: Playbook, features: Features): boolean => playbook.examples.some(e => e.refuse !== undefined && applies(e, features));

export function compose(playbook: Playbook, features: Features): Composition {
  const applied = playbook.examples.filter(e => applies(e, features));
  const refusals = applied.flatMap(e => (e.refuse ? [e.refuse] : []));
  if (refusals.length) return { objects: [], refusals, applied: applied.filter(e => e.refuse) };
  const objects = new Map<string, ObjectPattern>();
  const pods: Pattern[] = [], containers: Pattern[] = [];
  for (const e of applied) {
    const from: Origin = { example: e.name, weight: e.where.length + e.unless.flat().length };
    const build = (p: Pattern): Pattern | undefined => instantiate(withOrigin(p, from), e.where, features);
    for (const o of e.objects) {
      for (const over of o.over ? classes(o.over, e.where, features) : [undefined]) {
        const body = build(o.body) ?? { k: 'map', e: [] };
        const { over: _, ...rest } = o;
        const object = { ...rest, ...(over ? { over } : {}), body };
        const key = objectKey(object), known = objects.get(key);
        objects.set(key, known ? { ...known, body: guarded(key, () => merge(known.body, body)) } : object);
      }
    }
    const pod = e.pod && build(e.pod), container = e.container && build(e.container);
    if (pod) pods.push(pod);
    if (container) containers.push(container);
  }
  // Objects that only ever received parts that stand for nothing here do not exist.
  const all = [...objects.values()].map(o => intoWorkload(o, pods, containers));
  return { objects: all.sort((a, b) => byCodeUnit(objectKey(a), objectKey(b))), refusals, applied };
}

const guarded = <T>(what: string, f: () => T): T => {
  try { return f(); } catch (e) { throw e instanceof MergeConflict ? new MergeConflict(`${what} ${e.message}`) : e; }
};

/** The classes of a list that an example's loop runs over: those its item conditions admit, or the whole list where items have no classes. */
function classes(list: string, where: readonly Condition[], features: Features): string[] {
  const known = features[`${list}[]`];
  if (known === undefined) return [list];
  const own = where.filter(c => c.list === list);
  return (known as string[]).filter(name => classMatches(name, own));
}

/** Loops over lists become loops over the classes present; undefined when nothing is left. Literal empty maps and lists stay. */
function instantiate(p: Pattern, where: readonly Condition[], features: Features): Pattern | undefined {
  switch (p.k) {
    case 'lit': case 'slot': return p;
    case 'each': throw new Error('a loop outside a list');
    case 'list': {
      const items = p.i.flatMap((i): Pattern[] => {
        if (i.k !== 'each') { const q = instantiate(i, where, features); return q ? [q] : []; }
        return classes(i.over, where, features).flatMap(over => { const body = inner(i.body, where, features); return body ? [{ ...i, over, body }] : []; });
      });
      return items.length || !p.i.length ? { ...p, i: items } : undefined;
    }
    case 'map': {
      const entries = p.e.flatMap((e): Entry[] => {
        const value = instantiate(e.value, where, features);
        if (!value) return [];
        return e.over ? classes(e.over, where, features).map(over => ({ ...e, over, value })) : [{ ...e, value }];
      });
      return entries.length || !p.e.length ? { ...p, e: entries } : undefined;
    }
  }
}

/** The body of a loop may itself be a loop over another list. */
const inner = (p: Pattern, where: readonly Condition[], features: Features): Pattern | undefined => {
  if (p.k !== 'each') return instantiate(p, where, features);
  const over = classes(p.over, where, features)[0];
  const body = inner(p.body, where, features);
  return over && body ? { ...p, over, body } : undefined;
};

/** Puts pod and container parts into an object that has a pod template. */
function intoWorkload(o: ObjectPattern, pods: Pattern[], containers: Pattern[]): ObjectPattern {
  const path = POD_TEMPLATES[`${o.group}/${o.kind}`];
  if (!path) return o;
  return guarded(objectKey(o), () => {
    const container = containers.reduce<Pattern | undefined>((a, b) => (a ? merge(a, b, 'container') : b), undefined);
    const main: Pattern[] = container ? [{ k: 'map', e: [{ key: 'spec', value: { k: 'map', e: [{ key: 'containers', value: { k: 'list', i: [container] } }] } }] }] : [];
    const template = [...main, ...pods].reduce<Pattern | undefined>((a, b) => (a ? merge(a, b, 'pod') : b), undefined);
    if (!template) return o;
    const nested = path.reduceRight<Pattern>((inside, key) => ({ k: 'map', e: [{ key, value: inside }] }), template);
    return { ...o, body: merge(o.body, nested) };
  });
}
