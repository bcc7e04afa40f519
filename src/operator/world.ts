/**
 * The cluster as the pipeline sees it, kept current by watches: what is served, the observed objects, the nodes. One immutable
 * Snapshot stands for each state; it is assembled when someone asks, and shared until something of it changes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import { nodeFacts } from '../snapshot/nodes.ts';
import type { NodeFacts, Snapshot } from '../snapshot/types.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { Discovered } from './discovered.ts';
import type { Definition } from './discovered.ts';
import { Informer } from './informer.ts';
import type { Log } from './log.ts';
import { Observed } from './observed.ts';
import { podLoad, asNode } from './nodes.ts';
import type { Counts } from './tally.ts';
import type { Transport } from './transport.ts';

/** What changed: an observed object, the nodes, or what is served (which may concern everybody). */
export type WorldChange = { what: 'object'; object: KubeObject } | { what: 'nodes' } | { what: 'served' };

/** Discovery is read again soon, then steadily for a minute or so, then one time in `lasting`. */
const settleMs = 150, recheckMs = 700, steady = 90, lasting = 15;
/** So many readings in a row of a server that has started may lack what is to be served still; then it is gone. */
const believedTries = 8;
const metricsMs = 30_000, echoMs = 1000;

export class World {
  readonly discovered: Discovered;
  readonly observed: Observed;
  readonly #transport: Transport;
  readonly #log: Log;
  readonly #definitions: Informer<Definition>;
  /** By name `VERSION.GROUP`, whether the server itself looks after it: for what is in it and for definitions. */
  readonly #services: Informer<boolean>;
  readonly #nodes: Informer<KubeObject>;
  readonly #pods: Informer<KubeObject>;
  readonly #gone = new Map<string, Definition>();
  readonly #stop = new AbortController();
  #usage: JsonObject[] | undefined;
  #facts: { nodes: NodeFacts[]; digest: string } | undefined;
  #snapshot: Snapshot | undefined;
  /** By kind, one of those that are not in the snapshot yet. */
  readonly #echoed = new Map<string, KubeObject>();
  #echo: NodeJS.Timeout | undefined;
  #refreshing: Promise<void> | undefined;
  /** Readings since somebody asked for one. */
  #tries = 0;
  /** The kinds that definitions brought when informers were last made to follow. */
  #custom = '';
  #stale = true;
  /** Informers of newly served kinds are not complete yet: what was last whole stands. */
  #frozen: Snapshot | undefined;
  onChange: (change: WorldChange) => void = () => undefined;

