/**
 * Features back to a concrete case: an intent that a developer could have written, with random names and values, and a
 * cluster, such that the real path (parse, default, observe, context) gives exactly these features again. Features of which
 * no intent can be written, since its schema forbids them together, give none.
 */
import { STAMPED } from '../candidate/stamp.ts';
import { buildContext } from '../context/context.ts';
import type { Context, ContextRules } from '../context/context.ts';
import { ABSENT, PRESENT, classFields, featureTokens } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import { Refusal } from '../diagnostic.ts';
import { paces } from '../intent/checks.ts';
import { withDefaults } from '../intent/defaults.ts';
import { readIntent } from '../intent/parse.ts';
import type { Intent } from '../intent/types.ts';
import { intentFields } from '../intent/walk.ts';
import type { IntentField } from '../intent/walk.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import type { Random } from '../playbook/sample.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Clusters } from './cluster.ts';
import { isTcp, Values } from './values.ts';

/** `written` is the intent as its author has it, without defaults. */
export interface Concrete { written: Intent; intent: Intent; snapshot: Snapshot; context: Context }
/** Why features could not be made concrete, in one line. */
export interface Impossible { why: string }

export interface Rules extends ContextRules { defaults: Record<string, string>; taught: string[] }
type ItemSpec = Extract<FeatureSpec, { type: 'items' }>;

/** @param noise how often a field on which nothing is decided is stated; `many`: lists are long */
export function concretise(rules: Rules, features: Features, clusters: Clusters, random: Random, noise: number, many = false): Concrete | Impossible {
  const values = new Values(random, noise, many);
  let written: Intent;
  try { written = readIntent(writeIntent(rules, features, values)); } catch (e) {
    if (e instanceof Refusal) return { why: `${e.findings[0]!.rule}: ${e.findings[0]!.path}` };
    throw e;
  }
  const intent = withDefaults(written, rules.defaults), snapshot = clusters.draw(rules.specs, features, random, values.named);
  const context = buildContext(rules, intent, snapshot), wanted = featureTokens(rules.specs, features);
  const other = wanted.filter(t => !context.tokens.includes(t));
  return other.length || context.tokens.length !== wanted.length ? { why: `no cluster or intent shows ${other.join(', ')}` } : { written, intent, snapshot, context };
}

/** An intent that shows these features, as far as an intent shows any. */
export function writeIntent(rules: Rules, features: Features, values: Values): JsonObject {
  const spec: JsonObject = {}, byName = new Map(rules.specs.map(s => [s.name, s]));
  const ports = features['workload.ports'] === ABSENT ? [] : statedPorts(features, rules, values);
  const probed = ports.length ? ports : [];
  set(spec, 'workload.containerImage', values.image());
  if (features['workload.ports'] === PRESENT && ports.length) set(spec, 'workload.ports', ports);
  for (const field of intentFields) {
    const feature = byName.get(field.key), items = byName.get(`${field.key}[]`);
    if (field.key.startsWith('metadata.') || field.key === 'workload.ports' || field.key === 'workload.containerImage') continue;
    if (items?.type === 'items') {
      const list = (features[items.name] as string[]).flatMap(name => values.listOf([1, 1, 1, 2, 2, 3], () => item(field, items, name, rules, values)));
      if (list.length) set(spec, field.path, shuffle(list, values) as Json);
      continue;
    }
    const value = feature ? stated(feature, features, field, rules, values, probed) : values.chance(values.noise) && (rules.taught.includes(field.key) || FREE.has(field.key)) && sensible(field.key, features) ? values.of(field.key, probed) : undefined;
    if (value !== undefined) set(spec, field.path, value);
  }
  complete(spec, features, ports, rules, values);
  return {
    apiVersion: 'synthesis.platform/v1alpha1', kind: 'ServiceIntent',
    metadata: { name: values.label(), ...(values.chance(0.7) ? { namespace: values.label() } : {}) }, spec,
  };
}

/** Taught by no example, since no model writes them. */
const FREE: ReadonlySet<string> = new Set(STAMPED);

