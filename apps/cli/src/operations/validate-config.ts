import {
  AccountsFile,
  ConfigError,
  type ConfigProblem,
  limitConflicts,
  LimitsFile,
  loadConfigFile,
} from '@argosy/platform-config';
import { describeStrategyProblem, type StrategyProblem } from '@argosy/strategy-api';
import { NodeDisk } from '@argosy/platform-runtime';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { problemsOfStrategy } from './strategy-files.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';

type Problem = ConfigProblem | StrategyProblem;

/** The manuals' words. */
const report = (problems: readonly Problem[]): string => {
  if (problems.length === 0) return 'Configuration validation: PASSED';
  const count = `${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return [...problems.map(describeStrategyProblem), `Configuration validation: FAILED (${count})`].join('\n');
};

/** Reads everything in a configuration folder and tells every problem at once (FL-6). */
export async function validateConfig(
  shell: Shell,
  folder: string | undefined,
  output: OutputFormat,
): Promise<ExitCode> {
  const path = resolve(shell.folder, folder ?? join(shell.root, 'config/local'));
  const problems = await problemsOf(path, new NodeDisk());
  new Presenter(shell.terminal, output).show({ ok: problems.length === 0, problems }, () => report(problems));
  return problems.length === 0 ? EXIT.ok : EXIT.failedCheck;
}

async function problemsOf(folder: string, disk: NodeDisk): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const collect = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const accounts = await collect(loadConfigFile(join(folder, 'accounts.yaml'), AccountsFile, disk));
  const limits = await collect(loadConfigFile(join(folder, 'limits.yaml'), LimitsFile, disk));
  if (accounts !== undefined) problems.push(...accountConflicts(accounts, join(folder, 'accounts.yaml')));
  if (limits !== undefined) problems.push(...limitConflicts(limits, join(folder, 'limits.yaml')));
  const strategies = join(folder, 'strategies');
  for (const file of await readdir(strategies).catch(() => [])) {
    const found = await problemsOfStrategy(join(strategies, file), disk, accounts?.accounts ?? []);
    problems.push(...found.map((problem) => ({ ...problem, where: `${file} ${problem.where}` })));
  }
  return problems;
}

const conflict = (where: string, value: string, problem: string, fix: string): ConfigProblem => ({
  code: 'CONFIG_CONFLICT',
  where,
  value,
  problem,
  fix,
});

/** Values that stand more than once. */
const repeated = (values: readonly string[]): readonly string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
];

const accountConflicts = ({ accounts }: AccountsFile, where: string): readonly ConfigProblem[] => [
  ...repeated(accounts.map(({ account_id: id }) => id)).map((id) =>
    conflict(`${where} account_id`, id, 'stands twice', 'Give every account an id of its own'),
  ),
  ...repeated(accounts.map(({ number }) => String(number))).map((number) =>
    conflict(
      `${where} number`,
      number,
      'stands twice',
      'Give every account a number of its own; it is part of its order ids',
    ),
  ),
  ...accounts.flatMap(({ account_id: id, kind, wallet_address: address, private_key: key }) =>
    kind === 'live' && (address === undefined || key === undefined)
      ? [
          conflict(
            `${where} ${id}`,
            kind,
            'is live without a wallet_address and a private_key',
            'Give both, or make it a paper account',
          ),
        ]
      : [],
  ),
];
