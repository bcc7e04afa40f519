/**
 * An informer keeps the objects of one collection: a list, then a watch from where the list ended, for as long as it lives.
 * A watch that ends is taken up again where it stood; when the server has forgotten that place (410) everything is listed
 * again and compared, so that nothing is missed and nothing is told twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../change/api.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { errorOf } from './transport.ts';
import type { Transport } from './transport.ts';

export interface Change<T> { type: 'added' | 'changed' | 'removed'; /** `namespace/name`, or the name alone. */ key: string; value: T; /** What the store held before. */ before?: T }
export interface Held<T> { uid: string; version: string; value: T }

export interface Collection<T> {
  apiVersion: string;
  kind: string;
  /** `/apis/GROUP/VERSION/PLURAL`, or that of one namespace. */
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Asks for metadata only, so that the rest never enters the process. */
  metadataOnly?: boolean;
  /** Without it nothing can be said of the cluster: that it may not be read yet is waited out, not taken for emptiness. */
  needed?: boolean;
  /** What is kept of an object. */
  keep: (object: KubeObject) => T;
  /** Called when a watch has ended: whoever answers the next one may be another server. */
  ended?: () => void;
}

export const keyOf = (o: { metadata: { name: string; namespace?: string } }): string => (o.metadata.namespace === undefined ? o.metadata.name : `${o.metadata.namespace}/${o.metadata.name}`);
export const uidOf = (o: KubeObject): string => String(o.metadata['uid'] ?? '');
export const versionOf = (o: KubeObject): string => String(o.metadata['resourceVersion'] ?? '');

const page = 500;
/** The server ends a watch after some minutes anyhow; bookmarks arrive about once a minute. */
const watchSeconds = 300;
const quietMs = 330_000;
const firstWaitMs = 100, longestWaitMs = 5_000, longestRefusedMs = 60_000;
/** A server that has just started forbids everything until it has read its roles: only a refusal that lasts takes away what was seen. */
const forbiddenMs = 15_000;

