/**
 * The agent in the cluster: watches intents and all they depend on, and keeps each of them reconciled while it holds the lease.
 */
import { depthsOf } from '../candidate/decode.ts';
import { LlamaEngine } from '../candidate/engine.ts';
import type { Engine } from '../candidate/engine.ts';
import type { Model } from '../candidate/model.ts';
import { keyOf } from '../change/paths.ts';
import { collectionPath } from '../change/paths.ts';
import type { DriftRules } from '../drift/rules.ts';
import { apiVersion, kind } from '../intent/schema.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { canonicalJson } from '../snapshot/canonical.ts';
import type { Guardrails } from '../verdict/types.ts';
import type { LiveAccess } from './access.ts';
import { clusterApi } from './client.ts';
import { Decider } from './decide.ts';
import { dryRunAs } from './dry-run.ts';
import { Hosts } from './hosts.ts';
import { Informer } from './informer.ts';
import { Lease, NotLeader } from './lease.ts';
import type { LeaseOptions } from './lease.ts';
import type { Log } from './log.ts';
import { Managed } from './managed.ts';
import { Metrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';
import { instanceName, Reconciler } from './reconcile.ts';
import { countsFor, Relevance } from './relevance.ts';
import { serve } from './server.ts';
import { Shapes } from './shapes.ts';
import { Tracer } from './trace.ts';
import { Transport } from './transport.ts';
import { World } from './world.ts';
import type { WorldChange } from './world.ts';

export interface OperatorOptions {
  access: LiveAccess; model: Model; guardrails: Guardrails; rules: DriftRules; log: Log;
  lease: Partial<LeaseOptions> & Pick<LeaseOptions, 'namespace'>;
  /** Of /metrics, /healthz and /readyz; 0 takes a free one. */
  port: number;
  host?: string;
  /** Intents reconciled at a time. */
  workers?: number;
  env?: Record<string, string | undefined>;
  engine?: () => Promise<Engine>;
}

/** Changes of the cluster are looked at together, this long after the first. */
const sweepMs = 100;
const resyncMs = 600_000;

export class Operator {
  readonly metrics = new Metrics();
  readonly world: World;
  readonly managed: Managed;
  readonly reconciler: Reconciler;
  readonly queue: WorkQueue;
  readonly lease: Lease;
  readonly intents: Informer<KubeObject>;
  readonly #options: OperatorOptions;
  readonly #transport: Transport;
  readonly #tracer: Tracer;
  readonly #relevance: Relevance;
  readonly #shapes: Shapes;
  /** Intents that have not been looked at since we lead. */
  readonly #unheard = new Set<string>();
  #leading = new AbortController();
  #ready = false;
  #stopping = false;
  #contextKey = '';
  #sweep: { contexts: boolean; all: boolean; timer: NodeJS.Timeout } | undefined;
  /** When the oldest change came that is not settled yet. */
  #behindSince: number | undefined;
  #resync: NodeJS.Timeout | undefined;
  #electing: Promise<void> | undefined;
  #server: { port: number; close: () => Promise<void> } | undefined;

  constructor(options: OperatorOptions) {
    const { access, model, guardrails, rules, log } = this.#options = options;
    this.#tracer = new Tracer(options.env ?? process.env);
    this.#transport = new Transport(access);
    this.#transport.onReply = (method, status, path) => this.#count(method, status, path);
    const identity = options.lease.identity ?? instanceName();
    this.lease = new Lease(clusterApi(this.#transport), { name: 'kubesynth', identity, ...options.lease });
    this.lease.onChange = leads => { if (leads) this.#lead(); else void this.#step(); };
    const api = clusterApi(this.#transport, this.lease.check), { metrics } = this;
    this.#relevance = new Relevance(model.manifest);
    this.#shapes = new Shapes(options.engine ?? (() => LlamaEngine.load(model.path, depthsOf(model.manifest))));
    this.world = new World(this.#transport, log, countsFor(model.manifest, guardrails));
    this.world.onChange = change => this.#changed(change);
    this.managed = new Managed(this.#transport);
    this.managed.onChange = (intent, ref, state, before) => {
      const known = this.reconciler.memories.get(intent)?.applied?.prints.get(keyOf(ref));
      if (state && before && state.print === known && state.health.state === before.health.state && state.health.message === before.health.message) return;
      this.#add(intent);
    };
    const hosts = new Hosts(), timed = <T>(stage: string, work: () => T): T => this.#tracer.span(stage, work, {}, seconds => metrics.observe('kubesynth_stage_time_seconds', seconds, { stage }));
    const decider = new Decider({ world: this.world, relevance: this.#relevance, shapes: this.#shapes, model, guardrails, metrics, api, timed, dryRun: (graph, namespace) => dryRunAs(this.#transport, this.world.snapshot.kinds, graph, namespace) });
    this.reconciler = new Reconciler({
      api, world: this.world, managed: this.managed, decider, hosts, rules, model: model.digest, metrics, log, instance: identity, timed,
      wake: keys => { for (const key of keys) this.#add(key); }, signal: () => this.#leading.signal,
      waitsForOlder: (key, resource) => [...this.#unheard].some(other => other !== key && ageOf(this.intents.store.get(other)?.value) < ageOf(resource)),
    });
    this.queue = new WorkQueue(key => this.#work(key), { workers: options.workers ?? 4 });
    this.queue.onFailure = (key, error) => {
      if (error instanceof NotLeader || this.#leading.signal.aborted) return;
      metrics.count('kubesynth_reconcile_errors_total');
      log.error('reconciliation failed and is tried again', error, { intent: key });
    };
    this.intents = new Informer(this.#transport, { apiVersion, kind, path: collectionPath(apiVersion, 'serviceintents'), needed: true, keep: withoutManagedFields }, ({ key, value, before }) => { if (!before || stated(value) !== stated(before)) this.#add(key); });
  }

  /** Resolves when everything has been seen once; leading begins when the lease is won. */
  async start(): Promise<void> {
    this.#server = await serve(this.#options.port, this.#options.host ?? '0.0.0.0', {
      metrics: () => this.#gauged(), ill: () => undefined, unready: () => (this.#ready ? undefined : ['the cluster has not been seen yet', ...this.world.refused.map(kind => `${kind} may not be read`)].join('\n')),
    });
    this.#options.log.info('started', { port: this.#server.port, model: this.#options.model.digest, guardrails: this.#options.guardrails.digest });
    await this.world.start();
    this.intents.start();
    await this.intents.ready;
    const inventories = [...this.intents.store.values()].flatMap(({ value }) => (((value['status'] ?? {}) as JsonObject)['inventory'] ?? []) as unknown as { apiVersion: string; kind: string }[]);
    await this.managed.follow(inventories, this.world.snapshot.kinds);
    this.#contextKey = this.#relevance.contextKey(this.world.snapshot);
    this.#ready = true;
    this.#electing = this.lease.run();
  }

  /** Port of /metrics. */
  get port(): number { return this.#server?.port ?? 0; }
  /** Nothing to do: no intent waits, and no change is unlooked at. */
  get idle(): boolean { return this.lease.leads && this.queue.idle && this.#sweep === undefined; }

  /** Finishes what is being written, gives the lease back, and ends. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#sweep?.timer);
    clearInterval(this.#resync);
    await this.queue.stop();
    await this.lease.release();
    await this.#electing;
    await Promise.all([this.intents.stop(), this.managed.stop(), this.world.stop()]);
    await this.#shapes.close();
    await this.#tracer.flush();
    await this.#server?.close();
    this.#transport.close();
    this.#options.log.info('stopped');
  }

  #lead(): void {
    this.#options.log.info('leads');
    this.metrics.set('kubesynth_leader', 1);
    this.#leading = new AbortController();
    // What was remembered may be another leader's past.
    this.reconciler.memories.clear();
    const keys = [...this.intents.store].map(([key, { value }]) => ({ key, age: ageOf(value) })).sort((a, b) => (a.age < b.age ? -1 : 1)).map(({ key }) => key);
    for (const key of keys) { this.#unheard.add(key); this.queue.add(key); }
    this.queue.start();
    this.#resync = setInterval(() => { for (const key of this.intents.store.keys()) this.queue.addLater(key, Math.random() * resyncMs / 2); }, resyncMs);
    this.#resync.unref();
  }

  async #step(): Promise<void> {
    this.#options.log.info('does not lead any more');
    this.metrics.set('kubesynth_leader', 0);
    this.#leading.abort(new NotLeader());
    clearInterval(this.#resync);
    if (!this.#stopping) await this.queue.stop();
  }

  #add(key: string): void { if (this.lease.leads) this.queue.add(key); }

  async #work(key: string): Promise<number | undefined> {
    const resource = this.intents.store.get(key)?.value;
    if (!resource) { this.#unheard.delete(key); this.reconciler.forget(key); this.queue.forget(key); return undefined; }
    try {
      const later = await this.#tracer.span('reconcile', () => this.reconciler.reconcile(key, resource), { intent: key }, seconds => this.metrics.observe('kubesynth_reconcile_time_seconds', seconds));
      this.metrics.count('kubesynth_reconcile_total', { result: later === undefined ? 'success' : 'requeue_after' });
      return later;
    } catch (error) {
      this.metrics.count('kubesynth_reconcile_total', { result: 'error' });
      throw error;
    } finally { this.#unheard.delete(key); setImmediate(() => this.#settled()); }
  }

  #settled(): void {
    if (this.#behindSince === undefined || !this.queue.idle || this.#sweep) return;
    this.metrics.observe('kubesynth_event_delay_seconds', (performance.now() - this.#behindSince) / 1000);
    this.#behindSince = undefined;
  }

  #changed(change: WorldChange): void {
    if (!this.#ready) return;
    this.#behindSince ??= performance.now();
    this.#sweep ??= { contexts: false, all: false, timer: setTimeout(() => this.#look(), sweepMs) };
    if (change.what === 'served') this.#sweep.all = true;
    if (change.what !== 'object' || this.#relevance.concernsContexts(change.object)) this.#sweep.contexts = true;
  }

  /** Finds the intents that what happened can matter to. */
  #look(): void {
    const { contexts, all } = this.#sweep!;
    this.#sweep = undefined;
    if (this.#stopping) return;
    if (all) void this.managed.prune(this.world.snapshot.kinds);
    const key = contexts || all ? this.#relevance.contextKey(this.world.snapshot) : this.#contextKey;
    const everyone = all || key !== this.#contextKey;
    this.#contextKey = key;
    for (const intent of this.intents.store.keys()) {
      const decision = this.reconciler.memories.get(intent)?.decision;
      if (everyone || (decision && decision.tally !== this.world.observed.tally.of(decision.namespaces))) this.#add(intent);
    }
    setImmediate(() => this.#settled());
  }

  #count(method: string, status: number, path: string): void {
    this.metrics.count('kubesynth_requests_total', { method, status: String(status) });
    if (['GET', 'WATCH'].includes(method) || status === 0 || status >= 300 || path.includes('dryRun=') || path.includes('/leases')) return;
    const parts = path.split('?')[0]!.split('/').slice(path.startsWith('/api/') ? 3 : 4);
    this.metrics.count('kubesynth_writes_total', { method, resource: (parts[0] === 'namespaces' && parts.length > 2 ? parts[2] : parts[0]) ?? '' });
  }

  #gauged(): string {
    const { metrics } = this, world = this.world.figures;
    metrics.set('kubesynth_workqueue_depth', this.queue.depth);
    metrics.set('kubesynth_active_workers', this.queue.active);
    metrics.set('kubesynth_informer_objects', world.objects + this.intents.store.size + this.managed.size);
    metrics.set('kubesynth_informer_lists_total', world.lists + this.intents.figures.lists);
    metrics.clear('kubesynth_intents');
    for (const { value } of this.intents.store.values()) {
      const ready = ((((value['status'] ?? {}) as JsonObject)['conditions'] ?? []) as JsonObject[]).find(c => c['type'] === 'Ready');
      const labels = { ready: String(ready?.['status'] ?? 'Unknown'), reason: String(ready?.['reason'] ?? 'Pending') };
      metrics.count('kubesynth_intents', labels);
    }
    return metrics.text();
  }
}

/** Everything of an intent that somebody else than we says. */
const stated = ({ metadata, spec }: KubeObject): string =>
  canonicalJson([metadata['uid'], metadata['generation'], metadata.annotations, metadata.labels, metadata['deletionTimestamp'], metadata['finalizers'], metadata['generation'] === undefined ? spec : undefined]);
const ageOf = (resource: KubeObject | undefined): string => (resource ? `${String(resource.metadata['creationTimestamp'])} ${String(resource.metadata['uid'])}` : '');

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}
