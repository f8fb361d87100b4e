export type { Side } from '../gen/argosy/common/v1/common.js';
export {
  Book,
  Candle,
  FeedsPage,
  FeedState,
  type Instrument,
  InstrumentChanged,
  InstrumentsPage,
  MarketState,
  Trade,
} from '../gen/argosy/market/v1/market.js';
