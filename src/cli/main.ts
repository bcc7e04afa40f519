/** The command line: finds the command, runs it, and turns whatever it throws into findings and an exit code. */
import { prepareEngine } from '../candidate/engine.ts';
import { Exit, Refusal } from '../diagnostic.ts';
import type { ExitCode } from '../diagnostic.ts';
import { didYouMean } from '../intent/nearest.ts';
import { commands, later } from './commands.ts';
import { help } from './help.ts';
import { usageError } from './options.ts';
import { asJson, findingJson, printFindings, toStderr, toStdout } from './output.ts';

async function dispatch(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined) { toStderr(help()); return Exit.badInput; }
  if (name === 'help' || name === '--help' || name === '-h') { toStdout(help(rest[0])); return Exit.accepted; }
  const command = Object.hasOwn(commands, name === '--version' ? 'version' : name) ? commands[name === '--version' ? 'version' : name] : undefined;
  if (!command) {
    if (later.includes(name)) throw usageError(`this release of kubesynth does not have the command ${name}`, 'Run `kubesynth help` for those it has.');
    throw usageError(`kubesynth has no command ${JSON.stringify(name)}`, `${didYouMean(name, Object.keys(commands))}Run \`kubesynth help\`.`);
  }
  if (rest.includes('--help') || rest.includes('-h')) { toStdout(help(name)); return Exit.accepted; }
  if (command.engine) prepareEngine();
  return (await command.load()).run(rest);
}

/** Whether `-o json` is among the arguments, also when they could not be parsed. */
const wantsJson = (argv: readonly string[]): boolean =>
  argv.some((a, i) => a === '-ojson' || a === '--output=json' || ((a === '-o' || a === '--output') && argv[i + 1] === 'json'));

function report(error: unknown, argv: readonly string[]): ExitCode {
  if (error instanceof Refusal) {
    if (wantsJson(argv)) toStdout(asJson({ verdict: error.exit === Exit.internal ? 'failed' : error.exit === Exit.needsReview ? 'review' : 'refused', findings: error.findings.map(findingJson) }));
    printFindings(error.findings);
    if (error.exit === Exit.internal || process.env['KUBESYNTH_DEBUG']) printCauses(error.cause);
    return error.exit;
  }
  toStderr(`error[internal]\n  ${error instanceof Error ? error.message : String(error)}\n  fix: This is a fault of kubesynth. Run again with KUBESYNTH_DEBUG=1 and report what it prints.\n`);
  if (wantsJson(argv)) toStdout(asJson({ verdict: 'failed', findings: [{ rule: 'internal', object: '', path: '', message: error instanceof Error ? error.message : String(error), fix: 'Run again with KUBESYNTH_DEBUG=1 and report what it prints.' }] }));
  printCauses(error);
  return Exit.internal;
}

/** The chain of causes: one line each, with stacks when debugging. */
function printCauses(error: unknown): void {
  const debug = Boolean(process.env['KUBESYNTH_DEBUG']);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (debug) toStderr(`${cause.stack ?? cause.message}\n`);
    else if (cause !== error) toStderr(`  caused by: ${cause.message.split('\n')[0]}\n`);
  }
}

// A reader that has seen enough, such as head, closes the pipe; nothing is wrong with that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', (e: NodeJS.ErrnoException) => process.exit(e.code === 'EPIPE' ? process.exitCode ?? 0 : Exit.internal));
// The engine's process ends when this one does.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const argv = process.argv.slice(2);
process.exitCode = await dispatch(argv).catch(error => report(error, argv));
// Whatever is still open by then, such as an engine that failed to load, must not keep the command waiting.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
