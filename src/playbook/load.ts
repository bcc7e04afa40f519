/** Reads a playbook folder: YAML examples → aligned, looped patterns with conditions. Errors name file and example. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { Condition } from '../context/features.ts';
import { badInput } from '../diagnostic.ts';
import { intentFields } from '../intent/walk.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import type { ObjectPattern, Pattern } from '../tokens/pattern.ts';
import { align, alignText, ambiguous, factCandidates, intentCandidates } from './align.ts';
import type { Candidate } from './align.ts';
import type { Example, FactDefinition, Playbook, RefusalText, Sampling } from './example.ts';
import { itemUses, loopOver } from './loops.ts';

type Conditions = Record<string, unknown>;
interface RawExample {
  name: string; because?: string; where?: Conditions; unless?: Conditions | Conditions[];
  intent?: { metadata?: JsonObject; spec?: JsonObject }; facts?: Json; each?: Record<string, string>;
  objects?: { apiVersion: string; kind: string; metadata?: JsonObject; [k: string]: Json | undefined }[];
  pod?: JsonObject; container?: JsonObject; refuse?: RefusalText;
}

/** Sample values every example has unless it states its own. */
const SAMPLE = { name: 'checkout', namespace: 'shop' };
const OBJECT_IDENTITY = new Set(['apiVersion', 'kind']);

const fail = (file: string, example: string, message: string): never => {
  throw badInput('playbook-invalid', `${example}: ${message}`, 'Mend the example; playbook/README.md describes the format.', { object: file });
};

/** `{path: [values]}` → conditions; `k8s: ">=1.30"` → the feature `k8s>=1.30`. */
export function conditions(raw: Conditions | undefined): Condition[] {
  return Object.entries(raw ?? {}).map(([key, value]): Condition => {
    if (key === 'k8s') {
      const m = /^(>=|<)\s*1\.(\d+)$/.exec(String(value));
      if (!m) throw badInput('playbook-invalid', `k8s: ${String(value)} is not a version bound`, 'Write ">=1.N" or "<1.N".');
      return { name: `k8s>=1.${m[2]}`, values: [m[1] === '>=' ? 'yes' : 'no'] };
    }
    const values = (Array.isArray(value) ? value : [value]).map(String);
    const item = /^(.+?)\[\]\.(.+)$/.exec(key);
    return item ? { name: `${item[1]}[]`, list: item[1]!, field: item[2]!, values } : { name: key, values };
  });
}

