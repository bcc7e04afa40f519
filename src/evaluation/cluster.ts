/**
 * Synthetic clusters: a snapshot that shows given facts. The schemas are those of the shipped snapshots, masked to the
 * kinds that the case serves; objects, settings and nodes come from the pieces in test/evaluation/clusters.yaml.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ABSENT, PRESENT, matches } from '../context/features.ts';
import type { FeatureSpec, Features } from '../context/features.ts';
import type { JsonObject, KubeObject } from '../kubernetes.ts';
import type { Random } from '../playbook/sample.ts';
import { loadSnapshot, shippedSnapshots } from '../snapshot/file.ts';
import type { NodeFacts, ServedKind, Snapshot } from '../snapshot/types.ts';
import { inCheckout } from './checkout.ts';
import { settingsObjects } from './settings.ts';

interface Piece {
  where?: Record<string, string[]>;
  chance?: number;
  any?: Piece[];
  settings?: Record<string, string>;
  objects?: KubeObject[];
  nodes?: NodeFacts[];
  /** API groups. */
  serves?: string[];
  /** Fields that schemas of this version do not have yet, by schema name. */
  lacks?: Record<string, string[]>;
}

type OpenApi = Snapshot['openapi'];

/** Newest minor version for which a context's version features hold, and oldest. */
const MINORS = { oldest: 26, newest: 37 };

export class Clusters {
  readonly #pieces: Piece[];
  readonly #shipped: Snapshot[];
  /** Documents with fields taken out, by document and schema. */
  readonly #masked = new Map<string, OpenApi[string]>();

  constructor() {
    this.#pieces = parse(readFileSync(inCheckout('test/evaluation/clusters.yaml'), 'utf8')) as Piece[];
    this.#shipped = shippedSnapshots().map(name => loadSnapshot(name)).sort((a, b) => minor(a) - minor(b));
  }

  /** A cluster in which the context of a suitable intent has these features; `vary` gives names. */
  draw(specs: readonly FeatureSpec[], features: Features, random: Random, vary: (word: string) => string): Snapshot {
    const chosen = this.#pieces.flatMap(p => {
      const holds = Object.entries(p.where ?? {}).every(([name, values]) => matches([{ name, values }], features));
      if (!holds || (p.chance !== undefined && random() >= p.chance)) return [];
      return p.any ? [p.any[Math.floor(random() * p.any.length)]!] : [p];
    });
    const version = drawMinor(specs, features, random);
    const core = this.#shipped.findLast(s => minor(s) <= version) ?? this.#shipped[0]!;
    // A group is served whole, or not at all; the core's own groups end in .k8s.io or have no dot, and no shipped cluster lacks them.
    const always = new Set(this.#shipped.map(groupsOf).reduce((a, b) => a.intersection(b)));
    const groups = new Set([...always, ...apiGroups(specs, features, PRESENT), ...chosen.flatMap(p => p.serves ?? [])]);
    for (const absent of apiGroups(specs, features, ABSENT)) groups.delete(absent);
    const kinds: ServedKind[] = [], openapi: OpenApi = {};
    for (const group of [...groups].sort()) {
      const from = groupsOf(core).has(group) ? core : this.#shipped.findLast(s => groupsOf(s).has(group));
      if (!from) throw new Error(`no shipped snapshot serves ${group}`);
      kinds.push(...from.kinds.filter(k => k.group === group));
      for (const [path, document] of Object.entries(from.openapi)) {
        if (groupOf(path) === group) openapi[path] = this.#without(`${from.version.gitVersion} ${path}`, document, chosen);
      }
    }
    const fill = <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(/<([a-z]+)>/g, (_, word: string) => vary(word))) as T;
    const settings = fill(Object.assign({}, ...chosen.map(p => p.settings ?? {})) as Record<string, string>);
    const objects = [
      ...settingsObjects(settings),
      ...chosen.flatMap(p => fill(p.objects ?? [])),
    ] as KubeObject[];
    return {
      format: 'kubesynth.snapshot/v1', notes: ['put together for evaluation'], version: { major: '1', minor: String(version), gitVersion: `v1.${version}.0` },
      kinds, openapi, objects, nodes: chosen.flatMap(p => fill(p.nodes ?? [])),
    };
  }

  /** A cluster that serves every kind of every shipped one, in the newest version: what a grammar without live constraint knows. */
  union(): Snapshot {
    const newest = this.#shipped.at(-1)!, kinds = new Map<string, ServedKind>(), openapi: OpenApi = {};
    for (const s of this.#shipped) {
      for (const k of s.kinds) kinds.set(`${k.group}/${k.kind}`, k);
      Object.assign(openapi, s.openapi);
    }
    return { ...newest, notes: ['every kind of every shipped snapshot'], kinds: [...kinds.values()], openapi, objects: [], nodes: [] };
  }

  #without(key: string, document: OpenApi[string], pieces: readonly Piece[]): OpenApi[string] {
    const lacks = pieces.flatMap(p => Object.entries(p.lacks ?? {})).filter(([schema]) => document.components.schemas[schema]);
    if (!lacks.length) return document;
    const id = `${key} ${JSON.stringify(lacks)}`;
    let made = this.#masked.get(id);
    if (!made) {
      const schemas = { ...document.components.schemas };
      for (const [name, fields] of lacks) {
        const properties = Object.entries(schemas[name]!['properties'] as JsonObject).filter(([field]) => !fields.includes(field));
        schemas[name] = { ...schemas[name]!, properties: Object.fromEntries(properties) };
      }
      this.#masked.set(id, made = { components: { schemas } });
    }
    return made;
  }
}

const minor = (s: Snapshot): number => Number.parseInt(s.version.minor, 10);
const groupOf = (path: string): string => (path.startsWith('apis/') ? path.split('/')[1]! : '');

const groups = new WeakMap<Snapshot, Set<string>>();
function groupsOf(s: Snapshot): Set<string> {
  let known = groups.get(s);
  if (!known) groups.set(s, known = new Set(s.kinds.map(k => k.group)));
  return known;
}

const apiGroups = (specs: readonly FeatureSpec[], features: Features, presence: string): string[] =>
  specs.flatMap(s => (s.type === 'api' && features[s.name] === presence ? [s.kind.split('/')[0]!] : []));

/** A random minor version that agrees with the version features. */
function drawMinor(specs: readonly FeatureSpec[], features: Features, random: Random): number {
  const possible = Array.from({ length: MINORS.newest - MINORS.oldest + 1 }, (_, i) => MINORS.oldest + i)
    .filter(m => specs.every(s => s.type !== 'minor' || (m >= s.atLeast) === (features[s.name] === 'yes')));
  if (!possible.length) throw new Error('no version has these features');
  return possible[Math.floor(random() * possible.length)]!;
}
