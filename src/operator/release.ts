/**
 * Which model may change what runs. One that was not there before is a canary: it writes for every intent, and what differs from
 * what is in force is proposed and held until somebody releases the model, or until it turns out that nothing differs. The
 * ConfigMap `kubesynth-release` beside the lease says which model is released, and what the other one would change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import { collectionPath } from '../change/paths.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { CanaryReport } from './canary.ts';
import { reportText, summaryOf } from './canary.ts';
import { Informer } from './informer.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Transport } from './transport.ts';

const NAME = 'kubesynth-release';
/** `"<digest of a model>"` on that ConfigMap: this model may change what runs. */
const RELEASE = 'synthesis.platform/release';
const retryMs = 1000;

export interface ReleaseSetting { api: ClusterApi; transport: Transport; namespace: string; /** Digest of the model at hand. */ model: string; log: Log; metrics: Metrics; /** Whether this process may write. */ leads: () => boolean }

export class Release {
  readonly #setting: ReleaseSetting;
  readonly #collection: string;
  readonly #path: string;
  readonly #informer: Informer<KubeObject>;
  #released: string | undefined;
  /** The model at hand has been released: everything it proposes may be applied. */
  onRelease: () => void = () => undefined;

  constructor(setting: ReleaseSetting) {
    this.#setting = setting;
    this.#collection = collectionPath('v1', 'configmaps', setting.namespace);
    this.#path = `${this.#collection}/${NAME}`;
    this.#informer = new Informer(setting.transport, { apiVersion: 'v1', kind: 'ConfigMap', path: this.#collection, fieldSelector: `metadata.name=${NAME}`, keep: object => object }, ({ type, value }) => { if (type !== 'removed') this.#see(value); });
  }

  /** Another model than this one is released. */
  get held(): boolean { return this.#released !== undefined && this.#released !== this.#setting.model; }

  async start(): Promise<void> { await this.#informer.start().ready; }
  stop(): Promise<void> { return this.#informer.stop(); }

  /**
   * To be called before anything is decided.
   * @param inForce digest of the model that made what runs, where there is any; it counts where nothing is written down yet
   */
  async lead(inForce: string | undefined, signal: AbortSignal): Promise<void> {
    const { api, model, log } = this.#setting;
    while (!signal.aborted) {
      try {
        const found = await api.get(this.#path)
          ?? await api.create(this.#collection, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace: this.#setting.namespace }, data: { model: inForce ?? model } });
        this.#see(found);
        if (this.held) {
          log.info('the model is held until it is released', { model, released: this.#released });
          if (dataOf(found)['candidate'] !== model) await this.#write({ candidate: model, summary: null, report: null });
        }
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status === 403) {
          log.error(`${NAME} may not be kept: apply install/install.yaml again`, error);
          this.#released = inForce ?? model;
          return;
        }
        if (signal.aborted) return;
        log.error('the released model could not be read and is asked for again', error);
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** What the held model would change, now that every intent has been looked at. Where that is nothing, it is released. */
  async conclude(report: CanaryReport): Promise<void> {
    const { metrics, log, model } = this.#setting, { counts } = report;
    metrics.clear('kubesynth_canary_intents');
    for (const [result, n] of Object.entries(counts)) metrics.set('kubesynth_canary_intents', n, { result });
    if (counts.changed + counts.refused + counts.review === 0) { log.info('the model changes nothing that runs', { model, ...counts }); await this.#let(); return; }
    const summary = summaryOf(counts), text = reportText(report), known = dataOf(this.#informer.store.values().next().value?.value);
    if (known['summary'] === summary && known['report'] === text) return;
    log.info('the model would change what runs, and is held', { model, ...counts });
    await this.#write({ candidate: model, summary, report: text });
  }

  #see(object: KubeObject): void {
    const { model, metrics, leads } = this.#setting, was = this.held, released = dataOf(object)['model'];
    if (typeof released === 'string') this.#released = released;
    metrics.set('kubesynth_model_released', this.held ? 0 : 1);
    if (was && !this.held) this.onRelease();
    else if (this.held && leads() && object.metadata.annotations?.[RELEASE] === model) this.#let().catch((error: unknown) => this.#setting.log.error('the release could not be written down', error));
  }

  async #let(): Promise<void> { await this.#write({ model: this.#setting.model, candidate: null, summary: null, report: null }, { [RELEASE]: null }); }

  async #write(data: JsonObject, annotations: JsonObject = {}): Promise<void> {
    this.#see(await this.#setting.api.patch(this.#path, { metadata: { annotations }, data }));
  }
}

const dataOf = (object: KubeObject | undefined): JsonObject => (object?.['data'] ?? {}) as JsonObject;
