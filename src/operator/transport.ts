/**
 * HTTPS to one API server: JSON requests that are tried again when the server is busy or away, and watch streams. Every
 * request the operator makes may safely be made twice: server-side apply, deletes with preconditions, updates with a version.
 */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, ApiUnreachable } from '../change/api.ts';
import type { ApiCause } from '../change/api.ts';
import type { Json, JsonObject } from '../kubernetes.ts';
import type { LiveAccess } from './access.ts';

export interface Ask {
  method: string;
  path: string;
  body?: unknown;
  /** Of the body; application/json when absent. */
  contentType?: string;
  accept?: string;
  /** User to impersonate. */
  asUser?: string;
  /** Asked before every try; throws when the request must not, or no longer, be made. */
  permit?: () => void;
}
export interface Reply { status: number; body: JsonObject; /** Texts of the Warning headers. */ warnings: string[]; /** Seconds. */ retryAfter?: number; /** Path the server says to ask for instead. */ moved?: string }

const patienceMs = 30_000;
/** Waits before the second, third … try. The last answer stands. */
const waitsMs = [200, 500, 1000, 2000, 4000];
const longestWaitMs = 10_000;

export class Transport {
  readonly #access: LiveAccess;
  readonly #agent: Agent;
  readonly #watches: Agent;
  readonly #base: string;
  /** Called for every answer, for metrics. */
  onReply: (method: string, status: number, path: string) => void = () => undefined;

  constructor(access: LiveAccess) {
    this.#access = access;
    this.#base = access.server.replace(/\/+$/, '');
    const tls = { ca: access.ca, cert: access.clientCertificate, key: access.clientKey, rejectUnauthorized: !access.insecure, ...(access.tlsServerName ? { servername: access.tlsServerName } : {}) };
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ...tls });
    // A watch holds its connection for minutes; it must not take one away from requests.
    this.#watches = new Agent({ keepAlive: false, maxSockets: Infinity, ...tls });
  }

  /** @throws ApiUnreachable when no try got an answer; an `aborted` signal ends the waiting at once */
  async ask(ask: Ask, signal?: AbortSignal): Promise<Reply> {
    for (let tries = 0; ; tries++) {
      ask.permit?.();
      const last = tries >= waitsMs.length;
      let wait = waitsMs[tries] ?? 0;
      try {
        const reply = await this.#once(ask, signal);
        this.onReply(ask.method, reply.status, ask.path);
        const busy = reply.status === 429 || (reply.status >= 500 && reply.status !== 501 && reply.status !== 505);
        if (!busy || last) return reply;
        if (reply.retryAfter !== undefined) wait = Math.min(reply.retryAfter * 1000, longestWaitMs);
      } catch (error) {
        this.onReply(ask.method, 0, ask.path);
        if (last || signal?.aborted) throw error;
      }
      // A little apart, so that many who were turned away do not come back together.
      await sleep(wait * (0.8 + Math.random() * 0.4), undefined, { signal });
    }
  }

  #once(ask: Ask, signal?: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const text = ask.body === undefined ? undefined : JSON.stringify(ask.body);
      const fault = (error: Error): void => reject(unreachable(`${ask.method} ${this.#base}${ask.path}: ${error.message}`, error));
      const sent = request(`${this.#base}${ask.path}`, {
        method: ask.method, agent: this.#agent, timeout: patienceMs, signal,
        headers: { ...this.#headers(ask), ...(text === undefined ? {} : { 'content-type': ask.contentType ?? 'application/json', 'content-length': Buffer.byteLength(text) }) },
      }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk as Buffer));
        response.on('error', fault);
        response.on('end', () => resolve(replyOf(response, Buffer.concat(chunks).toString('utf8'))));
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
      sent.on('error', fault);
      sent.end(text);
    });
  }

  #headers({ accept, asUser }: Pick<Ask, 'accept' | 'asUser'>): Record<string, string> {
    const token = this.#access.currentToken?.() ?? this.#access.token;
    return { accept: accept ?? 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...(asUser === undefined ? {} : { 'impersonate-user': asUser }) };
  }

  /**
   * The JSON documents of a stream, one per line, until the server ends it.
   * @param quietMs without a byte for so long the connection is taken for dead
   * @throws ApiUnreachable; ApiError when the server does not answer 200
   */
  async *stream(path: string, options: { accept?: string; asUser?: string; quietMs: number; signal: AbortSignal }): AsyncGenerator<JsonObject> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(`${this.#base}${path}`, { agent: this.#watches, headers: this.#headers(options), signal: options.signal, timeout: options.quietMs }, resolve);
      sent.on('timeout', () => sent.destroy(new Error('the stream has gone silent')));
      sent.on('error', error => reject(unreachable(`GET ${this.#base}${path}: ${error.message}`, error)));
      sent.end();
    });
    this.onReply('WATCH', response.statusCode ?? 0, path);
    let rest = '';
    response.setEncoding('utf8');
    try {
      if (response.statusCode !== 200) {
        for await (const chunk of response) rest += chunk as string;
        throw errorOf(replyOf(response, rest));
      }
      for await (const chunk of response) {
        const lines = (rest + (chunk as string)).split('\n');
        rest = lines.pop()!;
        for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as JsonObject;
      }
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw unreachable(`GET ${this.#base}${path}: ${(error as Error).message}`, error);
    } finally { response.destroy(); }
  }

  close(): void { this.#agent.destroy(); this.#watches.destroy(); }
}

const unreachable = (message: string, cause: unknown): ApiUnreachable => new ApiUnreachable(message, { cause });

/** What an answer of 400 and above says, as the stages know it. */
export function errorOf({ status, body, retryAfter }: Reply): ApiError {
  const details = (body['details'] ?? {}) as JsonObject;
  const causes = ((details['causes'] ?? []) as JsonObject[]).map((cause): ApiCause => ({ reason: text(cause['reason']), message: text(cause['message']), field: text(cause['field']) }));
  return new ApiError(status, text(body['reason']), text(body['message']) || `HTTP ${status}`, { causes, ...(retryAfter === undefined ? {} : { retryAfter }) });
}
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function replyOf(response: IncomingMessage, text: string): Reply {
  let body: JsonObject;
  // Some errors, such as those of a proxy between, are plain text.
  try { body = JSON.parse(text) as JsonObject; } catch { body = { message: text.slice(0, 500) }; }
  // Warning: 299 - "text" (RFC 9111 5.5); Node joins repeated headers with a comma.
  const warnings = [...String(response.headers['warning'] ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(m => m[1]!.replace(/\\(.)/g, '$1'));
  const after = Number(response.headers['retry-after']);
  const moved = response.headers.location;
  return {
    status: response.statusCode ?? 0, body, warnings, ...(moved?.startsWith('/') ? { moved } : {}), ...(Number.isFinite(after) && response.headers['retry-after'] !== undefined ? { retryAfter: after } : {}),
  };
}
