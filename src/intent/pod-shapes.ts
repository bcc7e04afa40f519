/**
 * Parts of a pod in exactly the shape Kubernetes gives them (core/v1), since they are copied whole.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import { array, flag, integer, map, object, oneOf, only, text } from './shape.ts';
import { dataKey, objectRef, portRef, quantity } from './scalars.ts';

/** Linux refuses to start a process with a single argument or variable over 128 KiB (MAX_ARG_STRLEN). */
export const longestVariable = 128 * 1024 - 1;
const tooLong = { 'x-rule': 'intent-too-large', 'x-fix': 'A process cannot be started with a variable or argument over 128 KiB: put the content in files, or in a ConfigMap that files refers to.' };

export const stringList = (description: string, maxItems = 256) =>
  array(description, text('One argument.', { maxLength: longestVariable, ...tooLong }), maxItems);

const keyRef = (what: string) => object(`A key of a ${what} in the same namespace.`, {
  name: objectRef(`Name of the ${what}.`),
  key: dataKey('Key in its data.'),
  optional: flag(`Whether the container may start without it.`),
}, { required: ['name', 'key'] });

const source = object('Where the value comes from.', {
  secretKeyRef: keyRef('Secret'),
  configMapKeyRef: keyRef('ConfigMap'),
  fieldRef: object('A field of the pod.', { apiVersion: text('Defaults to v1.', { maxLength: 16 }), fieldPath: text('e.g. status.podIP.', { maxLength: 256 }) }, { required: ['fieldPath'] }),
  resourceFieldRef: object("The container's requests or limits.", {
    containerName: text('Defaults to this container.', { maxLength: 63 }), resource: text('e.g. limits.memory.', { maxLength: 128 }), divisor: quantity('Unit of the output.'),
  }, { required: ['resource'] }),
  dependencyRef: object('An output of a declared dependency.', { name: text('Name of the dependency.', { maxLength: 63 }), key: text('Which output, e.g. host.', { maxLength: 63 }) }, { required: ['name', 'key'] }),
}, { 'x-exactly-one': [only(['secretKeyRef', 'configMapKeyRef', 'fieldRef', 'resourceFieldRef', 'dependencyRef'], 'Give exactly one source.')] });

export const env = array('Environment variables.', object('One variable.', {
  name: text('Name of the variable.', { pattern: '^[-._a-zA-Z][-._a-zA-Z0-9]*$', maxLength: 256, 'x-rule': 'invalid-name', 'x-fix': 'Begin with a letter, underscore, dot or hyphen; digits may follow.' }),
  value: text('Literal value; $(NAME) refers to variables above it.', { maxLength: longestVariable, ...tooLong }),
  valueFrom: source,
}, { required: ['name'], 'x-at-most-one': [only(['value', 'valueFrom'], 'Give a literal value or a source.')] }), 256, { 'x-unique': [{ rule: 'duplicate-name', fields: ['name'] }] });

const wholeRef = (what: string) => object(`All keys of a ${what}.`, { name: objectRef(`Name of the ${what}.`), optional: flag('Whether it may be absent.') }, { required: ['name'] });

export const envFrom = array('ConfigMaps and Secrets whose keys all become variables.', object('One source.', {
  prefix: text('Put before each key.', { maxLength: 128 }), configMapRef: wholeRef('ConfigMap'), secretRef: wholeRef('Secret'),
}, { 'x-exactly-one': [only(['configMapRef', 'secretRef'], 'Give exactly one of configMapRef and secretRef.')] }), 32);

const handlers = {
  exec: object('Runs a command in the container.', { command: stringList('The command and its arguments; no shell.', 64) }, { required: ['command'] }),
  httpGet: object('An HTTP GET; 200 to 399 is success.', {
    path: text('Path, default /.', { maxLength: 1024 }), port: portRef('Number or name of the port.'), host: text('Defaults to the pod IP.', { maxLength: 253 }),
    scheme: oneOf('HTTP or HTTPS.', ['HTTP', 'HTTPS']),
    httpHeaders: array('Extra headers.', object('One header.', { name: text('Name.', { maxLength: 128 }), value: text('Value.') }, { required: ['name', 'value'] }), 16),
  }, { required: ['port'] }),
  tcpSocket: object('Opens a TCP connection.', { port: portRef('Number or name of the port.'), host: text('Defaults to the pod IP.', { maxLength: 253 }) }, { required: ['port'] }),
};

