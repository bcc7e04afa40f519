/** The API server's own check of a graph, in the name of the account that would write it, with the warnings it gives. */
import { objectPath, refOf } from '../change/paths.ts';
import type { Finding } from '../diagnostic.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { MANAGER } from '../change/managed-fields.ts';
import { answerFindings, notServed } from '../verdict/dry-run.ts';
import { accountUser } from './grants.ts';
import type { Transport } from './transport.ts';

/** That the account may not write is found when it is to write; nothing is known of the graph then. */
export async function dryRunAs(transport: Transport, kinds: readonly ServedKind[], graph: readonly KubeObject[], namespace: string): Promise<Finding[]> {
  const query = new URLSearchParams({ fieldManager: MANAGER, force: 'true', dryRun: 'All', fieldValidation: 'Strict' });
  return (await Promise.all(graph.map(async (object): Promise<Finding[]> => {
    const path = objectPath(refOf(object), kinds);
    if (path === undefined) return [notServed(object)];
    const answer = await transport.ask({ method: 'PATCH', path: `${path}?${query}`, body: object, contentType: 'application/apply-patch+yaml', asUser: accountUser(namespace) });
    return [401, 403].includes(answer.status) ? [] : answerFindings(object, answer);
  }))).flat();
}
