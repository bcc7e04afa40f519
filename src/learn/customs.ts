/**
 * Which differences between what the platform writes and what the team has are conventions: those that several charts share, and
 * against which the checker, told of the conventions, has nothing to say. The others are one service's own, and stay overrides.
 */
import { expandObject, expandPattern } from '../candidate/expand.ts';
import type { Manifest } from '../candidate/model.ts';
import type { Context } from '../context/context.ts';
import { ABSENT_VALUE, conventionKey } from '../context/conventions.ts';
import type { Conventions } from '../context/conventions.ts';
import { isOfIntent, words } from '../context/observe.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { align } from '../playbook/align.ts';
import type { Candidate } from '../playbook/align.ts';
import type { ObjectPattern, Pattern } from '../tokens/pattern.ts';
import { slotsOf } from '../tokens/pattern.ts';
import { bodyTokens } from '../tokens/serialize.ts';
import { placesIn } from '../verdict/conformance/conventions.ts';
import { canonical } from '../verdict/equal.ts';
import { isOpen } from '../verdict/openings.ts';
import { podTemplate } from '../verdict/pod.ts';
import type { Guardrails } from '../verdict/types.ts';
import { verify } from '../verdict/verify.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import { repattern } from './repattern.ts';
import type { Given } from './repattern.ts';
import type { Triple } from './triples.ts';

/** One difference at one place: `Kind|field`, and the tokens that would be written there (empty: nothing). */
type Unit = string;
const unitOf = (kind: string, path: string, pattern: Pattern | undefined): Unit => `${conventionKey(kind, path)}|${pattern ? bodyTokens(pattern).join('\n') : ''}`;

/** A custom of one chart is none. */
const CHARTS = 2;
/** Smaller numbers are equal by chance. */
const NUMBER = 100;

const keyOf = (unit: Unit): string => unit.split('|', 2).join('|');

/** What is decided together, and may be left out as a whole: the highest open field above a place `Kind|field`, or the place itself. */
function fieldAbove(key: string, { openings }: Guardrails): string {
  const [kind, path] = key.split('|', 2) as [string, string], steps = path.split('.');
  return steps.map((_, i) => `${kind}|${steps.slice(0, i + 1).join('.')}`).find(above => isOpen(openings, above)) ?? key;
}

/** Values of the context that the model can point at already and that a manifest would repeat: names and facts. */
function candidatesOf(slots: readonly string[], context: Context): Candidate[] {
  return slots.flatMap(path => {
    const value = context.resolve(`\${${path}}`, {});
    return typeof value === 'string' || (typeof value === 'number' && value >= NUMBER) ? [{ path, value }] : [];
  });
}
/** Slots for a name, and for facts that say something of the intent alone; a fact of the cluster has another's value by chance. */
export function slotsIn({ tokens, facts }: Manifest): string[] {
  const ofIntent = new Set(facts.filter(f => { const said = words(f.cel); return isOfIntent(f) && !['objects', 'settings', 'served', 'nodes'].some(w => said.has(w)); }).map(f => f.name));
  return [...new Set(tokens.flatMap(slotsOf))].filter(s => s === 'metadata.name' || (s.startsWith('fact:') && ofIntent.has(s.slice(5).split('.')[0]!))).sort();
}

/** The triple's objects as the workload's manifests have them, as far as `admit` goes. */
export function patternsOf(triple: Triple, slots: readonly string[], admit: (unit: Unit) => boolean): ObjectPattern[] {
  const candidates = candidatesOf(slots, triple.context);
  return triple.objects.map(o => o.pattern).filter((p, i, all) => all.indexOf(p) === i).map(pattern => {
    // Of objects that are there once per item of a list none is the custom of all.
    const own = triple.objects.filter(o => o.pattern === pattern), wanted = pattern.over || own.length !== 1 ? undefined : triple.workload.final.find(o => o.kind === pattern.kind && o.metadata.name === own[0]!.object.metadata.name);
    if (!wanted) return pattern;
    const given: Given = { context: triple.context, align: value => align(value, candidates), admit: (path, part) => admit(unitOf(pattern.kind, path, part)) };
    return { ...pattern, body: repattern(pattern.body, bodyOf(wanted, pattern.body, triple.context), '', given) };
  });
}

/** An object as its pattern's body has it. Labels and annotations are no decisions, and stay as the platform writes them. */
function bodyOf(object: KubeObject, pattern: Pattern, context: Context): Json {
  const { apiVersion: _a, kind: _k, metadata: _m, ...rest } = object, metadata = (expandPattern(pattern, context) as JsonObject | undefined)?.['metadata'];
  return { ...rest, ...(metadata === undefined ? {} : { metadata }) } as JsonObject;
}

