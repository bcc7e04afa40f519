/** Existing manifests to ServiceIntents: one per workload, wired to each other, with overrides for what the platform's standard does otherwise. */
import type { Finding } from '../diagnostic.ts';
import { showPath } from '../intent/validate.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Setting } from '../synthesis/synthesise.ts';
import { choicesFor } from './choose.ts';
import { annotationsOf } from './clean.ts';
import { added, noFigures } from './figures.ts';
import type { Figures } from './figures.ts';
import { grouped, isRoute, podOf, sharedBy, uses } from './group.ts';
import type { Group } from './group.ts';
import { asObject, asText, at } from './json.ts';
import { roundTrip } from './round-trip.ts';
import type { Trip } from './round-trip.ts';
import type { OutOfScope } from './scope.ts';
import { isCalled, wiresOf } from './wires.ts';

export interface Imported {
  intents: Intent[];
  outOfScope: OutOfScope[];
  figures: Figures;
  /** What a reader has to know; `review` where something is lost. */
  findings: Finding[];
  trips: { group: Group; trip: Trip }[];
}

export async function importManifests(objects: readonly KubeObject[], setting: Setting, tell: (done: string) => void = () => undefined): Promise<Imported> {
  const { groups, outOfScope } = grouped(objects, setting.cluster.snapshot);
  const shared = settled(groups), wires = wiresOf(groups);
  const choices = await choicesFor(setting, { exposure: groups.some(g => g.services.length > 0), peer: [...wires.values()].some(w => w.to.length > 0), volumes: groups.some(g => at(podOf(g.workload).spec, 'volumes') !== undefined), notes: groups.flatMap(g => Object.entries(annotationsOf(podOf(g.workload).metadata)).map(([key, value]) => [key, asText(value)] as const)) });
  if (choices.volumes.named) lendClaims(groups);
  const trips: Imported['trips'] = [], findings: Finding[] = [];
  for (const group of groups) {
    const trip = await roundTrip(group, choices, wires.get(group)!, setting, shared);
    trips.push({ group, trip });
    findings.push(...said(group, trip));
    tell(group.name);
  }
  findings.push(...outOfScope.map(({ object, reason }): Finding => ({ rule: 'out-of-scope', severity: 'warning', object, path: '', message: `it is not imported: ${reason}`, fix: 'Keep it as it is, beside the intents.' })));
  return { intents: trips.map(t => t.trip.intent), outOfScope, figures: trips.map(t => t.trip.figures).reduce(added, noFigures()), findings, trips };
}

/** What selects the pods of several workloads, by the names of these. */
type Shared = Map<KubeObject, string[]>;
/** Keys that the platform writes itself. */
const reserved = /(^|\.)kubernetes\.io\//;

/**
 * Services of which the name is an effect, since others call them by it and no graph has one of that name, stay beside the
 * graph. So does what selects the pods of several workloads; these then keep a label by which it finds them.
 */
function settled(groups: readonly Group[]): Shared {
  const shared: Shared = new Map();
  for (const g of groups) for (const service of g.services) {
    const { name } = service.metadata, called = name !== g.name && name !== `${g.name}-headless` && isCalled(groups, name);
    if (called && at(g.workload['spec'], 'serviceName') === name) g.governing = name;
    if (!called || !g.objects.includes(service)) continue;
    // What leads to it stays with it.
    for (const o of [service, ...g.objects.filter(other => isRoute(other.kind))]) { g.objects.splice(g.objects.indexOf(o), 1); g.extras.push(o); }
  }
  for (const o of groups.flatMap(g => g.extras)) {
    const of = sharedBy(groups, o);
    if (!of.length) continue;
    shared.set(o, of.map(g => g.name));
    if (o.kind !== 'Service') continue;
    const spec = asObject(o['spec']);
    if (Object.keys(asObject(spec['selector'])).some(key => reserved.test(key))) spec['selector'] = { [o.metadata.name]: 'member' };
    for (const g of of) g.labels = { ...g.labels, ...asObject(spec['selector']) as Record<string, string> };
  }
  return shared;
}

/** A claim that several workloads mount is stated by one of them, by one that can where there is such, and the others refer to it. */
function lendClaims(groups: readonly Group[]): void {
  for (const claim of new Set(groups.flatMap(g => [...g.held.values()].filter(o => o.kind === 'PersistentVolumeClaim')))) {
    const [, ...others] = groups.filter(g => g.held.get(objectName(claim)) === claim && uses(podOf(g.workload).spec, claim)).toSorted((a, b) => Number(hasMany(a)) - Number(hasMany(b)));
    for (const g of others) (g.lent ??= new Set()).add(claim.metadata.name);
  }
}
const hasMany = (g: Group): boolean => ['StatefulSet', 'DaemonSet'].includes(g.workload.kind) || g.objects.some(o => o.kind === 'HorizontalPodAutoscaler');

function said(group: Group, { lost, findings, outcome, intent }: Trip): Finding[] {
  const object = objectName(group.workload), name = intent.metadata.name, out: Finding[] = [];
  if (group.hook !== undefined) out.push({ rule: 'hook-not-kept', severity: 'warning', object, path: 'metadata.annotations', message: `it ran at a moment of an installation (${group.hook}); ${name} runs whenever it is applied`, fix: 'State it as workload.migration of the service it prepares, or let it run by hand.' });
  if (!outcome.graph.length) {
    out.push({ rule: 'import-not-synthesised', severity: 'review', object, path: '', message: `the intent ${name} was written, and nothing could be synthesised from it: ${findings.map(f => `${f.rule}: ${f.message}`).join('; ')}`, fix: 'Resolve these, and compile the intent with `kubesynth synth` to see what it becomes.' });
    return out;
  }
  for (const part of lost) out.push({ rule: 'import-lost', severity: 'review', object, path: showPath(part.steps.map(s => (/^\d+$/.test(s) ? Number(s) : s))), message: `${part.class}: ${brief(part.original)} became ${brief(part.synthesised)}, and no override can say so`, fix: 'Carry it over by hand, or accept what the platform writes.' });
  if (findings.length) {
    const [first, ...more] = findings;
    out.push({ rule: 'import-not-accepted', severity: 'warning', object: `ServiceIntent/${name}`, path: '', message: `the checker would not accept it here: ${first!.rule}: ${first!.object} ${first!.path} ${first!.message}${more.length ? `, and ${more.length} more` : ''}`, fix: `Run \`kubesynth synth\` on it for all of them; ${first!.fix}` });
  }
  return out;
}
const brief = (value: unknown): string => { const text = value === undefined ? 'nothing' : JSON.stringify(value); return text.length > 60 ? `${text.slice(0, 57)}…` : text; };
