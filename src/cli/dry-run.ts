/**
 * The API server's own check: server-side apply of every object with `dryRun=All` and strict fields, so that its admission
 * chain speaks too. Nothing is written. https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
 */
import { Agent, request } from 'node:https';
import { badInput } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { ClusterAccess } from '../snapshot/kubeconfig.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { answerFindings, notServed } from '../verdict/dry-run.ts';
import type { Answer } from '../verdict/dry-run.ts';

const patienceMs = 30_000;
const manager = 'kubesynth';

/**
 * One finding (rule server-dry-run) per object that the server rejects or would keep only a part of, and per warning it gives.
 * @throws Refusal `cluster-unreachable` (exit 2)
 */
export async function serverDryRun(access: ClusterAccess, snapshot: Snapshot, graph: readonly KubeObject[]): Promise<Finding[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: access.ca, cert: access.clientCertificate, key: access.clientKey,
    rejectUnauthorized: !access.insecure, ...(access.tlsServerName ? { servername: access.tlsServerName } : {}) });
  try {
    return (await Promise.all(graph.map(object => dryRunOne(access, agent, snapshot, object)))).flat();
  } finally { agent.destroy(); }
}

async function dryRunOne(access: ClusterAccess, agent: Agent, snapshot: Snapshot, object: KubeObject): Promise<Finding[]> {
  const { group, version } = splitApiVersion(object.apiVersion);
  const served = snapshot.kinds.find(k => k.group === group && k.kind === object.kind);
  if (!served) return [notServed(object)];
  const scope = served.namespaced ? `/namespaces/${encodeURIComponent(object.metadata.namespace ?? 'default')}` : '';
  const path = `/${group ? `apis/${group}` : 'api'}/${version}${scope}/${served.plural}/${encodeURIComponent(object.metadata.name)}`;
  return answerFindings(object, await patch(access, agent, `${path}?fieldManager=${manager}&force=true&dryRun=All&fieldValidation=Strict`, object));
}

const patch = (access: ClusterAccess, agent: Agent, path: string, object: KubeObject): Promise<Answer> => new Promise((resolve, reject) => {
  const base = access.server.replace(/\/+$/, ''), body = JSON.stringify(object);
  const fault = (why: string, cause?: unknown): void => reject(badInput('cluster-unreachable', `${base}: ${why}`, 'Check the cluster and the credentials, or give a saved snapshot by --snapshot.', { object: base }, cause));
  const headers = { accept: 'application/json', 'content-type': 'application/apply-patch+yaml', 'content-length': Buffer.byteLength(body), ...(access.token ? { authorization: `Bearer ${access.token}` } : {}) };
  const sent = request(`${base}${path}`, { method: 'PATCH', agent, headers, timeout: patienceMs }, response => {
    const chunks: Buffer[] = [];
    response.on('data', chunk => chunks.push(chunk as Buffer));
    response.on('error', error => fault(error.message, error));
    response.on('end', () => {
      // Warning: 299 - "text" (RFC 9111 5.5); Node joins repeated headers with a comma.
      const warnings = [...String(response.headers['warning'] ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(m => m[1]!.replace(/\\(.)/g, '$1'));
      let parsed: JsonObject = {};
      try { parsed = JSON.parse(Buffer.concat(chunks).toString('utf8')) as JsonObject; } catch { parsed = { message: Buffer.concat(chunks).toString('utf8').slice(0, 200) }; }
      resolve({ status: response.statusCode ?? 0, body: parsed, warnings });
    });
  });
  sent.on('timeout', () => sent.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
  sent.on('error', error => fault(error.message, error));
  sent.end(body);
});
