/** How the operator reaches its API server: as a Pod by its mounted ServiceAccount, elsewhere by a kubeconfig. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badInput } from '../diagnostic.ts';
import { defaultKubeconfigPath, loadKubeconfig } from '../snapshot/kubeconfig.ts';
import type { ClusterAccess } from '../snapshot/kubeconfig.ts';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Access whose token may be replaced while the process runs: the kubelet rotates a Pod's. */
export interface LiveAccess extends ClusterAccess { currentToken?: () => string }

/** @throws Refusal `no-cluster` and those of the kubeconfig (exit 2) */
export function operatorAccess(options: { kubeconfig?: string; context?: string }, env: Record<string, string | undefined>, folder = mounted): LiveAccess {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (options.kubeconfig === undefined && env['KUBECONFIG'] === undefined && host !== undefined && existsSync(join(folder, 'token'))) {
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
    return { server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`, ca: read('ca.crt'), insecure: false, namespace: read('namespace'), currentToken: rotating(() => read('token')) };
  }
  const path = options.kubeconfig ?? defaultKubeconfigPath(env);
  if (options.kubeconfig === undefined && env['KUBECONFIG'] === undefined && !existsSync(path)) {
    throw badInput('no-cluster', `the operator runs neither in a Pod nor with a kubeconfig, and there is no ${path}`, 'Give a cluster by --kubeconfig.');
  }
  return loadKubeconfig(path, options.context);
}

/** A token read again once a minute. */
function rotating(read: () => string): () => string {
  let token = '', readAt = -Infinity;
  return () => {
    if (performance.now() - readAt > 60_000) { token = read(); readAt = performance.now(); }
    return token;
  };
}
