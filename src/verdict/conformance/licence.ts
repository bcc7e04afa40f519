/** Every field of every object is one that some check answers for; a kind without a reader is left to a person. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { canonical } from '../equal.ts';
import { outside } from '../fields.ts';
import type { Guardrails } from '../types.ts';
import { readerKind } from './existing.ts';

export const checkReaders = (graph: readonly KubeObject[], guardrails: Guardrails): Finding[] =>
  graph.filter(object => !guardrails.readers.has(readerKind(object))).map(object => ({
    rule: 'kind-without-reader', severity: 'review', object: objectName(object), path: '', message: `nothing is known of what a ${readerKind(object)} does`, fix: 'Review it, or add a reader for the kind to the guardrails.',
  }));

/** Lists in which the same word twice is meant. */
const ordered = new Set(['command', 'args']);
const repeats = (value: Json | undefined, path: string): string[] => {
  if (Array.isArray(value)) return [...(new Set(value.map(canonical)).size < value.length ? [path] : []), ...value.flatMap((item, index) => repeats(item, `${path}[${index}]`))];
  if (value !== null && typeof value === 'object') return Object.entries(value).flatMap(([key, member]) => (ordered.has(key) ? [] : repeats(member, path ? `${path}.${key}` : key)));
  return [];
};

export const checkRepeats = (graph: readonly KubeObject[]): Finding[] =>
  // The rules of network policies are counted opening by opening, where they are read.
  graph.flatMap(object => repeats(object as Json, '').filter(path => object.kind !== 'NetworkPolicy' || !['spec.ingress', 'spec.egress'].includes(path)).map(path => ({ rule: 'item-duplicate', severity: 'refused' as const, object: objectName(object), path, message: 'says the same thing twice', fix: 'Say it once.' })));

export const checkFields = (graph: readonly KubeObject[], guardrails: Guardrails): Finding[] =>
  graph.flatMap(object => {
    const reader = guardrails.readers.get(readerKind(object));
    const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
    const { name: _name, namespace: _namespace, labels: _labels, annotations: _annotations, ...odd } = metadata;
    const paths = [...Object.keys(odd).map(key => `metadata.${key}`), ...(reader ? outside(rest as Json, reader.fields) : [])];
    return paths.map(path => ({ rule: 'field-not-called-for', severity: 'refused' as const, object: objectName(object), path, message: 'nothing in the intent calls for this field', fix: 'Leave it out, or state it under overrides.patches.' }));
  });
