/** `kubesynth playbook lint`: what is wrong with examples, before anything is trained. */
import { Exit } from '../diagnostic.ts';
import { lintPlaybook } from '../evaluation/lint.ts';
import { loadPlaybook } from '../playbook/load.ts';
import { loadGuardrails } from '../verdict/load.ts';
import type { Run } from './commands.ts';
import { joinedPlaybook } from './joined.ts';
import { outputFormat, parseStrictly, positive, usageError } from './options.ts';
import { asJson, findingJson, printFindings, toStdout } from './output.ts';
import { shippedGuardrails, shippedPlaybook } from './places.ts';

const options = {
  playbook: { type: 'string' }, add: { type: 'string', multiple: true }, guardrails: { type: 'string' }, output: { type: 'string', short: 'o' }, seed: { type: 'string' }, around: { type: 'string' },
} as const;

export const run: Run = async args => {
  const { values, positionals } = parseStrictly('playbook', args, options);
  if (positionals.join(' ') !== 'lint') throw usageError(positionals.length ? `playbook cannot ${positionals.join(' ')}` : 'playbook needs to be told what to do', 'Run `kubesynth playbook lint`.');
  const format = outputFormat(values.output), seed = positive('seed', values.seed), around = positive('around', values.around);
  const folder = joinedPlaybook(values.playbook ?? shippedPlaybook(), values.add ?? []);
  const { findings, ...figures } = lintPlaybook(loadPlaybook(folder), loadGuardrails(values.guardrails ?? shippedGuardrails()), { ...(seed ? { seed } : {}), ...(around ? { around } : {}) });
  if (format === 'json') toStdout(asJson({ ...figures, findings: findings.map(f => ({ severity: f.severity, ...findingJson(f) })) }));
  else {
    printFindings(findings);
    const bad = findings.filter(f => f.severity === 'refused').length;
    toStdout(`${figures.examples} examples, ${figures.contexts} contexts drawn around them, ${figures.checked} checked on a cluster: ${bad ? `${bad} errors` : 'no errors'}\n${figures.met} of ${figures.pairs} pairs of examples that write into one object met\n`);
  }
  return findings.some(f => f.severity === 'refused') ? Exit.badInput : Exit.accepted;
};
