/** The API server's own check of a graph, in the name of the account that would write it, with the warnings it gives. */
import { objectPath, refOf } from '../change/paths.ts';
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { MANAGER } from '../change/managed-fields.ts';
import { droppedFindings } from '../verdict/kept.ts';
import { accountUser } from './grants.ts';
import type { Transport } from './transport.ts';

/** That the account may not write is found when it is to write; nothing is known of the graph then. */
export async function dryRunAs(transport: Transport, kinds: readonly ServedKind[], graph: readonly KubeObject[], namespace: string): Promise<Finding[]> {
  const query = new URLSearchParams({ fieldManager: MANAGER, force: 'true', dryRun: 'All', fieldValidation: 'Strict' });
  return (await Promise.all(graph.map(async (object): Promise<Finding[]> => {
    const path = objectPath(refOf(object), kinds), at = { object: objectName(object), path: '' };
    if (path === undefined) return [{ rule: 'server-dry-run', severity: 'refused', ...at, message: `the cluster serves no ${object.kind} of ${object.apiVersion}`, fix: 'Install what provides it.' }];
    const { status, body, warnings } = await transport.ask({ method: 'PATCH', path: `${path}?${query}`, body: object, contentType: 'application/apply-patch+yaml', asUser: accountUser(namespace) });
    if (status === 401 || status === 403) return [];
    const found = warnings.map((message): Finding => ({ rule: 'server-dry-run', severity: 'warning', ...at, message, fix: 'See what the warning asks for; the object would be taken as it is.' }));
    if (status < 300) return [...found, ...droppedFindings(object, body)];
    return [...found, { rule: 'server-dry-run', severity: 'refused', ...at, message: `the API server rejects it (${status}): ${String(body['message'] ?? '')}`, fix: 'Do what the server asks for, or choose another cluster or namespace.' }];
  }))).flat();
}