export const probe = (description: string) => object(description, {
  ...handlers,
  grpc: object('The gRPC health protocol.', { port: integer('Port number.', 1, 65535), service: text('Name of the service asked for.', { maxLength: 253 }) }, { required: ['port'] }),
  initialDelaySeconds: integer('Delay before the first probe.', 0, 86400),
  periodSeconds: integer('Interval.', 1, 86400),
  timeoutSeconds: integer('Time a probe may take.', 1, 3600),
  successThreshold: integer('Successes until healthy again; 1 for liveness and startup.', 1, 100),
  failureThreshold: integer('Failures until unhealthy.', 1, 1000),
  terminationGracePeriodSeconds: integer('Grace when this probe ends the container.', 1, 86400),
}, { 'x-exactly-one': [only(['httpGet', 'tcpSocket', 'exec', 'grpc'], 'Give exactly one of httpGet, tcpSocket, exec and grpc.')] });

export const probes = object('Health checks, in the shape of core/v1 Probe.', {
  liveness: { ...probe('Restarts the container when it fails.'), 'x-synthesis': 'subtree' as const },
  readiness: { ...probe('Takes the pod out of service while it fails.'), 'x-synthesis': 'subtree' as const },
  startup: { ...probe('Holds the other two back until it has succeeded.'), 'x-synthesis': 'subtree' as const },
});

export const preStop = object('Runs before the container is told to stop (core/v1 LifecycleHandler).', {
  ...handlers, sleep: object('Waits.', { seconds: integer('Seconds.', 0, 3600) }, { required: ['seconds'] }),
}, { 'x-exactly-one': [only(['httpGet', 'tcpSocket', 'exec', 'sleep'], 'Give exactly one handler.')] });

const amounts = (description: string) => map(description, quantity('Amount.'), {
  maxProperties: 16,
  propertyNames: { pattern: '^(cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMG]i|[a-z0-9.-]+/[A-Za-z0-9._-]+)$', 'x-fix': 'Known: cpu, memory, ephemeral-storage, hugepages-<size>, and vendor/resource.' },
});
export const resourceRequirements = object('Exact requests and limits (core/v1 ResourceRequirements), in place of the keyword.', {
  requests: amounts('What is reserved.'), limits: amounts('What cannot be exceeded.'),
});

export const tolerations = array('Taints that are tolerated (core/v1 Toleration).', object('One toleration.', {
  key: text('Taint key; absent with Exists: all.', { maxLength: 316 }), operator: oneOf('Default Equal.', ['Exists', 'Equal']), value: text('Taint value.', { maxLength: 63 }),
  effect: oneOf('Absent: all effects.', ['NoSchedule', 'PreferNoSchedule', 'NoExecute']), tolerationSeconds: integer('How long NoExecute is tolerated.', 0, 2147483647),
}), 32);

const capability = array('Capability names without CAP_.', text('e.g. NET_BIND_SERVICE.', { pattern: '^[A-Z][A-Z_]*$', maxLength: 63, 'x-fix': 'Write the name in capitals without CAP_, such as NET_BIND_SERVICE.' }), 42);
export const capabilities = object('Linux capabilities (core/v1 Capabilities).', { add: capability, drop: capability });

export const volumeMounts = array("Mounts of the workload's volumes (core/v1 VolumeMount).", object('One mount.', {
  name: text('Name of a volume of the workload.', { maxLength: 63 }), mountPath: text('Where.', { pattern: '^/[^:]*$' }),
  subPath: text('Part of the volume.', { maxLength: 1024 }), readOnly: flag('Mount read-only.'),
}, { required: ['name', 'mountPath'] }), 64);

