/** A Python that has what the trainer needs: the machine's own, or a virtual environment made for it once. */
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Exit, Refusal, badInput } from '../diagnostic.ts';
import { place } from './places.ts';
import { toStderr } from './output.ts';

const canTrain = (python: string): boolean => spawnSync(python, ['-c', 'import torch, numpy, gguf'], { stdio: 'ignore' }).status === 0;

/**
 * @param work folder for the virtual environment
 * @throws Refusal `python-missing` (exit 2), `training-failed` (exit 5)
 */
export async function trainerPython(work: string): Promise<string> {
  const own = process.env['KUBESYNTH_PYTHON'] ?? 'python3', venv = join(work, 'venv'), made = join(venv, 'bin', 'python');
  if (existsSync(made) && canTrain(made)) return made;
  if (canTrain(own)) return own;
  if (spawnSync(own, ['--version'], { stdio: 'ignore' }).status !== 0) {
    throw badInput('python-missing', `${own} cannot be run, and training needs Python 3.10 or newer`, 'Install Python, or name one in KUBESYNTH_PYTHON.');
  }
  toStderr(`installing the trainer's requirements into ${venv}\n`);
  const log = join(work, 'install.log');
  await runLogged(own, ['-m', 'venv', venv], log);
  await runLogged(made, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', place('training', 'requirements.txt')], log);
  return made;
}

/** Runs to the end, output in a file and, on a terminal, also shown. @throws Refusal `training-failed` (exit 5) with the last lines */
export function runLogged(command: string, args: readonly string[], logFile: string, env: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logFile, { flags: 'a' });
    let tail = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const take = (chunk: Buffer): void => {
      log.write(chunk);
      tail = (tail + chunk.toString('utf8')).slice(-2000);
      if (process.stderr.isTTY) toStderr(chunk.toString('utf8'));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const stop = (): void => void child.kill('SIGINT');
    process.once('exit', stop);
    const failed = (why: string, cause?: unknown): void => reject(new Refusal(Exit.internal, [{
      rule: 'training-failed', severity: 'refused', object: '', path: '', message: `${command} ${args[0] === '-m' ? args.slice(0, 3).join(' ') : args[0]}: ${why}${tail ? `\n${tail.trimEnd().split('\n').slice(-6).join('\n')}` : ''}`,
      fix: `See ${logFile}; go on with --resume once it is mended.`,
    }], { cause }));
    child.on('error', error => failed(error.message, error));
    child.on('close', (code, signal) => {
      process.removeListener('exit', stop);
      log.end();
      if (code === 0) resolve(); else failed(signal ? `ended by ${signal}` : `exit ${code}`);
    });
  });
}
