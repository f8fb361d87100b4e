/**
 * Hyperliquid, both sides: public market data and one trading account, on injected clock, timers, chance and transport.
 * It speaks the venue's wire and signs for it; it refuses to guess: what it cannot read becomes a feed state, a
 * quarantine or an outcome in doubt, never a book or an order.
 */
export { type HyperliquidMarketDataConfig, type HyperliquidPorts, type HyperliquidTradingConfig } from './config.js';
export { createHyperliquidMarketData, createHyperliquidTrading } from './factories.js';
export { HyperliquidMarketData } from './market-data/hyperliquid-market-data.js';
export { HYPERLIQUID_FENCE, HYPERLIQUID_LIMITS } from './trading/fence.js';
export { HyperliquidTrading } from './trading/hyperliquid-trading.js';
export { HYPERLIQUID_ANSWERS } from './wire/answer-table.js';
export { nativeSigningAvailable } from './signing/signing-key.js';
export { type Network } from './signing/action-signer.js';