  /**
   * @param counts which observed objects a verdict can depend on
   * @param echoes which new states of objects are echoes of what the checker has seen. The checker reads each snapshot anew and whole,
   *   so they enter the next one, or one a moment later, and are told of then.
   */
  constructor(transport: Transport, log: Log, counts: Counts, echoes: (object: KubeObject) => boolean) {
    this.#transport = transport; this.#log = log;
    this.discovered = new Discovered(transport);
    this.observed = new Observed(transport, counts);
    this.observed.onChange = (object, removed) => {
      if (object && !removed && echoes(object)) {
        this.#echoed.set(object.kind, object);
        this.#echo ??= setTimeout(() => this.#hear(), echoMs).unref();
        return;
      }
      this.#snapshot = undefined;
      this.onChange(object ? { what: 'object', object } : { what: 'served' });
    };
    this.#definitions = new Informer<Definition>(transport, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', needed: true, keep: definitionOf, ended: () => { if (this.discovered.served) void this.refresh(); } }, ({ type, key, value, before }) => {
      if (type === 'removed') this.#gone.set(key, value); else this.#gone.delete(key);
      if (!before || canonicalJson(before) !== canonicalJson(value)) this.refresh();
    });
    this.#services = new Informer(transport, { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', path: '/apis/apiregistration.k8s.io/v1/apiservices', metadataOnly: true, keep: ({ metadata }) => metadata.labels?.['kube-aggregator.kubernetes.io/automanaged'] !== undefined }, ({ before }) => { if (!before) this.refresh(); });
    const load = (): void => { this.#facts = undefined; this.#snapshot = undefined; this.onChange({ what: 'nodes' }); };
    const changed = ({ value, before }: { value: KubeObject; before?: KubeObject }): void => { if (!before || canonicalJson(before) !== canonicalJson(value)) load(); };
    this.#nodes = new Informer(transport, { apiVersion: 'v1', kind: 'Node', path: '/api/v1/nodes', needed: true, keep: asNode }, changed);
    // Pods that are not bound take nothing yet.
    this.#pods = new Informer(transport, { apiVersion: 'v1', kind: 'Pod', path: '/api/v1/pods', fieldSelector: 'spec.nodeName!=', needed: true, keep: podLoad }, changed);
  }

  #hear(): void {
    const objects = [...this.#echoed.values()];
    this.#echo = undefined;
    this.#echoed.clear();
    this.#snapshot = undefined;
    for (const object of objects) this.onChange({ what: 'object', object });
  }

  /** Resolves when everything has been seen once. */
  async start(): Promise<void> {
    for (const informer of [this.#definitions, this.#services, this.#nodes, this.#pods]) informer.start();
    await Promise.all([this.#definitions.ready, this.#services.ready, this.#nodes.ready, this.#pods.ready]);
    await this.refresh();
    void this.#pollUsage();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#echo);
    await Promise.all([this.#definitions, this.#services, this.#nodes, this.#pods].map(informer => informer.stop()));
    await this.observed.stop();
    await this.#refreshing;
  }

  /** Reads discovery again, soon, and again until it agrees with the definitions. */
  refresh(): Promise<void> {
    this.#stale = true;
    this.#tries = 0;
    return this.#refreshing ??= this.#refresh().finally(() => { this.#refreshing = undefined; if (this.#stale && !this.#stop.signal.aborted) void this.refresh(); });
  }

  async #refresh(): Promise<void> {
    const { signal } = this.#stop;
    await this.#definitions.ready;
    while (this.#stale && !signal.aborted) {
      const tries = this.#tries++;
      // Definitions come in dozens; one reading serves them all.
      await sleep(tries < 3 ? settleMs : recheckMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (tries > steady && tries % lasting) continue;
      this.#stale = false;
      try {
        const definitions = [...this.#definitions.store.values()].map(held => held.value);
        this.#frozen = this.discovered.served && this.snapshot;
        if (!await this.discovered.started()) { this.#stale = true; this.#tries = 0; continue; }
        const doubt = tries < believedTries, established = new Set(definitions.flatMap(d => (d.established ? [`${d.group}/${d.kind}`] : [])));
        const changed = await this.discovered.refresh({ version: name => doubt && this.#services.store.get(name)?.value === true, kind: (group, kind) => doubt && established.has(`${group}/${kind}`) });
        if (changed === undefined) { this.#stale = true; continue; }
        const agrees = this.discovered.agreesWith(definitions, this.#gone.values());
        // A busy server publishes late, one without the schema of a definition perhaps never: what it says is taken as it is meanwhile.
        if (!agrees) this.#stale = true; else this.#gone.clear();
        // The same kinds may be served by other means than before: only the objects of custom ones are observed.
        const custom = definitions.map(({ group, kind }) => `${group}/${kind}`).sort().join();
        if (!changed && custom === this.#custom) { this.#frozen = undefined; continue; }
        await this.observed.follow(this.discovered.served!.kinds, definitions);
        this.#custom = custom;
        this.#frozen = undefined;
        this.#snapshot = undefined;
        this.#log.info('what the cluster serves has changed', { kinds: this.discovered.served!.kinds.length, agrees });
        this.onChange({ what: 'served' });
      } catch (error) {
        if (signal.aborted) return;
        this.#stale = true;
        this.#log.error('discovery failed and is tried again', error);
        await sleep(recheckMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** What metrics.k8s.io says cannot be watched. */
  async #pollUsage(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const reply = this.discovered.served?.metrics ? await this.#transport.ask({ method: 'GET', path: '/apis/metrics.k8s.io/v1beta1/nodes' }, signal).catch(() => undefined) : undefined;
      const usage = reply?.status === 200 ? (reply.body['items'] ?? []) as JsonObject[] : undefined;
      if (usage !== undefined || this.#usage !== undefined) { this.#usage = usage; this.#facts = undefined; this.#snapshot = undefined; this.onChange({ what: 'nodes' }); }
      await sleep(metricsMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Nodes and what they carry, with a digest of it. */
  get nodes(): { nodes: NodeFacts[]; digest: string } {
    if (!this.#facts) {
      const values = (informer: Informer<KubeObject>): KubeObject[] => [...informer.store.values()].map(held => held.value);
      const nodes = nodeFacts(values(this.#nodes), values(this.#pods), this.#usage);
      this.#facts = { nodes, digest: sha256(canonicalJson(nodes)) };
    }
    return this.#facts;
  }

  /** The state now. Only after `start`. */
  get snapshot(): Snapshot {
    if (this.#frozen) return this.#frozen;
    const { version, kinds, openapi } = this.discovered.served!;
    if (!this.#snapshot) {
      this.#snapshot = { format: 'kubesynth.snapshot/v1', notes: this.observed.notes, version, kinds, openapi, objects: this.observed.objects, nodes: this.nodes.nodes };
      this.observed.tally.enter();
    }
    return this.#snapshot;
  }

  /** Kinds that may not be read yet, and must before anything can be said of the cluster. */
  get refused(): string[] {
    const own = [this.#definitions, this.#nodes, this.#pods].filter(i => i.refused === 403 && !i.synced).map(i => i.collection.kind);
    return [...own, ...this.observed.refused];
  }

  get figures(): { objects: number; lists: number } {
    const { objects, lists } = this.observed.figures, own = [this.#definitions, this.#services, this.#nodes, this.#pods];
    return { objects: objects + own.reduce((n, i) => n + i.store.size, 0), lists: lists + own.reduce((n, i) => n + i.figures.lists, 0) };
  }
}

function definitionOf(crd: KubeObject): Definition {
  const spec = crd['spec'] as JsonObject, status = (crd['status'] ?? {}) as JsonObject;
  const has = (type: string): boolean => ((status['conditions'] ?? []) as JsonObject[]).some(c => c['type'] === type && c['status'] === 'True');
  const versions = ((spec['versions'] ?? []) as JsonObject[]).filter(v => v['served'] === true).map(v => String(v['name'])).sort();
  // The generation of the schema stands for the schema: a changed one means another document.
  return { group: String(spec['group']), kind: String((spec['names'] as JsonObject)['kind']), versions, established: has('Established') && !has('Terminating'), generation: Number(crd.metadata['generation'] ?? 0) };
}
