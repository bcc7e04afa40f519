/** Which objects there are, where, under which names and labels, and whom their selectors select. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { same } from '../equal.ts';
import { asList, asObject, at } from '../types.ts';
import type { Allowance } from './envelope.ts';
import { readerKind } from './existing.ts';
import type { Reading } from './reading.ts';

export const answers = ['labels', 'annotations', 'workload.pod.annotations'];

export const checkMetadata = (reading: Reading, allowance: Allowance): Finding[] => {
  const findings: Finding[] = [];
  const finding = (rule: string, object: string, path: string, message: string, fix: string) => void findings.push({ rule, severity: 'refused', object, path, message, fix });
  const stated = { labels: asObject(reading.intent.spec.labels as Json | undefined), annotations: asObject(reading.intent.spec.annotations as Json | undefined) };
  const names = reading.graph.map(objectName);
  for (const [index, object] of reading.graph.entries()) {
    const name = objectName(object);
    if (names.indexOf(name) !== index && reading.graph.findIndex(other => objectName(other) === name && readerKind(other) === readerKind(object)) !== index) finding('object-duplicate', name, '', 'is written twice', 'Write it once.');
    // An API group tells kinds of the same name apart; an envelope may name it or not.
    if (![name, `${readerKind(object)}/${object.metadata.name}`].some(called => allowance.objects.has(called))) finding('object-not-called-for', name, '', 'nothing in the intent calls for this object', 'Leave it out, or state it under overrides.objects.');
    if (object.metadata.namespace !== reading.namespace) finding('foreign-namespace', name, 'metadata.namespace', `lies in '${object.metadata.namespace ?? ''}', not in '${reading.namespace}'`, "Write every object into the intent's namespace.");
    const own = object.metadata.name.startsWith(`${reading.intent.metadata.name}-`) ? `${object.kind}/${object.metadata.name.slice(reading.intent.metadata.name.length)}` : '';
    differences('labels', asObject(object.metadata.labels), { ...stated.labels, ...allowance.labels, ...allowance.kindLabels.get(object.kind), ...allowance.kindLabels.get(own) }, name, 'metadata.labels', finding);
    differences('annotations', asObject(object.metadata.annotations), { ...stated.annotations, ...allowance.kindAnnotations.get(object.kind), ...allowance.kindAnnotations.get(own) }, name, 'metadata.annotations', finding);
  }
  for (const called of allowance.objects)
    if (!reading.graph.some(object => [objectName(object), `${readerKind(object)}/${object.metadata.name}`].includes(called))) finding('object-missing', called, '', 'the intent calls for this object, and the graph lacks it', 'Write it.');
  const { template } = reading;
  const pod = objectName(template.workload);
  differences('labels', asObject(template.metadata.labels), { ...stated.labels, ...allowance.labels, ...allowance.podLabels }, pod, `${template.path}.metadata.labels`, finding);
  differences('annotations', asObject(template.metadata.annotations), { ...stated.annotations, ...asObject(at(reading.intent.spec.workload as unknown as Json, 'pod', 'annotations')), ...allowance.podAnnotations }, pod, `${template.path}.metadata.annotations`, finding);
  selectors(reading, allowance, finding);
  return findings;
};

type Finder = (rule: string, object: string, path: string, message: string, fix: string) => void;

const differences = (what: string, got: JsonObject, wanted: JsonObject, object: string, path: string, finding: Finder): void => {
  for (const key of Object.keys({ ...got, ...wanted }).sort())
    if (!same(got[key], wanted[key])) finding(`${what}-differ`, object, `${path}.${key}`, `'${key}' is ${JSON.stringify(got[key] ?? null)} where ${JSON.stringify(wanted[key] ?? null)} is called for`, 'Write exactly the labels and annotations called for.');
};

/**
 * The workload's selector must be the identifying labels: fewer would select strangers, others might select nobody. Every other
 * one must be the workload's, also where that was stated by hand.
 */
const selectors = (reading: Reading, allowance: Allowance, finding: Finder): void => {
  const identity = { matchLabels: allowance.identity }, wanted = at(reading.template.workload.spec, 'selector') ?? identity;
  const check = (object: KubeObject, path: string, selector: Json | undefined, wanted: Json) => {
    if (selector !== undefined && !same(selector, wanted)) finding('selector-misses', objectName(object), path, `selects ${JSON.stringify(selector)}, not exactly ${JSON.stringify(wanted)}`, 'Select the pods of this service alone.');
  };
  const { workload, spec, path } = reading.template;
  check(workload, 'spec.selector', at(workload.spec, 'selector'), identity);
  asList(spec.topologySpreadConstraints).forEach((constraint, index) => check(workload, `${path}.spec.topologySpreadConstraints[${index}].labelSelector`, constraint.labelSelector ?? null, wanted));
  for (const policy of reading.graph.filter(({ kind, apiVersion }) => kind === 'NetworkPolicy' && apiVersion.startsWith('networking.k8s.io/'))) check(policy, 'spec.podSelector', at(policy.spec, 'podSelector') ?? null, wanted);
  for (const effect of reading.effects)
    if (effect.origin === 'graph' && 'selector' in effect && !same(effect.selector, wanted))
      finding('selector-misses', `${String(effect.kind)}/${String(effect.name)}`, 'spec', `selects ${JSON.stringify(effect.selector)}, not exactly ${JSON.stringify(wanted)}`, 'Select the pods of this service alone.');
};
