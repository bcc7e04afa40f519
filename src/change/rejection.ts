/** What the API server's refusal of a write means to the intent. */
import type { Finding } from '../diagnostic.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { ApiError } from './api.ts';

/**
 * A finding for an answer that asking again would not change; everything else (no answer, overload, a lost race) is thrown
 * again, to be retried as a whole.
 */
export function rejected(object: KubeObject, error: unknown): Finding {
  if (!(error instanceof ApiError)) throw error;
  const at = { severity: 'refused' as const, object: objectName(object), path: error.causes[0]?.field.replace(/^\./, '') ?? '' };
  if (error.status === 401 || error.status === 403) {
    return { rule: 'write-forbidden', ...at, path: '', message: error.message, fix: "Let the namespace's synthesis account write this kind: `kubesynth operator grant -n NAMESPACE` prints the Role." };
  }
  if (error.status === 409 && error.causes.some(cause => cause.reason === 'FieldManagerConflict')) {
    return { rule: 'field-conflict', ...at, message: error.causes.map(c => `${c.field}: ${c.message}`).join('; '), fix: 'Let the other manager go of the field, or leave it out of the intent.' };
  }
  if ([400, 404, 405, 413, 422].includes(error.status)) {
    return { rule: 'apply-rejected', ...at, message: error.message, fix: 'Do what the API server asks for. An immutable field needs the object to be deleted first.' };
  }
  throw error;
}
