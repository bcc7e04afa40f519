/**
 * How an object says that it belongs to an intent: membership of an ApplySet whose parent is the intent
 * (https://github.com/kubernetes/enhancements/tree/master/keps/sig-cli/3659-kubectl-apply-prune#design-details-applyset-specification)
 * and an owner reference, so that what the operator can no longer reach is collected with the intent.
 */
import { createHash } from 'node:crypto';
import { apiVersion, kind } from '../intent/schema.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';

/** The intent on the cluster. */
export interface IntentRef { name: string; namespace: string; uid: string }

/** The reference to a resource. */
export const intentRef = (resource: KubeObject): IntentRef => ({ name: resource.metadata.name, namespace: resource.metadata.namespace ?? 'default', uid: String(resource.metadata['uid']) });

export const PART_OF = 'applyset.kubernetes.io/part-of';
export const INTENT_LABEL = 'synthesis.platform/intent';

const GROUP = apiVersion.slice(0, apiVersion.indexOf('/'));

/** The same for an intent that was deleted and created again. */
export const applySetId = ({ name, namespace }: Pick<IntentRef, 'name' | 'namespace'>): string =>
  `applyset-${createHash('sha256').update(`${name}.${namespace}.${kind}.${GROUP}`).digest('base64url')}-v1`;

export const ownerReference = ({ name, uid }: IntentRef): JsonObject => ({ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false });

/** The object as it is applied: with its labels of membership and its owner. */
export const stamped = (object: KubeObject, intent: IntentRef): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata, namespace: intent.namespace,
    labels: { ...object.metadata.labels, [PART_OF]: applySetId(intent), [INTENT_LABEL]: intent.name },
    ownerReferences: [ownerReference(intent)],
  },
});

const owners = (object: KubeObject): JsonObject[] => (Array.isArray(object.metadata['ownerReferences']) ? object.metadata['ownerReferences'] as Json[] as JsonObject[] : []);
const isIntent = (owner: JsonObject): boolean => owner['kind'] === kind && String(owner['apiVersion']).startsWith(`${GROUP}/`);

/** Ours to change: a member of the set, owned by the intent or by its namesake from before it was created again. */
export const belongsTo = (object: KubeObject, intent: IntentRef): boolean =>
  object.metadata.labels?.[PART_OF] === applySetId(intent) && owners(object).some(owner => isIntent(owner) && owner['name'] === intent.name);

/** Ours to delete: owned by this very intent. */
export const ownedBy = (object: KubeObject, intent: IntentRef): boolean =>
  belongsTo(object, intent) && owners(object).some(owner => isIntent(owner) && owner['uid'] === intent.uid);
