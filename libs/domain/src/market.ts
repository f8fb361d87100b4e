import type { Amount, Price, Quantity } from './decimal.js';
import type { InstrumentId } from './id.js';
import type { Side } from './order/order.js';
import type { TimeNs } from './clock.js';
import type { Venue } from './venue.js';

export interface Level {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** The best levels of one book: bids falling, asks rising, never crossed when `valid`. */
export interface Book {
  readonly instrumentId: InstrumentId;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly venueTimeNs: TimeNs;
  readonly receivedTimeNs: TimeNs;
  /** Rises by one with every book published for this instrument by this process. */
  readonly sequence: bigint;
  /** False: known to be stale, gapped or crossed. An invalid book carries no levels, so nobody can trade on it. */
  readonly valid: boolean;
}

export interface MarketTrade {
  readonly instrumentId: InstrumentId;
  readonly tradeId: string;
  readonly price: Price;
  readonly quantity: Quantity;
  /** The side that took liquidity. */
  readonly aggressor: Side;
  readonly venueTimeNs: TimeNs;
  readonly receivedTimeNs: TimeNs;
}

/** What the venue states about an instrument's value: absent where it does not say. */
export interface MarketState {
  readonly instrumentId: InstrumentId;
  readonly markPrice?: Price;
  readonly oraclePrice?: Price;
  readonly midPrice?: Price;
  /** Rate per funding interval, e.g. 0.0000125 an hour. */
  readonly fundingRate?: Amount;
  readonly openInterest?: Quantity;
  readonly dayVolumeNotional?: Amount;
  readonly venueTimeNs: TimeNs;
  readonly receivedTimeNs: TimeNs;
}

export interface Candle {
  readonly instrumentId: InstrumentId;
  readonly openTimeNs: TimeNs;
  readonly closeTimeNs: TimeNs;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
  readonly trades: number;
  readonly closed: boolean;
}

export const FEED_STATES = [
  'connecting',
  'syncing',
  'live',
  'stale',
  'gapped',
  'crossed',
  'disconnected',
  'halted',
  'disabled',
] as const;
export type FeedStateName = (typeof FEED_STATES)[number];

/** The health of one subscription; anything but `live` means its book must not be used. */
export interface FeedState {
  readonly venue: Venue;
  readonly instrumentId: InstrumentId;
  readonly state: FeedStateName;
  readonly reason: string;
  readonly sinceNs: TimeNs;
  /** Receive time minus the venue's own time, corrected by the measured offset; undefined while unknown. */
  readonly latencyMs?: number;
}
