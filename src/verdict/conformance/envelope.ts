/** The envelopes that apply to an intent, added up. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { toCel, type Expression } from '../cel.ts';
import type { Envelope, Requirement } from '../envelopes.ts';
import { asList, asObject, asText, at } from '../types.ts';
import type { Reading } from './reading.ts';

export interface Allowance {
  /** `Kind/name` called for. */
  objects: Set<string>;
  ingress: JsonObject[];
  egress: JsonObject[];
  labels: JsonObject;
  podLabels: JsonObject;
  podAnnotations: JsonObject;
  kindLabels: Map<string, JsonObject>;
  kindAnnotations: Map<string, JsonObject>;
  /** Data of ConfigMaps that are no stated files, by name. */
  maps: Map<string, JsonObject>;
  identity: JsonObject;
  /** Mount paths of scratch space nobody asked for. */
  scratch: string[];
  /** Tolerations beside the stated ones. */
  tolerations: JsonObject[];
  /** Containers before the main one, beside the stated ones. */
  init: JsonObject[];
  /** Paths of the intent that were accounted for. */
  answers: Set<string>;
  degraded: string[];
  findings: Finding[];
}

export const allowanceOf = (reading: Reading): Allowance => {
  const allowance: Allowance = {
    objects: new Set(), ingress: [], egress: [], labels: {}, podLabels: {}, podAnnotations: {}, kindLabels: new Map(), kindAnnotations: new Map(), maps: new Map(), identity: {}, scratch: [], tolerations: [], init: [], answers: new Set(), degraded: [], findings: [],
  };
  for (const envelope of reading.guardrails.envelopes) {
    if (!envelope.each) { apply(envelope, reading, allowance, {}); continue; }
    const items = at(reading.intent.spec as unknown as Json, ...envelope.each.split('.'));
    asList(items).forEach((item, index) => apply(envelope, reading, allowance, { item: toCel(item), index: BigInt(index) }, index));
  }
  return allowance;
};

/** What differs from one look at an intent and its workload to the next. */
const UNSETTLED = ['settings', 'cluster', 'graph', 'effects'] as const;
type Ask = (expression: Expression) => Json;

/** Answers for an intent, or for an item of one of its lists. What looks at none of that says the same for as long as the rest is as it was. */
function asking({ intent, template, snapshot, guardrails, memo, variables }: Reading, extra: JsonLike, index = -1): Ask {
  const given = { ...variables, ...extra }, known = memo.answers.of(intent, [template.workload, guardrails, snapshot.kinds, variables.nodes, variables.minor], () => new Map());
  return expression => {
    if (UNSETTLED.some(name => expression.names.has(name))) return expression(given);
    let answers = known.get(expression);
    if (!answers) known.set(expression, answers = []);
    return answers[index + 1] ??= expression(given);
  };
}

const apply = (envelope: Envelope, reading: Reading, allowance: Allowance, extra: JsonLike, index?: number): void => {
  const ask = asking(reading, extra, index);
  const fail = (cause: unknown) => void allowance.findings.push({ rule: 'envelope-unreadable', severity: 'refused', object: '', path: '', message: `the envelope '${envelope.name}' cannot be evaluated: ${(cause as Error).message.split('\n')[0]}`, fix: 'Mend the envelope, or write the fields it reads.' });
  try {
    if (ask(envelope.when) !== true) return;
    const map = (expression: Envelope['labels']) => (expression ? asObject(ask(expression)) : {});
    const texts = (expression: Envelope['objects']) => (expression ? (ask(expression) as Json[]).map(asText) : []);
    for (const object of texts(envelope.objects)) allowance.objects.add(object);
    if (envelope.ingress) allowance.ingress.push(...asList(ask(envelope.ingress)));
    if (envelope.egress) allowance.egress.push(...asList(ask(envelope.egress)));
    Object.assign(allowance.labels, map(envelope.labels));
    Object.assign(allowance.podLabels, map(envelope.podLabels));
    Object.assign(allowance.podAnnotations, map(envelope.podAnnotations));
    Object.assign(allowance.identity, map(envelope.identity));
    for (const [name, data] of Object.entries(map(envelope.maps))) allowance.maps.set(name, asObject(data));
    for (const [kind, expression] of envelope.kindLabels) allowance.kindLabels.set(kind, { ...allowance.kindLabels.get(kind), ...map(expression) });
    for (const [kind, expression] of envelope.kindAnnotations) allowance.kindAnnotations.set(kind, { ...allowance.kindAnnotations.get(kind), ...map(expression) });
    if (envelope.tolerations) allowance.tolerations.push(...asList(ask(envelope.tolerations)));
    if (envelope.init) allowance.init.push(...asList(ask(envelope.init)));
    allowance.scratch.push(...texts(envelope.scratch));
    allowance.degraded.push(...texts(envelope.degraded));
    for (const answer of envelope.answers) allowance.answers.add(index === undefined ? answer : answer.replace('[]', `[${index}]`));
  } catch (cause) { fail(cause); return; }
  for (const requirement of envelope.requires) demand(requirement, ask, reading, allowance);
};
type JsonLike = Record<string, unknown>;

const demand = (requirement: Requirement, ask: Ask, reading: Reading, allowance: Allowance): void => {
  let cause = '';
  try {
    if (ask(requirement.that) === true) return;
    if (requirement.got) cause = `; found ${JSON.stringify(ask(requirement.got))}`;
  } catch (error) {
    cause = ` (${(error as Error).message.split('\n')[0]})`;
  }
  const kinds = requirement.object.split('|');
  const object = requirement.object === 'workload' ? reading.template.workload : reading.graph.find(candidate => kinds.includes(candidate.kind));
  const path = requirement.path.replace('{pod}', reading.template.path).replace('{main}', reading.mainPath);
  allowance.findings.push({ rule: requirement.rule, severity: 'refused', object: object ? objectName(object) : kinds[0]!, path, message: requirement.message + cause, fix: requirement.fix });
};