/** Ports as stated; now and then none where the default port says the same. */
function statedPorts(features: Features, rules: Rules, values: Values): JsonObject[] {
  const nonTcp = features['fact:port.nonTcp'] === PRESENT, ports = values.ports(nonTcp), kind = features['workload.kind'];
  const byDefault = kind === 'service' || kind === 'stateful';
  return byDefault && !nonTcp && values.chance(0.3) ? [] : ports;
}

function stated(feature: FeatureSpec, features: Features, field: IntentField, rules: Rules, values: Values, ports: readonly JsonObject[]): Json | undefined {
  const value = features[feature.name] as string;
  if (value === ABSENT) return undefined;
  if (feature.type === 'presence') return values.of(field.key, ports);
  // A default need not be written.
  if (rules.defaults[field.key] === value && values.chance(0.5)) return undefined;
  return written(field, value);
}

/** Closed booleans are not strings. */
const written = (field: IntentField, value: string): Json => (field.values?.includes(true) ? value === 'true' : value);

/** Fields that make sense, or that the schema admits, only beside others. */
function sensible(key: string, features: Features): boolean {
  if (key.startsWith('networking.auth.')) return features['networking.auth.issuer'] === PRESENT;
  if (key.startsWith('observability.metricsEndpoint.')) return features['observability.metricsEndpoint.port'] === PRESENT;
  if (key.startsWith('workload.schedule.')) return features['workload.schedule.cron'] === PRESENT;
  if (key === 'networking.publishNotReadyAddresses') return features['workload.kind'] === 'stateful';
  if (key.startsWith('workload.rollout.')) return paces[key.slice('workload.rollout.'.length)]?.includes(features['workload.kind'] as string) ?? true;
  if (key.startsWith('scaling.queue.')) return features['scaling.queue.length'] === PRESENT;
  if (key.startsWith('scaling.metric.')) return features['scaling.metric.name'] === PRESENT;
  return true;
}

/** What the schema requires beside a stated field, and values that depend on each other. */
function complete(spec: JsonObject, features: Features, ports: readonly JsonObject[], rules: Rules, values: Values): void {
  const auth = get(spec, 'networking.auth');
  if (auth) (auth as JsonObject)['jwksUri'] ??= values.of('networking.auth.jwksUri', [])!;
  if (features['scaling.metric.name'] === PRESENT) set(spec, 'scaling.metric.averageValue', values.of('scaling.metric.averageValue', [])!);
  const volumes = (get(spec, 'workload.volumes') ?? []) as JsonObject[], mounted = volumes.filter(v => v['mountPath'] !== undefined), apart = volumes.filter(v => v['mountPath'] === undefined);
  if (features['fact:tmp.volume'] === PRESENT && mounted.length) values.pick(...mounted)['mountPath'] = '/tmp';
  // What the main container does not mount, one beside it does.
  const beside = ['init', 'sidecars'].flatMap(list => (get(spec, `workload.${list}`) ?? []) as JsonObject[]);
  if (beside.length) for (const volume of apart) ((values.pick(...beside)['volumeMounts'] ??= []) as Json[]).push({ name: volume['name']!, mountPath: values.of('workload.volumes[].mountPath', [])!, ...(values.chance(0.3) ? { readOnly: true } : {}) });
  const dependencies = (get(spec, 'dependencies') ?? []) as JsonObject[];
  if (features['scaling.queue.length'] === PRESENT && dependencies.length) set(spec, 'scaling.queue.dependency', values.pick(...dependencies)['name']!);
  const items = rules.specs.find((s): s is ItemSpec => s.name === 'dependencies[]');
  const shown = (d: JsonObject): Record<string, string> => Object.fromEntries((items?.by ?? []).map(b => [b.field, d[b.field] === undefined ? ABSENT : b.role === 'keyword' ? String(d[b.field]) : PRESENT]));
  // A backup of what no example takes one of.
  const others = dependencies.filter(d => items?.by.some(b => b.field === 'backup') && blind(items, 'backup', shown(d)));
  if (features['fact:backup.misplaced'] === PRESENT && others.length) values.pick(...others)['backup'] = 'daily';
  if (features['observability.metricsEndpoint.port'] !== PRESENT) return;
  const open = ports.filter(isTcp);
  set(spec, 'observability.metricsEndpoint.port', open.length ? values.pick(...open)['containerPort']! : 8080);
}

