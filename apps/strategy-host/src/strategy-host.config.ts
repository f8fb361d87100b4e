import { DurationMs, Int, loadConfig, Optional, Text } from '@argosy/platform-config';
import { FLEET_PREFIXES, SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

/** What strategy-host can be told by its environment; accounts and strategies are files. */
export class StrategyHostConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_084;
  /** Which accounts there are: names, venues and kinds, never a key. */
  @Text({ lengthMax: 400 })
  readonly FLEET_ACCOUNTS_FILE!: string;
  /** Where the strategies' configuration files are; nothing outside it can be loaded. */
  @Text({ lengthMax: 400 })
  readonly STRATEGY_HOST_CONFIG_FOLDER!: string;
  @Int({ min: 1, max: 1_000 })
  readonly STRATEGY_HOST_STRATEGIES_MAX: number = 50;
  /** After it a submission counts as unanswered. */
  @DurationMs({ min: 100, max: 30_000 })
  readonly STRATEGY_HOST_ORDER_TIMEOUT: number = 2_000;
  /** A strategy that has not answered its events by then has hung. */
  @DurationMs({ min: 50, max: 60_000 })
  readonly STRATEGY_HOST_ANSWER_DEADLINE: number = 2_000;
  /** Heap of one strategy; its process may hold 160 MB besides. */
  @Int({ min: 16, max: 8_192 })
  readonly STRATEGY_HOST_MEMORY_MB: number = 96;
  /** Orders of one strategy in a second; what is beyond it is refused. */
  @Int({ min: 1, max: 10_000 })
  readonly STRATEGY_HOST_ORDERS_PER_SECOND: number = 100;
  /** Orders and cancels of one strategy in a second, refused ones too; beyond it, it is stopped. */
  @Int({ min: 1, max: 10_000 })
  readonly STRATEGY_HOST_ACTIONS_PER_SECOND: number = 200;
  /** Requests of one strategy without an answer; beyond it, it is stopped. */
  @Int({ min: 1, max: 10_000 })
  readonly STRATEGY_HOST_OUTSTANDING_MAX: number = 64;
  /** Levels a side that a strategy is told. */
  @Int({ min: 1, max: 100 })
  readonly STRATEGY_HOST_BOOK_LEVELS: number = 10;
  /** Absent: what strategies are fed is not logged and cannot be replayed. */
  @Optional()
  @Text({ lengthMax: 400 })
  readonly STRATEGY_HOST_LOG_FOLDER?: string | undefined;
  /** Megabytes after which a run's log goes on in a new file. */
  @Int({ min: 1, max: 1_024 })
  readonly STRATEGY_HOST_LOG_FILE_MB: number = 64;
  /** Files after which a run's log ends. */
  @Int({ min: 1, max: 1_000 })
  readonly STRATEGY_HOST_LOG_FILES: number = 16;
  /** Runs of one strategy whose logs are kept. */
  @Int({ min: 1, max: 1_000 })
  readonly STRATEGY_HOST_LOG_RUNS: number = 5;
}

/** @throws ConfigError with every problem at once. */
export const readStrategyHostConfig = (
  env: Readonly<Record<string, string | undefined>>,
): Readonly<StrategyHostConfig> =>
  loadConfig(StrategyHostConfig, env, [...SERVICE_PREFIXES, ...FLEET_PREFIXES, 'STRATEGY_HOST_']);
