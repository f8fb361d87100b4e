import { type AssetConfig, DEFAULT_EXCHANGE, type ExchangeConfig } from '@argosy/exchange-core';

/** What an account that opens by itself, or that is named at the start, has: enough to trade, not to be careless. */
export const OPENING_GRANT_USDC = '1000000';

export interface RulesOptions {
  /** A recorded market pays no funding and its mark is its oracle. */
  readonly recorded: boolean;
  readonly fundingIntervalMs: number;
  /** Anybody who signs gets an account with money in it. */
  readonly openAccounts: boolean;
  /** Accounts are held to what their traded volume earns them. */
  readonly addressLimits?: boolean;
  /** Traded volume that `scheduleCancel` needs, USDC; the venue's own when absent. */
  readonly scheduleCancelVolume?: string;
}

/** The exchange's rules for one market. */
export function exchangeRules(options: RulesOptions, assets: readonly AssetConfig[]): ExchangeConfig {
  const { scheduleCancelVolume } = options;
  return {
    ...DEFAULT_EXCHANGE,
    assets,
    funding: {
      ...DEFAULT_EXCHANGE.funding,
      mode: options.recorded ? 'zero' : 'premium',
      intervalMs: options.fundingIntervalMs,
      // Short intervals, as demonstrations use them, still take a few samples of the premium.
      premiumSampleMs: Math.min(
        DEFAULT_EXCHANGE.funding.premiumSampleMs,
        Math.max(250, Math.trunc(options.fundingIntervalMs / 10)),
      ),
    },
    mark: options.recorded ? 'oracle' : DEFAULT_EXCHANGE.mark,
    addressLimits: options.addressLimits ?? false,
    ...(scheduleCancelVolume === undefined ? {} : { scheduleCancelVolume }),
    ...(options.openAccounts ? { openAccountsGrant: OPENING_GRANT_USDC } : {}),
  };
}
