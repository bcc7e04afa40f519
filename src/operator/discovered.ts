/**
 * What the cluster serves, kept current: discovery and OpenAPI are read again when a CustomResourceDefinition or APIService
 * changes, until the two agree with each other. Documents are told apart by the hash in their address, so only new ones are read.
 */
import { ApiUnreachable } from '../change/api.ts';
import type { JsonObject } from '../kubernetes.ts';
import { canonicalJson, sha256 } from '../snapshot/canonical.ts';
import { clusterVersion } from '../snapshot/capture.ts';
import type { ClusterClient } from '../snapshot/client.ts';
import { groupVersions, servedKinds, servedSchemas } from '../snapshot/discovery.ts';
import type { OpenApiDocument } from '../snapshot/prune.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { errorOf } from './transport.ts';
import type { Transport } from './transport.ts';

export interface Served extends Pick<Snapshot, 'version' | 'kinds' | 'openapi'> {
  /** Changes whenever anything of it does. */
  digest: string;
  /** Whether metrics.k8s.io is there to say what nodes use. */
  metrics: boolean;
  /** Served group-versions, named as APIServices are: `v1.apps`, `v1.` for the core group. */
  versions: ReadonlySet<string>;
}

/** What a CustomResourceDefinition says of the kinds it brings. */
export interface Definition { group: string; kind: string; versions: string[]; established: boolean; /** Of its schema. */ generation: number }

/** What is to be served still, by all that is known beside discovery. */
export interface Expected { version: (name: string) => boolean; kind: (group: string, kind: string) => boolean }

export class Discovered {
  readonly #client: ClusterClient;
  readonly #transport: Transport;
  readonly #documents = new Map<string, OpenApiDocument>();
  /** Addresses that were read more than once, whose hash therefore does not stand for what was read there. */
  readonly #doubted = new Set<string>();
  #served: Served | undefined;

  constructor(transport: Transport) { this.#transport = transport; this.#client = readingClient(transport); }

  /** Undefined before the first `refresh`. */
  get served(): Served | undefined { return this.#served; }

  /** Whether the server has started; one that does not tell has. */
  async started(): Promise<boolean> { return (await this.#transport.ask({ method: 'GET', path: '/readyz' })).status < 500; }

  /**
   * Reads again. A server that has just started serves a part of what it is about to serve: nothing is taken of a reading that lacks
   * what was served before and is `expected` still.
   * @returns whether anything changed; undefined: this reading was not taken
   */
  async refresh(expected: Expected = { version: () => false, kind: () => false }): Promise<boolean | undefined> {
    const answer = await this.#client.get('/version');
    if (typeof answer?.['gitVersion'] !== 'string') throw new ApiUnreachable('/version: its answer names no version');
    const found = await groupVersions(this.#client);
    const versions = new Set(found.map(f => `${f.version}.${f.group}`));
    const before = this.#served;
    if (before && [...before.versions].some(v => !versions.has(v) && expected.version(v))) return undefined;
    const kinds = await servedKinds(this.#client, found);
    if (before?.kinds.some(k => expected.kind(k.group, k.kind) && !kinds.some(now => now.group === k.group && now.kind === k.kind))) return undefined;
    const addresses = new Set<string>();
    const openapi = await servedSchemas(this.#client, found, {
      get: address => { addresses.add(address); return this.#documents.get(address); },
      set: (address, document) => this.#documents.set(address, document),
    });
    for (const address of [...this.#documents.keys()]) if (!addresses.has(address)) this.#documents.delete(address);
    const version = clusterVersion(answer);
    const digest = sha256(canonicalJson([version, kinds, [...addresses].sort(), [...this.#doubted].sort().map(address => this.#documents.get(address) ?? null)]));
    if (digest === this.#served?.digest) return false;
    const metrics = found.some(({ group }) => group === 'metrics.k8s.io');
    this.#served = { version, kinds, openapi, digest, metrics, versions };
    return true;
  }

  /** Whether the kinds of established definitions are served with their schemas, and those `gone` are not. */
  agreesWith(definitions: Iterable<Definition>, gone: Iterable<Definition>): boolean {
    const served = this.#served;
    if (!served) return false;
    const named = new Map<string, ReadonlySet<string>>();
    for (const [document, { components }] of Object.entries(served.openapi)) named.set(document, new Set(Object.values(components.schemas).flatMap(schema => ((schema['x-kubernetes-group-version-kind'] ?? []) as { kind: string }[]).map(k => k.kind))));
    for (const { group, kind, versions, established } of definitions) {
      const known = served.kinds.find(k => k.group === group && k.kind === kind);
      if (!established) continue;
      const unknown = versions.filter(v => !named.get(`apis/${group}/${v}`)?.has(kind));
      // What it was told may have been wrong: it is asked for once more.
      for (const v of unknown) for (const address of [...this.#documents.keys()]) if (address.includes(`/apis/${group}/${v}`)) { this.#documents.delete(address); this.#doubted.add(address); }
      if (!known || unknown.length || versions.some(v => !known.versions.includes(v))) return false;
    }
    return [...gone].every(({ group, kind }) => !served.kinds.some(k => k.group === group && k.kind === kind));
  }
}

/**
 * The reading client of the snapshot stage over our transport, whose retries it thereby has. Everybody may read discovery, so being
 * forbidden is no answer: a server that has just started says it until it has read its own roles.
 */
function readingClient(transport: Transport): ClusterClient {
  const get = async (path: string, hops = 3): Promise<JsonObject | undefined> => {
    const reply = await transport.ask({ method: 'GET', path });
    if (reply.status === 200) return reply.body;
    if (reply.status === 404) return undefined;
    if (reply.moved !== undefined && hops > 0) return get(reply.moved, hops - 1);
    // An aggregated API whose server is away answers 503: it is not served now.
    if (reply.status === 503 && /^\/apis\/[^/]+\/[^/]+$/.test(path)) return undefined;
    throw new ApiUnreachable(`${path}: HTTP ${reply.status}`, { cause: errorOf(reply) });
  };
  const list = async (path: string): Promise<JsonObject[] | undefined> => (await get(path))?.['items'] as JsonObject[] | undefined;
  return { get: path => get(path), list, close: () => undefined };
}
