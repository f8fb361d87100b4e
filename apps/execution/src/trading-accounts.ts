import { accountId } from '@argosy/domain';
import type { AccountSettings, ExecutionSettings } from '@argosy/execution-service';
import { type AccountEntry, type AccountsFile, ConfigError, type Secret } from '@argosy/platform-config';
import { createHyperliquidTrading, type HyperliquidPorts, type HyperliquidTrading } from '@argosy/venue-hyperliquid';
import type { ExecutionConfig } from './execution.config.js';

/** An account with its signing key in hand; only this process ever has both. */
export interface KeyedAccount {
  readonly entry: AccountEntry;
  readonly key: Secret;
}

/** @throws ConfigError when an account that trades has no address or no key. */
export async function keyedAccounts(
  file: AccountsFile,
  reveal: (reference: string) => Promise<Secret>,
): Promise<readonly KeyedAccount[]> {
  return Promise.all(
    file.accounts.map(async (entry) => {
      if (entry.wallet_address === undefined || entry.private_key === undefined) {
        throw new ConfigError([
          {
            code: 'CONFIG_MISSING_VALUE',
            where: `accounts: ${entry.account_id}`,
            problem: 'a live account needs wallet_address and private_key',
            fix: 'Give the address, and the place of its key',
          },
        ]);
      }
      return { entry, key: await reveal(entry.private_key) };
    }),
  );
}

export function hyperliquidTrading(
  config: ExecutionConfig,
  { entry, key }: KeyedAccount,
  ports: HyperliquidPorts,
): HyperliquidTrading {
  return createHyperliquidTrading(
    {
      accountId: accountId(entry.account_id),
      apiUrl: config.EXECUTION_HYPERLIQUID_API_URL,
      wsUrl: config.EXECUTION_HYPERLIQUID_WS_URL,
      walletAddress: entry.wallet_address ?? '',
      privateKey: key.reveal(),
      network: entry.network,
      answerTimeoutMs: config.EXECUTION_ANSWER_TIMEOUT,
    },
    ports,
  );
}

export const accountSettings = (
  { account_id, venue, kind, number }: AccountEntry,
  signer: string,
): AccountSettings => ({
  accountId: accountId(account_id),
  venue,
  kind,
  number,
  signer,
});

export const executionSettings = (config: ExecutionConfig, fleetNumber: number): ExecutionSettings => ({
  fleetNumber,
  requestValidityMs: config.EXECUTION_REQUEST_VALIDITY,
  haltStateLimitMs: config.EXECUTION_HALT_STATE_LIMIT,
  doubt: {
    visibilityLagMs: config.EXECUTION_VISIBILITY_LAG,
    queryIntervalMs: config.EXECUTION_DOUBT_QUERY_INTERVAL,
    escalateAfterMs: config.EXECUTION_DOUBT_ESCALATION,
  },
  sweepIntervalMs: config.EXECUTION_SWEEP_INTERVAL,
  sweepOverlapMs: config.EXECUTION_SWEEP_OVERLAP,
  observeIntervalMs: config.EXECUTION_OBSERVE_INTERVAL,
  journalQueueLimit: config.EXECUTION_JOURNAL_QUEUE_LIMIT,
  finishedOrdersKept: config.EXECUTION_FINISHED_ORDERS_KEPT,
});
