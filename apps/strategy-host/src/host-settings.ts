import { accountId } from '@argosy/domain';
import type { AccountsFile } from '@argosy/platform-config';
import { HOST_DEFAULTS, type HostSettings } from '@argosy/strategy-service';
import type { StrategyHostConfig } from './strategy-host.config.js';

const MEGABYTE = 1_048_576;

/** The environment and the accounts file in the host's own words. */
export function hostSettings(config: StrategyHostConfig, accounts: AccountsFile): HostSettings {
  const folder = config.STRATEGY_HOST_LOG_FOLDER;
  return {
    ...HOST_DEFAULTS,
    accounts: accounts.accounts.map(({ account_id: id, venue, kind }) => ({ accountId: accountId(id), venue, kind })),
    strategiesMax: config.STRATEGY_HOST_STRATEGIES_MAX,
    orderTimeoutMs: config.STRATEGY_HOST_ORDER_TIMEOUT,
    answerDeadlineMs: config.STRATEGY_HOST_ANSWER_DEADLINE,
    ordersPerSecondMax: config.STRATEGY_HOST_ORDERS_PER_SECOND,
    actionsPerSecondMax: config.STRATEGY_HOST_ACTIONS_PER_SECOND,
    outstandingMax: config.STRATEGY_HOST_OUTSTANDING_MAX,
    bookLevelsMax: config.STRATEGY_HOST_BOOK_LEVELS,
    ...(folder === undefined
      ? {}
      : {
          log: {
            folder,
            fileBytesMax: config.STRATEGY_HOST_LOG_FILE_MB * MEGABYTE,
            filesMax: config.STRATEGY_HOST_LOG_FILES,
            runsKept: config.STRATEGY_HOST_LOG_RUNS,
          },
        }),
  };
}
