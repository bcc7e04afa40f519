/** Layer 3: does the graph do what the intent says, all of it and nothing more? */
import type { Finding } from '../../diagnostic.ts';
import type { Intent } from '../../intent/types.ts';
import type { Subject } from '../types.ts';
import { checkAccount } from './account.ts';
import * as container from './container.ts';
import { allowanceOf } from './envelope.ts';
import { checkFields, checkRepeats } from './licence.ts';
import * as metadata from './metadata.ts';
import { checkNetwork } from './network.ts';
import { licensedDifference, licensedObject } from './overrides.ts';
import * as pod from './pod.ts';
import { read } from './reading.ts';
import { checkServices } from './service.ts';
import * as volumes from './volumes.ts';

const answers = [...container.answers, ...pod.answers, ...volumes.answers, ...metadata.answers];

export const checkConformance = (subject: Subject, intent: Intent): { findings: Finding[]; degraded: string[] } => {
  const isExtra = licensedObject(intent);
  const { reading, findings } = read(subject, intent, isExtra);
  if (!reading) return { findings, degraded: [] };
  const allowance = allowanceOf(reading);
  const differences = [
    ...findings,
    ...allowance.findings,
    ...metadata.checkMetadata(reading, allowance),
    ...container.checkContainers(reading),
    ...pod.checkPod(reading),
    ...volumes.checkVolumes(reading, allowance),
    ...checkServices(reading, allowance),
    ...checkNetwork(reading, allowance, subject.graph.filter(isExtra)),
    ...checkRepeats(reading.graph),
    ...checkFields(reading.graph, subject.guardrails),
  ];
  const isPatched = licensedDifference(intent);
  return { findings: [...differences.filter(finding => !isPatched(finding)), ...checkAccount(intent, allowance, answers)], degraded: allowance.degraded };
};
