/** Layer 3: does the graph do what the intent says, all of it and nothing more? */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Checking } from '../types.ts';
import { checkAccount } from './account.ts';
import * as container from './container.ts';
import { allowanceOf } from './envelope.ts';
import { checkFields, checkRepeats } from './licence.ts';
import * as metadata from './metadata.ts';
import { checkNetwork } from './network.ts';
import { licensedConvention } from './conventions.ts';
import { licensedDifference, licensedObject, withoutOverrides } from './overrides.ts';
import * as pod from './pod.ts';
import { read } from './reading.ts';
import { checkServices } from './service.ts';
import * as volumes from './volumes.ts';

const answers = [...container.answers, ...pod.answers, ...volumes.answers, ...metadata.answers];

export const checkConformance = (subject: Checking, intent: Intent): { findings: Finding[]; degraded: string[] } => {
  const final = conformanceOf(subject, intent);
  if (!subject.synthesised || subject.synthesised === subject.graph) return final;
  // What was synthesised answers for everything; what overrides made of it, for all that they do not say themselves.
  const before = conformanceOf({ ...subject, graph: subject.synthesised }, withoutOverrides(intent));
  const known = new Set(before.findings.map(finding => JSON.stringify(finding)));
  return { findings: [...before.findings, ...final.findings.filter(finding => !known.has(JSON.stringify(finding)))], degraded: final.degraded };
};

const conformanceOf = (subject: Checking, intent: Intent): { findings: Finding[]; degraded: string[] } => {
  const isExtra = licensedObject(intent);
  const { reading, findings } = read(subject, intent, isExtra);
  if (!reading) return { findings, degraded: [] };
  const allowance = allowanceOf(reading);
  const differences = [
    ...findings,
    ...allowance.findings,
    ...metadata.checkMetadata(reading, allowance),
    ...container.checkContainers(reading, allowance),
    ...pod.checkPod(reading, allowance),
    ...volumes.checkVolumes(reading, allowance),
    ...checkServices(reading, allowance),
    ...checkNetwork(reading, allowance, subject.graph.filter(isExtra)),
    ...checkRepeats(reading.graph),
    ...checkFields(reading.graph, subject.guardrails),
  ];
  const isPatched = licensedDifference(intent, subject.graph), isCustom = licensedConvention(subject, intent);
  return { findings: [...differences.filter(finding => !isPatched(finding) && !isCustom(finding)), ...checkAccount(intent, allowance, answers)], degraded: allowance.degraded };
};
