import type { StrategyId } from '@argosy/domain';

/** A parameter as it was written: decimals and whole numbers as text, so that no float ever holds one. */
export type RawParameters = Readonly<Record<string, string | boolean>>;

/** One strategy's configuration file, read strictly; what its parameters mean is its type's affair. */
export interface StrategyConfig {
  readonly strategyId: StrategyId;
  readonly name: string;
  /** The kind of strategy, e.g. `market_maker`. */
  readonly type: string;
  /** Loaded when the host starts; never started by itself (FL-2). */
  readonly enabled: boolean;
  /** Venues, in the order in which a plain symbol is looked for. */
  readonly exchanges: readonly string[];
  /** Instrument ids (`hyperliquid_BTC-PERP`) or plain symbols (`BTC-USDT`: on every listed venue that has it). */
  readonly symbols: readonly string[];
  readonly parameters: RawParameters;
  readonly riskLimits: StrategyRiskLimits;
  readonly paperTrading: boolean;
  /** Our trading account for live orders; absent: the only live one of the traded venue. */
  readonly account?: string;
  /** The same for paper orders. */
  readonly paperAccount?: string;
}

/** USD, decimal text above zero. */
export interface StrategyRiskLimits {
  readonly maxPositionUsd: string;
  readonly maxOrderSizeUsd: string;
}

/** What may change while a strategy is loaded; absent parts stay. */
export interface StrategyPatch {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly parameters?: RawParameters;
  readonly riskLimits?: Partial<StrategyRiskLimits>;
  readonly paperTrading?: boolean;
}

/** Something in a configuration that cannot be used, said to the person who wrote it. */
export interface StrategyProblem {
  /** Stable, e.g. `CONFIG_UNKNOWN_KEY`. */
  readonly code: string;
  readonly where: string;
  readonly value?: string;
  readonly problem: string;
  readonly fix: string;
}

/** One line a person can act on. */
export const describeStrategyProblem = ({ code, where, value, problem, fix }: StrategyProblem): string =>
  `${code} ${where}: ${problem}${value === undefined || value === '' ? '' : `, was '${value}'`}. ${fix}.`;

/** What `argosy config validate-strategy` and a load print. */
export function strategyValidationReport(problems: readonly StrategyProblem[]): string {
  if (problems.length === 0) return 'Strategy validation: PASSED';
  const count = `${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return [...problems.map(describeStrategyProblem), `Strategy validation: FAILED (${count})`].join('\n');
}

export type ConfigRead<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly StrategyProblem[] };

/** Reads configuration strictly: unknown keys, duplicate keys, floats and guesses are problems, all told at once. */
export abstract class StrategyConfigReader {
  /** A file under the configuration folder; paths out of it are problems. */
  abstract readFile(path: string): Promise<ConfigRead<StrategyConfig>>;
  abstract readText(json: string): ConfigRead<StrategyConfig>;
  abstract readPatch(json: string): ConfigRead<StrategyPatch>;
  /** The strategy files of the configuration folder, sorted. */
  abstract list(): Promise<readonly string[]>;
}

const PLAIN_NUMBER = /^-?(0|[1-9]\d{0,19})(\.\d{1,12})?$/;
const json = (value: string | boolean): string =>
  typeof value === 'string' && PLAIN_NUMBER.test(value) ? value : JSON.stringify(value);

/** The configuration as the JSON a person would write; decimals are written exactly, as the numbers they are. */
export function strategyConfigJson(config: StrategyConfig): string {
  const parameters = Object.entries(config.parameters).map(([name, value]) => `${JSON.stringify(name)}:${json(value)}`);
  const { maxPositionUsd, maxOrderSizeUsd } = config.riskLimits;
  return `{${[
    `"strategy_id":${JSON.stringify(config.strategyId)}`,
    `"name":${JSON.stringify(config.name)}`,
    `"type":${JSON.stringify(config.type)}`,
    `"enabled":${String(config.enabled)}`,
    `"exchanges":${JSON.stringify(config.exchanges)}`,
    `"symbols":${JSON.stringify(config.symbols)}`,
    `"parameters":{${parameters.join(',')}}`,
    `"risk_limits":{"max_position_usd":${json(maxPositionUsd)},"max_order_size_usd":${json(maxOrderSizeUsd)}}`,
    `"paper_trading":${String(config.paperTrading)}`,
    ...(config.account === undefined ? [] : [`"account":${JSON.stringify(config.account)}`]),
    ...(config.paperAccount === undefined ? [] : [`"paper_account":${JSON.stringify(config.paperAccount)}`]),
  ].join(',')}}`;
}
