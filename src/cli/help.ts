/** The help texts. */
import { didYouMean } from '../intent/nearest.ts';
import { commands } from './commands.ts';
import { usageError } from './options.ts';
import { table } from './output.ts';

/** @throws Refusal `usage` (exit 2) for a command that does not exist. */
export function help(name?: string): string {
  if (name === undefined) {
    const rows = Object.entries(commands).map(([command, { summary }]) => [`  ${command}`, summary]);
    return `kubesynth compiles a ServiceIntent and an observed cluster into a verified Kubernetes resource graph.\n\n${table([...rows, ['  help', 'this text, or that of a command']])}\nRun \`kubesynth help COMMAND\` for its options.\n`;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw usageError(`kubesynth has no command ${JSON.stringify(name)}`, `${didYouMean(name, Object.keys(commands))}Run \`kubesynth help\`.`);
  return `${command.summary}\n\nusage: ${command.usage}\n`;
}
