/**
 * The agent in the cluster: watches intents and all they depend on, and keeps each of them reconciled while it holds the lease.
 */
import { LlamaEngine } from '../candidate/engine.ts';
import type { Engine } from '../candidate/engine.ts';
import type { Model } from '../candidate/model.ts';
import { collectionPath, keyOf } from '../change/paths.ts';
import type { DriftRules } from '../drift/rules.ts';
import { apiVersion, kind } from '../intent/schema.ts';
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson } from '../snapshot/canonical.ts';
import type { Guardrails } from '../verdict/types.ts';
import type { LiveAccess } from './access.ts';
import { countReply, metricsText } from './accounting.ts';
import { canaryReport } from './canary.ts';
import { clusterApi } from './client.ts';
import { Decider } from './decide.ts';
import { dryRunAs } from './dry-run.ts';
import { Enforcer } from './enforce.ts';
import { announce } from './events.ts';
import type { Note } from './events.ts';
import { ageOf, Hosts } from './hosts.ts';
import { Informer } from './informer.ts';
import { instanceName, Lease, NotLeader } from './lease.ts';
import type { LeaseOptions } from './lease.ts';
import type { Log } from './log.ts';
import { Managed } from './managed.ts';
import { Metrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';
import type { Again } from './queue.ts';
import { Reconciler } from './reconcile.ts';
import { countsFor, Relevance } from './relevance.ts';
import { Release } from './release.ts';
import { Revisions } from './revisions.ts';
import { serve } from './server.ts';
import { Shapes } from './shapes.ts';
import { appliedRevision, inventoryOf, statusOf } from './status.ts';
import { Sweep } from './sweep.ts';
import { isOfIntents } from './tally.ts';
import { Tracer } from './trace.ts';
import { Transport } from './transport.ts';
import { World } from './world.ts';

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

/** Everything is looked at again so often, whatever watches say. */
const resyncMs = 600_000;

export class Operator {
  readonly metrics = new Metrics();
  readonly world: World;
  readonly lease: Lease;
  readonly #options: OperatorOptions;
  readonly #transport: Transport;
  readonly #tracer: Tracer;
  readonly #shapes: Shapes;
  readonly #managed: Managed;
  readonly #intents: Informer<KubeObject>;
  readonly #reconciler: Reconciler;
  readonly #revisions: Revisions;
  readonly #queue: WorkQueue;
  readonly #release: Release;
  readonly #sweep: Sweep;
  /** Intents that have not been looked at since we lead. */
  readonly #unheard = new Set<string>();
  #leading = new AbortController();
  #ready = false;
  /** A report on a held model is being made. */
  #reporting = false;
  /** Something was decided since the last one. */
  #untold = false;
  #stopping = false;
  #resync: NodeJS.Timeout | undefined;
  #electing: Promise<void> | undefined;
  #server: { port: number; close: () => Promise<void> } | undefined;

  constructor(options: OperatorOptions) {
    const { access, model, guardrails, rules, log } = this.#options = options, { metrics } = this;
    const transport = this.#transport = new Transport(access), tracer = this.#tracer = new Tracer(options.env ?? process.env);
    transport.onReply = (method, status, path) => countReply(metrics, method, status, path);
    const timed = <T>(stage: string, work: () => T): T => tracer.span(stage, work, {}, seconds => metrics.observe('kubesynth_stage_time_seconds', seconds, { stage }));

    const identity = options.lease.identity ?? instanceName();
    this.lease = new Lease(clusterApi(transport), { name: 'kubesynth', identity, ...options.lease });
    this.lease.onChange = leads => { if (leads) this.#lead(); else void this.#step(); };
    const api = clusterApi(transport, this.lease.check), note = (resource: KubeObject, text: Note): Promise<void> => announce(api, resource, text, identity);

    // What is seen: the cluster, the objects of intents, the intents.
    const relevance = new Relevance(model.manifest), world = this.world = new World(transport, log, countsFor(model.manifest, guardrails), isOfIntents);
    const managed = this.#managed = new Managed(transport);
    this.#intents = new Informer(transport, { apiVersion, kind, path: collectionPath(apiVersion, 'serviceintents'), needed: true, keep: withoutManagedFields },
      ({ key, value, before }) => { if (!before || stated(value) !== stated(before)) this.#wake(key); });

    // What is done.
    this.#shapes = new Shapes(options.engine ?? (() => LlamaEngine.load(model)));
    const revisions = this.#revisions = new Revisions({ api, model, guardrails });
    const release = this.#release = new Release({ api, transport, namespace: options.lease.namespace, model: model.digest, log, metrics, leads: () => this.lease.leads });
    release.onRelease = () => { for (const key of this.#intents.store.keys()) this.#wake(key); };
    const decider = new Decider({ world, relevance, shapes: this.#shapes, revisions, model, guardrails, metrics, timed, dryRun: (graph, namespace) => dryRunAs(transport, world.snapshot.kinds, graph, namespace) });
    const enforcer = new Enforcer({ api, world, managed, rules, metrics, log, note, timed, revisions, signal: () => this.#leading.signal });
    this.#reconciler = new Reconciler({
      api, decider, revisions, enforcer, hosts: new Hosts(), managed, model: model.digest, held: () => release.held, note, wake: keys => { for (const key of keys) this.#wake(key); },
      pressed: () => this.#queue.pressed,
      waitsForOlder: (key, resource) => [...this.#unheard].some(other => { const seen = this.#intents.store.get(other)?.value; return other !== key && seen !== undefined && ageOf(seen) < ageOf(resource); }),
    });

    // What makes it be done.
    this.#queue = new WorkQueue(key => this.#work(key), { workers: options.workers ?? 8 });
    this.#queue.onFailure = (key, error) => {
      if (error instanceof NotLeader || this.#leading.signal.aborted) return;
      metrics.count('kubesynth_reconcile_errors_total');
      log.error('reconciliation failed and is tried again', error, { intent: key });
    };
    const memories = this.#reconciler.memories, intents = this.#intents;
    this.#sweep = new Sweep({
      world, relevance, metrics, wake: key => this.#wake(key), onServed: () => void managed.prune(world.snapshot.kinds), idle: () => this.#queue.idle, looked: () => this.#rest(),
      *intents() { for (const key of intents.store.keys()) yield [key, memories.get(key)?.decision]; },
    });
    world.onChange = change => this.#sweep.note(change);
    managed.onChange = (intent, ref, state, before) => {
      // An echo of our own write that says nothing new of its health.
      const echo = state && before && state.print === memories.get(intent)?.inForce?.prints.get(keyOf(ref)) && state.health.state === before.health.state && state.health.message === before.health.message;
      if (!echo) this.#wake(intent);
    };
  }

  /** Resolves when everything has been seen once; leading begins when the lease is won. */
  async start(): Promise<void> {
    const { world } = this, { log, port, host = '0.0.0.0', model, guardrails } = this.#options;
    this.#server = await serve(port, host, {
      metrics: () => this.#figures(), ill: () => undefined,
      unready: () => (this.#ready ? undefined : ['the cluster has not been seen yet', ...world.refused.map(name => `${name} may not be read`)].join('\n')),
    });
    log.info('started', { port: this.#server.port, model: model.digest, guardrails: guardrails.digest });
    await world.start();
    await this.#intents.start().ready;
    if (this.#stopping) return;
    await this.#release.start();
    await this.#managed.follow([...this.#intents.store.values()].flatMap(({ value }) => inventoryOf(value)), world.snapshot.kinds);
    this.#sweep.start();
    this.#ready = true;
    this.#electing = this.lease.run();
  }

  /** Port of /metrics. */
  get port(): number { return this.#server?.port ?? 0; }
  /** Nothing to do: it leads, no intent waits, and no change is unlooked at. */
  get idle(): boolean { return this.lease.leads && this.#queue.idle && !this.#sweep.pending; }

  /** Finishes what is being written, gives the lease back, and ends. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#sweep.stop();
    clearInterval(this.#resync);
    await this.#queue.stop();
    await this.lease.release();
    await this.#electing;
    await Promise.all([this.#intents.stop(), this.#managed.stop(), this.#release.stop(), this.world.stop()]);
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
    // Nobody's first service is to wait for it.
    this.#shapes.prepare();
    // What was remembered may be another leader's past.
    this.#reconciler.memories.clear();
    this.#revisions.relist();
    const keys = [...this.#intents.store].map(([key, { value }]) => ({ key, age: ageOf(value) })).sort((a, b) => (a.age < b.age ? -1 : 1)).map(({ key }) => key);
    for (const key of keys) { this.#unheard.add(key); this.#queue.add(key); }
    // Nothing is decided before it is known which model may change what.
    const { signal } = this.#leading;
    void this.#release.lead(this.#madeBy(), signal).then(() => { if (!signal.aborted) this.#queue.start(); });
    this.#resync = setInterval(() => { for (const key of this.#intents.store.keys()) this.#queue.addLater(key, Math.random() * resyncMs / 2); }, resyncMs);
    this.#resync.unref();
  }

  async #step(): Promise<void> {
    this.#options.log.info('does not lead any more');
    this.metrics.set('kubesynth_leader', 0);
    this.#leading.abort(new NotLeader());
    clearInterval(this.#resync);
    if (!this.#stopping) await this.#queue.stop();
  }

  #wake(key: string): void { if (this.lease.leads) this.#queue.add(key); }

  async #work(key: string): Promise<Again | undefined> {
    const resource = this.#intents.store.get(key)?.value, { metrics } = this;
    try {
      if (!resource) { this.#reconciler.forget(key); this.#queue.forget(key); return undefined; }
      const later = await this.#tracer.span('reconcile', () => this.#reconciler.reconcile(key, resource), { intent: key }, seconds => metrics.observe('kubesynth_reconcile_time_seconds', seconds));
      metrics.count('kubesynth_reconcile_total', { result: later === undefined ? 'success' : later === 'last' ? 'requeue' : 'requeue_after' });
      return later;
    } catch (error) {
      metrics.count('kubesynth_reconcile_total', { result: 'error' });
      throw error;
    } finally {
      this.#unheard.delete(key);
      this.#untold = true;
      // What happened while it was being decided, for the first time perhaps, was looked at without it.
      const decision = this.#reconciler.memories.get(key)?.decision;
      if (decision && this.#sweep.outdated(decision)) this.#wake(key);
      setImmediate(() => this.#rest());
    }
  }

  /** An intent was worked on, or what happened was looked at: that may have been the last of it. */
  #rest(): void { this.#sweep.settle(); void this.#report(); }

  /** Digest of the model that made most of what is in force. */
  #madeBy(): string | undefined {
    const models = [...this.#intents.store.values()].flatMap(({ value }) => (appliedRevision(value) === undefined ? [] : [String(statusOf(value)['model'])]));
    return [...Map.groupBy(models, m => m)].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
  }

  /** Once a held model has decided on everything: what it would change. */
  async #report(): Promise<void> {
    if (this.#reporting || !this.#untold || !this.#release.held || this.#unheard.size || !this.idle) return;
    this.#reporting = true;
    this.#untold = false;
    const { memories } = this.#reconciler, { signal } = this.#leading;
    try {
      const report = await canaryReport([...this.#intents.store].map(([key, { value }]) => ({ key, resource: value, decision: memories.get(key)?.decision })), this.#revisions, this.world.snapshot);
      if (!this.idle) this.#untold = true;
      else if (!signal.aborted) await this.#release.conclude(report);
    } catch (error) { if (!signal.aborted) this.#options.log.error('what the held model would change could not be told', error); } finally { this.#reporting = false; }
    await this.#report();
  }

  #figures(): string {
    const { objects, lists } = this.world.figures, intents = this.#intents;
    return metricsText(this.metrics, { depth: this.#queue.depth, active: this.#queue.active, objects: objects + intents.store.size + this.#managed.size, lists: lists + intents.figures.lists, intents: [...intents.store.values()].map(held => held.value) });
  }
}

/** Everything of an intent that somebody else than we says. */
const stated = ({ metadata }: KubeObject): string => canonicalJson([metadata['uid'], metadata['generation'], metadata.annotations, metadata.labels, metadata['deletionTimestamp'], metadata['finalizers']]);

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject['metadata'] };
}
