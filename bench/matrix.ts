/**
 * The model on real API servers of many versions: `make matrix`, or
 *   node bench/matrix.ts [--versions 1.26.15,1.37.2] [--intents 300] [--model DIR] [-o json] [--write]
 * Each version is raised twice, with nothing installed and with a platform. `--write` renews docs/matrix.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { depthsOf } from '../src/candidate/decode.ts';
import { LlamaEngine } from '../src/candidate/engine.ts';
import { loadModel } from '../src/candidate/model.ts';
import type { Model } from '../src/candidate/model.ts';
import { shippedGuardrails, shippedPlaybook } from '../src/cli/places.ts';
import { MemoEngine } from '../src/evaluation/memo.ts';
import { isAccepted, scoreCase } from '../src/evaluation/score.ts';
import type { KubeObject } from '../src/kubernetes.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { snapshotOf } from '../test/controlplane/capture.ts';
import { clusterPlan, create } from '../test/controlplane/clusters.ts';
import { dryRun } from '../test/controlplane/dryrun.ts';
import { startControlPlane } from '../test/controlplane/controlplane.ts';
import type { ControlPlane } from '../test/controlplane/controlplane.ts';
import { casesFor } from './matrix/intents.ts';
import { matrixPage } from './matrix/page.ts';
import type { Cell } from './matrix/page.ts';
import { countShapes } from './matrix/shapes.ts';

const { values: options } = parseArgs({ options: {
  versions: { type: 'string', default: '1.26.15,1.28.15,1.30.14,1.33.5,1.35.0,1.37.2' }, intents: { type: 'string', default: '300' }, model: { type: 'string' },
  output: { type: 'string', short: 'o' }, write: { type: 'boolean', default: false },
} });
/** Clusters of test/controlplane/clusters whose objects a platform has, and further CRD sets. */
const platforms: Record<string, { like: string; crds: string[] }> = {
  nothing: { like: 'bare-1.30', crds: [] },
  'a platform': { like: 'istio-gateway', crds: ['mesh-istio', 'gateway-api', 'prometheus-operator', 'cert-manager', 'cloudnative-pg', 'keda'] },
};

/** What the server says of a graph that is not there yet. */
async function offer(plane: ControlPlane, graph: KubeObject[], cell: Cell): Promise<boolean> {
  const { rejections, warnings } = await dryRun(plane, graph), said = [...rejections, ...warnings].map(r => r.message), unknown = /unknown field|field not declared/i, deprecated = /deprecated/i;
  cell.objects += graph.length;
  cell.rejected += rejections.length;
  cell.unknownFields += said.filter(m => unknown.test(m)).length;
  cell.deprecated += warnings.filter(w => deprecated.test(w.message)).length;
  cell.warnings += warnings.filter(w => !unknown.test(w.message) && !deprecated.test(w.message)).length;
  cell.notes.push(...rejections.map(r => `${r.object}: ${r.status} ${r.message.slice(0, 300)}`).slice(0, 5 - cell.notes.length));
  return !rejections.length;
}

async function measure(version: string, platform: string, model: Model, engine: MemoEngine): Promise<Cell> {
  const { like, crds } = platforms[platform]!, began = performance.now();
  const plane = await startControlPlane({ version, crds, exact: true });
  try {
    for (const object of clusterPlan(like).objects) await create(plane, object);
    const snapshot = await snapshotOf(plane);
    const cell: Cell = { version, platform, intents: 0, exact: 0, accepted: 0, acceptedWrong: 0, objects: 0, rejected: 0, unknownFields: 0, deprecated: 0, warnings: 0, shapes: {}, notes: [], seconds: 0 };
    const accepted: KubeObject[] = [];
    for (const one of casesFor(model, playbook, guardrails, snapshot, Number(options.intents), 26)) {
      const score = await scoreCase(model, engine, guardrails, one);
      cell.intents++;
      if (score.exact) cell.exact++;
      if (!isAccepted(score, model.manifest.threshold) || !Array.isArray(score.answer.graph)) continue;
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

const model = loadModel(options.model), playbook = loadPlaybook(shippedPlaybook()), guardrails = loadGuardrails(shippedGuardrails()), loaded = await LlamaEngine.load(model.path, depthsOf(model.manifest)), engine = new MemoEngine(loaded);
const cells: Cell[] = [];
try {
  for (const version of options.versions.split(',')) for (const platform of Object.keys(platforms)) {
    try {
      const cell = await measure(version, platform, model, engine);
      cells.push(cell);
      process.stderr.write(`${version} with ${platform}: ${cell.intents} intents, ${cell.exact} exact, ${cell.accepted} accepted, ${cell.rejected} of ${cell.objects} objects rejected, ${cell.seconds} s\n`);
    } catch (error) { process.stderr.write(`${version} with ${platform} could not be measured: ${(error as Error).message.slice(0, 500)}\n`); process.exitCode = 1; }
  }
} finally { await loaded.close(); }
const page = matrixPage(cells, `${model.manifest.name} ${model.digest.slice(0, 19)}…`, `make matrix BENCH="--versions ${options.versions} --write"`);
if (options.write) writeFileSync(join(import.meta.dirname, '..', 'docs', 'matrix.md'), page);
process.stdout.write(options.output === 'json' ? `${JSON.stringify(cells, null, 1)}\n` : page);