/** The conventions of workloads, as the checker is told of them: what several charts have in the fields that are open to them. */
export function conventionsOf(team: string, triples: readonly Triple[], guardrails: Guardrails): Conventions {
  const { openings } = guardrails;
  const workloads = [...new Set(triples.map(t => t.workload))];
  const holders = new Map<string, Map<string, { value: Json; charts: Set<string> }>>();
  const note = (key: string, value: Json, chart: string): void => {
    const values = holders.get(key) ?? holders.set(key, new Map()).get(key)!, text = canonical(value), known = values.get(text) ?? values.set(text, { value, charts: new Set() }).get(text)!;
    known.charts.add(chart);
  };
  const all = workloads.flatMap(w => w.final.map(object => ({ chart: w.chart, object })));
  // What the platform writes there by itself stays right beside it.
  for (const { workload, objects } of triples) for (const { object } of objects) for (const place of placesIn(object as Json, '')) {
    const key = conventionKey(object.kind, place.path);
    if (isOpen(openings, key)) note(key, place.value, workload.chart);
  }
  const above = new Map<string, Set<string>>();
  for (const { chart, object } of all) for (const place of placesIn(object as Json, '')) {
    const key = conventionKey(object.kind, place.path);
    if (!isOpen(openings, key)) continue;
    note(key, place.value, chart);
    const top = fieldAbove(key, guardrails), kind = top.slice(0, top.indexOf('|'));
    (above.get(kind) ?? above.set(kind, new Set()).get(kind)!).add(top);
  }
  for (const { chart, object } of all) for (const kind of [object.kind, ...(podTemplate(object) ? ['Pod'] : [])]) for (const key of above.get(kind) ?? []) {
    const root = (kind === 'Pod' ? podTemplate(object) : object) as unknown as Json;
    if (lacks(root, key.slice(kind.length + 1))) note(key, ABSENT_VALUE, chart);
  }
  const values = [...holders].map(([key, found]): [string, Json[]] => [key, [...found.values()].filter(f => f.charts.size >= CHARTS).map(f => f.value)]);
  return { team, values: Object.fromEntries(values.filter(([, v]) => v.length).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Whether a field, or that of any item, is left out where what holds it is there. */
function lacks(value: Json | undefined, path: string): boolean {
  const [step, ...rest] = path.split('.'), name = step!.replace('[]', '');
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const next = value[name];
  if (!rest.length) return next === undefined;
  return step!.endsWith('[]') ? Array.isArray(next) && next.some(item => lacks(item, rest.join('.'))) : lacks(next, rest.join('.'));
}

/** The differences that several charts share, in fields that are open to conventions. */
export function customsOf(triples: readonly Triple[], slots: readonly string[], { openings }: Guardrails): Set<Unit> {
  const charts = new Map<Unit, Set<string>>();
  for (const triple of triples) patternsOf(triple, slots, unit => {
    (charts.get(unit) ?? charts.set(unit, new Set()).get(unit)!).add(triple.workload.chart);
    return true;
  });
  return new Set([...charts].filter(([unit, of]) => of.size >= CHARTS && isOpen(openings, keyOf(unit))).map(([unit]) => unit));
}

/** The triple's objects by the team's conventions: field by field, as long as the checker has nothing against it that it has not against the platform's own. */
export function labelled(triple: Triple, slots: readonly string[], customs: ReadonlySet<Unit>, conventions: Conventions, setting: Setting): { objects: ObjectPattern[]; accepted: boolean } {
  const plain = patternsOf(triple, slots, () => false), known = new Set(judged(triple, plain, conventions, setting));
  const tried = (admit: (unit: Unit) => boolean): { objects: ObjectPattern[]; accepted: boolean; safe: boolean } => {
    const objects = patternsOf(triple, slots, admit), said = judged(triple, objects, conventions, setting);
    return { objects, accepted: !said.length, safe: said.every(text => known.has(text)) };
  };
  const whole = tried(unit => customs.has(unit));
  if (whole.safe) return whole;
  const met = new Set<string>();
  patternsOf(triple, slots, unit => { if (customs.has(unit)) met.add(fieldAbove(keyOf(unit), setting.guardrails)); return customs.has(unit); });
  const fields = new Set([...met].filter(field => tried(unit => customs.has(unit) && fieldAbove(keyOf(unit), setting.guardrails) === field).safe));
  const rest = tried(unit => customs.has(unit) && fields.has(fieldAbove(keyOf(unit), setting.guardrails)));
  return rest.safe ? rest : { objects: plain, accepted: !known.size };
}

/** What the checker says against patterns, as text. */
export function judged(triple: Triple, patterns: readonly ObjectPattern[], conventions: Conventions, { cluster, guardrails }: Setting): string[] {
  const graph = patterns.flatMap(p => expandObject(p, triple.context, triple.objects.find(o => o.object.kind === p.kind)!.object.apiVersion, true).map(e => e.object));
  return verify({ graph, intent: triple.intent, snapshot: cluster.snapshot, guardrails, conventions }).findings.filter(f => f.severity !== 'warning').map(f => `${f.rule} ${f.object} ${f.path}`);
}
