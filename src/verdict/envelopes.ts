/**
 * The data that tells the checker what a graph may do. A *reader* says which fields of a kind are understood and turns
 * an object into effects; an *envelope* says, for the intents it applies to, which effects must and may be there.
 * Neither holds objects or templates: they are predicates over what was read. Their format is in guardrails/README.md.
 */
import type { Json } from '../kubernetes.ts';
import { badInput } from '../diagnostic.ts';
import { compiler, type Expression } from './cel.ts';
import { fieldTree, type FieldTree } from './fields.ts';
import { asList, asObject, asText } from './types.ts';

export interface Reader {
  /** `group/Kind`; the core group is ''. */
  kind: string;
  /** The fields that some check answers for; any other field is refused. */
  fields: FieldTree;
  /** List of maps, each with `type`. */
  effects?: Expression;
}

export interface Requirement { rule: string; object: string; path: string; that: Expression; got?: Expression; message: string; fix: string }

export interface Envelope {
  name: string;
  when: Expression;
  /** List of the intent (`dependencies`, `networking.egress`) to whose items the envelope applies one by one. */
  each?: string;
  /** `Kind/name` of the objects it calls for. */
  objects?: Expression;
  /** NetworkPolicy rules: who must and may reach the pod, and whom the pod must and may reach. */
  ingress?: Expression;
  egress?: Expression;
  /** Labels and annotations: of every object, of the pod, of objects by kind, or by `Kind/SUFFIX` of the one whose name is the intent's with that suffix. */
  labels?: Expression;
  podLabels?: Expression;
  podAnnotations?: Expression;
  kindLabels: Map<string, Expression>;
  kindAnnotations: Map<string, Expression>;
  /** ConfigMaps beside the stated files, by name, with exactly this data. */
  maps?: Expression;
  /** Labels that identify the pods: every selector of the graph must be these. */
  identity?: Expression;
  /** Mount paths of scratch space that may be there though nobody asked. */
  scratch?: Expression;
  /** Tolerations beside those that the intent states. */
  tolerations?: Expression;
  /** Containers that run before the main one, after the stated ones: in the shape of the intent's init. */
  init?: Expression;
  /** Kinds of which it asks what is there in a namespace that need not be its own. */
  asks: readonly string[];
  requires: Requirement[];
  /** Paths of the intent this envelope accounts for. */
  answers: string[];
  degraded?: Expression;
}

const variables = ['name', 'ns', 'intent', 'settings', 'served', 'cluster', 'nodes', 'minor', 'graph', 'workload', 'pod', 'main', 'effects', 'item', 'index', 'object'] as const;
export type Variables = Partial<Record<(typeof variables)[number], unknown>>;
const compile = compiler('reading', variables);

const known = (value: Json, fields: readonly string[], where: string): void => {
  for (const field of Object.keys(asObject(value)))
    if (!fields.includes(field)) throw badInput('guardrail-malformed', `unknown field '${field}' in ${where}`, `Known fields: ${fields.join(', ')}.`, { object: where, path: field });
};

export const parseReader = (value: Json, file: string): Reader => {
  const { kind, fields, effects } = asObject(value);
  const where = `${file}: ${asText(kind)}`;
  known(value, ['kind', 'fields', 'effects'], where);
  return { kind: asText(kind), fields: fieldTree(Array.isArray(fields) ? fields.map(asText) : []), effects: effects === undefined ? undefined : compile(asText(effects), where) };
};

export const parseEnvelope = (value: Json, file: string): Envelope => {
  const raw = asObject(value);
  const where = `${file}: ${asText(raw.name)}`;
  known(value, ['name', 'because', 'when', 'each', 'objects', 'ingress', 'egress', 'labels', 'podLabels', 'podAnnotations', 'kindLabels', 'kindAnnotations', 'maps', 'identity', 'scratch', 'tolerations', 'init', 'requires', 'answers', 'degraded'], where);
  const optional = (field: string) => (raw[field] === undefined ? undefined : compile(asText(raw[field]), where));
  const byKind = (field: string) => new Map(Object.entries(asObject(raw[field])).map(([kind, source]) => [kind, compile(asText(source), where)]));
  return {
    name: asText(raw.name),
    when: compile(asText(raw.when ?? 'true'), where),
    each: raw.each === undefined ? undefined : asText(raw.each),
    objects: optional('objects'), ingress: optional('ingress'), egress: optional('egress'),
    labels: optional('labels'), podLabels: optional('podLabels'), podAnnotations: optional('podAnnotations'),
    kindLabels: byKind('kindLabels'), kindAnnotations: byKind('kindAnnotations'),
    maps: optional('maps'), identity: optional('identity'), scratch: optional('scratch'), tolerations: optional('tolerations'), init: optional('init'), degraded: optional('degraded'),
    asks: [...JSON.stringify(raw).matchAll(/\bofKind\('(\w+)', /g)].map(asked => asked[1]!),
    answers: Array.isArray(raw.answers) ? raw.answers.map(asText) : [],
    requires: asList(raw.requires).map(requirement => {
      known(requirement, ['rule', 'object', 'path', 'that', 'got', 'message', 'fix'], where);
      return {
        rule: asText(requirement.rule), object: asText(requirement.object), path: asText(requirement.path),
        that: compile(asText(requirement.that), where), got: requirement.got === undefined ? undefined : compile(asText(requirement.got), where),
        message: asText(requirement.message), fix: asText(requirement.fix),
      };
    }),
  };
};
