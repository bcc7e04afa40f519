/** One cell of the matrix: intents compiled for a real API server of one version, and offered to it. */
import type { Model } from '../../src/candidate/model.ts';
import type { MemoEngine } from '../../src/evaluation/memo.ts';
import { answerOf, isAccepted, scoreCase } from '../../src/evaluation/score.ts';
import type { KubeObject } from '../../src/kubernetes.ts';
import type { Playbook } from '../../src/playbook/example.ts';
import { canonicalJson } from '../../src/snapshot/canonical.ts';
import type { Snapshot } from '../../src/snapshot/types.ts';
import type { Guardrails } from '../../src/verdict/types.ts';
import { snapshotOf } from '../../test/controlplane/capture.ts';
import { dryRun } from '../../test/controlplane/dryrun.ts';
import { startControlPlane } from '../../test/controlplane/controlplane.ts';
import type { ControlPlane } from '../../test/controlplane/controlplane.ts';
import { casesFor } from './intents.ts';
import type { Cell } from './page.ts';
import { furnish, platforms } from './platforms.ts';
import { countShapes } from './shapes.ts';

/** What the server says of a graph that is not there yet. */
async function offer(plane: ControlPlane, graph: KubeObject[], cell: Cell): Promise<boolean> {
  const { rejections, warnings, dropped } = await dryRun(plane, graph), said = [...rejections, ...warnings].map(r => r.message), unknown = /unknown field|field not declared/i, deprecated = /deprecated/i;
  cell.objects += graph.length;
  cell.rejected += rejections.length;
  cell.unknownFields += said.filter(m => unknown.test(m)).length;
  cell.dropped += dropped.length;
  cell.deprecated += warnings.filter(w => deprecated.test(w.message)).length;
  cell.warnings += warnings.filter(w => !unknown.test(w.message) && !deprecated.test(w.message)).length;
  cell.notes.push(...[...rejections.map(r => `${r.object}: ${r.status} ${r.message.slice(0, 300)}`), ...dropped.map(d => `${d.object}: ${d.path} is dropped`)].slice(0, 5 - cell.notes.length));
  return !rejections.length;
}

export interface Subject {
  model: Model; engine: MemoEngine; playbook: Playbook; guardrails: Guardrails;
  /** Every kind of every version: with it each intent is written once more, as if the cluster were not looked at. */
  union?: Snapshot;
}

/** Compiles so many intents for one server of this version. @param platform a name of `platforms` */
export async function measure(version: string, platform: string, { model, engine, playbook, guardrails, union }: Subject, intents: number): Promise<Cell> {
  const { crds } = platforms[platform]!, began = performance.now();
  const plane = await startControlPlane({ version, crds: [...crds], exact: true });
  try {
    await furnish(plane, platforms[platform]!, version);
    const snapshot = await snapshotOf(plane);
    const cell: Cell = { version, platform, intents: 0, exact: 0, accepted: 0, acceptedWrong: 0, objects: 0, rejected: 0, unknownFields: 0, dropped: 0, deprecated: 0, warnings: 0, blind: { graphs: 0, rejected: 0 }, shapes: {}, notes: [], seconds: 0 };
    const accepted: KubeObject[] = [];
    for (const one of casesFor(model, playbook, guardrails, snapshot, intents, 26)) {
      const score = await scoreCase(engine, guardrails, one);
      cell.intents++;
      if (score.exact) cell.exact++;
      const blind = union && (await answerOf(engine, one, union)).graph;
      if (Array.isArray(blind)) {
        cell.blind.graphs++;
        if (canonicalJson(blind) !== canonicalJson(score.answer.graph) && (await dryRun(plane, blind)).rejections.length) cell.blind.rejected++;
      }
      if (!isAccepted(score) || !Array.isArray(score.answer.graph)) continue;
      const { graph } = score.answer;
      if (!await offer(plane, graph, cell)) continue;
      cell.accepted++;
      if (!score.exact) cell.acceptedWrong++;
      accepted.push(...graph);
    }
    cell.shapes = countShapes(accepted);
    cell.seconds = Math.round((performance.now() - began) / 1000);
    return cell;
  } finally { await plane.stop(); }
}
