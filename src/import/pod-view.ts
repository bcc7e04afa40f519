/**
 * What a container gets, whatever its parts are called: files with their text, variables with their values, mounts with what
 * is mounted, the security context that is in force. Of the manifests' form only what a process could notice is left.
 */
import type { Json, JsonObject } from '../kubernetes.ts';
import { defaultPullPolicy } from './defaults.ts';
import { asList, asObject, asText, isMap } from './json.ts';
import { containersOf, filesOf, mountsOf, referredOf, sharing, textOf } from './mounted.ts';
import type { Pod } from './mounted.ts';
import { staying } from '../verdict/pod.ts';

/** Variables by name: literals, sources, and the keys of known ConfigMaps as literals. */
export function environmentOf(pod: Pod, container: JsonObject): { variables: JsonObject; sources: JsonObject[] } {
  const variables: JsonObject = {}, sources: JsonObject[] = [];
  for (const from of asList(container['envFrom'])) {
    const data = from['configMapRef'] === undefined ? undefined : textOf(pod, asObject(from['configMapRef'])['name']);
    if (data) for (const [key, value] of Object.entries(data)) variables[`${asText(from['prefix'])}${key}`] = { value };
    else sources.push(from);
  }
  for (const { name, ...variable } of asList(container['env'])) {
    const ref = asObject(asObject(variable['valueFrom'])['configMapKeyRef']);
    const text = ref['name'] === undefined ? undefined : textOf(pod, ref['name'])?.[asText(ref['key'])];
    variables[asText(name)] = text !== undefined ? { value: text } : variable['valueFrom'] === undefined ? { value: String(variable['value'] ?? '') } : variable;
  }
  return { variables, sources };
}

/** Fields of the pod's security context that hold for a container which does not say otherwise. */
const inherited = ['runAsUser', 'runAsGroup', 'runAsNonRoot', 'seccompProfile', 'appArmorProfile', 'seLinuxOptions'];
export function securityOf(pod: Pod, container: JsonObject): JsonObject {
  const above = asObject(pod.spec['securityContext']), own = asObject(container['securityContext']);
  const force = { ...Object.fromEntries(inherited.flatMap(f => (above[f] === undefined ? [] : [[f, above[f]]]))), ...own };
  // A container that says it need not be another user is one that says nothing.
  if (force['runAsNonRoot'] === false) delete force['runAsNonRoot'];
  return force;
}
/** A process that is known not to be root has no capability to lose and no privilege to gain. */
export const isUnprivileged = (security: JsonObject): boolean => security['runAsNonRoot'] === true || (typeof security['runAsUser'] === 'number' && security['runAsUser'] > 0);
export const podSecurityOf = (pod: Pod): JsonObject => Object.fromEntries(Object.entries(asObject(pod.spec['securityContext'])).filter(([f]) => !inherited.includes(f)));

const probeDefaults: JsonObject = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 };
/** A probe without what an API server says by itself. */
export const plainProbe = (probe: Json | undefined): Json | undefined => (isMap(probe) ? Object.fromEntries(Object.entries(probe).filter(([key, value]) => probeDefaults[key] !== value)) : probe);
/** Port names are names: what a probe asks is a number. */
export function numbered(handler: Json | undefined, pod: Pod): Json | undefined {
  if (!isMap(handler)) return handler;
  const ports = containersOf(pod).flatMap(c => asList(c['ports']));
  return Object.fromEntries(Object.entries(plainProbe(handler)!).map(([key, value]): [string, Json] => {
    if (!isMap(value) || value['port'] === undefined) return [key, value];
    return [key, { ...value, port: portNumber(value['port'], ports) }];
  }));
}
export const allPorts = (pod: Pod): JsonObject[] => staying(pod.spec).flatMap(c => asList(c['ports']));
export const portNumber = (port: Json, ports: readonly JsonObject[]): Json => {
  if (typeof port === 'string' && /^\d+$/.test(port)) return Number(port);
  return typeof port === 'number' ? port : ports.find(p => p['name'] === port)?.['containerPort'] ?? port;
};

const handled = new Set(['name', 'image', 'env', 'envFrom', 'ports', 'volumeMounts', 'securityContext', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'imagePullPolicy',
  // Whether it stays or prepares is told by where it is told.
  'restartPolicy']);

export function containerView(pod: Pod, container: JsonObject): JsonObject {
  const { variables, sources } = environmentOf(pod, container), shared = sharing(pod), image = asText(container['image']);
  const lifecycle = Object.fromEntries(Object.entries(asObject(container['lifecycle'])).map(([hook, handler]) => [hook, numbered(handler, pod)!]));
  const view: JsonObject = {
    image, ...Object.fromEntries(Object.entries(container).filter(([key]) => !handled.has(key))),
    ...(container['imagePullPolicy'] === undefined || container['imagePullPolicy'] === defaultPullPolicy(image) ? {} : { imagePullPolicy: container['imagePullPolicy'] }),
    env: variables, envFrom: Object.fromEntries(sources.map((s, i) => [String(i), s])),
    ports: Object.fromEntries(asList(container['ports']).map(({ containerPort, protocol = 'TCP', name: _, ...rest }) => [`${String(containerPort)}/${asText(protocol)}`, { open: true, ...rest }])),
    mounts: Object.fromEntries(mountsOf(pod, container).map(({ path, volume, subPath, expr, readOnly, source }) => {
      const common = shared.has(`${volume}/${subPath ?? ''}`), readable = ['secret', 'configMap', 'projected', 'downwardAPI'].some(kind => source[kind] !== undefined);
      return [path, { source, ...(subPath === undefined || (source['scratch'] !== undefined && !common) ? {} : { subPath }), ...(expr === undefined ? {} : { subPathExpr: expr }), ...(readOnly && !readable ? { readOnly } : {}), ...(common ? { shared: true } : {}) }];
    })),
    files: Object.fromEntries([
      ...filesOf(pod, container).map(({ path, content, mode }): [string, Json] => [path, { content, ...(mode === undefined ? {} : { mode }) }]),
      ...referredOf(pod, container).map(({ path, kind, name, key, mode }): [string, Json] => [path, { [kind]: name, key, ...(mode === undefined ? {} : { mode }) }]),
    ]),
    security: securityOf(pod, container), lifecycle,
  };
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) if (container[probe] !== undefined) view[probe] = numbered(container[probe], pod)!;
  return view;
}
