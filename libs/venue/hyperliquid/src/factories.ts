import type { HyperliquidMarketDataConfig, HyperliquidPorts, HyperliquidTradingConfig } from './config.js';
import { HyperliquidMarketData } from './market-data/hyperliquid-market-data.js';
import { nativeSigningAvailable } from './signing/signing-key.js';
import { HyperliquidTrading } from './trading/hyperliquid-trading.js';

/** @throws RangeError naming a setting that is out of its bounds. */
export const createHyperliquidMarketData = (
  config: HyperliquidMarketDataConfig,
  ports: HyperliquidPorts,
): HyperliquidMarketData => new HyperliquidMarketData(config, ports);

/**
 * Warns when signatures would not be made by the native binding.
 * @throws RangeError as `createHyperliquidMarketData`, and for a bad key or address; a key is never repeated.
 */
export function createHyperliquidTrading(
  config: HyperliquidTradingConfig,
  ports: HyperliquidPorts,
): HyperliquidTrading {
  if (!nativeSigningAvailable()) ports.logger.warning('native_signing_missing', { accountId: config.accountId });
  return new HyperliquidTrading(config, ports);
}
