/**
 * Changes of the cluster to intents: what happened is looked at together, a moment after the first of it, and only those intents
 * are woken that it can matter to.
 */
import type { Metrics } from './metrics.ts';
import type { Decision } from './decide.ts';
import type { Relevance } from './relevance.ts';
import type { World, WorldChange } from './world.ts';

export interface SweepSetting {
  world: World; relevance: Relevance; metrics: Metrics;
  /** Every intent, with what was last decided on it. */
  intents: () => Iterable<[key: string, decision: Decision | undefined]>;
  wake: (key: string) => void;
  /** What the cluster serves is another now. */
  onServed: () => void;
  /** No intent waits or is being worked on. */
  idle: () => boolean;
  /** What happened has been looked at, and perhaps mattered to nobody. */
  looked: () => void;
}

const delayMs = 100;

export class Sweep {
  readonly #setting: SweepSetting;
  #contextKey: string | undefined;
  #pending: { contexts: boolean; all: boolean; since: number; timer: NodeJS.Timeout } | undefined;
  /** When the oldest change came that was looked at and is not settled yet. */
  #since: number | undefined;

  constructor(setting: SweepSetting) { this.#setting = setting; }

  /** Something happened that has not been looked at. */
  get pending(): boolean { return this.#pending !== undefined; }

  /** From here on changes count. */
  start(): void {
    const { world, relevance } = this.#setting;
    this.#contextKey = relevance.contextKey(world.snapshot);
  }

  stop(): void { clearTimeout(this.#pending?.timer); this.#contextKey = undefined; }

  note(change: WorldChange): void {
    if (this.#contextKey === undefined) return;
    this.#pending ??= { contexts: false, all: false, since: performance.now(), timer: setTimeout(() => this.#look(), delayMs) };
    if (change.what === 'served') this.#pending.all = true;
    if (change.what !== 'object' || this.#setting.relevance.concernsContexts(change.object)) this.#pending.contexts = true;
  }

  #look(): void {
    const { world, relevance, intents, wake, onServed } = this.#setting, { contexts, all, since } = this.#pending!;
    this.#pending = undefined;
    this.#since ??= since;
    if (this.#contextKey === undefined) return;
    if (all) onServed();
    const { snapshot } = world, key = contexts || all ? relevance.contextKey(snapshot) : this.#contextKey, everyone = all || key !== this.#contextKey;
    this.#contextKey = key;
    for (const [intent, decision] of intents()) {
      const moved = contexts && (decision?.own === undefined || relevance.own.digest(decision.own.reads, snapshot) !== decision.own.facts);
      if (everyone || moved || (decision && this.outdated(decision))) wake(intent);
    }
    setImmediate(this.#setting.looked);
  }

  /** Objects around it are others by now than when it was decided. */
  outdated({ tally, namespaces }: Decision): boolean { return tally !== this.#setting.world.observed.tally.of(namespaces); }

  /** Notes how long it took, once everything that came of what was looked at is done; what came since has its own time. */
  settle(): void {
    if (this.#since === undefined || !this.#setting.idle()) return;
    this.#setting.metrics.observe('kubesynth_event_delay_seconds', (performance.now() - this.#since) / 1000);
    this.#since = undefined;
  }
}
