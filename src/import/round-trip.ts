/** One group through the pipeline and back: its intent, what the synthesised graph does otherwise, and the overrides that undo it. */
import { conventionsFor } from '../candidate/model.ts';
import { applyOverrides } from '../candidate/overrides.ts';
import type { Finding } from '../diagnostic.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import type { Outcome, Setting } from '../synthesis/synthesise.ts';
import { podTemplate } from '../verdict/pod.ts';
import { verify } from '../verdict/verify.ts';
import { differences } from './differences.ts';
import { draftOf, sideOf } from './draft.ts';
import type { Choices, Draft, Wires } from './draft.ts';
import { added, decisionsOfObject, figuresOf, noFigures, sharesOf } from './figures.ts';
import type { Classed, Figures, Shares } from './figures.ts';
import { droppable, fitted, lesser, tidy, unreadable, without } from './fit.ts';
import { uses } from './group.ts';
import type { Group } from './group.ts';
import { asList, asObject, asText } from './json.ts';
import { classOf } from './harden.ts';
import { overridesTo, stated } from './patch.ts';
import { policyClass, policyDecisions, rulesOf } from './policy.ts';
import type { Direction } from './policy.ts';
import { restored } from './restore.ts';
import { moveOf, retargeted } from './retarget.ts';
import { podIn, viewOf } from './view.ts';
import type { Side } from './view.ts';

export interface Trip {
  intent: Intent;
  figures: Figures;
  /** What arrives neither by the model nor by an override, place by place. */
  lost: Classed[];
  /** How the graph differs without overrides. */
  parts: Classed[];
  /** What speaks against the graph with its overrides; empty when it is accepted. */
  findings: Finding[];
  outcome: Outcome;
  /** The graph with the overrides: what the manifests say, where the platform's standard leaves it to them. Without a workload, nothing. */
  final: readonly KubeObject[];
  /** Decisions of objects that are carried beside the graph. */
  carried: number;
}

const directions: readonly Direction[] = ['ingress', 'egress'];
const tries = 12;

export async function roundTrip(group: Group, choices: Choices, wires: Wires, setting: Setting, shared: ReadonlyMap<KubeObject, string[]>): Promise<Trip> {
  const { intent: drafted, outcome, draft } = await synthesised(group, choices, wires, setting);
  const original = sideOf(group), view = viewOf(original);
  const workload = outcome.graph.find(o => podTemplate(o) !== undefined);
  if (!workload) {
    const parts = differences(view, {}).map((p): Classed => ({ ...p, class: 'lost' }));
    return { intent: drafted, figures: figuresOf(view, drafted.spec as unknown as JsonObject, parts, parts), lost: parts, parts, findings: outcome.findings.filter(speaks), outcome, final: [], carried: 0 };
  }
  const written = outcome.candidate!.objects.map(o => o.object);
  const side = sideFor(group, written);
  const parts = classed(view, viewOf(side));
  const policies = directions.filter(d => ['changed', 'lost'].includes(policyOf(original, side, d) ?? ''));
  const wanted = restored(original, side, parts.filter(p => p.class !== 'hardened'), policies);
  if (group.governing !== undefined) asObject(wanted.find(o => o.kind === 'StatefulSet')?.['spec'])['serviceName'] = group.governing;
  const carried = carriedBy(group, draft, original, { ...side, objects: wanted, workload: wanted.find(o => podTemplate(o) !== undefined)! }, shared);
  const overrides = stated(overridesTo(written, [...wanted, ...carried.map(o => withoutNamespace(o, group))]));
  const intent = overrides ? { ...drafted, spec: { ...drafted.spec, overrides } } as Intent : drafted;

  // Once more, as anyone will get it who compiles the intent.
  const full = { ...outcome.intent, spec: { ...outcome.intent.spec, ...(overrides ? { overrides } : {}) } } as Intent;
  const applied = applyOverrides(written, full, setting.cluster.snapshot);
  const final = sideFor(group, applied.graph), left = classed(view, viewOf(final));
  const stuck = directions.filter(d => ['changed', 'lost'].includes(policyOf(original, final, d) ?? '') && !sameRules(original, final, d));
  const verdict = verify({ graph: applied.graph, intent: full, snapshot: setting.cluster.snapshot, guardrails: setting.guardrails, synthesised: written, ...conventionsFor(setting.model.manifest, outcome.context) });
  const figures = [figuresOf(view, drafted.spec as unknown as JsonObject, parts, left), ...directions.map(d => policyFigures(original, side, d, stuck.includes(d))), ...carried.map(carriedFigures)].reduce(added);
  const lost = [...left.filter(p => p.class !== 'hardened' && p.steps.at(-1) !== 'shared'), ...stuck.map((d): Classed => ({ steps: ['policy', d], original: rulesOf(policyIn(original)!, d), synthesised: undefined, class: 'changed' }))];
  return { intent, figures, lost, parts, findings: [...unreadable(intent), ...applied.findings, ...verdict.findings.filter(speaks), ...outcome.findings.filter(f => f.rule === 'low-margin')], outcome, final: applied.graph, carried: carried.map(carriedFigures).reduce(added, noFigures()).leaves.total };
}

/** How much of a group's decisions a graph has that was made from `spec` alone, by whatever means. What is carried beside a graph, none has. */
export function likeness(group: Group, graph: readonly KubeObject[], spec: JsonObject, carried: number): Shares {
  const original = sideOf(group), view = viewOf(original), runs = graph.some(o => podTemplate(o) !== undefined);
  const side = runs ? sideFor(group, graph) : undefined;
  const shares = sharesOf(view, spec, side ? classed(view, viewOf(side)) : differences(view, {}).map((p): Classed => ({ ...p, class: 'lost' })));
  for (const d of directions) {
    const n = policyDecisions(policyIn(original), d), how = side ? policyOf(original, side, d) : 'lost';
    shares.unstated.total += n;
    if (how === 'hardened') shares.unstated.hardened += n; else if (how !== 'changed' && how !== 'lost') shares.unstated.equal += n;
  }
  shares.unstated.total += carried;
  return shares;
}

