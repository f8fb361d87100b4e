import { type AssetConfig, DEFAULT_EXCHANGE, type ExchangeConfig } from '@argosy/exchange-core';
import type { SimConfig } from './sim-config.js';

/** What an account that opens by itself, or that the command line names, starts with: enough to trade, not to be careless. */
export const OPENING_GRANT_USDC = '1000000';

/** The exchange's rules for one command line. */
export function exchangeRules(config: SimConfig, assets: readonly AssetConfig[]): ExchangeConfig {
  const isRecorded = config.recordings.length > 0;
  return {
    ...DEFAULT_EXCHANGE,
    assets,
    funding: {
      ...DEFAULT_EXCHANGE.funding,
      mode: isRecorded ? 'zero' : 'premium',
      intervalMs: config.fundingIntervalMs,
      // Short intervals, as demonstrations use them, still take a few samples of the premium.
      premiumSampleMs: Math.min(
        DEFAULT_EXCHANGE.funding.premiumSampleMs,
        Math.max(250, Math.trunc(config.fundingIntervalMs / 10)),
      ),
    },
    mark: isRecorded ? 'oracle' : DEFAULT_EXCHANGE.mark,
    ...(config.openAccounts ? { openAccountsGrant: OPENING_GRANT_USDC } : {}),
  };
}
