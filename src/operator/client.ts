/** The API server as the stages know it, over HTTPS. */
import type { ApplyOptions, ClusterApi, DeleteOptions, ListQuery, ObjectList, WatchEvent, WatchOptions, WriteOptions } from '../change/api.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { errorOf } from './transport.ts';
import type { Ask, Reply, Transport } from './transport.ts';

const page = 500;
const quietMs = 330_000;
const mergePatch = 'application/merge-patch+json';
/** https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** @param mayWrite asked before every write; throws when this process must not write (it is not, or no longer, the leader) */
export function clusterApi(transport: Transport, mayWrite: () => void = () => undefined, asUser?: string): ClusterApi {
  const as = asUser === undefined ? {} : { asUser };
  const send = async (ask: Ask): Promise<Reply> => {
    const reply = await transport.ask({ ...ask, ...as, ...(ask.method === 'GET' ? {} : { permit: mayWrite }) });
    if (reply.status >= 400) throw errorOf(reply);
    return reply;
  };
  const write = async (method: string, path: string, body: unknown, query: Record<string, string>, more: Pick<Ask, 'contentType' | 'accept'> = {}): Promise<KubeObject> =>
    (await send({ method, path: withQuery(path, query), body, ...more })).body as unknown as KubeObject;

  return {
    async get(path) {
      const reply = await transport.ask({ method: 'GET', path, ...as });
      if (reply.status === 404) return undefined;
      if (reply.status >= 400) throw errorOf(reply);
      return reply.body as unknown as KubeObject;
    },
    async list(path: string, query: ListQuery = {}): Promise<ObjectList> {
      const items: KubeObject[] = [];
      let next = '', resourceVersion = '';
      do {
        const { body } = await send({ method: 'GET', path: withQuery(path, { ...listQuery(query), limit: String(query.limit ?? page), ...(next ? { continue: next } : {}) }) });
        const metadata = (body['metadata'] ?? {}) as JsonObject, kind = String(body['kind']).replace(/List$/, '');
        for (const item of (body['items'] ?? []) as JsonObject[]) items.push({ ...item, apiVersion: String(body['apiVersion']), kind } as KubeObject);
        next = String(metadata['continue'] ?? ''); resourceVersion = String(metadata['resourceVersion'] ?? '');
      } while (next);
      return { items, resourceVersion };
    },
    apply: (path, object, { manager, force, dryRun }: ApplyOptions) =>
      write('PATCH', path, object, { fieldManager: manager, fieldValidation: 'Strict', ...(force ? { force: 'true' } : {}), ...dry(dryRun) }, { contentType: 'application/apply-patch+yaml' }),
    create: (path, object, options) => write('POST', path, object, writeQuery(options), options?.brief ? { accept: METADATA } : {}),
    update: (path, object, options) => write('PUT', path, object, writeQuery(options)),
    patch: (path, patch, options) => write('PATCH', path, patch, writeQuery(options), { contentType: mergePatch }),
    patchStatus: (path, patch, options) => write('PATCH', `${path}/status`, patch, writeQuery(options), { contentType: mergePatch }),
    async delete(path: string, { propagation = 'Background', uid, resourceVersion, dryRun }: DeleteOptions = {}): Promise<boolean> {
      const preconditions = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation, preconditions, ...(dryRun ? { dryRun: ['All'] } : {}) };
      const reply = await transport.ask({ method: 'DELETE', path, body, permit: mayWrite, ...as });
      if (reply.status === 404) return false;
      if (reply.status >= 400) throw errorOf(reply);
      return true;
    },
    async *watch(path: string, { resourceVersion, allowWatchBookmarks = true, signal, ...query }: WatchOptions): AsyncGenerator<WatchEvent> {
      const full = withQuery(path, { ...listQuery(query), watch: '1', resourceVersion, ...(allowWatchBookmarks ? { allowWatchBookmarks: 'true' } : {}) });
      for await (const event of transport.stream(full, { ...as, quietMs, signal: signal ?? new AbortController().signal })) {
        if (event['type'] === 'ERROR') throw errorOf({ status: Number((event['object'] as JsonObject)['code'] ?? 500), body: event['object'] as JsonObject, warnings: [] });
        yield event as unknown as WatchEvent;
      }
    },
    as: user => clusterApi(transport, mayWrite, user),
  };
}

const dry = (dryRun: boolean | undefined): Record<string, string> => (dryRun ? { dryRun: 'All' } : {});
const writeQuery = ({ manager, dryRun }: WriteOptions = {}): Record<string, string> => ({ ...(manager === undefined ? {} : { fieldManager: manager }), ...dry(dryRun) });
const listQuery = ({ labelSelector, fieldSelector, resourceVersion }: ListQuery): Record<string, string> =>
  ({ ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}), ...(resourceVersion ? { resourceVersion } : {}) });
const withQuery = (path: string, query: Record<string, string>): string => (Object.keys(query).length ? `${path}?${new URLSearchParams(query)}` : path);
