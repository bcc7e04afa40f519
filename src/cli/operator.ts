/** `kubesynth operator`: the agent in the cluster; `kubesynth operator grant`: what lets it write in a namespace. */
import { loadModel } from '../candidate/model.ts';
import { readRevision, revisionsPath } from '../change/revision.ts';
import { badInput, Exit } from '../diagnostic.ts';
import type { ExitCode } from '../diagnostic.ts';
import { loadDriftRules } from '../drift/rules.ts';
import { splitApiVersion } from '../kubernetes.ts';
import { operatorAccess } from '../operator/access.ts';
import { clusterApi } from '../operator/client.ts';
import { Discovered } from '../operator/discovered.ts';
import { grantManifests, kindsOfModel } from '../operator/grants.ts';
import { jsonLog } from '../operator/log.ts';
import { Operator } from '../operator/operator.ts';
import { Transport } from '../operator/transport.ts';
import { loadGuardrails } from '../verdict/load.ts';
import { join } from 'node:path';
import type { Run } from './commands.ts';
import { outputFormat, parseStrictly, positive, usageError } from './options.ts';
import { graphText, toStdout } from './output.ts';
import { shippedGuardrails } from './places.ts';

const where = { kubeconfig: { type: 'string' }, context: { type: 'string' }, model: { type: 'string' } } as const;
const ofRun = { ...where, guardrails: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' }, workers: { type: 'string' }, 'lease-namespace': { type: 'string' }, 'lease-name': { type: 'string' }, identity: { type: 'string' } } as const;
const ofGrant = { ...where, namespace: { type: 'string', short: 'n' }, output: { type: 'string', short: 'o' }, all: { type: 'boolean' } } as const;

export const run: Run = args => (args[0] === 'grant' ? grant(args.slice(1)) : operate(args));

async function operate(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseStrictly('operator', args, ofRun);
  if (positionals.length) throw usageError(`unexpected argument ${JSON.stringify(positionals[0])}`, 'Run `kubesynth help operator`.');
  const access = operatorAccess(values, process.env), folder = values.guardrails ?? shippedGuardrails(), workers = positive('workers', values.workers);
  const operator = new Operator({
    access, model: loadModel(values.model), guardrails: loadGuardrails(folder), rules: loadDriftRules(join(folder, 'drift.yaml')), log: jsonLog(),
    lease: {
      namespace: values['lease-namespace'] ?? process.env['POD_NAMESPACE'] ?? access.namespace, ...(values['lease-name'] === undefined ? {} : { name: values['lease-name'] }),
      ...(values.identity === undefined ? {} : { identity: values.identity }),
    },
    port: values.port === '0' ? 0 : positive('port', values.port) ?? 8080, ...(values.host === undefined ? {} : { host: values.host }), ...(workers === undefined ? {} : { workers }),
  });
  // What is being written is finished first; a second signal does not wait.
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.removeAllListeners(signal);
    process.once(signal, () => { process.once(signal, () => process.exit(Exit.internal)); ended.resolve(); });
  }
  // A server that cannot be reached yet is waited for, unless somebody asks us to end.
  await Promise.race([operator.start(), ended.promise]);
  await ended.promise;
  await operator.stop();
  return Exit.accepted;
}

async function grant(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseStrictly('operator grant', args, ofGrant);
  const { namespace } = values;
  if (positionals.length || namespace === undefined) throw usageError(positionals.length ? `unexpected argument ${JSON.stringify(positionals[0])}` : 'operator grant needs -n NAMESPACE', 'Run `kubesynth help operator`.');
  const transport = new Transport(operatorAccess(values, process.env)), discovered = new Discovered(transport);
  try {
    await discovered.refresh();
    const { kinds } = discovered.served!;
    const needed = async (): Promise<ReadonlySet<string>> => {
      const { items } = await clusterApi(transport).list(revisionsPath(namespace));
      return new Set(items.flatMap(item => readRevision(item).content.graph).map(o => `${splitApiVersion(o.apiVersion).group}/${o.kind}`));
    };
    const wanted = values.all ? undefined : await needed();
    const granted = wanted ? kinds.filter(k => k.namespaced && wanted.has(`${k.group}/${k.kind}`)) : kindsOfModel(loadModel(values.model).manifest.tokens, kinds);
    if (!granted.length) throw badInput('nothing-to-grant', `no graph has been synthesised for an intent in ${namespace} yet`, 'Create the intents first, or grant everything that the model can write here: --all.', { object: `Namespace/${namespace}` });
    toStdout(graphText(grantManifests(namespace, granted), outputFormat(values.output)));
    return Exit.accepted;
  } finally { transport.close(); }
}
