import { ConfigError, type ConfigProblem, describeProblem, readConfigFile } from '@argosy/platform-config';
import { NodeDisk } from '@argosy/platform-runtime';
import { resolve } from 'node:path';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';

/** Checks one strategy's configuration file. */
export async function validateStrategy(shell: Shell, file: string, output: OutputFormat): Promise<ExitCode> {
  const problems = await problemsOf(resolve(shell.folder, file));
  const verdict =
    problems.length === 0
      ? 'Strategy validation: PASSED'
      : `Strategy validation: FAILED (${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'})`;
  new Presenter(shell.terminal, output).show({ ok: problems.length === 0, problems }, () =>
    [...problems.map(describeProblem), verdict].join('\n'),
  );
  return problems.length === 0 ? EXIT.ok : EXIT.failedCheck;
}

async function problemsOf(path: string): Promise<readonly ConfigProblem[]> {
  try {
    await readConfigFile(path, new NodeDisk());
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
