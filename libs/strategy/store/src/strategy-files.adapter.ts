import { Fault, strategyId } from '@argosy/domain';
import { ConfigError, loadConfigFile, loadConfigText, NumberText, type RawSettings } from '@argosy/platform-config';
import type { Disk } from '@argosy/platform-port';
import {
  type ConfigRead,
  type RawParameters,
  type StrategyConfig,
  StrategyConfigReader,
  type StrategyPatch,
  type StrategyProblem,
} from '@argosy/strategy-api';
import { StrategyFile, StrategyPatchFile } from './strategy-file.js';

/** The folder that the manuals name: a path that begins with it means our folder, wherever that is. */
const MANUAL_FOLDER = 'config/strategies/';
const STEP = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
const ENDINGS = ['.json', '.yaml', '.yml'];
const FILES_MAX = 1_000;

/** Configuration files of strategies, in one folder and never outside it. */
export class StrategyFiles extends StrategyConfigReader {
  constructor(
    private readonly folder: string,
    private readonly disk: Disk,
  ) {
    super();
  }

  override async readFile(path: string): Promise<ConfigRead<StrategyConfig>> {
    const inside = this.pathInside(path);
    if (inside === undefined) return { ok: false, problems: [outside(path)] };
    return attempted(async () => configOf(await loadConfigFile(`${this.folder}/${inside}`, StrategyFile, this.disk)));
  }

  override readText(json: string): ConfigRead<StrategyConfig> {
    return read(() => configOf(loadConfigText(json, StrategyFile, 'configuration')));
  }

  override readPatch(json: string): ConfigRead<StrategyPatch> {
    return read(() => patchOf(loadConfigText(json, StrategyPatchFile, 'patch')));
  }

  override async list(): Promise<readonly string[]> {
    try {
      const names = await this.disk.list(this.folder);
      return names.filter((name) => ENDINGS.some((ending) => name.endsWith(ending))).slice(0, FILES_MAX);
    } catch (error) {
      // A host without files is a host whose strategies come by command.
      if (error instanceof Fault && error.code === 'STORE_UNAVAILABLE') return [];
      throw error;
    }
  }

  /** The path below our folder, however the caller wrote the folder; undefined when it leads elsewhere. */
  private pathInside(path: string): string | undefined {
    const prefix = [`${this.folder}/`, MANUAL_FOLDER].find((one) => path.startsWith(one));
    const inside = prefix === undefined ? path : path.slice(prefix.length);
    const steps = inside.split('/');
    return steps.length <= 4 && steps.every((step) => STEP.test(step)) ? inside : undefined;
  }
}

const outside = (path: string): StrategyProblem => ({
  code: 'CONFIG_FILE_MISSING',
  where: 'config_file',
  value: path.replace(/[^\x20-\x7e]/g, '?').slice(0, 120),
  problem: 'is not a path under the configuration folder',
  fix: 'Give the name of a file there, e.g. market_maker_btc.json',
});

async function attempted<T>(run: () => Promise<T>): Promise<ConfigRead<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return problemsOf(error);
  }
}

function read<T>(run: () => T): ConfigRead<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return problemsOf(error);
  }
}

function problemsOf(error: unknown): { readonly ok: false; readonly problems: readonly StrategyProblem[] } {
  if (error instanceof ConfigError) return { ok: false, problems: error.problems };
  throw error;
}

function configOf(file: Readonly<StrategyFile>): StrategyConfig {
  return {
    strategyId: strategyId(file.strategy_id),
    name: file.name,
    type: file.type,
    enabled: file.enabled,
    exchanges: file.exchanges,
    symbols: file.symbols,
    parameters: parametersOf(file.parameters),
    riskLimits: {
      maxPositionUsd: file.risk_limits.max_position_usd,
      maxOrderSizeUsd: file.risk_limits.max_order_size_usd,
    },
    paperTrading: file.paper_trading,
    ...(file.account === undefined ? {} : { account: file.account }),
    ...(file.paper_account === undefined ? {} : { paperAccount: file.paper_account }),
  };
}

function patchOf(file: Readonly<StrategyPatchFile>): StrategyPatch {
  const { name, enabled, parameters, risk_limits: limits, paper_trading: paperTrading } = file;
  return {
    ...(name === undefined ? {} : { name }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(paperTrading === undefined ? {} : { paperTrading }),
    ...(parameters === undefined ? {} : { parameters: parametersOf(parameters) }),
    ...(limits === undefined
      ? {}
      : {
          riskLimits: {
            ...(limits.max_position_usd === undefined ? {} : { maxPositionUsd: limits.max_position_usd }),
            ...(limits.max_order_size_usd === undefined ? {} : { maxOrderSizeUsd: limits.max_order_size_usd }),
          },
        }),
  };
}

/** Text, numbers as their text, flags; a parameter is never a list or a map. @throws ConfigError naming each. */
function parametersOf({ values }: RawSettings): RawParameters {
  const nested = Object.entries(values).filter(
    ([, value]) => typeof value === 'object' && !(value instanceof NumberText),
  );
  if (nested.length > 0) throw new ConfigError(nested.map(([name]) => notPlain(name)));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainOf(value)]));
}

const plainOf = (value: RawSettings['values'][string]): string | boolean =>
  typeof value === 'string' || typeof value === 'boolean' ? value : value instanceof NumberText ? value.text : '';

const notPlain = (name: string): ConstructorParameters<typeof ConfigError>[0][number] => ({
  code: 'CONFIG_INVALID_VALUE',
  where: `parameters.${name}`,
  problem: 'is neither text nor a number nor true or false',
  fix: 'Write one plain value',
});
