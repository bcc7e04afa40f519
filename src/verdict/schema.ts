/**
 * Layer 1: every object against the schema its API publishes, as server-side strict field validation would read it:
 * unknown fields are errors, and the `x-kubernetes-*` extensions are obeyed.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#validation-for-unrecognized-or-duplicate-fields
 */
import type { Finding } from '../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { Memo } from './memo.ts';
import type { Found } from './memo.ts';
import { asObject } from './types.ts';
import { scalarProblems, schemaType } from './schema-values.ts';
import { listProblems } from './schema-lists.ts';
import { ruleProblems } from './schema-rules.ts';

export type Schemas = Record<string, JsonObject>;
export interface Problem { path: string; message: string; fix: string }
export interface Walk {
  schemas: Schemas;
  /** Of the object walked, to name what stays unchecked. */
  kind: string;
  problems: Problem[];
  /** Rules that could not be evaluated here, by name. */
  unchecked: Set<string>;
  /** False inside anyOf, oneOf and not, where only values are compared. */
  strict: boolean;
}

export const checkSchema = (graph: readonly KubeObject[], snapshot: Snapshot, memo = new Memo()): { findings: Finding[]; unchecked: string[] } => {
  const all = graph.map(object => memo.schema.of(object, [openApiIndex(snapshot)], () => checked(object, snapshot)));
  return { findings: all.flatMap(found => found.findings), unchecked: [...new Set(all.flatMap(found => found.unchecked))].sort() };
};

const checked = (object: KubeObject, snapshot: Snapshot): Found => {
  const { group, version } = splitApiVersion(object.apiVersion), index = openApiIndex(snapshot);
  const found = index.find(group, object.kind, version), served = index.served(group, object.kind);
  const finding = (rule: string, { path, message, fix }: Problem): Finding => ({ rule, severity: 'refused', object: objectName(object), path, message, fix });
  if (!found || !served?.versions.includes(version)) {
    const instead = served?.versions.length && !served.versions.includes(version) ? `Use ${[group, served.versions[0]].filter(Boolean).join('/')}.` : 'Install what serves it, or leave it out.';
    return { findings: [finding('kind-not-served', { path: 'apiVersion', message: `this cluster does not serve ${object.apiVersion} ${object.kind}`, fix: instead })], unchecked: [] };
  }
  const walk: Walk = { schemas: snapshot.openapi[found.document]!.components.schemas, kind: object.kind, problems: [], unchecked: new Set(), strict: true };
  validate(object as Json, found.schema, '', walk);
  return { findings: walk.problems.map(problem => finding('schema', problem)), unchecked: [...walk.unchecked] };
};

/** The schema itself, with references and single-element allOf (how core types carry defaults) followed. */
export const resolve = (schema: JsonObject, schemas: Schemas): { schema: JsonObject; name: string } => {
  let current = schema;
  let name = '';
  for (let depth = 0; depth < 16; depth++) {
    const reference = typeof current.$ref === 'string' ? current.$ref
      : Array.isArray(current.allOf) && current.allOf.length === 1 && !current.properties ? asObject(current.allOf[0]).$ref : undefined;
    if (typeof reference !== 'string') break;
    name = reference.slice('#/components/schemas/'.length);
    current = schemas[name] ?? {};
  }
  return { schema: current, name };
};

export const validate = (value: Json, raw: JsonObject, path: string, walk: Walk): void => {
  const { schema, name } = resolve(raw, walk.schemas);
  const report = (message: string, fix = 'Write what the API allows.') => void walk.problems.push({ path, message, fix });
  if (value === null) {
    if (!schema.nullable && walk.strict) report('is null', 'Leave the field out.');
    return;
  }
  for (const problem of scalarProblems(value, schema, name, walk)) report(problem);
  const type = schemaType(schema);
  if (Array.isArray(value)) {
    if (type !== undefined && type !== 'array') return;
    for (const problem of listProblems(value, schema, walk)) report(problem);
    const items = schema.items;
    if (items) value.forEach((item, index) => validate(item, asObject(items), `${path}[${index}]`, walk));
  } else if (typeof value === 'object') {
    if (type !== undefined && type !== 'object') return;
    members(value, schema, name, path, walk);
  }
  combinations(value, schema, path, walk);
  if (walk.strict) for (const problem of ruleProblems(value, schema, walk)) report(problem);
};

const members = (value: JsonObject, schema: JsonObject, name: string, path: string, walk: Walk): void => {
  const properties = asObject(schema.properties);
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  for (const field of required)
    if (value[field] === undefined) walk.problems.push({ path: path ? `${path}.${field}` : field, message: 'is required', fix: 'Write the field.' });
  const extra = schema.additionalProperties;
  // A core type without properties (RawExtension) takes anything; a custom one that says nothing prunes, so nothing is known.
  const open = !walk.strict || schema['x-kubernetes-preserve-unknown-fields'] === true || extra === true
    || (extra === undefined && schema.properties === undefined && (name.startsWith('io.k8s.') || schema.type === undefined));
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const below = path ? `${path}.${key}` : key;
    if (Object.hasOwn(properties, key)) validate(member, asObject(properties[key]), below, walk);
    else if (extra && typeof extra === 'object') validate(member, asObject(extra), `${path}[${JSON.stringify(key)}]`, walk);
    else if (!open && !(schema['x-kubernetes-embedded-resource'] === true && ['apiVersion', 'kind', 'metadata'].includes(key)))
      walk.problems.push({ path: below, message: `unknown field '${key}'`, fix: 'Remove it: this cluster\'s API has no such field.' });
  }
};

/** anyOf, oneOf, allOf and not compare values only; structural schemas declare their fields outside them. */
const combinations = (value: Json, schema: JsonObject, path: string, walk: Walk): void => {
  const holds = (branch: Json): boolean => {
    const inner: Walk = { ...walk, problems: [], strict: false };
    validate(value, asObject(branch), path, inner);
    return inner.problems.length === 0;
  };
  const report = (message: string) => void walk.problems.push({ path, message, fix: 'See the API reference for the combinations it allows.' });
  if (schema['x-kubernetes-int-or-string'] === true) return;
  if (Array.isArray(schema.anyOf) && !schema.anyOf.some(holds)) report('matches none of the allowed forms');
  if (Array.isArray(schema.oneOf) && schema.oneOf.filter(holds).length !== 1) report('must match exactly one of the allowed forms');
  if (Array.isArray(schema.allOf) && !schema.allOf.every(holds)) report('does not match every required form');
  if (schema.not && holds(schema.not)) report('has a form that is not allowed');
};
