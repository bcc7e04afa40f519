/**
 * What can be said of a playbook before anything is trained: examples that contradict each other, that can never apply, whose
 * resources no API or guardrail accepts, and pairs that could meet but did not. Contexts are drawn around every example in turn.
 */
import { compose } from '../playbook/compose.ts';
import type { Composition } from '../playbook/compose.ts';
import type { Finding } from '../diagnostic.ts';
import { ABSENT, PRESENT } from '../context/features.ts';
import type { Condition, Features } from '../context/features.ts';
import type { Example, Playbook } from '../playbook/example.ts';
import { asking, focusOn } from '../playbook/focus.ts';
import type { Focus } from '../playbook/focus.ts';
import { taughtFields } from '../playbook/knowledge.ts';
import { MergeConflict } from '../playbook/merge.ts';
import { sampleFeatures, seeded } from '../playbook/sample.ts';
import { featureSpecs } from '../playbook/specs.ts';
import { objectKey } from '../tokens/pattern.ts';
import type { Guardrails } from '../verdict/types.ts';
import { verify } from '../verdict/verify.ts';
import { expandAll } from './cases.ts';
import { Clusters } from './cluster.ts';
import { concretise } from './concretise.ts';

export interface Lint {
  examples: number;
  /** Contexts drawn; of these, how many were written as an intent on a cluster and checked. */
  contexts: number; checked: number;
  /** Pairs of examples that write into one object and do not exclude each other; how many of them met. */
  pairs: number; met: number;
  findings: Finding[];
}

/** Contexts drawn around each example, and at most so many until it applies. */
const AROUND = 12, PATIENCE = 120;
/** Contexts drawn around a pair that did not meet by chance. */
const AROUND_PAIR = 20;

export function lintPlaybook(playbook: Playbook, guardrails: Guardrails, { seed = 1, around = AROUND } = {}): Lint {
  const specs = featureSpecs(playbook), random = seeded(seed), clusters = new Clusters();
  const rules = { specs, facts: playbook.facts, defaults: playbook.sampling.defaults, taught: taughtFields(playbook) };
  const findings = new Map<string, Finding>(), together = new Set<string>();
  let contexts = 0, checked = 0;
  const say = (finding: Finding): void => { const key = `${finding.rule} ${finding.object} ${finding.path.replace(/\[\d+\]/g, '[]')}`; if (!findings.has(key)) findings.set(key, finding); };

  /** The names of the examples that apply; undefined where they conflict. */
  const meet = (focus: Focus, around: string): Set<string> | undefined => {
    const features = sampleFeatures(playbook, specs, random, focus);
    contexts++;
    const composition = composed(playbook, features, say);
    if (!composition) return undefined;
    const names = composition.applied.map(e => e.name).sort();
    for (const [i, a] of names.entries()) for (const b of names.slice(i + 1)) together.add(`${a} ${b}`);
    const made = composition.refusals.length ? undefined : concretise(rules, features, clusters, random, 0);
    const graph = made && !('why' in made) ? expandAll(composition.objects, made.context, made.snapshot) : undefined;
    if (graph && made && !('why' in made)) {
      checked++;
      for (const f of verify({ graph, intent: made.intent, snapshot: made.snapshot, guardrails }).findings) {
        if (f.severity === 'refused') say({ ...f, rule: 'example-refused', object: f.object.split('/')[0]!, message: `${f.rule}: ${f.message} (met around ${around})`, fix: 'Mend the example that writes this field, or the guardrail or envelope that forbids it.' });
      }
    }
    return new Set(names);
  };

  for (const example of playbook.examples) {
    let applied = false;
    for (let n = 0; n < (applied ? around : PATIENCE); n++) applied = meet(focusOn(example, playbook.facts, random), example.name)?.has(example.name) || applied;
    if (!applied) say({ rule: 'example-never-applies', severity: 'warning', object: example.file, path: example.name, message: 'no context drawn around it met its conditions', fix: 'Look for conditions that exclude each other, or for what sampling.yaml makes impossible.' });
  }
  const pairs = interacting(playbook), apart: string[] = [];
  for (const [a, b] of pairs) {
    const met = (): boolean => together.has([a.name, b.name].sort().join(' ')), focus = asking([...a.where, ...b.where], playbook.facts);
    for (let n = 0; n < AROUND_PAIR && !met(); n++) meet(focus, `${a.name} with ${b.name}`);
    if (!met()) apart.push(`${a.name} with ${b.name}`);
  }
  if (apart.length) {
    say({
      rule: 'interactions-not-met', severity: 'warning', object: '', path: '', message: `${apart.length} pairs of examples write into one object and exclude each other nowhere, but no context drawn had both: ${apart.join(', ')}`,
      fix: 'Let the conditions of a pair exclude each other, or let sampling.yaml allow both; what never meets is never learnt.',
    });
  }
  return { examples: playbook.examples.length, contexts, checked, pairs: pairs.length, met: pairs.length - apart.length, findings: [...findings.values()] };
}

function composed(playbook: Playbook, features: Features, say: (finding: Finding) => void): Composition | undefined {
  try { return compose(playbook, features); } catch (e) {
    if (!(e instanceof MergeConflict)) throw e;
    say({ rule: 'examples-conflict', severity: 'refused', object: e.message.split(':')[0]!, path: /examples (\S+ and \S+)/.exec(e.message)?.[1] ?? '', message: e.message, fix: 'Give one of the two a further condition, so that it is the more special one, or let their conditions exclude each other.' });
    return undefined;
  }
}

/** Pairs of examples that may apply together and have an object in common. */
function interacting({ examples, sampling }: Playbook): [Example, Example][] {
  const touched = examples.map(e => new Set([...e.objects.map(objectKey), ...(e.pod || e.container ? ['the workload'] : [])]));
  return examples.flatMap((a, i) => examples.slice(i + 1).flatMap((b, j): [Example, Example][] =>
    (touched[i]!.isDisjointFrom(touched[i + 1 + j]!) || exclude(a.where, b.where, sampling.exclusive) ? [] : [[a, b]])));
}

/** Conditions on items are met by several items, so only the others can exclude each other. */
const exclude = (a: readonly Condition[], b: readonly Condition[], exclusive: readonly string[][]): boolean =>
  a.some(x => !x.list && b.some(y => (y.name === x.name ? !compatible(x.values, y.values) : stated(x) && stated(y) && exclusive.some(g => g.includes(x.name) && g.includes(y.name)))));
const stated = (c: Condition): boolean => !c.values.includes(ABSENT);
const compatible = (a: readonly string[], b: readonly string[]): boolean =>
  a.some(v => b.includes(v) || (v === PRESENT && b.some(w => w !== ABSENT)) || (v !== ABSENT && b.includes(PRESENT)));
