/**
 * Reads a kubeconfig as kubectl does (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/):
 * server, CA, token or client certificate of one context. Credential plugins (`exec`, `auth-provider`) are refused by name.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { badInput } from '../diagnostic.ts';

/** How to reach one API server. PEM texts, not paths. */
export interface ClusterAccess {
  server: string;
  ca?: string;
  tlsServerName?: string;
  insecure: boolean;
  token?: string;
  clientCertificate?: string;
  clientKey?: string;
  /** The namespace of the context, `default` where it names none. */
  namespace: string;
}

type Named = { name?: string } & Record<string, unknown>;
interface Kubeconfig { 'current-context'?: string; contexts?: Named[]; clusters?: Named[]; users?: Named[] }

export const defaultKubeconfigPath = (env: Record<string, string | undefined>): string =>
  env['KUBECONFIG']?.split(':').find(Boolean) ?? join(homedir(), '.kube', 'config');

/**
 * @param context the context to use; the file's current one when absent
 * @throws Refusal `kubeconfig-unreadable`, `kubeconfig-context`, `kubeconfig-credentials` (exit 2)
 */
export function loadKubeconfig(path: string, context?: string): ClusterAccess {
  const unreadable = (why: string, cause?: unknown) => badInput('kubeconfig-unreadable', `${path}: ${why}`, 'Give a readable kubeconfig by --kubeconfig or KUBECONFIG, or a saved snapshot by --snapshot.', { object: path }, cause);
  let text: string, config: Kubeconfig;
  try { text = readFileSync(path, 'utf8'); } catch (error) { throw unreadable((error as Error).message, error); }
  try { config = parse(text) as Kubeconfig; } catch (error) { throw unreadable('not YAML', error); }
  if (!config || typeof config !== 'object' || !Array.isArray(config.contexts)) throw unreadable('no contexts in it');

  const wanted = context ?? config['current-context'] ?? '';
  const inner = (list: Named[] | undefined, name: unknown, key: string): Record<string, unknown> | undefined =>
    (Array.isArray(list) ? list : []).find(entry => entry?.name === name)?.[key] as Record<string, unknown> | undefined;
  const chosen = inner(config.contexts, wanted, 'context');
  const names = config.contexts.map(entry => entry.name).join(', ') || 'none';
  if (!chosen) throw badInput('kubeconfig-context', `${path} has no context "${wanted}"`, `Name one of its contexts by --context: ${names}.`, { object: path, path: 'contexts' });
  const cluster = inner(config.clusters, chosen['cluster'], 'cluster');
  if (typeof cluster?.['server'] !== 'string') throw unreadable(`context "${wanted}" names a cluster without a server`);
  const user = inner(config.users, chosen['user'], 'user') ?? {};
  for (const plugin of ['exec', 'auth-provider']) {
    if (user[plugin]) throw badInput('kubeconfig-credentials', `context "${wanted}" takes its credentials from ${plugin}, which kubesynth does not run`,
      'Use a context with a token or a client certificate, e.g. from `kubectl create token`, or a saved snapshot.', { object: path, path: 'users' });
  }
  // Relative paths are relative to the kubeconfig's own folder.
  const material = (of: Record<string, unknown>, key: string): string | undefined => {
    const data = of[`${key}-data`], file = of[key];
    if (typeof data === 'string' && data) return Buffer.from(data, 'base64').toString('utf8');
    if (typeof file !== 'string' || !file) return undefined;
    try { return readFileSync(resolve(dirname(path), file), 'utf8'); } catch (error) { throw unreadable(`${key}: ${(error as Error).message}`, error); }
  };
  const tokenFile = user['tokenFile'];
  const token = typeof user['token'] === 'string' && user['token'] ? user['token'] : typeof tokenFile === 'string' ? material({ file: tokenFile }, 'file')?.trim() : undefined;
  return {
    server: cluster['server'], ca: material(cluster, 'certificate-authority'), insecure: cluster['insecure-skip-tls-verify'] === true,
    ...(typeof cluster['tls-server-name'] === 'string' ? { tlsServerName: cluster['tls-server-name'] } : {}),
    token, clientCertificate: material(user, 'client-certificate'), clientKey: material(user, 'client-key'),
    namespace: typeof chosen['namespace'] === 'string' && chosen['namespace'] ? chosen['namespace'] : 'default',
  };
}
