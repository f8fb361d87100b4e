/**
 * One anatomy for every venue: public data, trading, reconnection. It refuses to know any venue's wire; adapters speak
 * only these words to the rest of the fleet.
 */
export { type BookSnapshot, type MarketDataHandlers, MarketDataVenue } from './market-data.js';
export {
  type AnswerProof,
  type AnswerRule,
  type AnswerTrouble,
  type DeadManRules,
  type EarnedLimit,
  NO_RATE_LIMITS,
  type RateWindow,
  REQUEST_KINDS,
  type RequestCost,
  type RequestKind,
  type VenueFence,
  type VenueRateLimits,
} from './fence.js';
export {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  type DoubtfulLeg,
  type PlaceAnswer,
  type Placement,
  type RequestAllowance,
  type TradingHandlers,
  TradingVenue,
  type Transfer,
  type VenueAccountState,
  type VenueOrderReport,
  type VenueOrderStatus,
  type VenueTimeSample,
  type VenueTrouble,
} from './trading.js';
export { reconnectDelayMs } from './backoff.js';
export { retryAfterMs } from './retry-after.js';
