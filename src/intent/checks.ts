/**
 * What a schema cannot say about an intent: references between its parts, ports shared by the containers of one pod,
 * sizes, image tags. Tolerant of malformed parts, which the schema reports, so that everything is reported at once.
 */
import type { Path, Problem } from './validate.ts';
import { quote } from './validate.ts';
import { getIn } from './walk.ts';

type Fields = Record<string, unknown>;
/** etcd takes objects of 1.5 MiB; kubectl and ConfigMaps stop at 1 MiB. */
const mostBytes = 1024 * 1024;

const entries = (value: unknown, path: Path): { item: Fields; at: Path }[] =>
  Array.isArray(value) ? value.flatMap((item, i) => (typeof item === 'object' && item !== null && !Array.isArray(item) ? [{ item: item as Fields, at: [...path, i] }] : [])) : [];
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const names = (value: unknown): string[] => entries(value, []).map(({ item }) => String(item.name));

/** The whole object must fit where it is stored. */
export const checkSize = (intent: unknown): Problem[] => {
  const size = Buffer.byteLength(JSON.stringify(intent) ?? '');
  return size <= mostBytes ? [] : [{ rule: 'intent-too-large', path: [], message: `the intent has ${size} bytes, at most ${mostBytes} can be stored`, fix: 'Move large file contents and values into ConfigMaps, Secrets or the image, and refer to them.' }];
};

const checkImage = (item: Fields, at: Path): Problem[] => {
  const image = item.containerImage;
  if (typeof image !== 'string' || image === '' || image.includes('@')) return [];
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return [];
  return [{ rule: 'mutable-image-tag', path: [...at, 'containerImage'], message: `image ${quote(image)} has ${tag === undefined ? 'no tag' : 'the tag latest'}: what runs could change without a change here`, fix: 'Name a version (image:1.4.1) or a digest (image@sha256:…).' }];
};

/** Containers of one pod share one network namespace: no two may listen on the same port, and port names must be unambiguous. */
const checkPorts = (workload: Fields, at: Path): Problem[] => {
  const servesByDefault = workload.ports === undefined && ['service', 'stateful', undefined].includes(workload.kind as string | undefined);
  const seen = new Map<string, string>(servesByDefault ? [['8080/TCP', 'the default port'], ['http', 'the default port']] : []);
  const found: Problem[] = [];
  const claim = (list: unknown, path: Path, owner: string, report: boolean): void => {
    for (const { item, at: place } of entries(list, path)) {
      if (typeof item.name === 'string' && /^[0-9-]+$/.test(item.name)) found.push({ rule: 'invalid-name', path: [...place, 'name'], message: `port name ${quote(item.name)} has no letter`, fix: 'Add a letter, such as port-8080.' });
      for (const [field, id] of [['containerPort', `${item.containerPort}/${item.protocol ?? 'TCP'}`], ['name', item.name]] as const) {
        if (typeof id !== 'string' || item[field] === undefined) continue;
        const other = seen.get(id);
        if (other === undefined) seen.set(id, owner);
        else if (report && other !== owner) found.push({ rule: 'duplicate-port', path: [...place, field], message: `port ${id} of ${owner} is already used by ${other}`, fix: 'Containers of one pod share its network: choose another port.' });
      }
    }
  };
  claim(workload.ports, [...at, 'ports'], 'the workload', false);
  for (const { item, at: place } of entries(workload.sidecars, [...at, 'sidecars'])) claim(item.ports, [...place, 'ports'], `sidecar ${item.name}`, true);
  return found;
};

const unknownName = (name: unknown, path: Path, what: string, known: readonly string[]): Problem[] =>
  typeof name !== 'string' || known.includes(name) ? [] : [{ rule: 'unknown-reference', path, message: `${what} ${quote(name)} is not declared in this intent`, fix: known.length === 0 ? `Declare it, or remove the reference; no ${what} is declared.` : `Declared: ${known.join(', ')}.` }];

