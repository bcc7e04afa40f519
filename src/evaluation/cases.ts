/** The cases of a suite: an intent on a cluster, and the graph that is right for it or that it must be refused. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { expandObject } from '../candidate/expand.ts';
import { writerFor } from '../candidate/layers.ts';
import type { Model } from '../candidate/model.ts';
import { buildContext } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import { Refusal } from '../diagnostic.ts';
import { withDefaults } from '../intent/defaults.ts';
import { parseIntents } from '../intent/parse.ts';
import type { Intent } from '../intent/types.ts';
import type { KubeObject } from '../kubernetes.ts';
import { draw } from '../playbook/corpus.ts';
import type { Held } from '../playbook/holdout.ts';
import type { Playbook } from '../playbook/example.ts';
import { seeded } from '../playbook/sample.ts';
import { openApiIndex } from '../snapshot/schema.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { ObjectPattern } from '../tokens/pattern.ts';
import type { Guardrails } from '../verdict/types.ts';
import { verify } from '../verdict/verify.ts';
import { inCheckout } from './checkout.ts';
import type { Clusters } from './cluster.ts';
import { concretise } from './concretise.ts';
import { clusterOf } from './settings.ts';

export interface Case {
  name: string;
  snapshot: Snapshot;
  /** What the model is asked; absent when the intent is refused before any model sees it. */
  asked?: Asked;
  /** The right graph, or that the intent is to be refused. */
  expected: KubeObject[] | 'refused';
  /** A person labelled it, looking at the whole pipeline and not at the playbook. */
  byHand?: true;
}

export interface Asked {
  /** As its author has it. */
  written: Intent;
  /** The intent with its defaults and the context, as the layer that writes for it has them. */
  intent: Intent; context: Context; layer: Model;
  /** The context as the outermost layer would have it: what anything but the model is shown. */
  whole: Context;
}

/** Undefined where the intent is refused before any model sees it. */
export function askedOf(model: Model, written: Intent, snapshot: Snapshot): Asked | undefined {
  const { layer, unknown } = writerFor(model, written), seen = ({ manifest }: Model): Pick<Asked, 'intent' | 'context'> => {
    const intent = withDefaults(written, manifest.defaults);
    return { intent, context: buildContext(manifest, intent, snapshot) };
  };
  if (unknown.length) return undefined;
  const own = seen(layer);
  return { written, ...own, layer, whole: layer === model ? own.context : seen(model).context };
}

/** The objects of patterns on a cluster; undefined when it does not serve one of their kinds. */
export function expandAll(objects: readonly ObjectPattern[], context: Context, snapshot: Snapshot): KubeObject[] | undefined {
  const index = openApiIndex(snapshot), out: KubeObject[] = [];
  for (const o of objects) {
    const served = index.served(o.group, o.kind);
    if (!served) return undefined;
    const version = served.versions[0]!;
    out.push(...expandObject(o, context, o.group ? `${o.group}/${version}` : version, served.namespaced).map(e => e.object));
  }
  return out;
}

export interface Drawn {
  cases: Case[];
  /** Why drawn features were left out, with how often. */
  skipped: Map<string, number>;
}

export interface DrawOptions {
  seed: number;
  count: number;
  /** What each case holds that training never saw. */
  held?: Held | undefined;
  /**
   * settled: the right graph is one that the checker accepts, or the intent is to be refused. unsettled: the checker sends
   * even the right graph to a person, since the intent states something that has no effect. Nothing could be accepted
   * wrongly there, so the two are measured apart.
   */
  kind: 'settled' | 'unsettled';
  /** Lists are three to four times as long as usual. */
  many?: boolean;
}

/** How often fields on which nothing is decided are stated; a case that this unsettles is tried again without. */
const NOISE = [0.2, 0];

/** Cases drawn like training contexts. */
export function drawCases(playbook: Playbook, model: Model, clusters: Clusters, guardrails: Guardrails, { seed, count, held, kind, many }: DrawOptions): Drawn {
  const { manifest } = model, random = seeded(seed), out: Drawn = { cases: [], skipped: new Map() };
  const skip = (why: string): void => { out.skipped.set(why, (out.skipped.get(why) ?? 0) + 1); };
  while (out.cases.length < count) {
    const { features, composition } = draw(playbook, manifest.specs, random, manifest.heldOut, held);
    let why = '';
    for (const noise of NOISE) {
      const made = concretise(manifest, features, clusters, random, noise, many);
      if ('why' in made) { why = made.why; break; }
      const { intent, context, snapshot, written } = made;
      const expected = composition.refusals.length ? 'refused' : expandAll(composition.objects, context, snapshot);
      if (!expected) throw new Error(`the playbook composes a kind that its own cluster does not serve: ${context.tokens.join(' ')}`);
      const finding = expected === 'refused' ? undefined : verify({ graph: expected, intent, snapshot, guardrails }).findings.find(f => f.severity === 'refused' || f.severity === 'review');
      why = finding ? `${finding.rule} ${finding.path.replace(/\[\d+\]/g, '[]')}` : '';
      if ((why === '') !== (kind === 'settled')) continue;
      out.cases.push({ name: `${held === 'pair' ? 'composition' : held ?? 'fresh'} ${out.cases.length}`, snapshot, asked: askedOf(model, written, snapshot), expected });
      why = '';
      break;
    }
    if (why) skip(why);
  }
  return out;
}

/** Drawn in batches, each at a seed `step` further, until there are `count` cases that `keep` takes. */
export function drawKept(playbook: Playbook, model: Model, clusters: Clusters, guardrails: Guardrails, { seed, count, batch, step, ...options }: DrawOptions & { batch: number; step: number }, keep: (one: Case) => boolean): Case[] {
  const out: Case[] = [];
  for (let part = 0; out.length < count; part++) out.push(...drawCases(playbook, model, clusters, guardrails, { ...options, seed: seed + part * step, count: batch }).cases.filter(keep));
  return out.slice(0, count);
}

/** The scenarios in test/golden, written by hand. */
export function goldenCases(model: Model): Case[] {
  const folder = inCheckout('test/golden');
  return readdirSync(folder, { withFileTypes: true }).filter(e => e.isDirectory()).map(e => e.name).sort().map(name => {
    const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
    const scenario = parse(read('scenario.yaml')) as { snapshot: string; settings?: Record<string, string>; expect: 'accepted' | 'refused' };
    const snapshot = clusterOf(scenario);
    return {
      name, snapshot, byHand: true, asked: ask(model, read('intent.yaml'), snapshot),
      expected: scenario.expect === 'refused' ? 'refused' : parseAllDocuments(read('expected.yaml')).map(d => d.toJS() as KubeObject),
    };
  });
}

/** What the pipeline does before the model: parse, vocabulary, defaults, context. */
function ask(model: Model, text: string, snapshot: Snapshot): Case['asked'] {
  try {
    return askedOf(model, parseIntents(text, 'intent.yaml')[0]!, snapshot);
  } catch (e) {
    if (e instanceof Refusal) return undefined;
    throw e;
  }
}
