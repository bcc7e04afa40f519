/** `kubesynth explain`: where each field of a synthesised object came from, what taught it, what guards it, how sure the model was. */
import type { CandidateObject } from '../candidate/types.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import { didYouMean } from '../intent/nearest.ts';
import { originOf } from '../intent/origin.ts';
import { objectName, splitApiVersion } from '../kubernetes.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import type { Guardrails } from '../verdict/types.ts';
import { citationsOf, rawOf } from './citations.ts';
import type { Citation, Citations } from './citations.ts';
import type { Run } from './commands.ts';
import { readInputs, readIntents } from './inputs.ts';
import { isAtOrBelow, leavesOfObject, normalPath } from './leaves.ts';
import type { Leaf } from './leaves.ts';
import { readArguments, usageError, where } from './options.ts';
import { originsOf } from './origins.ts';
import type { Origin } from './origins.ts';
import { asJson, printFindings, table, toStdout } from './output.ts';
import { withSetting } from './setting.ts';
import { synthesise } from './synthesise.ts';
import type { Outcome, Setting } from './synthesise.ts';

export interface Explanation {
  object: string; path: string; value: Json;
  from: Origin[];
  /** Playbook examples that taught the model to write here, with their reasons. */
  examples: Citation[];
  guardrails: string[];
  /** Nats between the choice and the next best; null where nothing was decided. */
  margin: number | null;
}

export const run: Run = async args => {
  const { options, positionals: [wanted, field] } = readArguments('explain', args, ['file', 'output', ...where, 'model', 'guardrails', 'environment'], { min: 1, max: 2 });
  const { intents, findings, exit } = readIntents(await readInputs(options.file), options.namespace);
  if (findings.length) throw new Refusal(exit, findings);
  if (intents.length !== 1) throw usageError(`the input holds ${intents.length} intents`, 'Give a file with exactly one.');
  return withSetting(options, async setting => {
    const outcome = await synthesise(intents[0]!, setting);
    if (!outcome.graph.length || outcome.exit === Exit.badInput) throw new Refusal(outcome.exit, outcome.findings);
    printFindings(outcome.findings);
    const explained = explain(outcome, setting, wanted!, field === undefined ? '' : normalPath(field));
    toStdout(options.output === 'json' ? asJson(explained.map(e => ({ ...e, from: e.from.map(o => o.text), at: e.from.flatMap(o => o.at ?? []) }))) : asTable(explained));
    return outcome.exit;
  });
};

/** @throws Refusal `usage` (exit 2) when there is no such object or field */
export function explain(outcome: Outcome, setting: Setting, wanted: string, field: string): Explanation[] {
  const [kind, name] = wanted.split('/') as [string, string | undefined];
  const same = (o: KubeObject): boolean => o.kind.toLowerCase() === kind.toLowerCase() && (name === undefined || o.metadata.name === name);
  const objects = outcome.graph.filter(same), all = outcome.graph.map(objectName);
  if (!objects.length) throw usageError(`${wanted} is not among the synthesised objects`, `${didYouMean(wanted, all)}Synthesised: ${all.join(', ')}.`);
  const citations = citationsOf(outcome.layer.manifest, outcome.candidate?.objects ?? []);
  const found = objects.flatMap(object => {
    const written = outcome.candidate?.objects.find(c => objectName(c.object) === objectName(object));
    return leavesOfObject(object).filter(leaf => isAtOrBelow(leaf.path, field)).map(leaf => explainLeaf(object, leaf, written, outcome, setting, citations));
  });
  if (!found.length) throw usageError(`${wanted} has no field ${field}`, `${didYouMean(field, leavesOfObject(objects[0]!).map(l => l.path))}Leave the field out to see all of them.`);
  return found;
}

function explainLeaf(object: KubeObject, leaf: Leaf, written: CandidateObject | undefined, outcome: Outcome, { model, cluster, guardrails }: Setting, citations: Citations): Explanation {
  const { manifest } = model, { stated, intent } = outcome;
  const as = (from: Origin[], margin: number | null, examples: Citation[]): Explanation =>
    ({ object: objectName(object), path: leaf.path, value: leaf.value, from, examples, guardrails: guardsOf(guardrails, object, leaf.path, cluster.snapshot), margin });
  const byslot = (slot: string | undefined): Origin[] => originsOf(slot, leaf.value, stated, intent, manifest, cluster.snapshot);
  const changed = override(outcome, object, leaf.path, written !== undefined);
  if (changed) return as([changed], null, []);
  switch (leaf.path) {
    case 'apiVersion': return as([{ kind: 'cluster', text: `the version of ${object.kind} that the cluster prefers` }], null, []);
    case 'kind': return as([{ kind: 'model', text: 'planned by the model' }], written?.minMargin ?? null, citations.ofKind(object.kind));
    case 'metadata.namespace': return as(byslot('${metadata.namespace}'), null, []);
    case 'metadata.name': return as(byslot(written?.pattern.name), null, []);
  }
  const node = written?.provenance.filter(p => isAtOrBelow(leaf.path, p.path)).sort((a, b) => b.path.length - a.path.length)[0];
  if (!node) return as(byslot(undefined), written?.minMargin ?? null, []);
  return as(byslot(node.slot), node.margin, citations.of(object, node.path, rawOf(node.slot, leaf.value)));
}

