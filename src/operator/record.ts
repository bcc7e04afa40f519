/**
 * The intent's own resource: the newest state of it that is known, and the two things that are written to it. A status may be put
 * off: then the resource here has it already, and the one in the cluster gets it with what is said next.
 */
import type { ClusterApi } from '../change/api.ts';
import type { Inventory } from '../change/inventory.ts';
import { collectionPath } from '../change/paths.ts';
import { apiVersion } from '../intent/schema.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import { conditionsOf, statusFrom, statusOf, statusPatch } from './status.ts';
import type { Standing } from './status.ts';

export const intentPath = (namespace: string, name: string): string => `${collectionPath(apiVersion, 'serviceintents', namespace)}/${name}`;

const versionOf = (o: KubeObject | undefined): bigint => { try { return BigInt(String(o?.metadata['resourceVersion'] ?? '0')); } catch { return 0n; } };

/** What one reconciliation leaves to the next. */
export interface Notes {
  /** What our last write to the resource gave. */
  written?: KubeObject;
  /** The status it should have, where that was put off. */
  untold?: JsonObject;
}

/** One resource during a reconciliation. Every write carries the version it was based on: what came in between is looked at first. */
export class IntentRecord {
  readonly #api: ClusterApi;
  readonly #notes: Notes;
  /** As of the last write, or as it was seen. */
  #stored: KubeObject;
  #held: Inventory | undefined;

  /** @param notes of the last reconciliation; the informer may lag behind them */
  constructor(api: ClusterApi, seen: KubeObject, notes: Notes) {
    this.#api = api; this.#notes = notes;
    this.#stored = versionOf(notes.written) > versionOf(seen) ? notes.written! : seen;
  }

  /** With the status that was put off, where there is one. */
  get resource(): KubeObject { const { untold } = this.#notes; return untold ? { ...this.#stored, status: untold } : this.#stored; }
  /** Conditions that are in the cluster. */
  get told(): JsonObject[] { return conditionsOf(this.#stored); }
  get finalizers(): string[] { return (this.#stored.metadata['finalizers'] ?? []) as string[]; }

  /** @throws ApiError 409 where somebody else wrote in between */
  async setFinalizers(finalizers: string[]): Promise<void> { this.#keep(await this.#api.patch(this.#path, { metadata: { ...this.#version, finalizers } })); }

  /** A status that was put off stays so: whoever says it then sees what is new in it. @throws ApiError 409 where somebody else wrote in between */
  async storeInventory(inventory: Inventory): Promise<void> {
    const { untold } = this.#notes, stored = { inventory: inventory as unknown as Json };
    await this.#store({ ...statusOf(this.#stored), ...stored });
    if (untold) this.#notes.untold = { ...untold, ...stored };
  }

  /** This inventory is to be stored with what is said next. */
  hold(inventory: Inventory): void { this.#held = inventory; }

  /** Writes only what is another now. */
  async say(standing: Standing): Promise<void> {
    await this.#store(this.#statusOf(standing));
    this.#held = undefined;
  }

  /** Says it later. It is lost with this process: then it is found out again. */
  putOff(standing: Standing): void {
    this.#notes.untold = this.#statusOf(standing);
    this.#held = undefined;
  }

  #statusOf(standing: Standing): JsonObject {
    const { resource } = this, inventory = this.#held ?? statusOf(resource)['inventory'];
    return { ...statusFrom(resource, standing, new Date()), ...(inventory === undefined ? {} : { inventory: inventory as unknown as Json }) };
  }

  get #path(): string { return intentPath(this.#stored.metadata.namespace!, this.#stored.metadata.name); }
  get #version(): JsonObject { return { resourceVersion: this.#stored.metadata['resourceVersion']! }; }
  async #store(status: JsonObject): Promise<void> {
    const patch = statusPatch(this.#stored, status);
    if (patch) this.#keep(await this.#api.patchStatus(this.#path, { metadata: this.#version, status: patch }));
    delete this.#notes.untold;
  }
  #keep(resource: KubeObject): void { this.#stored = this.#notes.written = resource; }
}
