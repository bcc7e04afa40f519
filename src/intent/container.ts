/** What the main container, init containers, sidecars and the release task have in common. */
import { array, flag, integer, keyword, keywordOrExact, list, object, oneOf, subtree, text, value, vocabulary } from './shape.ts';
import { absolutePath, dnsLabel, image, portName, portNumber } from './scalars.ts';
import { env, envFrom, probes, resourceRequirements, stringList, volumeMounts } from './pod-shapes.ts';

/** More declared ports than this are an error rather than a very large Service. */
export const mostPorts = 100;

const portFields = {
  name: value(portName('Name. Default: http for the first port, port-<number> for the others.')),
  containerPort: value(portNumber('Number.')),
  protocol: keyword(oneOf('Transport protocol.', ['TCP', 'UDP', 'SCTP'], { default: 'TCP' })),
};
const uniquePorts = { 'x-unique': [{ rule: 'duplicate-port', fields: ['containerPort', 'protocol'] }, { rule: 'duplicate-port', fields: ['name'] }] };

export const ports = list(array('Ports the container listens on. Default for service and stateful: http 8080; for other kinds: none.', object('One port.', {
  ...portFields,
  appProtocol: value(text('Application protocol, copied to the Service.', { maxLength: 253 })),
  servicePort: value(portNumber('Number under which the Service offers it. Default: containerPort.')),
  nodePort: value(portNumber('Number under which every node offers it; for an exposure by which nodes do.')),
}, { required: ['containerPort'] }), mostPorts, uniquePorts));

export const processFields = {
  command: subtree(stringList("Replaces the image's entry point.")),
  args: subtree(stringList("Replaces the image's arguments.")),
  workingDir: value(absolutePath('Working directory.')),
  env: subtree(env),
  envFrom: subtree(envFrom),
};

export const resourceFields = {
  resources: vocabulary('How much it gets.', { 'x-fix': 'Keywords are always strings; exact requests and limits go in resourceRequirements.' }),
  resourceRequirements: subtree(resourceRequirements),
};
export const resourcesOrExact = keywordOrExact('resources', 'resourceRequirements');

export const imagePullPolicy = value(oneOf('When the image is pulled; absent: as Kubernetes decides.', ['Always', 'IfNotPresent', 'Never']));

export const uid = (description: string) => value(integer(description, 0, 2147483647));
export const privilege = {
  runAsUser: uid('User id.'), runAsGroup: uid('Group id.'),
  writableRoot: keyword(flag('The root filesystem must be writable.')),
  runAsNonRoot: keyword(flag('false: the image runs as root, or nobody knows that it does not; its capabilities are then those of the container runtime.')),
};
const security = object('Deviations from the restricted profile that the image needs; what is not stated is as for the whole pod.', privilege);

const besideFields = {
  name: value(dnsLabel('Name of the container.')),
  containerImage: value(image('Image, with an immutable tag or digest.')),
  imagePullPolicy,
  ...processFields,
  ...resourceFields,
  security,
  volumeMounts: subtree(volumeMounts),
};
const beside = { required: ['name', 'containerImage'] as const, 'x-at-most-one': [resourcesOrExact] };
const unique = { 'x-unique': [{ rule: 'duplicate-name', fields: ['name'] }] };

export const init = list(array('Containers that run to completion, in order, before the service starts.', object('One init container.', besideFields, beside), 16, unique));

/** No Service offers these, so nothing is said of one; they are copied whole. */
const sidecarPorts = subtree(array('Ports the sidecar listens on.', object('One port.', portFields, { required: ['containerPort'] }), mostPorts, uniquePorts));

export const sidecars = list(array('Containers that run beside the service in the same pod.', object('One sidecar.', { ...besideFields, ports: sidecarPorts, probes }, beside), 16, unique));
