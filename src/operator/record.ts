/** The intent's own resource: the newest state of it that is known, and the two things that are written to it. */
import type { ClusterApi } from '../change/api.ts';
import type { Inventory } from '../change/inventory.ts';
import { collectionPath } from '../change/paths.ts';
import { apiVersion } from '../intent/schema.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { statusFrom, statusPatch } from './status.ts';
import type { Standing } from './status.ts';

export const intentPath = (namespace: string, name: string): string => `${collectionPath(apiVersion, 'serviceintents', namespace)}/${name}`;

const versionOf = (o: KubeObject | undefined): bigint => { try { return BigInt(String(o?.metadata['resourceVersion'] ?? '0')); } catch { return 0n; } };

/** One resource during a reconciliation. Every write carries the version it was based on: what came in between is looked at first. */
export class IntentRecord {
  readonly #api: ClusterApi;
  readonly #remember: (resource: KubeObject) => void;
  /** As of the last write, or as it was seen. */
  resource: KubeObject;
  #held: Inventory | undefined;

  /** @param written what our last write gave; the informer may lag behind it */
  constructor(api: ClusterApi, seen: KubeObject, written: KubeObject | undefined, remember: (resource: KubeObject) => void) {
    this.#api = api; this.#remember = remember;
    this.resource = versionOf(written) > versionOf(seen) ? written! : seen;
  }

  get finalizers(): string[] { return (this.resource.metadata['finalizers'] ?? []) as string[]; }

  /** @throws ApiError 409 where somebody else wrote in between */
  async setFinalizers(finalizers: string[]): Promise<void> { this.#keep(await this.#api.patch(this.#path, { metadata: { ...this.#version, finalizers } })); }

  /** @throws ApiError 409 where somebody else wrote in between */
  async storeInventory(inventory: Inventory): Promise<void> { await this.#patchStatus({ inventory: inventory as unknown as Json }); }

  /** This inventory is to be stored with what is said next. */
  hold(inventory: Inventory): void { this.#held = inventory; }

  /** Writes only what is another now. @returns whether anything was */
  async say(standing: Standing): Promise<boolean> {
    const patch = statusPatch(this.resource, statusFrom(this.resource, standing, new Date())), held = this.#held;
    if (patch || held) await this.#patchStatus({ ...patch, ...(held ? { inventory: held as unknown as Json } : {}) });
    this.#held = undefined;
    return patch !== undefined || held !== undefined;
  }

  get #path(): string { return intentPath(this.resource.metadata.namespace!, this.resource.metadata.name); }
  get #version(): JsonObject { return { resourceVersion: this.resource.metadata['resourceVersion']! }; }
  async #patchStatus(status: JsonObject): Promise<void> { this.#keep(await this.#api.patchStatus(this.#path, { metadata: this.#version, status })); }
  #keep(resource: KubeObject): void { this.resource = resource; this.#remember(resource); }
}
