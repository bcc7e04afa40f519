/** Every field of every object is one that some check answers for; a kind without a reader is left to a person. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, KubeObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { outside } from '../fields.ts';
import type { Guardrails } from '../types.ts';
import { readerKind } from './reading.ts';

export const checkReaders = (graph: readonly KubeObject[], guardrails: Guardrails): Finding[] =>
  graph.filter(object => !guardrails.readers.has(readerKind(object))).map(object => ({
    rule: 'kind-without-reader', severity: 'review', object: objectName(object), path: '', message: `nothing is known of what a ${readerKind(object)} does`, fix: 'Review it, or add a reader for the kind to the guardrails.',
  }));

export const checkFields = (graph: readonly KubeObject[], guardrails: Guardrails): Finding[] =>
  graph.flatMap(object => {
    const reader = guardrails.readers.get(readerKind(object));
    const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
    const { name: _name, namespace: _namespace, labels: _labels, annotations: _annotations, ...odd } = metadata;
    const paths = [...Object.keys(odd).map(key => `metadata.${key}`), ...(reader ? outside(rest as Json, reader.fields) : [])];
    return paths.map(path => ({ rule: 'field-not-called-for', severity: 'refused' as const, object: objectName(object), path, message: 'nothing in the intent calls for this field', fix: 'Leave it out, or state it under overrides.patches.' }));
  });
