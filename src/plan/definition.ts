/** CustomResourceDefinitions as files have them, read strictly enough to say what an API server would serve. */
import { Exit, Refusal } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { readDocuments } from '../intent/source.ts';
import type { Source } from '../intent/source.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, asObject, asText } from '../verdict/types.ts';

export interface Definition {
  group: string; kind: string; plural: string; namespaced: boolean;
  /** Those that are served, the preferred one first. */
  versions: { name: string; schema: JsonObject }[];
}

const groupForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const nameForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const kindForm = /^[A-Z][A-Za-z0-9]*$/;

/** @throws Refusal with everything that is wrong (exit 2): `crd-malformed`, and what makes YAML unreadable */
export function readDefinitions(text: string | Uint8Array, file: string): Definition[] {
  const { documents, findings } = readDocuments(text, file), out: Definition[] = [];
  for (const { value, source } of documents) {
    const list = asObject(value as Json), items = asText(list['kind']).endsWith('List') && Array.isArray(list['items']) ? list['items'] : undefined;
    for (const [i, item] of (items ?? [value as Json]).entries()) {
      const read = definition(item, file, source, items ? ['items', i] : []);
      if (Array.isArray(read)) findings.push(...read); else out.push(read);
    }
  }
  const fail = (message: string): Finding => ({ rule: 'crd-malformed', severity: 'refused', object: file, path: '', message, fix: 'Give a file of CustomResourceDefinitions.' });
  if (!out.length && !findings.length) findings.push(fail(`${file} holds no CustomResourceDefinition`));
  if (findings.length) throw new Refusal(Exit.badInput, findings);
  return out;
}

function definition(value: Json, file: string, source: Source, at: (string | number)[]): Definition | Finding[] {
  const findings: Finding[] = [], crd = asObject(value), spec = asObject(crd['spec']), names = asObject(spec['names']);
  const wrong = (path: (string | number)[], message: string, fix: string): void => void findings.push({
    rule: 'crd-malformed', severity: 'refused', object: file, path: path.map((p, i) => (typeof p === 'number' ? `[${p}]` : `${i ? '.' : ''}${p}`)).join(''), message, fix, ...source.locate([...at, ...path]),
  });
  if (crd['apiVersion'] !== 'apiextensions.k8s.io/v1' || crd['kind'] !== 'CustomResourceDefinition') {
    wrong([], `it is not a CustomResourceDefinition of apiextensions.k8s.io/v1 but ${[crd['apiVersion'], crd['kind']].map(asText).filter(Boolean).join(' ') || 'something else'}`, 'Keep only CustomResourceDefinitions in the file.');
    return findings;
  }
  const word = (of: JsonObject, key: string, form: RegExp, path: (string | number)[], what: string): string => {
    const text = asText(of[key]);
    if (!form.test(text)) wrong(path, of[key] === undefined ? `${path.join('.')} is missing` : `${path.join('.')} ${JSON.stringify(text.slice(0, 80))} is not ${what}`, `Write ${what}.`);
    return text;
  };
  const group = word(spec, 'group', groupForm, ['spec', 'group'], 'a domain name, such as example.com');
  const kind = word(names, 'kind', kindForm, ['spec', 'names', 'kind'], 'a kind in CamelCase'), plural = word(names, 'plural', nameForm, ['spec', 'names', 'plural'], 'a plural in lower case');
  const scope = word(spec, 'scope', /^(Namespaced|Cluster)$/, ['spec', 'scope'], 'Namespaced or Cluster'), called = asText(asObject(crd['metadata'])['name']);
  if (!findings.length && called !== `${plural}.${group}`) wrong(['metadata', 'name'], `its name ${JSON.stringify(called)} is not plural and group`, `Name it ${plural}.${group}.`);
  if (!Array.isArray(spec['versions']) || !spec['versions'].length) wrong(['spec', 'versions'], 'spec.versions is missing or empty', 'List its versions.');
  const versions = asList(spec['versions']).map((version, i) => {
    const name = word(version, 'name', nameForm, ['spec', 'versions', i, 'name'], 'a version, such as v1'), schema = asObject(asObject(version['schema'])['openAPIV3Schema']);
    if (schema['type'] !== 'object') wrong(['spec', 'versions', i, 'schema', 'openAPIV3Schema'], `version ${name} has no schema of type object`, 'Give it a structural schema, as apiextensions.k8s.io/v1 demands.');
    return { name, schema, served: version['served'] === true };
  });
  if (new Set(versions.map(v => v.name)).size < versions.length) wrong(['spec', 'versions'], 'a version is listed twice', 'List it once.');
  if (findings.length) return findings;
  return { group, kind, plural, namespaced: scope === 'Namespaced', versions: versions.filter(v => v.served).sort((a, b) => byPriority(a.name, b.name)).map(({ name, schema }) => ({ name, schema })) };
}

/**
 * v2 before v1 before v1beta2 before v1alpha1, and anything else after them in alphabetical order.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority
 */
export function byPriority(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)];
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return x.reduce((order, value, i) => order || y[i]! - value, 0);
}
const rank = (name: string): number[] | undefined => {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name);
  return found ? [found[2] === undefined ? 2 : found[2] === 'beta' ? 1 : 0, Number(found[1]), Number(found[3] ?? 0)] : undefined;
};