const checkContainer = (item: Fields, at: Path, ports: readonly string[], volumes: readonly string[], dependencies: readonly string[]): Problem[] => [
  ...checkImage(item, at),
  ...entries(item.env, [...at, 'env']).flatMap(({ item: variable, at: place }) => unknownName(getIn(variable, 'valueFrom.dependencyRef.name'), [...place, 'valueFrom', 'dependencyRef', 'name'], 'dependency', dependencies)),
  ...entries(item.volumeMounts, [...at, 'volumeMounts']).flatMap(({ item: mount, at: place }) => unknownName(mount.name, [...place, 'name'], 'volume', volumes)),
  ...Object.entries(fields(item.probes)).flatMap(([probe, value]) => ['httpGet', 'tcpSocket'].flatMap(handler => unknownName(getIn(value, `${handler}.port`), [...at, 'probes', probe, handler, 'port'], 'port', ports))),
  ...checkAmounts(item.resourceRequirements, [...at, 'resourceRequirements']),
];

const units: Record<string, number> = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
/** A quantity as a number; NaN when it is none. */
export const amount = (quantity: unknown): number => {
  if (typeof quantity === 'number') return quantity;
  const parts = /^([0-9]+(?:\.[0-9]+)?)(?:([eE][0-9]+)|([mkMGTPE]i?))?$/.exec(typeof quantity === 'string' ? quantity : '');
  return parts ? Number(parts[1]! + (parts[2] ?? '')) * (units[parts[3] ?? ''] ?? NaN) : NaN;
};

const checkAmounts = (requirements: unknown, at: Path): Problem[] => Object.entries(fields(getIn(requirements, 'limits'))).flatMap(([resource, limit]) => {
  const request = fields(getIn(requirements, 'requests'))[resource];
  return amount(request) > amount(limit) ? [{ rule: 'impossible-quantity', path: [...at, 'requests', resource], message: `${resource} request ${quote(request)} exceeds its limit ${quote(limit)}`, fix: 'Raise the limit or lower the request.' }] : [];
});

const inconsistent = (path: Path, message: string, fix: string): Problem => ({ rule: 'inconsistent-fields', path, message, fix });

const replicated = ['service', 'worker', 'stateful', 'daemon'];
/** Fields of a rollout, and the kinds whose objects have them. */
export const paces: Readonly<Record<string, readonly string[]>> = { minReadySeconds: replicated, revisionHistoryLimit: replicated, podManagementPolicy: ['stateful'] };

/** Fields that each are valid but make no sense together. */
const checkTogether = (spec: Fields, workload: Fields): Problem[] => {
  const found: Problem[] = [];
  const kind = workload.kind ?? 'service';
  if (kind === 'cron' && workload.schedule === undefined) found.push({ rule: 'missing-field', path: ['spec', 'workload', 'schedule'], message: 'kind cron needs a schedule', fix: "Add schedule: {cron: '0 3 * * *'}." });
  if (kind !== 'cron' && workload.schedule !== undefined) found.push(inconsistent(['spec', 'workload', 'schedule'], `schedule is given, but kind is ${quote(kind)}`, 'Set workload.kind: cron, or remove the schedule.'));
  if (['job', 'cron', 'daemon'].includes(String(kind)) && spec.scaling !== undefined) found.push(inconsistent(['spec', 'scaling'], `kind ${kind} has no replicas to scale`, 'Remove scaling, or choose another kind.'));
  const { min, max } = fields(spec.scaling);
  if (typeof min === 'number' && typeof max === 'number' && min > max) found.push(inconsistent(['spec', 'scaling', 'min'], `min ${min} exceeds max ${max}`, 'Raise max or lower min.'));
  const rollout = fields(workload.rollout);
  for (const field of ['maxSurge', 'maxUnavailable']) if (rollout.type === 'recreate' && rollout[field] !== undefined) found.push(inconsistent(['spec', 'workload', 'rollout', field], `${field} has no meaning with type recreate`, `Remove ${field}, or set type: rolling.`));
  const none = (bound: unknown): boolean => bound === undefined || bound === 0 || bound === '0' || bound === '0%';
  if (kind === 'daemon' && !none(rollout.maxSurge) && !none(rollout.maxUnavailable)) found.push(inconsistent(['spec', 'workload', 'rollout', 'maxSurge'], 'a daemon replaces pods by surge or by unavailability, not by both', 'Remove maxSurge or maxUnavailable.'));
  const cors = fields(getIn(spec, 'networking.cors'));
  if (cors.allowCredentials === true && Array.isArray(cors.allowOrigins) && cors.allowOrigins.includes('*')) found.push(inconsistent(['spec', 'networking', 'cors', 'allowOrigins'], 'every origin would be sent cookies', 'Name the origins, or leave allowCredentials out.'));
  for (const [field, kinds] of Object.entries(paces)) if (rollout[field] !== undefined && !kinds.includes(String(kind))) found.push(inconsistent(['spec', 'workload', 'rollout', field], `${field} has no meaning for kind ${kind}`, `Remove it; it is for kind ${kinds.join(', ')}.`));
  const mounted = new Set(['init', 'sidecars'].flatMap(list => entries(workload[list], [])).flatMap(({ item }) => names(item.volumeMounts)));
  entries(workload.volumes, ['spec', 'workload', 'volumes']).forEach(({ item, at }) => {
    if (item.mountPath === undefined && typeof item.name === 'string' && !mounted.has(item.name)) found.push(inconsistent([...at, 'name'], `nothing mounts the volume ${quote(item.name)}`, 'Give mountPath, or mount it in an init container or sidecar.'));
    for (const field of ['subPath', 'readOnly']) if (item[field] !== undefined && item.mountPath === undefined) found.push(inconsistent([...at, field], `${field} belongs to a mount of the main container`, 'Give mountPath, or remove it.'));
    for (const field of ['storageClassName', 'accessModes']) if (item[field] !== undefined && (item.size === undefined || item.medium !== undefined)) found.push(inconsistent([...at, field], `${field} belongs to a persistent volume`, 'Give size and no medium, or remove it.'));
  });
  return found;
};