export function loadExamples(file: string, text: string): Example[] {
  const raw = (parse(text) ?? []) as RawExample[];
  if (!Array.isArray(raw)) fail(file, file, 'an example file is a list');
  return raw.map((r, index) => {
    if (!r?.name) fail(file, `#${index}`, 'an example has a name');
    const sample = { metadata: { ...SAMPLE, ...r.intent?.metadata }, ...r.intent?.spec } as JsonObject;
    const candidates = [...intentCandidates(sample, intentFields), ...factCandidates(r.facts ?? {})];
    const clash = ambiguous(candidates);
    if (clash.length) fail(file, r.name, clash.join('; '));
    const lists = [...new Set(candidates.flatMap(c => /^([^[]+)\[\]/.exec(c.path)?.[1] ?? []))];
    const loop = (p: Pattern, where: string): Pattern => lists.reduce<Pattern>((q, list) =>
      loopOver(q, list, r.each?.[list]) ?? fail(file, r.name, `no list element repeats for ${list} in ${where}`), p);
    const where = conditions(r.where);
    const unless = [r.unless ?? []].flat().map(conditions);
    return {
      name: r.name, because: r.because ?? '', file, index, where, unless,
      objects: (r.objects ?? []).map(o => objectPattern(o, candidates, lists, r.each ?? {}, (m: string) => fail(file, r.name, m))),
      ...(r.pod ? { pod: loop(align(r.pod, candidates), 'pod') } : {}),
      ...(r.container ? { container: loop(align(r.container, candidates), 'container') } : {}),
      ...(r.refuse ? { refuse: r.refuse } : {}),
    };
  });
}

function objectPattern(
  o: NonNullable<RawExample['objects']>[number], candidates: Candidate[], lists: string[], each: Record<string, string>, error: (m: string) => never,
): ObjectPattern {
  const name = o.metadata?.name;
  if (!o.apiVersion || !o.kind || typeof name !== 'string') return error('an object needs apiVersion, kind and metadata.name');
  const { name: _, namespace: __, ...metadata } = o.metadata!;
  const body = Object.fromEntries(Object.entries({ ...o, metadata }).filter(([k, v]) =>
    !OBJECT_IDENTITY.has(k) && v !== undefined && !(k === 'metadata' && Object.keys(v as object).length === 0))) as JsonObject;
  const pattern = align(body, candidates);
  const slotName = alignText(name, candidates);
  // An object whose name uses an item exists once per item; its body then speaks of that item.
  const over = lists.find(l => itemUses({ k: 'slot', s: slotName }, l) > 0);
  const rest = lists.filter(l => l !== over).reduce<Pattern>((q, l) => loopOver(q, l, each[l]) ?? error(`no list element repeats for ${l} in ${o.kind}`), pattern);
  return { group: splitApiVersion(o.apiVersion).group, kind: o.kind, name: slotName, ...(over ? { over } : {}), body: rest };
}

/** A playbook is a folder; any folder below it may have facts.yaml and sampling.yaml of its own, which add to those before. */
export function loadPlaybook(dir: string): Playbook {
  const files = readdirSync(dir, { recursive: true }).map(String).filter(f => f.endsWith('.yaml')).sort();
  const named = (name: string): string[] => files.filter(f => basename(f) === name);
  const read = (f: string): unknown => parse(readFileSync(join(dir, f), 'utf8')) ?? undefined;
  const aside = new Set([...named('facts.yaml'), ...named('sampling.yaml')]);
  const examples = files.filter(f => !aside.has(f)).flatMap(f => loadExamples(f, readFileSync(join(dir, f), 'utf8')));
  const names = new Set<string>();
  for (const e of examples) { if (names.has(e.name)) fail(e.file, e.name, 'this name is used twice'); names.add(e.name); }
  const rawFacts = named('facts.yaml').flatMap(f => (read(f) ?? []) as ({ name: string; needs?: Conditions; settings?: string[] } & Omit<FactDefinition, 'needs'>)[]);
  const settings = rawFacts.flatMap(f => f.settings ?? []);
  const facts = rawFacts.filter(f => f.name).map(f => ({ name: f.name, fields: f.fields, cel: f.cel, values: f.values ?? {}, needs: conditions(f.needs) }));
  const s = named('sampling.yaml').map(f => (read(f) ?? {}) as RawSampling);
  return {
    examples, facts, settings,
    sampling: {
      defaults: Object.assign({}, ...s.map(x => stringValues(x.defaults))) as Record<string, string>,
      weights: Object.assign({}, ...s.map(x => x.weights)) as Sampling['weights'],
      nothing: s.flatMap(x => x.nothing ?? []), apis: s.flatMap(x => x.apis ?? []), unseen: s.flatMap(x => x.unseen ?? []), exclusive: s.flatMap(x => x.exclusive ?? []), oneOf: s.flatMap(x => x.oneOf ?? []),
      implies: s.flatMap(x => x.implies ?? []).map(i => ({ if: conditions(i.if), then: stringValues(i.then), chance: i.chance ?? 1 })),
    },
  };
}

type RawSampling = Partial<Omit<Sampling, 'implies'>> & { implies?: { if: Conditions; then: Record<string, unknown>; chance?: number }[] };

const stringValues = (o: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(o ?? {}).map(([k, v]) => [k, String(v)]));
