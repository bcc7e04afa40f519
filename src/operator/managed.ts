/**
 * The live objects of intents: an informer for each kind that some graph has, over the objects that carry the label of an intent.
 * Of each only what tells health and change is kept.
 */
import { INTENT_LABEL } from '../change/ownership.ts';
import { collectionPath, keyOf, refOf } from '../change/paths.ts';
import type { ObjectRef } from '../change/paths.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { healthOf } from './health.ts';
import type { Health } from './health.ts';
import { Informer } from './informer.ts';
import type { Transport } from './transport.ts';

export interface LiveState { ref: ObjectRef; /** `namespace/name` of the intent whose label it carries. */ intent: string; print: string; health: Health }

/** Digest of everything that is not its controller's report: another value means that somebody wrote to it. */
export function printOf({ status: _, metadata, ...rest }: KubeObject): string {
  const { resourceVersion: _v, managedFields: _m, ...kept } = metadata;
  // A controller keeps notes in the annotations of what it controls.
  return sha256(canonicalJson([rest, { ...kept, annotations: Object.fromEntries(Object.entries(kept.annotations ?? {}).filter(([key]) => !/^[a-z]+\.kubernetes\.io\//.test(key))) }])).slice(0, 32);
}

export class Managed {
  readonly #transport: Transport;
  readonly #informers = new Map<string, Informer<LiveState>>();
  readonly #byKey = new Map<string, LiveState>();
  onChange: (intent: string, ref: ObjectRef, state: LiveState | undefined, before: LiveState | undefined) => void = () => undefined;

  constructor(transport: Transport) { this.#transport = transport; }

  /** Watches these objects' kinds as well, as far as they are served. Resolves when their stores are complete. */
  async follow(refs: readonly Pick<ObjectRef, 'apiVersion' | 'kind'>[], served: readonly ServedKind[]): Promise<void> {
    const ready: Promise<void>[] = [];
    for (const { apiVersion, kind } of refs) {
      const { group, version } = splitApiVersion(apiVersion), name = `${group}/${kind}`;
      const found = served.find(k => k.group === group && k.kind === kind && k.versions.includes(version));
      if (!found) continue;
      let informer = this.#informers.get(name);
      if (!informer) {
        const keep = (object: KubeObject): LiveState => ({ ref: refOf(object), intent: `${object.metadata.namespace ?? ''}/${object.metadata.labels?.[INTENT_LABEL] ?? ''}`, print: printOf(object), health: healthOf(object) });
        informer = new Informer(this.#transport, { apiVersion, kind, path: collectionPath(apiVersion, found.plural), labelSelector: INTENT_LABEL, keep }, ({ type, value, before }) => {
          const key = keyOf(value.ref);
          if (type === 'removed') this.#byKey.delete(key); else this.#byKey.set(key, value);
          if (type !== 'removed' && before?.print === value.print && before.health.state === value.health.state && before.health.message === value.health.message) return;
          this.onChange(value.intent, value.ref, type === 'removed' ? undefined : value, before);
        });
        this.#informers.set(name, informer.start());
      }
      ready.push(informer.ready);
    }
    await Promise.all(ready);
  }

  /** Lets go of kinds that are no longer served as they were. */
  async prune(served: readonly ServedKind[]): Promise<void> {
    for (const [name, informer] of [...this.#informers]) {
      const { version } = splitApiVersion(informer.collection.apiVersion);
      if (served.some(k => `${k.group}/${k.kind}` === name && k.versions.includes(version))) continue;
      this.#informers.delete(name);
      for (const { value } of informer.store.values()) { this.#byKey.delete(keyOf(value.ref)); this.onChange(value.intent, value.ref, undefined, value); }
      await informer.stop();
    }
  }

  get(ref: ObjectRef): LiveState | undefined { return this.#byKey.get(keyOf(ref)); }
  get size(): number { return this.#byKey.size; }
  async stop(): Promise<void> { await Promise.all([...this.#informers.values()].map(informer => informer.stop())); }
}
