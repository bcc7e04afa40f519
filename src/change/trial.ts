/** An apply that needs no look before it. */
import type { KubeObject } from '../kubernetes.ts';
import { ApiError } from './api.ts';
import type { ClusterApi } from './api.ts';
import { MANAGER } from './managed-fields.ts';

/**
 * Applies, without force, to an object that is known to be as it was left. The server itself sees whether it still is that object
 * and whether somebody took one of its fields; what it does not say (fields that others hold, too) is to be seen in what comes back.
 * @returns the object as it now is; undefined where the server did not take it, so that it has to be looked at
 */
export async function onTrial(api: ClusterApi, path: string, wanted: KubeObject, uid: string, signal: AbortSignal | undefined): Promise<KubeObject | undefined> {
  signal?.throwIfAborted();
  try { return await api.apply(path, { ...wanted, metadata: { ...wanted.metadata, uid } }, { manager: MANAGER, force: false }); } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
