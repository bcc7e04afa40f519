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
import { collectionPath } from '../src/change/paths.ts';
import { shippedGuardrails, shippedPlaybook } from '../src/cli/places.ts';
import { MemoEngine } from '../src/evaluation/memo.ts';
import { isAccepted, scoreCase } from '../src/evaluation/score.ts';
import { objectName, splitApiVersion } from '../src/kubernetes.ts';
import type { KubeObject } from '../src/kubernetes.ts';
import { loadPlaybook } from '../src/playbook/load.ts';
import { loadGuardrails } from '../src/verdict/load.ts';
import { snapshotOf } from '../test/controlplane/capture.ts';
import { clusterPlan, create } from '../test/controlplane/clusters.ts';
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
async function offer(plane: ControlPlane, graph: readonly KubeObject[], plural: (o: KubeObject) => string, cell: Cell): Promise<boolean> {
  let taken = true;
  for (const o of graph) {
    const path = `${collectionPath(o.apiVersion, plural(o), o.metadata.namespace)}/${encodeURIComponent(o.metadata.name)}`;
    const answer = await plane.request('PATCH', `${path}?fieldManager=kubesynth-matrix&force=true&dryRun=All&fieldValidation=Strict`, o, 'application/apply-patch+yaml');
    cell.objects++;
    const unknown = /unknown field|field not declared/i.test(answer.text) || answer.warnings.some(w => /unknown field/i.test(w));
    if (unknown) cell.unknownFields++;
    if (answer.warnings.some(w => /deprecated/i.test(w))) cell.deprecated++;
    cell.warnings += answer.warnings.filter(w => !/unknown field|deprecated/i.test(w)).length;
    if (answer.status < 300) continue;
    taken = false;
    cell.rejected++;
    if (cell.notes.length < 5) cell.notes.push(`${objectName(o)}: ${answer.status} ${String(answer.json['message'] ?? answer.text).slice(0, 300)}`);
  }
  return taken;
}

async function measure(version: string, platform: string, model: Model, engine: MemoEngine): Promise<Cell> {
  const { like, crds } = platforms[platform]!, began = performance.now();
  const plane = await startControlPlane({ version, crds, exact: true });
  try {
    for (const object of clusterPlan(like).objects) await create(plane, object);
    const snapshot = await snapshotOf(plane), guardrails = loadGuardrails(shippedGuardrails());
    const cell: Cell = { version, platform, intents: 0, exact: 0, accepted: 0, acceptedWrong: 0, objects: 0, rejected: 0, unknownFields: 0, deprecated: 0, warnings: 0, shapes: {}, notes: [], seconds: 0 };
    const plural = (o: KubeObject): string => snapshot.kinds.find(k => k.kind === o.kind && k.group === splitApiVersion(o.apiVersion).group)!.plural;
    const accepted: KubeObject[] = [], namespaces = new Set<string>();
    for (const one of casesFor(model, loadPlaybook(shippedPlaybook()), guardrails, snapshot, Number(options.intents), 26)) {
      const score = await scoreCase(model, engine, guardrails, one);
      cell.intents++;
      if (score.exact) cell.exact++;
      if (!isAccepted(score, model.manifest.threshold) || !Array.isArray(score.answer.graph)) continue;
      const { graph } = score.answer, namespace = one.asked!.intent.metadata.namespace!;
      if (!namespaces.has(namespace)) { namespaces.add(namespace); await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }); }
      if (!await offer(plane, graph, plural, cell)) continue;
      cell.accepted++;
      if (!score.exact) cell.acceptedWrong++;
      accepted.push(...graph);
    }
    cell.shapes = countShapes(accepted);
    cell.seconds = Math.round((performance.now() - began) / 1000);
    return cell;
  } finally { await plane.stop(); }
}

const model = loadModel(options.model), loaded = await LlamaEngine.load(model.path, depthsOf(model.manifest)), engine = new MemoEngine(loaded);
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
