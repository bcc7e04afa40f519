/** What an API server's answer to a dry run comes to, whoever asked. */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { droppedFindings } from './kept.ts';

export interface Answer { status: number; body: JsonObject; warnings: readonly string[] }

/** The rule of findings that pass by themselves. */
export const UNABLE = 'server-unable';

const finding = (object: KubeObject, severity: Finding['severity'], message: string, fix: string): Finding => ({ rule: 'server-dry-run', severity, object: objectName(object), path: '', message, fix });

export const notServed = (object: KubeObject): Finding => finding(object, 'refused', `the cluster serves no ${object.kind} of ${object.apiVersion}`, 'Install what provides it.');

/** One finding per warning, and one where the server rejects the object or would keep only a part of it. */
export function answerFindings(object: KubeObject, { status, body, warnings }: Answer): Finding[] {
  const warned = warnings.map(message => finding(object, 'warning', message, 'See what the warning asks for; the object would be taken as it is.'));
  if (status < 300) return [...warned, ...droppedFindings(object, body)];
  // What stands between it and an opinion, such as a webhook that nobody answers, says nothing of the object.
  if (status >= 500) return [...warned, { ...finding(object, 'refused', `the API server cannot say whether it would take it (${status}): ${String(body['message'] ?? '')}`, 'Mend what the server names; the agent asks again by itself.'), rule: UNABLE }];
  return [...warned, finding(object, 'refused', `the API server rejects it (${status}): ${String(body['message'] ?? '')}`, 'Do what the server asks for, or choose another cluster or namespace.')];
}
