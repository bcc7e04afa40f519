/** Counters, gauges and histograms in the text format that monitoring scrapes, named as controller-runtime names its own. */
export type Labels = Record<string, string>;

type Kind = 'counter' | 'gauge' | 'histogram';
interface Family { kind: Kind; help: string; series: Map<string, { labels: Labels; value: number; buckets?: number[] }> }

/** Seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const families: Record<string, [Kind, string]> = {
  kubesynth_reconcile_total: ['counter', 'Reconciliations of intents by result: success, requeue_after, error.'],
  kubesynth_reconcile_errors_total: ['counter', 'Reconciliations that failed and are tried again.'],
  kubesynth_reconcile_time_seconds: ['histogram', 'Time per reconciliation.'],
  kubesynth_stage_time_seconds: ['histogram', 'Time per stage of a reconciliation.'],
  kubesynth_workqueue_depth: ['gauge', 'Intents that wait for a worker.'],
  kubesynth_active_workers: ['gauge', 'Intents being worked on.'],
  kubesynth_intents: ['gauge', 'Intents known, by the reason of their Ready condition.'],
  kubesynth_inference_total: ['counter', 'Graphs written, by where the choices came from: engine, or shape (another context of the same tokens).'],
  kubesynth_engine_tokens_total: ['counter', 'Tokens the engine evaluated.'],
  kubesynth_synthesis_total: ['counter', 'Syntheses by verdict.'],
  kubesynth_checks_total: ['counter', 'Accepted graphs that were checked again because the cluster around them changed, by verdict.'],
  kubesynth_writes_total: ['counter', 'Writes to the API server by method and resource, those of the lease left out.'],
  kubesynth_drift_total: ['counter', 'Drifts by kind and what was done.'],
  kubesynth_conflicts_total: ['counter', 'Fields that another manager owns and that were left to it.'],
  kubesynth_requests_total: ['counter', 'Requests to the API server by method and status; 0 is no answer.'],
  kubesynth_informer_objects: ['gauge', 'Objects held by informers.'],
  kubesynth_informer_lists_total: ['gauge', 'Lists that informers made; more than one each after a 410 or a change of what is served.'],
  kubesynth_leader: ['gauge', '1 while this process holds the lease.'],
  kubesynth_model_released: ['gauge', '1 where the model at hand may change what runs; 0 while it is held as a canary.'],
  kubesynth_canary_intents: ['gauge', 'What a held model makes of the intents, by result: same, changed, refused, review, fresh, kept.'],
  kubesynth_event_delay_seconds: ['histogram', 'From a change of the cluster until every intent it concerns is settled.'],
};

export class Metrics {
  readonly #families = new Map<string, Family>();

  constructor() { for (const [name, [kind, help]] of Object.entries(families)) this.#families.set(name, { kind, help, series: new Map() }); }

  #series(name: string, labels: Labels): { value: number; buckets?: number[] } {
    const family = this.#families.get(name);
    if (!family) throw new Error(`no metric is called ${name}`);
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    let series = family.series.get(key);
    if (!series) family.series.set(key, series = { labels, value: 0, ...(family.kind === 'histogram' ? { buckets: [...bounds.map(() => 0), 0] } : {}) });
    return series;
  }

  count(name: string, labels: Labels = {}, by = 1): void { this.#series(name, labels).value += by; }
  set(name: string, value: number, labels: Labels = {}): void { this.#series(name, labels).value = value; }
  clear(name: string): void { this.#families.get(name)!.series.clear(); }
  observe(name: string, seconds: number, labels: Labels = {}): void {
    const series = this.#series(name, labels), at = bounds.findIndex(b => seconds <= b);
    series.value += seconds;
    series.buckets![at < 0 ? bounds.length : at]!++;
  }
  /** The value of a series, or the sum over those whose labels hold all of `labels`. */
  total(name: string, labels: Labels = {}): number {
    return [...this.#families.get(name)!.series.values()].filter(s => Object.entries(labels).every(([k, v]) => s.labels[k] === v)).reduce((n, s) => n + s.value, 0);
  }

  /** The exposition format, version 0.0.4: HELP, TYPE, then one line per series. */
  text(): string {
    const lines: string[] = [];
    for (const [name, { kind, help, series }] of this.#families) {
      if (!series.size) continue;
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      for (const { labels, value, buckets } of series.values()) {
        if (!buckets) { lines.push(`${name}${labelText(labels)} ${value}`); continue; }
        let sum = 0;
        for (const [i, n] of buckets.entries()) lines.push(`${name}_bucket${labelText({ ...labels, le: i < bounds.length ? String(bounds[i]) : '+Inf' })} ${sum += n}`);
        lines.push(`${name}_sum${labelText(labels)} ${value}`, `${name}_count${labelText(labels)} ${sum}`);
      }
    }
    return `${lines.join('\n')}\n`;
  }
}

const labelText = (labels: Labels): string => {
  const entries = Object.entries(labels);
  return entries.length ? `{${entries.map(([k, v]) => `${k}="${v.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`).join(',')}}` : '';
};
