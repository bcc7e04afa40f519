/**
 * `make demo`: the two examples of the README through the command line itself, on shipped snapshots: what was synthesised,
 * why, and how long it took. Whole graphs lie in .cache/demo.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..'), out = join(root, '.cache', 'demo');
process.chdir(root);
mkdirSync(out, { recursive: true });
const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
const bold = (text: string): string => (colour ? `\u001b[1m${text}\u001b[0m` : text);
/** Lines of an object that are shown; longer ones are cut. */
const SHOWN = 22;

interface Run { status: number; stdout: string; stderr: string; seconds: number }
function kubesynth(...args: string[]): Run {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync('bin/kubesynth', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status: status ?? 5, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

const print = (text = ''): void => void process.stdout.write(`${text}\n`);
const indent = (text: string): string => text.trimEnd().replace(/^/gm, '    ');
let wrong = 0;

/** Synthesises and shows the result; counts it as wrong when the exit code is not the one expected. */
function show(example: string, snapshot: string, expected: number, why: [object: string, field: string][] = []): void {
  const file = `examples/${example}.yaml`, report = join(out, `${example}.${snapshot}.json`);
  print(bold(`\n$ kubesynth synth -f ${file} --snapshot ${snapshot}`));
  const run = kubesynth('synth', '-f', file, '--snapshot', snapshot, '--report', report);
  if (run.status !== expected) wrong++;
  if (run.status !== 0) {
    print(indent(run.stderr));
    print(`  exit ${run.status}${run.status === expected ? '' : `, ${expected} was expected`}; nothing was written; ${run.seconds.toFixed(1)} s`);
    return;
  }
  const whole = join('.cache', 'demo', `${example}.${snapshot}.yaml`);
  writeFileSync(whole, run.stdout);
  const documents = run.stdout.split(/^---\n/m);
  for (const document of documents) {
    const lines = document.trimEnd().split('\n');
    const shown = lines.length <= SHOWN + 3 ? lines : [...lines.slice(0, SHOWN), `… ${lines.length - SHOWN} more lines in ${whole}`];
    print(indent(`${shown.join('\n')}\n---`));
  }
  for (const [object, field] of why) {
    print(bold(`\n$ kubesynth explain -f ${file} --snapshot ${snapshot} ${object} '${field}'`));
    const explained = kubesynth('explain', '-f', file, '--snapshot', snapshot, object, field);
    if (explained.status !== 0) wrong++;
    print(indent(explained.stdout || explained.stderr));
  }
  const { timings, decode, unchecked } = JSON.parse(readFileSync(report, 'utf8')) as { timings: Record<string, number>; decode: Record<string, number>; unchecked: string[] };
  print(`\n  ${documents.length} objects: read the snapshot ${timings['snapshotMs']!.toFixed(0)} ms, context ${timings['contextMs']!.toFixed(0)} ms, model ${timings['decodeMs']!.toFixed(0)} ms `
    + `(${decode['tokens']} tokens, ${decode['evaluated']} evaluated, smallest margin ${decode['minMargin']!.toFixed(1)} nats), checks ${timings['verifyMs']!.toFixed(0)} ms; ${run.seconds.toFixed(1)} s with the start of the program`);
  if (unchecked.length) print(`  not checked without a cluster: ${unchecked.join(', ')}`);
}

print(bold('1. A public service whose tokens are checked'));
print(indent(readFileSync('examples/user-auth-service.yaml', 'utf8')));
show('user-auth-service', 'istio-gateway', 0, [
  ['RequestAuthentication', 'spec.jwtRules'], ['Deployment', 'spec.template.spec.containers[0].resources'], ['NetworkPolicy', 'spec.ingress'],
]);
print('\nThe same intent where the cluster cannot do it:');
show('user-auth-service', 'bare-1.30', 4);

print(bold('\n2. "Deploy Inventory-API 1.4.1, expose it internally, let it speak only to the shared Postgres of production"'));
print(indent(readFileSync('examples/inventory-api.yaml', 'utf8')));
show('inventory-api', 'cnpg-keda', 0, [['NetworkPolicy', 'spec.egress']]);
print('\nThe same intent on a cluster without a database operator:');
show('inventory-api', 'bare-1.30', 0, [['NetworkPolicy', 'spec.egress']]);

print(`\n${wrong ? `${wrong} of these went otherwise than expected.` : `All as expected. Whole graphs and reports: ${join('.cache', 'demo')}`}`);
process.exitCode = wrong ? 1 : 0;