/** The name becomes that of a Service, which (RFC 1035) must begin with a letter. */
const checkServiceName = (name: unknown, kind: unknown): Problem[] =>
  typeof name === 'string' && /^[0-9]/.test(name) && ['service', 'stateful', undefined].includes(kind as string | undefined)
    ? [{ rule: 'invalid-name', path: ['metadata', 'name'], message: `name ${quote(name)} begins with a digit, which a Service cannot`, fix: 'Begin with a letter.' }] : [];

/** Names that appear in two lists of which Kubernetes makes one. */
const checkSharedNames = (workload: Fields, at: Path, intentName: unknown): Problem[] => {
  const found: Problem[] = [];
  const once = (groups: readonly (readonly [string, string])[], taken: Map<string, string>): void => {
    for (const [list, field] of groups) for (const { item, at: place } of entries(workload[list], [...at, list])) {
      const name = item[field];
      if (typeof name !== 'string') continue;
      const other = taken.get(name);
      if (other !== undefined && other !== list) found.push({ rule: 'duplicate-name', path: [...place, field], message: `${field} ${quote(name)} is already used by ${other}`, fix: 'Choose another.' });
      taken.set(name, list);
    }
  };
  once([['init', 'name'], ['sidecars', 'name']], new Map(typeof intentName === 'string' ? [[intentName, 'the main container']] : []));
  once([['volumes', 'mountPath'], ['files', 'path']], new Map());
  return found;
};

/** Everything of the above, for one intent as plain JSON. */
export const checkIntent = (intent: Fields): Problem[] => {
  const spec = fields(intent.spec);
  const workload = fields(spec.workload);
  const at: Path = ['spec', 'workload'];
  const sidecarPorts = entries(workload.sidecars, []).flatMap(({ item }) => names(item.ports));
  const ports = [...names(workload.ports ?? [{ name: 'http' }]), 'http', ...sidecarPorts];
  const volumes = names(workload.volumes);
  const dependencies = names(spec.dependencies);
  return [
    ...checkContainer(workload, at, ports, volumes, dependencies),
    ...['init', 'sidecars'].flatMap(list => entries(workload[list], [...at, list])).flatMap(({ item, at: place }) => checkContainer(item, place, ports, volumes, dependencies)),
    ...checkImage(fields(workload.migration), [...at, 'migration']),
    ...Object.entries(fields(spec.environments)).flatMap(([name, values]) => checkImage(fields(getIn(values, 'workload')), ['spec', 'environments', name, 'workload'])),
    ...checkPorts(workload, at),
    ...unknownName(getIn(spec, 'observability.metricsEndpoint.port')?.toString(), ['spec', 'observability', 'metricsEndpoint', 'port'], 'port', entries(workload.ports ?? [{ containerPort: 8080 }], []).map(({ item }) => String(item.containerPort))),
    ...unknownName(getIn(spec, 'scaling.queue.dependency'), ['spec', 'scaling', 'queue', 'dependency'], 'dependency', dependencies),
    ...checkTogether(spec, workload),
    ...checkServiceName(getIn(intent, 'metadata.name'), workload.kind),
    ...checkSharedNames(workload, at, getIn(intent, 'metadata.name')),
  ];
};
