/** Reads from an API server over HTTPS: one JSON document, or every page of a list. It can only read. */
import { Agent, request } from 'node:https';
import { badInput, Refusal } from '../diagnostic.ts';
import type { JsonObject } from '../kubernetes.ts';
import type { ClusterAccess } from './kubeconfig.ts';

export interface ClusterClient {
  /** The document at `path`, or undefined when the server answers 404 or 403. @throws Refusal `cluster-unreachable` (exit 2) */
  get(path: string): Promise<JsonObject | undefined>;
  /** Every item of a list, all pages; undefined as for `get`. */
  list(path: string): Promise<JsonObject[] | undefined>;
  /** Ends the connections. */
  close(): void;
}

/** Objects asked for at a time, as kubectl does. */
const page = 500;
const patienceMs = 30_000;

export function clusterClient(access: ClusterAccess): ClusterClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: access.ca, cert: access.clientCertificate, key: access.clientKey,
    rejectUnauthorized: !access.insecure, ...(access.tlsServerName ? { servername: access.tlsServerName } : {}) });
  const base = access.server.replace(/\/+$/, '');
  const fault = (path: string, why: string, cause?: unknown): Refusal => badInput('cluster-unreachable', `${base}${path}: ${why}`,
    'Check that the cluster is up and that the context holds valid credentials, or give a saved snapshot by --snapshot.', { object: base, path }, cause);

  const get = (path: string, hops = 3): Promise<JsonObject | undefined> => new Promise((resolve, reject) => {
    const headers = { accept: 'application/json', ...(access.token ? { authorization: `Bearer ${access.token}` } : {}) };
    const sent = request(`${base}${path}`, { agent, headers, timeout: patienceMs }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk as Buffer));
      response.on('error', error => reject(fault(path, error.message, error)));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status === 403 || status === 404) return resolve(undefined);
        // OpenAPI under the hash of a moment ago: the server says what it is called now.
        const moved = response.headers.location;
        if (status === 301 && moved?.startsWith('/') && hops > 0) return resolve(get(moved, hops - 1));
        if (status !== 200) return reject(fault(path, `HTTP ${status}`));
        try { resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject); }
        catch (error) { reject(fault(path, 'the answer is not JSON', error)); }
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
    sent.on('error', error => reject(fault(path, error.message, error)));
    sent.end();
  });

  const list = async (path: string): Promise<JsonObject[] | undefined> => {
    const items: JsonObject[] = [];
    let next = '';
    do {
      const found = await get(`${path}?limit=${page}${next && `&continue=${encodeURIComponent(next)}`}`);
      if (!found) return undefined;
      items.push(...((found['items'] ?? []) as JsonObject[]));
      next = ((found['metadata'] as JsonObject | undefined)?.['continue'] ?? '') as string;
    } while (next);
    return items;
  };
  return { get: path => get(path), list, close: () => agent.destroy() };
}
