/** The live API server: as a plan asks it, by reads and dry runs only, and as `adopt` writes to it. */
import { ApiError, ApiUnreachable } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import { objectPath } from '../change/paths.ts';
import { badInput } from '../diagnostic.ts';
import type { Refusal } from '../diagnostic.ts';
import { apiVersion, kind } from '../intent/schema.ts';
import { clusterApi } from '../operator/client.ts';
import { inventoryOf } from '../operator/status.ts';
import { Transport } from '../operator/transport.ts';
import type { Server, Standing } from '../plan/live.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { accessOf } from './cluster.ts';
import type { Options } from './options.ts';

export interface OpenServer extends Server {
  /** The intent as the cluster holds it; undefined when it does not. */
  standing(intent: { name: string; namespace: string }, snapshot: Snapshot): Promise<Standing | undefined>;
  /** Runs what asks the server. @throws Refusal `cluster-unreachable`, `cluster-forbidden` (exit 2) */
  asking<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface OpenApi {
  api: ClusterApi;
  /** Namespace of the kubeconfig's context. */
  namespace: string;
  /** Runs what asks the server. @throws Refusal `cluster-unreachable`, `cluster-forbidden` (exit 2) */
  asking<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** The whole server, writes included. */
export function openApi(options: Options): OpenApi {
  const access = accessOf(options), transport = new Transport(access);
  return {
    api: clusterApi(transport), namespace: access.namespace,
    async asking(work) {
      try { return await work(); } catch (error) { throw asRefusal(error, access.server); }
    },
    close: () => transport.close(),
  };
}

/** Nothing here can write. */
export function openServer(options: Options): OpenServer {
  const { api, asking, close } = openApi(options);
  return {
    get: path => api.get(path),
    apply: (path, object, request) => api.apply(path, object, { ...request, dryRun: true }),
    async standing(intent, { kinds }) {
      const path = objectPath({ apiVersion, kind, ...intent }, kinds), resource = path === undefined ? undefined : await api.get(path);
      return resource && { ref: { ...intent, uid: String(resource.metadata['uid']) }, inventory: inventoryOf(resource) };
    },
    asking, close,
  };
}

function asRefusal(error: unknown, server: string): Refusal | unknown {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
    return badInput('cluster-forbidden', `these credentials may not read what is there: ${error.message}`, 'Use credentials that may get the objects of the intent\'s namespace, or plan against a snapshot by --snapshot.', { object: server }, error);
  }
  if (!(error instanceof ApiError) && !(error instanceof ApiUnreachable)) return error;
  return badInput('cluster-unreachable', `${server}: ${error.message}`, 'Check the cluster and the credentials, or give a saved snapshot by --snapshot.', { object: server }, error);
}