const speaks = (f: Finding): boolean => f.severity === 'refused' || f.severity === 'review';

/** Tries what the manifests say, and leaves out what cannot be said to the model in use. */
async function synthesised(group: Group, choices: Choices, wires: Wires, setting: Setting): Promise<{ intent: Intent; outcome: Outcome; draft: Draft }> {
  let first: { intent: Intent; outcome: Outcome; draft: Draft } | undefined;
  for (const keepClaims of [false, true]) {
    const draft = draftOf(group, choices, wires, keepClaims);
    if (keepClaims && !draft.needs.length) break;
    let intent = fitted(draft.intent), outcome = await synthesise(intent, setting);
    for (let round = 0; !outcome.graph.length && droppable(outcome.findings).length && round < tries; round++) {
      for (const path of droppable(outcome.findings)) intent = without(intent, path);
      intent = fitted(intent);
      outcome = await synthesise(intent, setting);
    }
    // A place that the platform mounts something at by itself needs no volume of the intent.
    const twice = mountedTwice(outcome.graph, group.name);
    if (twice.size) {
      intent = { ...intent, spec: { ...intent.spec, workload: { ...intent.spec.workload, volumes: intent.spec.workload.volumes?.filter(v => v.mountPath === undefined || !twice.has(v.mountPath)) } } };
      // Who mounted it beside the main container has nothing to refer to any more.
      outcome = await synthesise(intent = fitted(tidy(intent)), setting);
    }
    const found = { intent, outcome, draft };
    if (outcome.graph.length) return found;
    first ??= found;
  }
  for (const intent of lesser(first!.intent)) {
    const outcome = await synthesise(intent, setting);
    if (outcome.graph.length) return { ...first!, intent, outcome };
  }
  return first!;
}

function mountedTwice(graph: readonly KubeObject[], main: string): Set<string> {
  const container = graph.flatMap(o => asList(podTemplate(o)?.spec['containers'])).find(c => c['name'] === main), paths = asList(container?.['volumeMounts']).map(m => asText(m['mountPath']));
  return new Set(paths.filter((p, i) => paths.indexOf(p) !== i));
}

function sideFor(group: Group, graph: readonly KubeObject[]): Side {
  const workload = graph.find(o => podTemplate(o) !== undefined)!;
  const held = new Map([...group.held, ...graph.filter(o => o.kind === 'ConfigMap' || o.kind === 'PersistentVolumeClaim').map((o): [string, KubeObject] => [objectName(o), o])]);
  // What is carried beside the graph has no counterpart in the original's roles.
  const objects = graph.filter(o => !group.extras.some(e => e.kind === o.kind && e.metadata.name === o.metadata.name));
  return { workload, objects, main: group.name, held };
}

const classed = (original: JsonObject, view: JsonObject): Classed[] => differences(original, view).map(p => ({ ...p, class: classOf(p, original, view) }));
const policyIn = (side: Side): KubeObject | undefined => side.objects.find(o => o.kind === 'NetworkPolicy');
const policyOf = (original: Side, side: Side, d: Direction): ReturnType<typeof policyClass> => policyClass(policyIn(original), policyIn(side), d, podIn(original));
/** Peers that mean other workloads are named as these are labelled now. */
const sameRules = (original: Side, final: Side, d: Direction): boolean => JSON.stringify(rulesOf(policyIn(final)!, d)).length > 0 && policyDecisions(policyIn(original), d) === policyDecisions(policyIn(final), d);

function policyFigures(original: Side, side: Side, d: Direction, stuck: boolean): Figures {
  const f = noFigures(), n = policyDecisions(policyIn(original), d), how = policyOf(original, side, d);
  f.leaves.total = n;
  if (how === 'changed' || how === 'lost') { f.leaves[stuck ? 'lost' : 'override'] = n; f.differences[stuck ? 'changed' : 'equal'] = n; } else { f.leaves.inferred = n; f.differences[how === 'hardened' ? 'hardened' : 'equal'] = n; }
  return f;
}

function carriedFigures(object: KubeObject): Figures {
  const f = noFigures(), n = decisionsOfObject(object);
  f.leaves.total = f.leaves.override = f.differences.equal = n;
  return f;
}

/** Objects beside the graph: those that are nobody's counterpart, and those that the intent or what was put back refers to. */
function carriedBy(group: Group, draft: Draft, original: Side, wanted: Side, shared: ReadonlyMap<KubeObject, string[]>): KubeObject[] {
  const move = moveOf(original, wanted), pod = podTemplate(wanted.workload)!.spec;
  const referred = [...group.held.values()].filter(o => uses(pod, o) && !(o.kind === 'PersistentVolumeClaim' && group.lent?.has(o.metadata.name)) && !wanted.objects.some(w => w.kind === o.kind && w.metadata.name === o.metadata.name));
  // A route that the intent does not speak of was put back already.
  return [...new Set([...referred, ...draft.unspoken.filter(o => !wanted.objects.some(w => w.kind === o.kind && w.metadata.name === o.metadata.name)), ...group.extras])].map(o => retargeted(o, move, shared.get(o)));
}

/** The intent's namespace is that of its objects. */
const withoutNamespace = (o: KubeObject, group: Group): KubeObject => {
  if (o.metadata.namespace === undefined || o.metadata.namespace !== group.namespace) return o;
  const { namespace: _, ...metadata } = o.metadata;
  return { ...o, metadata: metadata as KubeObject['metadata'] };
};
