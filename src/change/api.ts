/**
 * What the cluster-resident parts need of an API server, as an interface over paths and objects. Paths begin with `/` and
 * carry no query (`paths.ts` makes them). Every method throws `ApiError` for an answer of the server that is not a success,
 * after the implementation's own retries, and `ApiUnreachable` when there was no answer at all.
 */
import type { JsonObject, KubeObject } from '../kubernetes.ts';

/** One cause of a refusal: for a conflict of server-side apply `field` is the path and `message` names the other manager. */
export interface ApiCause { reason: string; message: string; field: string }

/** An answer with a status of 400 or more. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class ApiError extends Error {
  /** HTTP status code. */
  readonly status: number;
  /** Machine-readable, e.g. `Conflict`, `AlreadyExists`, `Expired`, `Forbidden`; '' when the server gave none. */
  readonly reason: string;
  readonly causes: readonly ApiCause[];
  /** Seconds the server asks to wait. */
  readonly retryAfter: number | undefined;
  constructor(status: number, reason: string, message: string, more: { causes?: readonly ApiCause[]; retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'ApiError';
    this.status = status;
    this.reason = reason;
    this.causes = more.causes ?? [];
    this.retryAfter = more.retryAfter;
  }
}

/** No answer: refused connection, broken off, timed out. Whether a write happened is unknown. */
export class ApiUnreachable extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ApiUnreachable';
  }
}

export interface ApplyOptions {
  /** Field manager. */
  manager: string;
  /** Take fields that others own. Only ever for single security-relevant fields. */
  force?: boolean;
  /** Everything but the write. */
  dryRun?: boolean;
}

export interface WriteOptions { manager?: string; dryRun?: boolean; /** Of what was written only metadata needs to come back. */ brief?: boolean }

export interface DeleteOptions {
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** Preconditions: the deletion fails with 409 when the object has become another one. */
  uid?: string;
  resourceVersion?: string;
  dryRun?: boolean;
}

export interface ListQuery {
  labelSelector?: string;
  fieldSelector?: string;
  /** Objects per page; the implementation follows `continue` in any case. */
  limit?: number;
  /** `0` lets the server answer from its cache. */
  resourceVersion?: string;
}

export interface ObjectList {
  /** With apiVersion and kind filled in, which the server leaves out of list items. */
  items: KubeObject[];
  /** Where a watch of this list begins. */
  resourceVersion: string;
}

export interface WatchOptions {
  resourceVersion: string;
  allowWatchBookmarks?: boolean;
  labelSelector?: string;
  fieldSelector?: string;
  /** Ends the watch. */
  signal?: AbortSignal;
}

/** A bookmark's object carries nothing but metadata.resourceVersion. ERROR events are thrown as ApiError (410 `Expired`: list again). */
export interface WatchEvent { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: KubeObject }

export interface ClusterApi {
  /** The object at `path`; undefined on 404. */
  get(path: string): Promise<KubeObject | undefined>;
  /** Every item of the collection at `path`, all pages. */
  list(path: string, query?: ListQuery): Promise<ObjectList>;
  /** Server-side apply of the object at its own path, with strict field validation. A conflict is an ApiError 409 with a cause per field. */
  apply(path: string, object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /** POST to a collection; 409 `AlreadyExists` when it is there. */
  create(path: string, object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** PUT; 409 `Conflict` when metadata.resourceVersion is no longer the newest. */
  update(path: string, object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** JSON merge patch of the object; with metadata.resourceVersion in it, 409 when that is not the newest. */
  patch(path: string, patch: JsonObject, options?: WriteOptions): Promise<KubeObject>;
  /** JSON merge patch of the status subresource: `{ status: … }`. */
  patchStatus(path: string, patch: JsonObject, options?: WriteOptions): Promise<KubeObject>;
  /** False when there was nothing to delete. */
  delete(path: string, options?: DeleteOptions): Promise<boolean>;
  /** Events after a resourceVersion, until the server ends the stream (the iteration just ends) or the signal does. */
  watch(path: string, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** The same server as another user (impersonation), e.g. `system:serviceaccount:shop:kubesynth-synthesis`. */
  as(user: string): ClusterApi;
}
