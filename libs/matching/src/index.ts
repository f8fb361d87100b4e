/**
 * Price-time matching of one instrument, and queue-position fills against a recorded book. Integer ticks and lots in,
 * fills out by callback; it refuses to know prices, money, accounts, time or anything else that an exchange is.
 */
export {
  BOOK_FULL,
  BUY,
  type EngineLevel,
  type EngineOptions,
  type EngineSide,
  type EngineTimeInForce,
  GTC,
  IOC,
  LADDER_TICKS_MAX,
  NO_ASK,
  NO_BID,
  NOT_RESTING,
  ORDER_CAPACITY_MAX,
  POST_ONLY,
  PriceTimeEngine,
  QUANTITY_MAX,
  SELL,
  TICK_MAX,
  WOULD_MATCH,
} from './price-time-engine.js';
export { BACKGROUND, OWN_ORDERS_MAX, QueuePositionBook } from './queue-position-book.js';
