/** What adopting live services would come to: which objects, by which overrides, and which pods would restart. Only reads and dry runs. */
import { conventionsFor } from '../candidate/model.ts';
import { applyOverrides } from '../candidate/overrides.ts';
import type { ClusterApi } from '../change/api.ts';
import type { Finding } from '../diagnostic.ts';
import { inherit } from '../intent/origin.ts';
import type { Intent } from '../intent/types.ts';
import { objectName } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import { podTemplate } from '../verdict/pod.ts';
import { inDependencyOrder } from '../verdict/order.ts';
import { verdictOn, verify } from '../verdict/verify.ts';
import type { Outcome, Setting } from '../synthesis/synthesise.ts';
import { compiled } from './intent.ts';
import { judged } from './judge.ts';
import { matched } from './match.ts';
import type { Match } from './match.ts';
import { stateOf } from './namespace.ts';
import type { LiveNamespace } from './namespace.ts';
import { noticed } from './notice.ts';
import { doubled } from './roles.ts';
import type { Adoption } from './types.ts';
import { asItIs, completed, movedBy } from './wanted.ts';
import type { Moved } from './wanted.ts';

/** `same`: live objects stay as they are; `hardened`: they get what the platform writes; `held`: as they are, whatever the checker says of it. */
export type Manner = 'same' | 'hardened' | 'held';

/** @param intents all of one namespace */
export async function adoptionsOf(intents: readonly Intent[], live: LiveNamespace, api: Pick<ClusterApi, 'update' | 'apply'>, setting: Setting, manner: Manner): Promise<Adoption[]> {
  const { matches, unmatched } = matched(intents, live, setting.cluster.snapshot);
  const compilations: { match: Match; intent: Intent; outcome: Outcome }[] = [], moved: Moved[] = [];
  for (const match of matches) {
    const compilation = { match, ...await compiled(match, setting) }, workload = compilation.outcome.candidate?.objects.map(o => o.object).find(o => podTemplate(o));
    compilations.push(compilation);
    if (workload) moved.push(...movedBy(workload, match.workload));
  }
  const found = new Map(unmatched.map(({ intent, findings }) => [intent, { ...nothing(intent), findings }]));
  for (const compilation of compilations) found.set(compilation.match.given, await adoptionOf(compilation, moved, api, setting, manner));
  return intents.map(intent => found.get(intent)!);
}

const nothing = (intent: Intent): Adoption => ({ intent, verdict: 'refused', graph: [], objects: [], restarts: [], left: [], overrides: { identity: 0, restart: 0, objects: 0 }, avoiding: [], findings: [] });

async function adoptionOf({ match, intent, outcome }: { match: Match; intent: Intent; outcome: Outcome }, moved: readonly Moved[], api: Pick<ClusterApi, 'update' | 'apply'>, setting: Setting, manner: Manner): Promise<Adoption> {
  const { snapshot } = setting.cluster, written = (outcome.candidate?.objects ?? []).map(o => o.object);
  const adoption: Adoption = { ...nothing(match.intent), seen: stateOf(match.workload), left: match.left, findings: noticed(match) };
  if (!outcome.graph.length || !written.some(o => podTemplate(o)?.workload.kind === match.workload.kind && o.metadata.name === match.workload.metadata.name)) {
    const other = written.find(o => podTemplate(o));
    const why: readonly Finding[] = outcome.graph.length && other ? [{ rule: 'adopt-other-kind', severity: 'refused', object: `ServiceIntent/${match.intent.metadata.name}`, path: 'spec.workload.kind', message: `it makes a ${objectName(other)}, and a ${objectName(match.workload)} is live`, fix: `State the kind that is live, or adopt the intent that \`kubesynth import\` writes for it.` }] : outcome.findings;
    adoption.findings.push(...why);
    if (manner !== 'held' || !why.length) return adoption;
    return settled(adoption, match, await judged(api, adoption.graph = inDependencyOrder(asItIs(match)), match, snapshot), manner);
  }
  const given = { ...outcome.intent, spec: { ...outcome.intent.spec, ...(match.intent.spec.overrides ? { overrides: match.intent.spec.overrides } : {}) } } as Intent;
  const found = completed(intent, match, written, applyOverrides(written, given, snapshot).graph, moved, manner === 'hardened');
  Object.assign(adoption, { intent: inherit(found.intent, match.intent), overrides: found.overrides, avoiding: found.avoiding });

  // As anyone will get it who compiles the completed intent.
  const full = { ...outcome.intent, spec: { ...outcome.intent.spec, overrides: found.intent.spec.overrides } } as Intent, applied = applyOverrides(written, full, snapshot);
  const verdict = verify({ graph: applied.graph, intent: full, snapshot, guardrails: setting.guardrails, synthesised: written, ...conventionsFor(outcome.layer.manifest, outcome.context) });
  adoption.findings.push(...applied.findings, ...verdict.findings, ...outcome.findings.filter(f => f.rule === 'low-margin'), ...doubled(match, written));
  adoption.graph = inDependencyOrder(manner === 'held' ? asItIs(match) : applied.graph);
  return settled(adoption, match, await judged(api, adoption.graph, match, snapshot), manner);
}

/** With what the server says of it. Held, what the checker says of the intent waits until it is let go. */
function settled(adoption: Adoption, match: Match, { objects, restarts, findings }: Awaited<ReturnType<typeof judged>>, manner: Manner): Adoption {
  const own = manner === 'held' ? adoption.findings.map((f): Finding => (f.severity === 'refused' || f.severity === 'review' ? { ...f, severity: 'degraded' } : f)) : adoption.findings;
  const all = [...own, ...findings];
  return { ...adoption, objects, restarts, findings: all, verdict: verdictOn(all) };
}
