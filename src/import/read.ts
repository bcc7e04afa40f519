/** Text to objects: documents, v1 Lists, and what is wrong with them, all of it at once. */
import { keyOf, refOf } from '../change/paths.ts';
import { Exit, Refusal, badInput } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { readDocuments } from '../intent/source.ts';
import type { SourceDocument } from '../intent/source.ts';
import { objectName } from '../kubernetes.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { isMap } from './json.ts';

export interface Manifests {
  objects: KubeObject[];
  /** Lines that say something: neither empty nor comments nor separators. */
  lines: number;
}

/** An action of a template engine where a rendered manifest has a value. */
const word = String.raw`(?:[.$]|\/\*|(?:include|template|tpl|if|else|range|with|end|define|block|toYaml|default|required|printf|quote|lookup)\b)`;
const action = new RegExp(String.raw`\{\{-?\s*${word}`);
/** The same where YAML took it for a mapping in a mapping, which has no name. */
const asKey = new RegExp(String.raw`^\{\s*-?\s*${word}`);
/** Texts that may rightly hold such actions: files, scripts and what other programs expand. */
const freeText = new Set(['data', 'stringData', 'binaryData', 'annotations', 'command', 'args', 'env', 'spec.groups']);

/** @throws Refusal (exit 2) with everything that is malformed */
export function readManifests(inputs: readonly { name: string; text: Uint8Array }[]): Manifests {
  const findings: Finding[] = [], objects: KubeObject[] = [], seen = new Map<string, string>();
  let lines = 0;
  for (const { name, text } of inputs) {
    const plain = Buffer.from(text).toString('utf8');
    const read = readDocuments(text, name);
    lines += plain.split('\n').filter(l => l.trim() !== '' && !/^\s*#|^---/.test(l)).length;
    findings.push(...(read.findings.some(f => f.rule === 'malformed-yaml') && action.test(plain) ? [unrendered(name, '', plain.slice(plain.search(action)).split('\n')[0]!, plain.slice(0, plain.search(action)).split('\n').length)] : read.findings));
    for (const document of read.documents) for (const { value, at } of unfolded(document, findings)) {
      const object = checked(value, document, at, findings);
      if (!object) continue;
      const key = keyOf(refOf(object)), other = seen.get(key);
      if (other !== undefined) findings.push({ rule: 'duplicate-object', severity: 'refused', object: objectName(object), path: '', message: `${name} holds ${objectName(object)}${other === name ? ' twice' : `, and so does ${other}`}`, fix: 'Keep one of the two: an API server holds one object of a name.', ...document.source.locate(at) });
      else objects.push(object);
      seen.set(key, name);
    }
  }
  if (findings.length) throw new Refusal(Exit.badInput, findings);
  if (!objects.length) throw badInput('no-manifests', 'the input holds no objects', 'Give Kubernetes manifests as YAML or JSON.', { object: inputs.map(i => i.name).join(', ') });
  return { objects, lines };
}

type Place = (string | number)[];
const isList = (value: unknown): value is { items: unknown[] } =>
  isMap(value as Json) && typeof (value as JsonObject)['kind'] === 'string' && ((value as JsonObject)['kind'] as string).endsWith('List') && Array.isArray((value as JsonObject)['items']);

/** The items of a v1 List; a list in a list is nobody's manifest. */
function unfolded({ value, source }: SourceDocument, findings: Finding[]): { value: unknown; at: Place }[] {
  if (!isList(value)) return [{ value, at: [] }];
  return value.items.flatMap((item, i) => {
    if (!isList(item)) return [{ value: item, at: ['items', i] }];
    findings.push({ rule: 'nested-list', severity: 'refused', object: source.file, path: `items[${i}]`, message: 'a List holds another List', fix: 'Write its items into the outer List, or as documents of their own.', ...source.locate(['items', i]) });
    return [];
  });
}

function checked(value: unknown, { source }: SourceDocument, at: Place, findings: Finding[]): KubeObject | undefined {
  const where = source.locate(at), o = value as KubeObject;
  const say = (rule: string, path: string, message: string, fix: string): undefined => void findings.push({ rule, severity: 'refused', object: isMap(value as Json) && typeof o.kind === 'string' && typeof o.metadata?.name === 'string' ? objectName(o) : source.file, path, message, fix, ...where });
  const left = isMap(value as Json) ? templated(value as JsonObject, []) : undefined;
  if (left) { findings.push(unrendered(isMap(o.metadata as Json) && typeof o.metadata.name === 'string' ? objectName(o) : source.file, left.path, left.text, where?.line)); return undefined; }
  if (!isMap(value as Json) || typeof o.apiVersion !== 'string' || typeof o.kind !== 'string' || !isMap(o.metadata as Json) || typeof o.metadata.name !== 'string') {
    return say('not-an-object', at.length ? `items[${String(at[1])}]` : '', `a document of ${source.file} has no apiVersion, kind or metadata.name`, 'Give every document all three; a text that was cut short lacks its end.');
  }
  const need = required[o.kind];
  if (need && need.split('.').reduce<Json | undefined>((v, step) => (isMap(v) ? v[step] : undefined), o as Json) === undefined) {
    return say('incomplete-object', need, `${objectName(o)} has no ${need}`, 'The text was probably cut short: render the manifests again.');
  }
  return o;
}

/** Without these an object of the kind says nothing. */
const required: Record<string, string> = {
  Deployment: 'spec.template.spec.containers', StatefulSet: 'spec.template.spec.containers', DaemonSet: 'spec.template.spec.containers', Job: 'spec.template.spec.containers',
  CronJob: 'spec.jobTemplate.spec.template.spec.containers', Service: 'spec', Ingress: 'spec', HorizontalPodAutoscaler: 'spec.scaleTargetRef', PersistentVolumeClaim: 'spec', NetworkPolicy: 'spec',
};

function templated(value: Json | undefined, steps: readonly string[]): { path: string; text: string } | undefined {
  if (typeof value === 'string') return action.test(value) ? { path: steps.join('.'), text: value } : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (asKey.test(key)) return { path: steps.join('.'), text: `{${key}}` };
    if (freeText.has(key) || freeText.has([...steps, key].join('.'))) continue;
    const found = templated(member, [...steps, key]);
    if (found) return found;
  }
  return undefined;
}

const unrendered = (object: string, path: string, text: string, line?: number): Finding => ({
  rule: 'unrendered-template', severity: 'refused', object, path, message: `a template action stands where a value belongs: ${text.slice(0, 60)}`,
  fix: 'Render the chart first, e.g. `helm template NAME CHART | kubesynth import -f -`.', ...(line === undefined ? {} : { line, column: 1 }),
});
