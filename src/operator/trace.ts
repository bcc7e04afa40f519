/**
 * What one reconciliation does, as a trace: a span per stage, the trace's id on every log line. Where OTEL_EXPORTER_OTLP_ENDPOINT
 * is set, spans go there as OTLP over HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

interface Span { traceId: string; spanId: string; parentSpanId?: string; name: string; start: number; end: number; attributes: Record<string, string>; failed: boolean }
type Scope = Pick<Span, 'traceId' | 'spanId'>;

const scopes = new AsyncLocalStorage<Scope>();
const wait = 2_000, most = 2_048;

/** Id of the trace that this runs in. */
export const currentTrace = (): string | undefined => scopes.getStore()?.traceId;

export class Tracer {
  readonly #endpoint: string | undefined;
  readonly #service: string;
  #spans: Span[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(env: Record<string, string | undefined>, service = 'kubesynth') {
    const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    this.#endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
    this.#service = env['OTEL_SERVICE_NAME'] ?? service;
  }

  /** Runs `work` in a span; one outside any begins a trace. @param done told how long it took, in seconds */
  span<T>(name: string, work: () => T, attributes: Record<string, string> = {}, done: (seconds: number) => void = () => undefined): T {
    const parent = scopes.getStore(), began = performance.now(), start = Date.now();
    const scope: Scope = { traceId: parent?.traceId ?? randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
    const end = (failed: boolean): void => {
      done((performance.now() - began) / 1000);
      this.#keep({ ...scope, ...(parent ? { parentSpanId: parent.spanId } : {}), name, start, end: start + (performance.now() - began), attributes, failed });
    };
    return scopes.run(scope, () => {
      let result: T;
      try { result = work(); } catch (error) { end(true); throw error; }
      if (!(result instanceof Promise)) { end(false); return result; }
      return result.then(value => { end(false); return value as unknown; }, (error: unknown) => { end(true); throw error; }) as T;
    });
  }

  #keep(span: Span): void {
    if (this.#endpoint === undefined || this.#spans.length >= most) return;
    this.#spans.push(span);
    this.#timer ??= setTimeout(() => void this.flush(), wait).unref();
  }

  /** Never throws: a collector that is away costs its spans and nothing else. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const spans = this.#spans;
    this.#spans = [];
    if (this.#endpoint === undefined || !spans.length) return;
    const nano = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);
    const attributes = (of: Record<string, string>): unknown[] => Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const body = { resourceSpans: [{ resource: { attributes: attributes({ 'service.name': this.#service }) }, scopeSpans: [{ scope: { name: 'kubesynth' }, spans: spans.map(s => ({
      traceId: s.traceId, spanId: s.spanId, ...(s.parentSpanId ? { parentSpanId: s.parentSpanId } : {}), name: s.name, kind: 1,
      startTimeUnixNano: nano(s.start), endTimeUnixNano: nano(s.end), attributes: attributes(s.attributes), status: s.failed ? { code: 2 } : {},
    })) }] }] };
    try { await fetch(this.#endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(wait) }); } catch { /* see above */ }
  }
}