/** The last override that sets the field, or adds the whole object. */
function override(outcome: Outcome, object: KubeObject, path: string, synthesised: boolean): Origin | undefined {
  const { patches = [], objects = [] } = (outcome.intent.spec.overrides ?? {}) as { patches?: { target: { kind: string; name?: string }; patch: JsonObject }[]; objects?: KubeObject[] };
  const origin = (text: string, at: (string | number)[]): Origin => { const { object: file, line } = originOf(outcome.stated, at); return { kind: 'override', text, at: line === undefined ? file : `${file}:${line}` }; };
  if (!synthesised) {
    const i = objects.findIndex(o => o.kind === object.kind && o.metadata.name === object.metadata.name);
    return i < 0 ? undefined : origin(`spec.overrides.objects[${i}]`, ['spec', 'overrides', 'objects', i]);
  }
  const i = patches.findLastIndex(({ target, patch }) => target.kind === object.kind && (target.name === undefined || target.name === object.metadata.name) && sets(patch, path));
  return i < 0 ? undefined : origin(`spec.overrides.patches[${i}]`, ['spec', 'overrides', 'patches', i]);
}

const sets = (patch: JsonObject, path: string): boolean => leavesOfObject(patch as unknown as KubeObject).some(({ path: p }) => isAtOrBelow(path, p.replace(/\[\d+\].*$/, '')));

/** Policies over this kind whose expressions read the field. */
function guardsOf(guardrails: Guardrails, object: KubeObject, path: string, snapshot: Snapshot): string[] {
  const { group } = splitApiVersion(object.apiVersion), words = path.replace(/\[[^\]]*\]/g, '').split('.').filter(Boolean);
  const plural = snapshot.kinds.find(k => k.group === group && k.kind === object.kind)?.plural ?? '';
  const covers = (rule: { apiGroups: string[]; resources: string[] }): boolean => (rule.apiGroups.includes('*') || rule.apiGroups.includes(group)) && rule.resources.some(r => r === '*' || r === '*/*' || r === plural);
  const telling = words.slice(-2).filter(word => !COMMON.has(word));
  const reads = (source: string): boolean => words.length > 1 && !COMMON.has(words.at(-1)!) && telling.every(word => new RegExp(`\\b${word.replace(/\W/g, '\\$&')}\\b`).test(source));
  return guardrails.policies.filter(policy => policy.rules.some(covers) && policy.validations.some(v => reads(v.source))).map(policy => policy.name);
}
/** Words that stand in every path and so say nothing of which field a policy reads. */
const COMMON = new Set(['metadata', 'spec', 'name', 'template', 'containers', 'labels', 'annotations']);

/** Examples cited per field in the table; JSON has them all. */
const MOST = 3;
const brief = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

function asTable(explained: readonly Explanation[]): string {
  const blocks: string[] = [];
  for (const object of new Set(explained.map(e => e.object))) {
    const own = explained.filter(e => e.object === object), cited = new Map<string, { n: number; because: string }>();
    const cite = (examples: Citation[]): string => examples.slice(0, MOST).map(({ name, because }) => { if (!cited.has(name)) cited.set(name, { n: cited.size + 1, because }); return `[${cited.get(name)!.n}]`; }).join('') + (examples.length > MOST ? '…' : '');
    const rows = own.map(e => [e.path, brief(JSON.stringify(e.value), 44), e.margin === null ? '' : e.margin.toFixed(1), cite(e.examples),
      `${e.from.map(o => o.text + (o.at ? ` (${o.at})` : '')).join(' + ')}${e.guardrails.length ? `; guarded by ${e.guardrails.join(', ')}` : ''}`]);
    blocks.push(`${object}\n\n${table([['FIELD', 'VALUE', 'MARGIN', 'TAUGHT BY', 'FROM'], ...rows])}${cited.size ? `\n${[...cited].map(([name, { n, because }]) => `[${n}] ${name}: ${because}`).join('\n')}\n` : ''}`);
  }
  return blocks.join('\n');
}
