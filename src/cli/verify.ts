/** `kubesynth verify`: the checker alone, on anyone's manifests. */
import { writerFor } from '../candidate/layers.ts';
import { conventionsFor, loadModel } from '../candidate/model.ts';
import { buildContext } from '../context/context.ts';
import { Exit, Refusal, badInput } from '../diagnostic.ts';
import type { Finding } from '../diagnostic.ts';
import { withDefaults } from '../intent/defaults.ts';
import { inEnvironment } from '../intent/environment.ts';
import { readDocuments } from '../intent/source.ts';
import type { Intent } from '../intent/types.ts';
import { splitApiVersion } from '../kubernetes.ts';
import type { KubeObject } from '../kubernetes.ts';
import type { Snapshot } from '../snapshot/types.ts';
import { loadGuardrails } from '../verdict/load.ts';
import { verify } from '../verdict/verify.ts';
import { openCluster } from './cluster.ts';
import type { Run } from './commands.ts';
import { isServerCheck } from './synthesise.ts';
import { readInputs, readIntents } from './inputs.ts';
import type { Input } from './inputs.ts';
import { readArguments, usageError, where } from './options.ts';
import type { Options } from './options.ts';
import { asJson, findingJson, printFindings, toStderr, toStdout } from './output.ts';
import { shippedGuardrails } from './places.ts';

export const run: Run = async args => {
  const { options } = readArguments('verify', args, ['file', 'intent', 'output', ...where, 'model', 'guardrails', 'environment']);
  const objects = readGraph(await readInputs(options.file));
  const guardrails = loadGuardrails(options.guardrails ?? shippedGuardrails());
  const stated = options.intent === undefined ? undefined : await readOneIntent(options.intent, options);
  const cluster = await openCluster(options);
  const manifest = stated && writerFor(loadModel(options.model), stated).layer.manifest, intent = stated && withDefaults({ ...stated, metadata: { namespace: cluster.namespace, ...stated.metadata } }, manifest!.defaults);
  const conventions = manifest?.conventions ? conventionsFor(manifest, buildContext(manifest, intent!, cluster.snapshot)) : {};
  const graph = objects.map(object => placed(object, cluster.snapshot, cluster.namespace));
  const verdict = verify({ graph, intent, snapshot: cluster.snapshot, guardrails, ...conventions, ...(cluster.dryRun ? { serverAsked: true } : {}) });
  if (cluster.dryRun && verdict.verdict !== 'refused') {
    verdict.findings.push(...await cluster.dryRun(graph));
    verdict.unchecked = verdict.unchecked.filter(name => !isServerCheck(name));
    if (verdict.findings.some(f => f.severity === 'refused')) verdict.verdict = 'refused';
  }
  printFindings(verdict.findings);
  for (const text of verdict.degraded) toStderr(`degraded: ${text}\n`);
  if (options.output === 'json') toStdout(asJson({ verdict: verdict.verdict, findings: verdict.findings.map(f => ({ ...findingJson(f), severity: f.severity })), degraded: verdict.degraded, unchecked: verdict.unchecked }));
  else toStderr(`${verdict.verdict}: ${graph.length} objects, ${verdict.findings.length} findings${verdict.unchecked.length ? `; not checked: ${verdict.unchecked.join(', ')}` : ''}\n`);
  return { accepted: Exit.accepted, review: Exit.needsReview, refused: Exit.refused }[verdict.verdict];
};

/** Every object of every file; v1 Lists are unfolded. @throws Refusal (exit 2) with all that is malformed. */
export function readGraph(inputs: readonly Input[]): KubeObject[] {
  const findings: Finding[] = [];
  const values = inputs.flatMap(({ name, text }) => {
    const read = readDocuments(text, name);
    findings.push(...read.findings);
    return read.documents.flatMap(({ value }) => {
      const list = value as { kind?: unknown; items?: unknown } | null;
      return typeof list?.kind === 'string' && list.kind.endsWith('List') && Array.isArray(list.items) ? (list.items as unknown[]) : [value];
    });
  });
  if (findings.length) throw new Refusal(Exit.badInput, findings);
  if (!values.length) throw badInput('no-manifests', 'the input holds no objects', 'Give Kubernetes manifests as YAML or JSON.', { object: inputs.map(i => i.name).join(', ') });
  return values as KubeObject[];
}

async function readOneIntent(file: string, options: Options): Promise<Intent> {
  const { intents, findings, exit } = readIntents(await readInputs([file]), options.namespace);
  if (findings.length) throw new Refusal(exit, findings);
  if (intents.length !== 1) throw usageError(`--intent names ${intents.length} intents`, 'Give a file with exactly one.');
  return inEnvironment(intents[0]!, options.environment);
}

/** kubectl puts namespaced objects that name no namespace into the current one. */
function placed(object: KubeObject, snapshot: Snapshot, namespace: string): KubeObject {
  if (typeof object?.apiVersion !== 'string' || typeof object.metadata !== 'object' || object.metadata === null || object.metadata.namespace !== undefined) return object;
  const { group } = splitApiVersion(object.apiVersion);
  const served = snapshot.kinds.find(k => k.group === group && k.kind === object.kind);
  return served?.namespaced ? { ...object, metadata: { ...object.metadata, namespace } } : object;
}
