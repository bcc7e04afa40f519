/** `kubesynth eval`: measures a model on the suites, beside the baselines. Figures are data: whatever they are, the exit code is 0. */
import { loadModel } from '../candidate/model.ts';
import { Exit } from '../diagnostic.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { Progress } from '../evaluation/evaluate.ts';
import { renderReport } from '../evaluation/render.ts';
import type { Run } from './commands.ts';
import { outputFormat, parseStrictly, positive, usageError } from './options.ts';
import { asJson, toStderr, toStdout } from './output.ts';

const options = {
  suite: { type: 'string', multiple: true }, output: { type: 'string', short: 'o' }, model: { type: 'string' }, limit: { type: 'string' }, failures: { type: 'boolean' },
} as const;

export const run: Run = async args => {
  const { values, positionals } = parseStrictly('eval', args, options);
  if (positionals.length) throw usageError(`unexpected argument ${JSON.stringify(positionals[0])}`, 'Run `kubesynth help eval`.');
  const format = outputFormat(values.output), limit = positive('limit', values.limit);
  const report = await evaluate({
    model: loadModel(values.model), suites: values.suite, limit,
    onWarning: message => toStderr(`warning: ${message}\n`),
    onProgress: progress => {
      if (process.stderr.isTTY) toStderr(`\r${progress.suite}: ${progress.done} of ${progress.cases}${progress.done === progress.cases ? '\n' : ''}`);
      if (values.failures && !progress.score.exact) toStderr(failure(progress));
    },
  });
  toStdout(format === 'json' ? asJson(report) : renderReport(report));
  return Exit.accepted;
};

function failure({ suite, score, accepted }: Progress): string {
  const { graph, margin } = score.answer;
  return `${process.stderr.isTTY ? '\r' : ''}not exact: ${suite}/${score.case.name}: ${typeof graph === 'string' ? graph : `${graph.length} objects`}, margin ${margin.toFixed(2)}, ${score.verified ? 'passes' : 'fails'} the checker${accepted ? ', ACCEPTED' : ''}\n`;
}
