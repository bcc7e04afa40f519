/**
 * The observed objects: an informer for each kind whose objects enter a snapshot, each object kept as the snapshot has it.
 * An event that changes nothing of that is no change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { enters, inSnapshotOrder, observedKinds, observedVersion } from '../snapshot/capture.ts';
import { redact } from '../snapshot/redact.ts';
import { configNamespaces } from '../snapshot/settings.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { collectionPath } from '../change/paths.ts';
import { Informer, keyOf } from './informer.ts';
import type { Definition } from './discovered.ts';
import { Tally } from './tally.ts';
import type { Counts } from './tally.ts';
import type { Transport } from './transport.ts';

const patienceMs = 15_000;

export interface Seen { object: KubeObject; digest: string }

/** Secrets come without their content, so there is nothing to look for in other objects. */
const noSecrets = { all: [], credentials: [] };
/** Whose content never enters the process. */
const metadataOnly = new Set(['/Secret']);
/** Without these every verdict would be wrong. */
const needed = new Set(['/Namespace', '/ConfigMap', '/Service', '/ServiceAccount', 'networking.k8s.io/NetworkPolicy']);

export class Observed {
  readonly tally: Tally;
  readonly #transport: Transport;
  readonly #informers = new Map<string, Informer<Seen>>();
  #config: ReadonlySet<string> = configNamespaces([]);
  /** Everything in a snapshot's order, and each kind alone: of many objects few change at a time. */
  #sorted: KubeObject[] | undefined;
  readonly #sortedOf = new Map<string, KubeObject[]>();
  /** Something of the snapshot is another now; undefined for the disappearance of a whole kind. */
  onChange: (object: KubeObject | undefined, removed: boolean) => void = () => undefined;

  /** @param counts which objects a verdict can depend on */
  constructor(transport: Transport, counts: Counts) { this.#transport = transport; this.tally = new Tally(counts); }

  /** Starts and ends informers so that there is one for each kind now served. Resolves when all of them are complete. */
  async follow(kinds: readonly ServedKind[], definitions: readonly Definition[]): Promise<void> {
    const wanted = new Map(observedKinds(kinds, definitions.map(asObject)).map(kind => [`${kind.group}/${kind.kind}`, kind]));
    const ended: Promise<void>[] = [];
    for (const [name, informer] of [...this.#informers]) {
      const kind = wanted.get(name);
      if (kind && informer.collection.apiVersion === observedVersion(kind)) continue;
      this.#informers.delete(name);
      this.#sortedOf.delete(name);
      this.#sorted = undefined;
      for (const { value } of informer.store.values()) if (enters(value.object)) this.tally.flip(value.object, value.digest);
      this.onChange(undefined, true);
      ended.push(informer.stop());
    }
    for (const [name, kind] of wanted) if (!this.#informers.has(name)) this.#informers.set(name, this.#informer(name, kind).start());
    // A kind whose own converter is broken cannot be listed; nobody else's service is to wait for it.
    const patience = sleep(patienceMs, undefined, { ref: false });
    await Promise.all([...ended, ...[...this.#informers].map(([name, informer]) => (needed.has(name) ? informer.ready : Promise.race([informer.ready, patience])))]);
  }

  #informer(name: string, kind: ServedKind): Informer<Seen> {
    const apiVersion = observedVersion(kind);
    const keep = (object: KubeObject): Seen => {
      const kept = redact(object, noSecrets, this.#config.has(object.metadata.namespace ?? ''));
      return { object: kept, digest: sha256(canonicalJson(kept)) };
    };
    const informer: Informer<Seen> = new Informer(this.#transport, { apiVersion, kind: kind.kind, path: collectionPath(apiVersion, kind.plural), metadataOnly: metadataOnly.has(name), needed: needed.has(name), keep }, ({ type, value, before }) => {
      if (this.#informers.get(name) !== informer || before?.digest === value.digest || !enters(value.object)) return;
      if (before) this.tally.flip(before.object, before.digest);
      this.tally.flip(value.object, value.digest);
      this.#sortedOf.delete(name);
      this.#sorted = undefined;
      if (name === '/Namespace') this.#reconfigure();
      this.onChange(value.object, type === 'removed');
    });
    return informer;
  }

  /** ConfigMaps are kept with their data where the platform's settings are, and that may move. */
  #reconfigure(): void {
    const namespaces = [...this.#informers.get('/Namespace')?.store.values() ?? []].map(held => held.value.object);
    const config = configNamespaces(namespaces);
    if ([...config].sort().join() === [...this.#config].sort().join()) return;
    this.#config = config;
    this.#informers.get('/ConfigMap')?.relist();
  }

  /** Everything that enters a snapshot, in its order. */
  get objects(): KubeObject[] {
    return this.#sorted ??= this.#inOrder();
  }

  #inOrder(): KubeObject[] {
    const kinds: KubeObject[][] = [];
    for (const [name, informer] of this.#informers) {
      let objects = this.#sortedOf.get(name);
      if (!objects) this.#sortedOf.set(name, objects = inSnapshotOrder([...informer.store.values()].map(held => held.value.object).filter(enters)));
      if (objects.length) kinds.push(objects);
    }
    // The order is by kind first, so one object of each tells which comes before which.
    const ofFirst = new Map(kinds.map(objects => [objects[0]!, objects]));
    return inSnapshotOrder([...ofFirst.keys()]).flatMap(first => ofFirst.get(first)!);
  }

  get(group: string, kind: string, namespace: string | undefined, name: string): Seen | undefined {
    return this.#informers.get(`${group}/${kind}`)?.store.get(keyOf({ metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }))?.value;
  }

  /** Why some of it cannot be known, in the words of a snapshot's notes. */
  get notes(): string[] {
    const skipped = [...this.#informers].filter(([, informer]) => !informer.synced || informer.refused === 403).map(([name]) => name).sort();
    return skipped.length ? [`${skipped.join(', ')} could not be listed: their objects are not in the snapshot.`] : [];
  }

  /** What may not be read, and must. */
  get refused(): string[] { return [...this.#informers].filter(([name, informer]) => needed.has(name) && informer.refused === 403 && !informer.synced).map(([name]) => name); }

  get figures(): { objects: number; lists: number } {
    let objects = 0, lists = 0;
    for (const informer of this.#informers.values()) { objects += informer.store.size; lists += informer.figures.lists; }
    return { objects, lists };
  }

  async stop(): Promise<void> { await Promise.all([...this.#informers.values()].map(informer => informer.stop())); }
}

const asObject = ({ group, kind }: Definition): KubeObject => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: '' }, spec: { group, names: { kind } } });
