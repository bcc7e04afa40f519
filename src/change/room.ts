/** Deletes an object that the server does not let change, and waits until its name is free. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kubernetes.ts';
import { ApiError } from './api.ts';
import type { ClusterApi } from './api.ts';

const patienceMs = 20_000, pauseMs = 100;

/** @throws ApiError 409 when it is not gone in time, to be tried again later */
export async function makeRoom(api: ClusterApi, reader: Pick<ClusterApi, 'get'>, path: string, live: KubeObject, signal: AbortSignal | undefined): Promise<void> {
  await api.delete(path, { uid: String(live.metadata['uid']), propagation: 'Background' });
  for (let waited = 0; await reader.get(path); waited += pauseMs) {
    if (waited >= patienceMs) throw new ApiError(409, 'Conflict', `${path} is still being deleted`);
    await sleep(pauseMs, undefined, { signal });
  }
}