export class Informer<T> {
  readonly collection: Collection<T>;
  readonly store = new Map<string, Held<T>>();
  /** The first list is complete. */
  synced = false;
  /** Why the collection cannot be read: the HTTP status of the last refusal, undefined while all is well. */
  refused: number | undefined;
  /** Counts for metrics and tests. */
  readonly figures = { lists: 0, watches: 0, events: 0 };
  readonly #transport: Transport;
  readonly #tell: (change: Change<T>) => void;
  readonly #stop = new AbortController();
  #relist = new AbortController();
  #from = '';
  #again = false;
  #forbiddenSince: number | undefined;
  #running: Promise<void> | undefined;
  #firstSync: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(transport: Transport, collection: Collection<T>, tell: (change: Change<T>) => void) {
    this.#transport = transport; this.collection = collection; this.#tell = tell;
  }

  start(): this { this.#running ??= this.#run(); return this; }
  /** Resolves when the store is complete, or it is clear that the collection cannot be read. */
  get ready(): Promise<void> { return this.#firstSync.promise; }
  /** Lists again and keeps everything anew, because another part of the objects is to be kept. */
  relist(): void { this.#relist.abort(); }
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#firstSync.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let wait = firstWaitMs;
    while (!signal.aborted) {
      try {
        if (this.#from === '') await this.#list();
        const began = performance.now();
        try { await this.#watch(AbortSignal.any([signal, this.#relist.signal])); } finally { if (!signal.aborted) this.collection.ended?.(); }
        wait = firstWaitMs;
        // A server that ends every watch at once is not to be asked at full speed.
        if (performance.now() - began < 1000) await sleep(firstWaitMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        if (this.#relist.signal.aborted) { this.#relist = new AbortController(); this.#from = ''; this.#again = true; continue; }
        const status = error instanceof ApiError ? error.status : undefined;
        if (status === 410) { this.#from = ''; continue; }
        if (status === 404 || status === 403) {
          if (status === 403) this.#forbiddenSince ??= performance.now();
          const lasting = status === 404 || !this.synced || performance.now() - this.#forbiddenSince! > forbiddenMs;
          if (lasting) this.refused = status;
          if (!this.collection.needed && lasting) {
            // Not served, or not for us: what was seen of it is gone for every purpose.
            this.#from = '';
            this.#replace([]);
            this.#firstSync.resolve();
          }
        }
        await sleep(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
        wait = Math.min(wait * 2, status === 403 && performance.now() - this.#forbiddenSince! > forbiddenMs ? longestRefusedMs : longestWaitMs);
      }
    }
  }

  #query(more: Record<string, string>): string {
    const { path, labelSelector, fieldSelector } = this.collection;
    return `${path}?${new URLSearchParams({ ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}), ...more })}`;
  }

  #accept(list: boolean): string | undefined {
    return this.collection.metadataOnly ? `application/json;as=PartialObjectMetadata${list ? 'List' : ''};g=meta.k8s.io;v=v1` : undefined;
  }

  async #list(): Promise<void> {
    const found: KubeObject[] = [];
    let next = '', at = '';
    do {
      const reply = await this.#transport.ask({ method: 'GET', path: this.#query({ limit: String(page), ...(next ? { continue: next } : {}) }), accept: this.#accept(true) }, this.#stop.signal);
      if (reply.status !== 200) throw errorOf(reply);
      for (const item of (reply.body['items'] ?? []) as JsonObject[]) found.push(this.#whole(item));
      const metadata = (reply.body['metadata'] ?? {}) as JsonObject;
      next = String(metadata['continue'] ?? ''); at = String(metadata['resourceVersion'] ?? '');
    } while (next);
    this.figures.lists++;
    this.refused = undefined;
    this.#forbiddenSince = undefined;
    this.#replace(found);
    this.#again = false;
    this.#from = at;
    this.synced = true;
    this.#firstSync.resolve();
  }

  /** Items of a list come without apiVersion and kind. */
  #whole(item: JsonObject): KubeObject {
    const { apiVersion, kind } = this.collection;
    return { ...item, apiVersion, kind } as KubeObject;
  }

  #replace(objects: readonly KubeObject[]): void {
    const keys = new Set(objects.map(keyOf));
    for (const object of objects) this.#put(object);
    for (const key of [...this.store.keys()]) if (!keys.has(key)) this.#drop(key);
  }

  #drop(key: string): void {
    const held = this.store.get(key);
    if (!held) return;
    this.store.delete(key);
    this.#tell({ type: 'removed', key, value: held.value });
  }

  #put(object: KubeObject): void {
    const key = keyOf(object), before = this.store.get(key), uid = uidOf(object), version = versionOf(object);
    if (before && before.version === version && before.uid === uid && !this.#again) return;
    const value = this.collection.keep(object);
    this.store.set(key, { uid, version, value });
    this.#tell(before ? { type: 'changed', key, value, before: before.value } : { type: 'added', key, value });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    this.figures.watches++;
    const path = this.#query({ watch: '1', resourceVersion: this.#from, allowWatchBookmarks: 'true', timeoutSeconds: String(Math.round(watchSeconds * (0.8 + Math.random() * 0.2))) });
    for await (const event of this.#transport.stream(path, { accept: this.#accept(false), quietMs, signal })) {
      const { type, object } = event as unknown as { type: string; object: JsonObject };
      this.#forbiddenSince = undefined;
      if (type === 'ERROR') throw errorOf({ status: Number(object['code'] ?? 500), body: object, warnings: [] });
      const version = String(((object['metadata'] ?? {}) as JsonObject)['resourceVersion'] ?? '');
      if (type !== 'BOOKMARK') {
        this.figures.events++;
        const whole = this.#whole(object);
        if (type === 'DELETED') this.#drop(keyOf(whole)); else this.#put(whole);
      }
      // Only now: an event that could not be taken in is to come again.
      if (version) this.#from = version;
    }
  }
}
