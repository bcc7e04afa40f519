/**
 * The trusted checker: reads a graph of objects and says whether it may be applied. It never builds what it expects.
 * Without an intent only what holds for any manifests is checked: schema, well-formedness, guardrails, references, and what the cluster's own admission says.
 */
import type { Finding } from '../diagnostic.ts';
import type { Json, KubeObject } from '../kubernetes.ts';
import { checkAdmission } from './admission/admission.ts';
import { checkConformance } from './conformance/conformance.ts';
import { checkReaders } from './conformance/licence.ts';
import { checkGuardrails } from './guardrails.ts';
import { checkReferences } from './references.ts';
import { Memo, Once } from './memo.ts';
import { checkSchema } from './schema.ts';
import { asObject, type Checking, type Subject, type Verdict } from './types.ts';
import { checkWellformed } from './wellformed.ts';

const shapeless = (object: KubeObject): boolean => {
  const { apiVersion, kind, metadata } = asObject(object as unknown as Json);
  return typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof asObject(metadata).name !== 'string';
};

export const verify = (given: Subject): Verdict => {
  const subject: Checking = { ...given, memo: given.memo ?? new Memo(), values: new Once() }, { graph, intent, snapshot, memo } = subject;
  const broken = graph.findIndex(shapeless);
  if (broken >= 0)
    return { verdict: 'refused', degraded: [], unchecked: [], findings: [{ rule: 'not-an-object', severity: 'refused', object: '', path: `[${broken}]`, message: 'has no apiVersion, kind or metadata.name', fix: 'Give every document all three.' }] };
  const schema = checkSchema(graph, snapshot, memo);
  const wellformed = checkWellformed(graph);
  const guardrails = checkGuardrails(subject);
  const references = checkReferences(subject);
  const admission = checkAdmission(subject);
  const conformance = intent ? checkConformance(subject, intent) : { findings: [], degraded: [] };
  const findings = [...schema.findings, ...wellformed, ...guardrails.findings, ...checkReaders(graph, subject.guardrails), ...conformance.findings, ...references.findings, ...admission.findings];
  const unchecked = ['server-dry-run', ...(intent ? [] : ['conformance']), ...admission.unchecked, ...guardrails.unchecked, ...schema.unchecked];
  return { verdict: verdictOn(findings), findings, degraded: [...new Set([...conformance.degraded, ...references.degraded, ...admission.degraded])], unchecked };
};

/** What findings come to: the worst of them. */
export const verdictOn = (findings: readonly Finding[]): Verdict['verdict'] =>
  findings.some(({ severity }) => severity === 'refused') ? 'refused' : findings.some(({ severity }) => severity === 'review') ? 'review' : 'accepted';
