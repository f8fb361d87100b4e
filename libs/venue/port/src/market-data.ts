import type {
  Candle,
  FeedState,
  Instrument,
  InstrumentId,
  Level,
  MarketState,
  MarketTrade,
  TimeNs,
  Venue,
} from '@argosy/domain';

/** A full picture of a book, replacing whatever was known. */
export interface BookSnapshot {
  readonly kind: 'snapshot';
  readonly instrumentId: InstrumentId;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly venueTimeNs: TimeNs;
  readonly receivedTimeNs: TimeNs;
}

export interface MarketDataHandlers {
  /** The adapter keeps the book itself (venues differ in how); each call gives its best levels after one venue event. */
  onBook(book: BookSnapshot): void;
  onTrade(trade: MarketTrade): void;
  onMarketState(state: MarketState): void;
  onCandle(candle: Candle): void;
  /** Every change of one subscription's health. A state other than `live` means the book is unusable from now on. */
  onFeedState(feed: FeedState): void;
  /** A change of tick, lot or status: the version has risen. */
  onInstrument(instrument: Instrument): void;
  /** The raw frame as received, before parsing: for recording. Text is exactly what came. */
  onRawFrame?(receivedTimeNs: TimeNs, text: string): void;
}

/** One venue's public data. Same anatomy for every venue; reconnection 1, 2, 4, 8 … 60 s with jitter is inside (MD-2). */
export abstract class MarketDataVenue {
  abstract readonly venue: Venue;
  /** Faults: VENUE_UNAVAILABLE, VENUE_PROTOCOL. */
  abstract instruments(): Promise<readonly Instrument[]>;
  /** Connects, subscribes and stays until `stop`. Unknown instrument ids throw RangeError before anything is sent. */
  abstract start(instruments: readonly InstrumentId[], handlers: MarketDataHandlers): Promise<void>;
  /** Drops the connection and starts anew at once. */
  abstract reconnect(): void;
  abstract stop(): Promise<void>;
}
