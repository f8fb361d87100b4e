/**
 * Binance's public market data, spot and USD-M, behind the venue port: books rebuilt from snapshot and diffs, proved
 * against the exchange's own best bid and ask. It refuses to trade, to hold a key, and to hand on a book in doubt.
 */
export { BINANCE_SPOT, BINANCE_USDM, type BinanceMarket } from './binance-market.js';
export { BinanceMarketData, type BinanceMarketDataOptions, type BinancePorts } from './binance-market-data.adapter.js';
export type { BinanceStatistics } from './statistics.js';
export { type RecordingReport, type VerifyOptions, verifyRecording } from './replay/verify-recording.js';
export { inspectRecording, type RecordingContents } from './replay/inspect-recording.js';
