import { AccountsFile, loadConfigFile } from '@argosy/platform-config';
import { NodeDisk } from '@argosy/platform-runtime';
import { strategyValidationReport } from '@argosy/strategy-api';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';
import { type KnownAccount, problemsOfStrategy } from './strategy-files.js';

/** Checks one strategy's configuration file against the accounts that stand beside it. */
export async function validateStrategy(shell: Shell, file: string, output: OutputFormat): Promise<ExitCode> {
  const path = resolve(shell.folder, file);
  const disk = new NodeDisk();
  const problems = await problemsOfStrategy(path, disk, await accountsBeside(path, shell.root, disk));
  new Presenter(shell.terminal, output).show({ ok: problems.length === 0, problems }, () =>
    strategyValidationReport(problems),
  );
  return problems.length === 0 ? EXIT.ok : EXIT.failedCheck;
}

/** `accounts.yaml` beside the file or above it, else the local demonstration's. */
async function accountsBeside(path: string, root: string, disk: NodeDisk): Promise<readonly KnownAccount[]> {
  const folders = [dirname(path), dirname(dirname(path)), join(root, 'config/local')];
  const found = folders.map((folder) => join(folder, 'accounts.yaml')).find((file) => existsSync(file));
  return found === undefined ? [] : (await loadConfigFile(found, AccountsFile, disk)).accounts;
}
