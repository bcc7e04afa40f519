/**
 * Leader election by a Lease (coordination.k8s.io/v1), as Kubernetes' own controllers do it: whoever holds it renews it; whoever
 * sees it unchanged for its whole duration, by the own clock, takes it. A holder that could not renew in time stops writing
 * before any other can begin.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';

export interface LeaseOptions {
  namespace: string;
  name: string;
  /** Who this process is; unlike any other's. */
  identity: string;
  /** How long a silent holder keeps it. */
  durationMs?: number;
  /** How long a holder goes on writing without having renewed; shorter than the duration. */
  deadlineMs?: number;
  retryMs?: number;
}

/** Thrown in place of a write by a process that must not write. */
export class NotLeader extends Error {
  constructor() { super('this process does not hold the lease, and so writes nothing'); this.name = 'NotLeader'; }
}

export class Lease {
  readonly #api: ClusterApi;
  readonly #options: Required<LeaseOptions>;
  readonly #path: string;
  readonly #stop = new AbortController();
  #renewedAt = -Infinity;
  #held = false;
  /** What was last seen of the Lease, and when, by the own clock: clocks of several machines need not agree. */
  #seen = { version: '', at: 0 };
  onChange: (leads: boolean) => void = () => undefined;

  /** @param api one that may write without holding the lease */
  constructor(api: ClusterApi, options: LeaseOptions) {
    this.#api = api;
    this.#options = { durationMs: 15_000, deadlineMs: 10_000, retryMs: 2_000, ...options };
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`;
  }

  get leads(): boolean { return this.#held && performance.now() - this.#renewedAt < this.#options.deadlineMs; }
  /** @throws NotLeader */
  readonly check = (): void => { if (!this.leads) throw new NotLeader(); };

  /** Runs until `release`. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = performance.now();
      // A try that hangs must not keep us from seeing that the deadline has passed.
      const won = await Promise.race([this.#tryOnce().catch(() => undefined), sleep(this.#options.retryMs * 2, undefined, { signal }).catch(() => undefined)]);
      if (won === true) this.#renewedAt = began;
      this.#tell(won === true || (won === undefined && this.leads));
      await sleep(this.#options.retryMs * (0.9 + Math.random() * 0.2), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Gives the lease back, so that another need not wait for its end. */
  async release(): Promise<void> {
    this.#stop.abort();
    if (!this.#held) return;
    this.#tell(false);
    try {
      const lease = await this.#api.get(`${this.#path}/${this.#options.name}`);
      if (lease && spec(lease)['holderIdentity'] === this.#options.identity) await this.#api.update(`${this.#path}/${this.#options.name}`, { ...lease, spec: { ...spec(lease), holderIdentity: '', leaseDurationSeconds: 1 } });
    } catch { /* it runs out by itself */ }
  }

  #tell(leads: boolean): void {
    if (leads === this.#held) return;
    this.#held = leads;
    this.onChange(leads);
  }

  /** True when it is ours now, false when it is another's. */
  async #tryOnce(): Promise<boolean> {
    const { namespace, name, identity, durationMs } = this.#options;
    const now = new Date().toISOString().replace('Z', '000Z');
    const mine = { holderIdentity: identity, leaseDurationSeconds: Math.ceil(durationMs / 1000), renewTime: now };
    const found = await this.#api.get(`${this.#path}/${name}`);
    try {
      if (!found) {
        await this.#api.create(this.#path, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec: { ...mine, acquireTime: now, leaseTransitions: 0 } });
        return true;
      }
      const held = spec(found), version = String(found.metadata['resourceVersion']);
      if (version !== this.#seen.version) this.#seen = { version, at: performance.now() };
      const own = held['holderIdentity'] === identity;
      const expired = !held['holderIdentity'] || performance.now() - this.#seen.at > Number(held['leaseDurationSeconds'] ?? 15) * 1000;
      if (!own && !expired) return false;
      const taken: JsonObject = own ? {} : { acquireTime: now, leaseTransitions: Number(held['leaseTransitions'] ?? 0) + 1 };
      await this.#api.update(`${this.#path}/${name}`, { ...found, spec: { ...held, ...mine, ...taken } });
      return true;
    } catch (error) {
      // Another one was quicker.
      if (error instanceof ApiError && error.status === 409) return false;
      throw error;
    }
  }
}

const spec = (lease: KubeObject): JsonObject => (lease['spec'] ?? {}) as JsonObject;

/** A name no other process has. */
export const instanceName = (): string => `${process.env['POD_NAME'] ?? process.env['HOSTNAME'] ?? 'kubesynth'}_${randomUUID()}`;
