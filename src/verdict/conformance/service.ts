/** Services: every declared port and nothing else, for the pods of this service alone. */
import type { Finding } from '../../diagnostic.ts';
import type { JsonObject } from '../../kubernetes.ts';
import { objectName } from '../../kubernetes.ts';
import { same, sameSet } from '../equal.ts';
import { asList, asObject, at } from '../types.ts';
import type { Allowance } from './envelope.ts';
import type { Reading } from './reading.ts';

export const checkServices = (reading: Reading, allowance: Allowance): Finding[] => {
  const findings: Finding[] = [];
  const declared = (reading.intent.spec.workload.ports ?? []) as unknown as JsonObject[];
  // Whoever finds pods through a headless Service speaks to their own ports, whatever number stands in it.
  const wantedOf = (headless: boolean) => declared.map(({ name, containerPort, servicePort, nodePort, protocol, appProtocol }) => ({ name: name!, port: headless ? containerPort! : servicePort ?? containerPort!, nodePort: headless ? null : nodePort ?? null, target: containerPort!, protocol: protocol ?? 'TCP', appProtocol: appProtocol ?? null }));
  for (const service of reading.graph.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1')) {
    const spec = asObject(service.spec), headless = spec.clusterIP === 'None', wanted = wantedOf(headless);
    const refuse = (rule: string, path: string, message: string, fix: string) => void findings.push({ rule, severity: 'refused', object: objectName(service), path, message, fix });
    // By name, so that the number may change in one place; a number, or the API's default, is not the declared port.
    const target = (port: JsonObject) => declared.find(({ name }) => name === port.targetPort)?.containerPort ?? `not the name of a declared port: ${String(port.targetPort)}`;
    const got = asList(spec.ports).map(port => ({ name: port.name ?? null, port: port.port!, nodePort: port.nodePort ?? null, target: target(port), protocol: port.protocol ?? 'TCP', appProtocol: port.appProtocol ?? null }));
    if (!sameSet(got, wanted)) refuse('ports-differ', 'spec.ports', `serves ${JSON.stringify(got)} where the intent declares ${JSON.stringify(wanted)}`, 'Serve exactly the declared ports.');
    const early = headless && reading.intent.spec.networking?.publishNotReadyAddresses === true;
    if ((spec.publishNotReadyAddresses ?? false) !== early) refuse('service-differs', 'spec.publishNotReadyAddresses', `is ${JSON.stringify(spec.publishNotReadyAddresses ?? null)} where ${early} is called for`, 'Copy networking.publishNotReadyAddresses to the headless Service, and leave it out elsewhere.');
    if (!same(spec.selector, allowance.identity)) refuse('selector-misses', 'spec.selector', `selects ${JSON.stringify(spec.selector ?? null)}, not ${JSON.stringify(allowance.identity)}`, 'Select the pods of this service alone.');
  }
  const headless = at(reading.template.workload.spec, 'serviceName');
  if (headless !== undefined && !reading.graph.some(object => object.kind === 'Service' && object.metadata.name === headless && at(object.spec, 'clusterIP') === 'None'))
    findings.push({ rule: 'dangling-reference', severity: 'refused', object: objectName(reading.template.workload), path: 'spec.serviceName', message: `names '${String(headless)}', which is no headless Service of the graph`, fix: 'Write the headless Service, or its right name.' });
  return findings;
};
