/**
 * What market data is, decided in pure code: books in integer ticks and lots, whether a diff continues a book, whether a
 * feed is fresh by the venue's clock and by ours, candles from trades. It refuses to know any venue's wire, to read a
 * clock, and to serve a level that did not parse exactly.
 */
export { COUNT_MAX, DecimalUnit, NOT_A_COUNT } from './decimal-unit.js';
export { BOOK_DEPTH_MAX, type LevelColumns, NO_LEVELS, OrderBook } from './order-book.js';
export { bestLevels, type BookUnits, isOrderedSide, readLevels } from './levels.js';
export {
  BUFFERED_DIFFS_MAX,
  type ChainRule,
  DepthSync,
  type DiffIds,
  type DiffVerdict,
  type SnapshotVerdict,
  type SyncState,
} from './depth-sync.js';
export { type TimeSample, VenueClock } from './venue-clock.js';
export { type Freshness, type FreshnessQuestion, judgeFreshness, STALE_AFTER_MS } from './staleness.js';
export { CandleBuilder } from './candle-builder.js';
