/** Init containers and sidecars: what they run, and where they deviate from what the pod is given for its main container. */
import type { Json, JsonObject } from '../kubernetes.ts';
import { asList, asText, filled } from './json.ts';
import { placeOf } from './mounted.ts';
import { securityOf, isUnprivileged } from './pod-view.ts';
import { portOf, probesOf, processOf, pullOf, resourcesOf } from './process.ts';
import type { Pod } from './mounted.ts';

/**
 * @param named the intent's names of volumes, by those that they have in the pod
 * @param given what the intent states for the whole pod, by the main container's needs
 */
export function besideOf(pod: Pod, container: JsonObject, named: ReadonlyMap<string, string>, given: JsonObject | undefined, init: boolean): JsonObject {
  const mounts = mountsOf(container, named), ports = asList(container['ports']).map(portOf);
  const security = ownSecurity(pod, container, given ?? {}), pull = pullOf(container);
  return {
    name: container['name']!, containerImage: container['image']!, ...(pull === undefined ? {} : { imagePullPolicy: pull }), ...processOf(pod, container), ...resourcesOf(container),
    ...(security ? { security } : {}), ...(mounts.length ? { volumeMounts: mounts as Json } : {}), ...(init ? {} : { ...(ports.length ? { ports } : {}), ...probesOf(container) }),
  };
}

/** Of its mounts those of volumes that the intent has; a path that names variables is none that an intent could state. */
const mountsOf = (container: JsonObject, named: ReadonlyMap<string, string>): JsonObject[] => asList(container['volumeMounts']).flatMap(m => {
  const name = named.get(asText(m['name']));
  return name === undefined || m['subPathExpr'] !== undefined ? [] : [{ name, mountPath: placeOf(m['mountPath']), ...(m['subPath'] === undefined ? {} : { subPath: m['subPath'] }), ...(m['readOnly'] === true ? { readOnly: true } : {}) }];
});

/** A writable root is a deviation unless it is said not to be, and so is being root; who it runs as, where the pod is given somebody else. */
function ownSecurity(pod: Pod, container: JsonObject, given: JsonObject): JsonObject | undefined {
  const own = securityOf(pod, container), other = (field: string): Json | undefined => (own[field] === given[field] ? undefined : own[field]);
  // Root by number is what no pod may state here; that it may be root is stated.
  return filled({
    runAsUser: own['runAsUser'] === 0 ? undefined : other('runAsUser'), runAsGroup: other('runAsGroup'),
    ...(own['readOnlyRootFilesystem'] === true ? {} : { writableRoot: true }), ...(isUnprivileged(own) ? {} : { runAsNonRoot: false }),
  }) as JsonObject | undefined;
}
