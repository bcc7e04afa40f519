/**
 * Makes an adoption real. The intent comes first and is suspended, so that the agent does nothing of its own meanwhile; then every
 * live object is claimed, what the graph asks for is applied, and the intent is let go. Broken off anywhere, it is run again.
 */
import { ApiError } from '../change/api.ts';
import type { ClusterApi } from '../change/api.ts';
import { applyRevision } from '../change/apply.ts';
import { ROLLBACK_TO, SUSPEND } from '../change/controls.ts';
import type { Inventory } from '../change/inventory.ts';
import { belongsTo, stamped } from '../change/ownership.ts';
import type { IntentRef } from '../change/ownership.ts';
import { collectionPath, keyOf, objectPath, refOf } from '../change/paths.ts';
import { numberOf, recordRevision } from '../change/revision.ts';
import type { Finding } from '../diagnostic.ts';
import { apiVersion, kind } from '../intent/schema.ts';
import type { Intent } from '../intent/types.ts';
import type { Json, JsonObject, KubeObject } from '../kubernetes.ts';
import type { ServedKind } from '../snapshot/types.ts';
import { canonicalJson } from '../snapshot/canonical.ts';
import { podTemplate } from '../verdict/pod.ts';
import { asObject } from '../import/json.ts';
import { changedMeanwhile, unwritable } from './judge.ts';
import { stateOf } from './namespace.ts';
import { claimed, managersOf } from './release.ts';
import type { Adoption } from './types.ts';

/** Writes the intent itself. */
const keeper = 'kubesynth-adopt';

export interface TakeSetting {
  kinds: readonly ServedKind[];
  namespace: string;
  /** Keeps what is live in force as a revision of its own, whatever the checker says of the intent. */
  held: boolean;
  /** Digests of model and guardrails. */
  model: string;
  guardrails: string;
}

export interface Taken {
  /** Objects that were written, the intent aside. */
  written: number;
  /** Why it is not, or not wholly, adopted. */
  findings: Finding[];
  /** The revision that holds what is live. */
  revision?: string;
}

/** @throws ApiError, ApiUnreachable where trying again makes sense */
export async function take(api: ClusterApi, adoption: Adoption, setting: TakeSetting): Promise<Taken> {
  const { kinds, namespace, held } = setting, { intent, graph } = adoption, path = `${collectionPath(apiVersion, 'serviceintents', namespace)}/${intent.metadata.name}`;
  const before = await api.get(path), hold = held && before ? before.metadata.annotations?.[ROLLBACK_TO] : undefined;
  const live = await Promise.all(graph.map(async asked => { const at = objectPath(refOf(asked), kinds)!; return { asked, at, there: await api.get(at) }; }));
  const moved = live.find(({ there }) => there && podTemplate(there) && stateOf(there) !== adoption.seen);
  if (moved) return { written: 0, findings: [changedMeanwhile(moved.asked, 'another state of it is live than the plan was made for')] };
  try {
    if (before && (held ? hold !== undefined : true) && await isSo(api, path, before, resource(intent, namespace, hold === undefined ? {} : { [ROLLBACK_TO]: hold })) && live.every(({ there, asked }) => there && isClaimed(there, asked, refTo(before)))) {
      return await applied(api, graph, before, setting);
    }
    const made = await api.apply(path, resource(intent, namespace, { [SUSPEND]: 'true', ...(hold === undefined ? {} : { [ROLLBACK_TO]: hold }) }), { manager: keeper }), ref = refTo(made);
    for (const { asked, at, there } of live) if (there) await claim(api, at, asked, ref);
    const done = await applied(api, graph, made, setting);
    if (done.findings.length) return done;
    // A graph that was held before is the newest revision still, and is not recorded twice.
    const revision = held ? await recordRevision(api, ref, {
      generation: Number(made.metadata['generation'] ?? 0), contextHash: '', model: setting.model, guardrails: setting.guardrails, verdict: 'review',
      findings: adoption.findings.filter(f => f.severity === 'degraded'), degraded: [], unchecked: ['checker'], graph: [...graph],
    }) : undefined;
    await api.apply(path, resource(intent, namespace, revision ? { [ROLLBACK_TO]: String(numberOf(revision)) } : {}), { manager: keeper });
    return { ...done, ...(revision ? { revision: revision.metadata.name } : {}) };
  } catch (error) {
    return { written: 0, findings: [unwritable({ apiVersion, kind, metadata: { name: intent.metadata.name } }, error)] };
  }
}

const mostTries = 5;

/** Controllers write to the status of live objects all the time, so that the version that was read may be gone. */
async function claim(api: ClusterApi, at: string, asked: KubeObject, intent: IntentRef): Promise<void> {
  for (let tries = 1; ; tries++) {
    const live = await api.get(at);
    if (!live || isClaimed(live, asked, intent)) return;
    try { await api.update(at, claimed(live, stamped(asked, intent), intent), { manager: keeper }); return; } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || tries === mostTries) throw error;
    }
  }
}

const refTo = (made: KubeObject): IntentRef => ({ name: made.metadata.name, namespace: made.metadata.namespace!, uid: String(made.metadata['uid']) });
const isClaimed = (live: KubeObject, asked: KubeObject, intent: IntentRef): boolean => belongsTo(live, intent) && managersOf(live, stamped(asked, intent)).every(manager => manager === keeper);

function resource({ metadata, spec }: Intent, namespace: string, controls: Record<string, string>): KubeObject {
  const annotations = { ...metadata.annotations, ...controls };
  return { apiVersion, kind, metadata: { ...metadata, namespace, ...(Object.keys(annotations).length ? { annotations } : {}) } as KubeObject['metadata'], spec: spec as unknown as Json };
}

/** Whether applying it would change nothing, by the server's own word. */
async function isSo(api: ClusterApi, path: string, before: KubeObject, wanted: KubeObject): Promise<boolean> {
  const after = await api.apply(path, wanted, { manager: keeper, dryRun: true }), said = ({ metadata, spec }: KubeObject): string => canonicalJson([metadata.labels ?? {}, metadata.annotations ?? {}, spec as Json]);
  return said(after) === said(before);
}

async function applied(api: ClusterApi, graph: readonly KubeObject[], made: KubeObject, { kinds }: TakeSetting): Promise<Taken> {
  const intent = refTo(made), path = `${collectionPath(apiVersion, 'serviceintents', intent.namespace)}/${intent.name}`;
  const previous = (asObject(made['status'])['inventory'] ?? []) as unknown as Inventory, asked = new Set(graph.map(o => keyOf(refOf(o)))), others = previous.filter(entry => !asked.has(keyOf(entry)));
  const record = async (inventory: Inventory): Promise<void> => void await api.patchStatus(path, { status: { inventory: [...inventory, ...others] as unknown as JsonObject[] } });
  // What is asked for was shown before: it is taken from whoever holds it. Nothing is deleted or made anew: that is the agent's.
  const { applied: written, conflicts } = await applyRevision(api, previous.filter(entry => !others.includes(entry)), graph, { intent, kinds, record, judge: contest => (contest.ours === undefined ? 'ignore' : 'restore'), recreate: () => false });
  return { written: written.length, findings: conflicts };
}
