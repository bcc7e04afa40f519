/** An intent without what its schema or the model in use does not admit; that then arrives by overrides. */
import type { Finding } from '../diagnostic.ts';
import { checkIntent, checkSize } from '../intent/checks.ts';
import { intentSchema } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import { showPath, validate } from '../intent/validate.ts';
import type { Path } from '../intent/validate.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, filled } from './json.ts';

/** Every round takes something away, so there are at most as many as fields. */
const mostRounds = 200;
/** Of an item that cannot be without them the whole goes. */
const needed = new Set(['name', 'type', 'path', 'mountPath', 'containerImage', 'containerPort', 'value', 'cron', 'key', 'port']);

const problemsOf = (intent: Intent): ReturnType<typeof checkIntent> => [...checkSize(intent), ...validate(intentSchema, intent), ...checkIntent(intent as unknown as Record<string, unknown>)];

/** What is left that a reader of the intent would refuse, such as an image whose tag may come to mean another. */
export const unreadable = (intent: Intent): Finding[] =>
  problemsOf(intent).map(({ rule, path, message, fix }) => ({ rule, severity: 'refused', object: `${intent.kind}/${intent.metadata.name}`, path: showPath(path), message, fix }));

export function fitted(intent: Intent): Intent {
  let made = structuredClone(intent);
  for (let round = 0; round < mostRounds; round++) {
    // Without its image or its name it would be another service: whoever compiles it is told.
    const problem = problemsOf(made).find(p => p.rule !== 'mutable-image-tag' && p.path[0] === 'spec' && p.path.join('.') !== 'spec.workload.containerImage');
    if (!problem) return made;
    made = without(made, problem.path);
  }
  return made;
}

/** What is copied as a whole and would mean something else by parts: what a volume shows, whom a pod is near to, how it resolves names. */
const wholes = /^spec\.workload\.(volumes\.\d+\.(configMap|secret|projected)|placement\.pod(Anti)?Affinity|pod\.dnsConfig)(\.|$)/;
/** A volume without what it shows would be another: then the volume goes. */
function wholeOf(path: Path): Path {
  const [, whole, source] = wholes.exec(path.join('.')) ?? [];
  return whole === undefined ? path : path.slice(0, 2 + whole.split('.').length - (source === undefined ? 0 : 1));
}

/** Takes a field away, or the item of a list that is nothing without it. */
export function without(intent: Intent, path: Path): Intent {
  const made = structuredClone(intent), steps = [...wholeOf(path)];
  while (steps.length > 2) {
    const holder = steps.slice(0, -1).reduce<unknown>((v, s) => (v === null || typeof v !== 'object' ? undefined : (v as Record<string, unknown>)[s as string]), made);
    const last = steps.at(-1)!;
    const inItem = typeof steps.at(-2) === 'number';
    if (holder === undefined || holder === null || typeof holder !== 'object' || (inItem && needed.has(String(last))) || !(last in holder)) { steps.pop(); continue; }
    if (Array.isArray(holder)) holder.splice(Number(last), 1); else delete (holder as Record<string, unknown>)[last as string];
    break;
  }
  return tidy(made);
}

/** Groups of fields that have become empty say nothing. */
export function tidy(intent: Intent): Intent {
  const { workload, ...rest } = intent.spec as unknown as JsonObject, known = workload as JsonObject;
  const beside = Object.fromEntries(['init', 'sidecars'].flatMap(list => (Array.isArray(known[list]) ? [[list, asList(known[list]).map(c => mapped(c))]] : [])));
  const spec = filled({ workload: filled(mapped({ ...known, ...beside })) ?? {}, ...mapped(rest) });
  return { ...intent, spec } as unknown as Intent;
}
const mapped = (value: JsonObject): JsonObject => Object.fromEntries(Object.entries(value).flatMap(([key, member]): [string, Json][] => {
  const inner = member !== null && typeof member === 'object' && !Array.isArray(member) ? filled(member) : member;
  return inner === undefined || (Array.isArray(inner) && !inner.length) ? [] : [[key, inner as Json]];
}));

/** The path of a finding, `spec.workload.init[0].args`, as steps. */
export const stepsOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(m => (m[2] !== undefined ? Number(m[2]) : m[1] ?? m[3]!));

/** What may be left out where the model refuses the whole, gentlest first. */
const optional: readonly (readonly string[])[] = [['observability'], ['dependencies'], ['networking', 'sessionAffinity'], ['networking', 'publishNotReadyAddresses'], ['networking', 'allowFrom'], ['networking', 'tls'], ['workload', 'rollout'], ['workload', 'placement'], ['workload', 'pod'],
  ['workload', 'probes'], ['scaling', 'memory'], ['scaling'], ['workload', 'identity'], ['workload', 'files'], ['workload', 'volumes'], ['networking']];

/** The intent without one optional part at a time, then without two, as long as it has them. */
export function* lesser(intent: Intent): Generator<Intent> {
  const present = optional.filter(path => path.reduce<unknown>((v, s) => (v as Record<string, unknown> | undefined)?.[s], intent.spec) !== undefined);
  for (const path of present) yield fitted(without(intent, ['spec', ...path]));
  if (present.length > 1) yield fitted(present.reduce((made, path) => without(made, ['spec', ...path]), intent));
}

/** Paths of fields that can be left out, the later first; what lies below another goes with it. */
export function droppable(findings: readonly Finding[]): Path[] {
  const paths = findings.filter(f => ['field-not-taught', 'unknown-keyword'].includes(f.rule) && f.path.startsWith('spec.')).map(f => wholeOf(stepsOf(f.path)));
  return paths.filter((p, at) => !paths.some((q, i) => (q.length < p.length || (q.length === p.length && i < at)) && q.every((s, j) => s === p[j]))).toReversed();
}
