/** A graph read into effects: what runs, and what every object does to it, from the graph and from the cluster. */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { toCel } from '../cel.ts';
import type { Variables } from '../envelopes.ts';
import type { Memo } from '../memo.ts';
import { podTemplate, type PodTemplate } from '../pod.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asObject, type Guardrails, type Checking } from '../types.ts';
import { actingIn, effectsOf, keyOf, variablesOf } from './existing.ts';

export interface Reading {
  intent: Intent;
  name: string;
  namespace: string;
  graph: KubeObject[];
  snapshot: Snapshot;
  guardrails: Guardrails;
  memo: Memo;
  template: PodTemplate;
  main: JsonObject;
  /** Path of the main container in the workload. */
  mainPath: string;
  /** What every object does, those of the cluster included that act on the pod. */
  effects: JsonObject[];
  /** What readers and envelopes see, as CEL values. */
  variables: Variables;
}

/** The intent with every group present, so that data can ask `has(intent.networking.tls)` without asking for each level. */
export const filled = (intent: Intent): JsonObject => {
  const spec = intent.spec as unknown as JsonObject;
  const workload = asObject(spec.workload);
  const groups = Object.fromEntries(['identity', 'security', 'placement', 'rollout', 'schedule', 'probes'].map(group => [group, asObject(workload[group])]));
  const lists = Object.fromEntries(['ports', 'volumes', 'files', 'init', 'sidecars'].map(list => [list, workload[list] ?? []]));
  return {
    ...spec, workload: { ...workload, ...groups, ...lists }, networking: asObject(spec.networking), scaling: asObject(spec.scaling), observability: asObject(spec.observability),
    dependencies: spec.dependencies ?? [], labels: asObject(spec.labels), annotations: asObject(spec.annotations),
  };
};

/** Reads the graph. Without exactly one workload with a main container there is nothing to compare, which is a finding. */
export const read = ({ graph, snapshot, guardrails, memo, values }: Checking, intent: Intent, licensed: (object: KubeObject) => boolean): { reading?: Reading; findings: Finding[] } => {
  const { name, namespace = 'default' } = intent.metadata;
  const own = graph.filter(object => !licensed(object));
  const templates = own.map(podTemplate).filter(template => template !== undefined);
  const refuse = (rule: string, object: string, message: string, fix: string) => ({ findings: [{ rule, severity: 'refused' as const, object, path: '', message, fix }] });
  if (templates.length !== 1) return refuse('workload-count', '', `the graph runs ${templates.length} workloads (${templates.map(({ workload }) => objectName(workload)).join(', ') || 'none'}), not one`, 'Write exactly one workload; add further ones under overrides.objects.');
  const template = templates[0]!;
  const sidecars = new Set((intent.spec.workload.sidecars ?? []).map(({ name: sidecar }) => sidecar));
  const containers = asList(template.spec.containers);
  const mainIndex = containers.findIndex(container => container.name === name) >= 0 ? containers.findIndex(container => container.name === name) : containers.findIndex(container => !sidecars.has(container.name as string));
  const main = containers[mainIndex];
  if (!main) return refuse('container-missing', objectName(template.workload), 'no main container', `Write a container named ${name}.`);
  const { settings } = variablesOf(snapshot);
  const inGraph = new Set(graph.map(keyOf)), seen = (object: KubeObject | JsonObject): unknown => values.of(object, [], () => toCel(object));
  const findings: Finding[] = [];
  const labels = asObject(template.metadata.labels);
  const graphEffects = graph.flatMap(object => {
    // What overrides add acts too, but was not synthesised.
    try { return effectsOf(object, licensed(object) ? 'declared' : 'graph', guardrails, settings, { memo, values }); }
    catch (cause) {
      findings.push({ rule: 'unreadable-object', severity: 'refused', object: objectName(object), path: '', message: `its effects cannot be read: ${(cause as Error).message.split('\n')[0]}`, fix: 'Write the fields its reader needs.' });
      return [];
    }
  });
  // No selector selects every pod of the namespace; `everywhere` is an effect on all namespaces.
  const selects = (effect: JsonObject): boolean => (effect.namespace === namespace || effect.everywhere === true) && (effect.selector === null || effect.selector === undefined || selectorMatches(effect.selector, labels));
  const effects: JsonObject[] = [
    ...graphEffects.map(effect => ({ ...effect, selectsPod: selects(effect) })),
    ...actingIn(namespace, snapshot, guardrails).flatMap(({ key, effect }) => (!inGraph.has(key) && selects(effect) ? [{ ...effect, selectsPod: true }] : [])),
  ];
  for (const effect of effects)
    if (effect.type === 'unknown') findings.push({ rule: 'unreadable-object', severity: 'review', object: `${String(effect.kind)}/${String(effect.name)}`, path: '', message: 'exists in the namespace, and its effects cannot be read', fix: 'Review what it does to this service.' });
  const variables: Variables = {
    ...variablesOf(snapshot), name, ns: namespace, intent: toCel(filled(intent)), graph: own.map(seen),
    workload: seen(template.workload), pod: { metadata: toCel({ labels: {}, annotations: {}, ...template.metadata }), spec: seen(template.spec) }, main: seen(main), effects: toCel(effects as Json),
  };
  return { reading: { intent, name, namespace, graph: own, snapshot, guardrails, memo, template, main, mainPath: `${template.path}.spec.containers[${mainIndex}]`, effects, variables }, findings };
};
