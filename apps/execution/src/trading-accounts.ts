import { accountId, parseAmount } from '@argosy/domain';
import type { AccountSettings, ExecutionSettings } from '@argosy/execution-service';
import { type AccountEntry, type AccountsFile, ConfigError, type Secret } from '@argosy/platform-config';
import { createHyperliquidTrading, type HyperliquidPorts } from '@argosy/venue-hyperliquid';
import { type PaperPorts, PaperTrading } from '@argosy/venue-paper';
import type { TradingVenue } from '@argosy/venue-port';
import type { ExecutionConfig } from './execution.config.js';

/** A live account with its signing key in hand, which only this process ever has; a paper account has none. */
export interface KeyedAccount {
  readonly entry: AccountEntry;
  readonly key: Secret | undefined;
}

/** What any venue may need. */
export type VenuePorts = HyperliquidPorts & PaperPorts;

/** The venue of one account, and whose name it signs with. */
export interface SignedVenue {
  readonly venue: TradingVenue;
  readonly signer: string;
}

/** Signs nothing: its orders leave for no venue. */
const PAPER_SIGNER = 'paper';

/** @throws ConfigError when a live account has no address or no key. */
export async function keyedAccounts(
  file: AccountsFile,
  reveal: (reference: string) => Promise<Secret>,
): Promise<readonly KeyedAccount[]> {
  return Promise.all(
    file.accounts.map(async (entry): Promise<KeyedAccount> => {
      if (entry.kind === 'paper') return { entry, key: undefined };
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

/** Real data and simulated fills, or the real venue: the one place that decides which. */
export const venueOf = (config: ExecutionConfig, account: KeyedAccount, ports: VenuePorts): SignedVenue =>
  account.entry.kind === 'paper' ? paperVenue(config, account.entry, ports) : hyperliquidVenue(config, account, ports);

function hyperliquidVenue(config: ExecutionConfig, { entry, key }: KeyedAccount, ports: HyperliquidPorts): SignedVenue {
  const venue = createHyperliquidTrading(
    {
      accountId: accountId(entry.account_id),
      apiUrl: config.EXECUTION_HYPERLIQUID_API_URL,
      wsUrl: config.EXECUTION_HYPERLIQUID_WS_URL,
      walletAddress: entry.wallet_address ?? '',
      privateKey: key?.reveal() ?? '',
      network: entry.network,
      answerTimeoutMs: config.EXECUTION_ANSWER_TIMEOUT,
    },
    ports,
  );
  return { venue, signer: venue.signerAddress };
}

/** @throws ConfigError when there is no folder for its journal. */
function paperVenue(config: ExecutionConfig, { account_id, venue }: AccountEntry, ports: PaperPorts): SignedVenue {
  if (config.EXECUTION_PAPER_FOLDER === '') {
    throw new ConfigError([
      {
        code: 'CONFIG_MISSING_VALUE',
        where: 'EXECUTION_PAPER_FOLDER',
        problem: `paper account '${account_id}' has nowhere to keep its journal`,
        fix: 'Name a folder that outlives the process',
      },
    ]);
  }
  const trading = new PaperTrading(
    {
      accountId: accountId(account_id),
      venue,
      folder: config.EXECUTION_PAPER_FOLDER,
      cash: parseAmount(config.EXECUTION_PAPER_CASH),
      makerFeeRate: parseAmount(config.EXECUTION_PAPER_MAKER_FEE_RATE),
      takerFeeRate: parseAmount(config.EXECUTION_PAPER_TAKER_FEE_RATE),
    },
    ports,
  );
  return { venue: trading, signer: PAPER_SIGNER };
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
  dailyLossBackstop: parseAmount(config.EXECUTION_DAILY_LOSS_BACKSTOP),
  reportsFolder: config.EXECUTION_REPORTS_FOLDER,
  rateLimitFactor: config.EXECUTION_RATE_LIMIT_FACTOR,
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