function item(field: IntentField, spec: ItemSpec, name: string, rules: Rules, values: Values): JsonObject {
  const fields = classFields(name), known = new Set(spec.by.map(b => b.field)), out: JsonObject = {};
  for (const f of field.items!) {
    const said = fields[f.path];
    if (said === ABSENT) continue;
    const own = said !== undefined ? (said === PRESENT ? values.of(f.key, []) : written(f, said)) : undefined;
    const beside = BESIDE[f.key], free = !known.has(f.path) && rules.taught.includes(f.key) && fitting(f.path, fields, out) && !(beside && blind(spec, beside, fields));
    const value = own ?? (free ? (REQUIRED.has(f.key) || values.chance(values.noise) ? values.of(f.key, []) : undefined) : undefined);
    if (value !== undefined) out[f.path] = value;
  }
  // Nothing is decided on it, but it is copied.
  for (const f of field.items!) {
    if (COPIED.has(f.key) && fields[f.path] === undefined && blind(spec, f.path, fields) && fitting(f.path, fields, out) && values.chance(values.noise)) out[f.path] = values.of(f.key, [])!;
  }
  const nested: JsonObject = {};
  for (const [path, value] of Object.entries(out)) set(nested, path, value!);
  return nested;
}

/** What means something only to items to which another field does. */
const BESIDE: Record<string, string> = { 'dependencies[].version': 'size' };
const COPIED = new Set(['dependencies[].shared', 'workload.files[].mode']);
const REQUIRED = new Set(['dependencies[].name', 'networking.egress[].port', 'workload.files[].path', 'workload.volumes[].name', ...['workload.init[]', 'workload.sidecars[]'].flatMap(list => [`${list}.name`, `${list}.containerImage`])]);

/** Whether no example looks at the field for items of this class. */
const blind = (spec: ItemSpec, field: string, fields: Record<string, string>): boolean =>
  !spec.by.find(b => b.field === field)!.when.some(w => Object.entries(w).every(([f, values]) => {
    const v = fields[f] ?? ABSENT;
    return values.includes(v) || (v !== ABSENT && values.includes(PRESENT));
  }));

/** Groups of item fields of which the schema admits one, and what belongs to persistent volumes only. */
function fitting(field: string, fields: Record<string, string>, out: JsonObject): boolean {
  const has = (name: string): boolean => name in out || (fields[name] ?? ABSENT) !== ABSENT;
  if (['storageClassName', 'accessModes'].includes(field)) return has('size') && !has('medium');
  if (['subPath', 'readOnly'].includes(field)) return has('mountPath');
  for (const group of [['host', 'cidr', 'shared'], ['content', 'configMap', 'secret'], ['size', 'medium', 'configMap', 'secret', 'projected'], ['claimName', 'medium', 'configMap', 'secret', 'projected']]) {
    if (group.includes(field) && group.some(other => other !== field && has(other))) return false;
  }
  return true;
}

function shuffle<T>(list: T[], values: Values): T[] {
  for (let i = list.length - 1; i > 0; i--) { const j = values.int(0, i); [list[i], list[j]] = [list[j]!, list[i]!]; }
  return list;
}

const get = (value: JsonObject, path: string): Json | undefined => path.split('.').reduce<Json | undefined>((v, k) => (v as JsonObject | undefined)?.[k], value);
function set(target: JsonObject, path: string, value: Json): void {
  const keys = path.split('.'), last = keys.pop()!;
  let at = target;
  for (const k of keys) at = (at[k] ??= {}) as JsonObject;
  at[last] = value;
}
