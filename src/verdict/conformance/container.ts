/** The containers: images, processes, ports, probes and resources arrive as stated, and nothing else runs. */
import type { Finding } from '../../diagnostic.ts';
import type { Json, JsonObject } from '../../kubernetes.ts';
import { sameSet } from '../equal.ts';
import { sameQuantity } from '../quantity.ts';
import { containersOf, preparing, staying } from '../pod.ts';
import { asList, asObject, asText } from '../types.ts';
import type { Allowance } from './envelope.ts';
import { finder, type Finder } from './finder.ts';
import type { Reading } from './reading.ts';

/** Fields of the intent that this file answers for. */
export const answers = [
  'workload.containerImage', 'workload.command', 'workload.args', 'workload.workingDir', 'workload.envFrom', 'workload.env', 'workload.ports', 'workload.probes',
  'workload.imagePullPolicy', 'workload.resourceRequirements', 'workload.init', 'workload.sidecars', 'workload.rollout.preStop',
];

const sameAmounts = (left: JsonObject, right: JsonObject): boolean =>
  Object.keys({ ...left, ...right }).every(key => sameQuantity(left[key], right[key]));

const process = (find: Finder, container: JsonObject, stated: JsonObject, path: string, source: string): void => {
  find.exact('image-differs', `${path}.image`, container.image, stated.containerImage, `${source}.containerImage`);
  find.exact('process-differs', `${path}.imagePullPolicy`, container.imagePullPolicy, stated.imagePullPolicy, `${source}.imagePullPolicy`);
  for (const field of ['command', 'args', 'workingDir', 'env', 'envFrom']) find.exact(`${field === 'env' || field === 'envFrom' ? 'env' : 'process'}-differs`, `${path}.${field}`, container[field], stated[field], `${source}.${field}`);
  if (stated.resourceRequirements !== undefined) {
    const wanted = asObject(stated.resourceRequirements);
    const got = asObject(container.resources);
    for (const part of ['requests', 'limits'])
      if (!sameAmounts(asObject(got[part]), asObject(wanted[part]))) find.refuse('resources-differ', `${path}.resources.${part}`, `is ${JSON.stringify(got[part] ?? null)} where ${source}.resourceRequirements says ${JSON.stringify(wanted[part] ?? null)}`, 'Copy the stated value.');
  }
};

const portsOf = (list: Json | undefined): JsonObject[] =>
  asList(list).map(({ name, containerPort, protocol }) => ({ ...(name === undefined ? {} : { name }), containerPort: containerPort!, protocol: protocol ?? 'TCP' }));

const ports = (find: Finder, container: JsonObject, stated: Json | undefined, path: string, source: string): void => {
  const [got, wanted] = [portsOf(container.ports), portsOf(stated)];
  if (!sameSet(got, wanted)) find.refuse('ports-differ', `${path}.ports`, `listens on ${JSON.stringify(got)} where ${source} declares ${JSON.stringify(wanted)}`, 'Declare exactly the ports of the intent.');
};

const probeFields = { liveness: 'livenessProbe', readiness: 'readinessProbe', startup: 'startupProbe' } as const;

export const checkContainers = (reading: Reading, allowance: Allowance): Finding[] => {
  const find = finder(reading);
  const { main, mainPath, template } = reading;
  const workload = reading.intent.spec.workload as unknown as JsonObject;
  if (main.name !== reading.name) find.refuse('container-name', `${mainPath}.name`, `is '${asText(main.name)}', not '${reading.name}'`, 'Name the main container after the service.');
  process(find, main, workload, mainPath, 'workload');
  ports(find, main, workload.ports, mainPath, 'workload.ports');
  const probes = asObject(workload.probes);
  for (const [name, field] of Object.entries(probeFields))
    if (probes[name] !== undefined) find.exact('probe-differs', `${mainPath}.${field}`, main[field], probes[name], `workload.probes.${name}`);
  if (probes.startup === undefined && main.startupProbe !== undefined) find.refuse('probe-differs', `${mainPath}.startupProbe`, 'is there though the intent states none', 'Leave it out.');
  find.exact('process-differs', `${mainPath}.lifecycle.preStop`, asObject(main.lifecycle).preStop, asObject(workload.rollout).preStop, 'workload.rollout.preStop');

  const paths = new Map(containersOf(template).map(({ container, path }) => [container, path]));
  const beside = (containers: JsonObject[], declared: JsonObject[], listPath: string, source: string): void => {
    const names = (list: JsonObject[]) => list.map(({ name }) => asText(name));
    const [got, wanted] = [names(containers), names(declared)];
    if (got.join('\n') !== wanted.join('\n')) find.refuse('containers-differ', listPath, `runs [${got.join(', ')}] where ${source} declares [${wanted.join(', ')}]`, 'Run exactly the declared containers, in their order.');
    for (const statement of declared) {
      const container = containers.find(({ name }) => name === statement.name);
      if (!container) continue;
      const path = paths.get(container)!;
      process(find, container, statement, path, source);
      ports(find, container, statement.ports, path, `${source}.ports`);
      find.exact('volume-differs', `${path}.volumeMounts`, container.volumeMounts, statement.volumeMounts, `${source}.volumeMounts`);
      if (asObject(container.lifecycle).preStop !== undefined) find.refuse('process-differs', `${path}.lifecycle.preStop`, `is there, and nothing in ${source} can state one`, 'Leave it out.');
      const added = asObject(asObject(container.securityContext).capabilities).add;
      if (Array.isArray(added) && added.length) find.refuse('privilege-wider', `${path}.securityContext.capabilities.add`, `adds ${JSON.stringify(added)}; capabilities are declared for the service's own container only`, 'Leave it out.');
      const stated = asObject(statement.probes);
      for (const [name, field] of Object.entries(probeFields)) find.exact('probe-differs', `${path}.${field}`, container[field], stated[name], `${source}.probes.${name}`);
    }
  };
  // Where a sidecar stands hangs on the version, which the envelopes know.
  beside(staying(template.spec).filter(container => container !== main), asList(workload.sidecars), `${template.path}.spec.containers`, 'workload.sidecars');
  beside(preparing(template.spec), [...asList(workload.init), ...allowance.init], `${template.path}.spec.initContainers`, 'workload.init');
  return find.findings;
};
