/**
 * The work queue: keys, not events. A key that is added while it waits is one piece of work; one that is added while it is
 * being worked on is worked on once more afterwards, never twice at a time. Failures come back later and later. What can wait
 * is worked on once nothing else waits.
 */
export interface QueueOptions {
  /** Keys worked on at a time. */
  workers: number;
  /** Milliseconds after the first failure, doubled by each further one, up to `mostMs`. */
  firstMs?: number;
  mostMs?: number;
}

/** When to look again: in so many milliseconds, or once nothing else waits. */
export type Again = number | 'last';

/** Does the work of one key; what it returns says when to look again, if at all. A throw is a failure. */
export type Work = (key: string) => Promise<Again | undefined>;

export class WorkQueue {
  readonly #work: Work;
  readonly #options: Required<QueueOptions>;
  readonly #waiting = new Set<string>();
  readonly #last = new Set<string>();
  readonly #active = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>();
  #running = false;
  /** Called for every failure. */
  onFailure: (key: string, error: unknown) => void = () => undefined;

  constructor(work: Work, { workers, firstMs = 250, mostMs = 60_000 }: QueueOptions) {
    this.#work = work; this.#options = { workers, firstMs, mostMs };
  }

  get depth(): number { return this.#waiting.size + this.#last.size; }
  /** Something waits that is not to wait for everything else. */
  get pressed(): boolean { return this.#waiting.size > 0; }
  get active(): number { return this.#active.size; }
  /** Nothing waits, nothing is being worked on; what is to be looked at later does not count. */
  get idle(): boolean { return this.depth === 0 && this.#active.size === 0; }

  start(): void { this.#running = true; this.#pump(); }

  add(key: string): void {
    this.#clear(key);
    if (this.#active.has(key)) { this.#again.add(key); return; }
    this.#last.delete(key);
    this.#waiting.add(key);
    this.#pump();
  }

  /** Adds it in `ms`, unless it is added sooner. */
  addLater(key: string, ms: number): void {
    const known = this.#timers.get(key), due = performance.now() + ms;
    if (known && known.due <= due) return;
    this.#clear(key);
    const timer = setTimeout(() => { this.#timers.delete(key); this.add(key); }, ms);
    timer.unref();
    this.#timers.set(key, { timer, due });
  }

  /** Forgets a key that is no more. */
  forget(key: string): void { this.#clear(key); for (const known of [this.#failures, this.#waiting, this.#last, this.#again]) known.delete(key); }

  /** Takes no further key and waits for those being worked on. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const key of [...this.#timers.keys()]) this.#clear(key);
    this.#waiting.clear();
    this.#last.clear();
    await Promise.all(this.#active.values());
  }

  #clear(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }

  #pump(): void {
    while (this.#running && this.#active.size < this.#options.workers) {
      const key = this.#waiting.values().next().value ?? this.#last.values().next().value;
      if (key === undefined) return;
      this.#waiting.delete(key);
      this.#last.delete(key);
      this.#active.set(key, this.#run(key));
    }
  }

  async #run(key: string): Promise<void> {
    // The caller has to know of this promise before the work can end.
    await Promise.resolve();
    try {
      const later = await this.#work(key);
      this.#failures.delete(key);
      if (this.#running && later !== undefined) { if (later === 'last') this.#last.add(key); else this.addLater(key, later); }
    } catch (error) {
      const failed = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failed + 1);
      if (this.#running) this.addLater(key, Math.min(this.#options.firstMs * 2 ** failed, this.#options.mostMs));
      this.onFailure(key, error);
    } finally {
      this.#active.delete(key);
      if (this.#again.delete(key) && this.#running) this.add(key);
      this.#pump();
    }
  }
}
