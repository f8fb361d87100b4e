/**
 * One anatomy for every venue: public data, trading, reconnection. It refuses to know any venue's wire; adapters speak
 * only these words to the rest of the fleet.
 */
export { type BookSnapshot, type MarketDataHandlers, MarketDataVenue } from './market-data.js';
export {
  type CancelAnswer,
  type Cancellation,
  type PlaceAnswer,
  type Placement,
  type TradingHandlers,
  TradingVenue,
  type VenueAccountState,
  type VenueOrderReport,
  type VenueOrderStatus,
} from './trading.js';
export { reconnectDelayMs } from './backoff.js';
