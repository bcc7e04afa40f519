/** A graph read into effects: what runs, and what every object does to it, from the graph and from the cluster. */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { objectName, splitApiVersion } from '../../kubernetes.ts';
import type { Snapshot } from '../../snapshot/types.ts';
import { fromCel, toCel } from '../cel.ts';
import { settingsOf } from '../cluster.ts';
import type { Variables } from '../envelopes.ts';
import { podTemplate, type PodTemplate } from '../pod.ts';
import { selectorMatches } from '../selector.ts';
import { asList, asObject, type Guardrails, type Subject } from '../types.ts';

export interface Reading {
  intent: Intent;
  name: string;
  namespace: string;
  graph: KubeObject[];
  snapshot: Snapshot;
  guardrails: Guardrails;
  template: PodTemplate;
  main: JsonObject;
  /** Path of the main container in the workload. */
  mainPath: string;
  /** What readers and envelopes see, as CEL values. */
  variables: Variables;
}

export const readerKind = (object: KubeObject): string => `${splitApiVersion(object.apiVersion).group}/${object.kind}`;
const key = (object: KubeObject): string => `${readerKind(object)}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

const effectsOf = (object: KubeObject, origin: 'graph' | 'declared' | 'cluster', guardrails: Guardrails, settings: JsonObject): JsonObject[] => {
  const reader = guardrails.readers.get(readerKind(object));
  if (!reader?.effects) return [];
  const effects = reader.effects({ object: toCel(object), settings: toCel(settings) });
  return asList(effects).map(effect => ({ ...effect, origin, kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace ?? '' }));
};

const clusterEffects = new WeakMap<Snapshot, WeakMap<Guardrails, { key: string; effects: JsonObject[] }[]>>();
const effectsOfCluster = (snapshot: Snapshot, guardrails: Guardrails): { key: string; effects: JsonObject[] }[] => {
  const known = clusterEffects.get(snapshot) ?? new WeakMap();
  clusterEffects.set(snapshot, known);
  let all = known.get(guardrails);
  if (!all) {
    const settings = settingsOf(snapshot);
    all = snapshot.objects.map(object => {
      // An existing object that no longer fits its reader still acts; its effects are unknown and it is named as such.
      try { return { key: key(object), effects: effectsOf(object, 'cluster', guardrails, settings) }; }
      catch { return { key: key(object), effects: [{ type: 'unknown', origin: 'cluster', kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace ?? '' }] }; }
    }).filter(({ effects }: { effects: JsonObject[] }) => effects.length);
    known.set(guardrails, all);
  }
  return all!;
};

const clusterValues = new WeakMap<Snapshot, Variables>();
const ofCluster = (snapshot: Snapshot): Variables => {
  let values = clusterValues.get(snapshot);
  if (!values) {
    values = {
      settings: toCel(settingsOf(snapshot)),
      served: snapshot.kinds.map(({ group, kind }) => `${group}/${kind}`),
      cluster: toCel(snapshot.objects),
      nodes: toCel(snapshot.nodes),
      // Some distributions write `30+`, some leave it to gitVersion.
      minor: BigInt(parseInt(/\d+/.exec(snapshot.version.minor)?.[0] ?? /^v?\d+\.(\d+)/.exec(snapshot.version.gitVersion)?.[1] ?? '0', 10)),
    };
    clusterValues.set(snapshot, values);
  }
  return values;
};

/** The intent with every group present, so that data can ask `has(intent.networking.tls)` without asking for each level. */
const filled = (intent: Intent): JsonObject => {
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
export const read = ({ graph, snapshot, guardrails }: Subject, intent: Intent, licensed: (object: KubeObject) => boolean): { reading?: Reading; findings: Finding[] } => {
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
  const settings = settingsOf(snapshot);
  const inGraph = new Set(graph.map(key));
  const findings: Finding[] = [];
  const labels = asObject(template.metadata.labels);
  const graphEffects = graph.flatMap(object => {
    // What overrides add acts too, but was not synthesised.
    try { return effectsOf(object, licensed(object) ? 'declared' : 'graph', guardrails, settings); }
    catch (cause) {
      findings.push({ rule: 'unreadable-object', severity: 'refused', object: objectName(object), path: '', message: `its effects cannot be read: ${(cause as Error).message.split('\n')[0]}`, fix: 'Write the fields its reader needs.' });
      return [];
    }
  });
  const others = effectsOfCluster(snapshot, guardrails).filter(entry => !inGraph.has(entry.key)).flatMap(({ effects }) => effects);
  const effects: JsonObject[] = [...graphEffects, ...others].map(effect => ({
    ...effect,
    // No selector selects every pod of the namespace; `everywhere` is an effect on all namespaces.
    selectsPod: (effect.namespace === namespace || effect.everywhere === true) && (effect.selector === null || effect.selector === undefined || selectorMatches(effect.selector, labels)),
  }));
  for (const effect of effects)
    if (effect.type === 'unknown' && effect.selectsPod) findings.push({ rule: 'unreadable-object', severity: 'review', object: `${String(effect.kind)}/${String(effect.name)}`, path: '', message: 'exists in the namespace, and its effects cannot be read', fix: 'Review what it does to this service.' });
  const variables: Variables = {
    ...ofCluster(snapshot), name, ns: namespace, intent: toCel(filled(intent)), graph: toCel(own as unknown as Json),
    workload: toCel(template.workload), pod: toCel({ metadata: { labels: {}, annotations: {}, ...template.metadata }, spec: template.spec }), main: toCel(main), effects: toCel(effects as Json),
  };
  return { reading: { intent, name, namespace, graph: own, snapshot, guardrails, template, main, mainPath: `${template.path}.spec.containers[${mainIndex}]`, variables }, findings };
};

export const effectsIn = (reading: Reading): JsonObject[] => asList(fromCel(reading.variables.effects));
