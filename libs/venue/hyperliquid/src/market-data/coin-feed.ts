import { type Candle, type FeedStateName, type Instrument, msToNs, type TimeNs, type Timer } from '@argosy/domain';
import type { MarketDataHandlers } from '@argosy/venue-port';
import type { HyperliquidPorts } from '../config.js';
import type { Listing } from '../instruments.js';
import { RecentMap } from '../transport/recent-map.js';
import { readable } from '../wire/frame.js';
import { BookReader, parseCandle, parseMarketState, parseTrades, type WireBook } from '../wire/public-frames.js';

export interface CoinFeedOwner {
  readonly ports: HyperliquidPorts;
  handlers(): MarketDataHandlers;
  readonly staleAfterMs: number;
  /** Venue minus our UTC, ms; undefined while unknown. */
  offsetMs(): number | undefined;
  /** A book's time does not fit that offset. */
  doubtOffset(): void;
  /** The feed has had no good book for too long: subscribe anew, or connect anew. */
  recover(feed: CoinFeed): void;
  /** A frame was refused. */
  refused(reason: string): void;
}

/** Trades repeated after a resubscription are dropped as far back as this. */
const TRADES_REMEMBERED = 4_096;
/** A book from so far ahead of the venue's clock is in other units or from another clock. */
const FUTURE_MS_MAX = 60_000;
/** No book is younger than the venue's clock: from so far ahead of it, that clock was set. */
const AHEAD_MS_MAX = 1_000;
/** Recovery of a feed that stays silent slows down to every this many stale limits. */
const RECOVERY_SPACING_MAX = 12;

/**
 * One coin's public data. Every l2Book is a full snapshot, so a bad one needs no repair, only distrust: it is not served,
 * the feed says why, and the next good one makes it live again (5.7, 5.8).
 */
export class CoinFeed {
  private state: FeedStateName = 'connecting';
  private lastVenueMs = 0;
  private lastGoodMs: number;
  private lastRecoveryMs = 0;
  private recoveries = 0;
  private timer: Timer | undefined;
  private reader: BookReader;
  private served: WireBook | undefined;
  private openCandle: Candle | undefined;
  private readonly seenTrades = new RecentMap<true>(TRADES_REMEMBERED);

  constructor(
    private listing: Listing,
    private readonly owner: CoinFeedOwner,
  ) {
    this.reader = new BookReader(listing.precision);
    this.lastGoodMs = owner.ports.clock.monotonicMs();
  }

  get coin(): string {
    return this.listing.instrument.venueSymbol;
  }

  get isLive(): boolean {
    return this.state === 'live';
  }

  begin(): void {
    this.publish('connecting', 'first connection');
  }

  /** Subscriptions were sent: the first good book makes the feed live. */
  syncing(): void {
    this.lastVenueMs = 0;
    this.lastGoodMs = this.owner.ports.clock.monotonicMs();
    this.become('syncing', 'subscribed');
    this.arm(this.owner.staleAfterMs);
  }

  disconnected(reason: string): void {
    this.timer?.cancel();
    this.become('disconnected', reason);
  }

  stop(): void {
    this.timer?.cancel();
    this.become('disabled', 'stopped');
  }

  instrumentChanged(instrument: Instrument, listing: Listing): void {
    this.listing = listing;
    this.reader = new BookReader(listing.precision);
    if (instrument.status === 'delisted' || instrument.status === 'halted')
      this.become('halted', `instrument is ${instrument.status}`);
  }

  onBook(data: unknown, receivedTimeNs: TimeNs): void {
    const book = readable(() => this.reader.book(data));
    if (!book.ok) return this.distrust('gapped', book.reason);
    const problem = this.problemOf(book.value, receivedTimeNs);
    if (problem !== undefined) return this.distrust(...problem);
    this.lastVenueMs = book.value.venueTimeMs;
    this.lastGoodMs = this.owner.ports.clock.monotonicMs();
    this.recoveries = 0;
    if (this.listing.instrument.status !== 'trading') return;
    if (this.state !== 'live') this.become('live', 'book received', this.lagMs(book.value, receivedTimeNs));
    this.serve(book.value, receivedTimeNs);
  }

  /** Moves the top of a live book; levels the new best prices have passed are gone, the rest stays until the next snapshot. */
  onBestPrices(data: unknown, receivedTimeNs: TimeNs): void {
    const best = readable(() => this.reader.best(data));
    if (!best.ok) return this.owner.refused(`bbo of ${this.coin}: ${best.reason}`);
    const { bid, ask, venueTimeMs } = best.value;
    const { served } = this;
    if (
      !this.isLive ||
      served === undefined ||
      bid === undefined ||
      ask === undefined ||
      venueTimeMs <= this.lastVenueMs
    )
      return;
    this.lastVenueMs = venueTimeMs;
    const bids = [bid, ...served.bids.filter(({ price }) => price < bid.price)];
    const asks = [ask, ...served.asks.filter(({ price }) => price > ask.price)];
    this.serve({ bids, asks, venueTimeMs }, receivedTimeNs);
  }

  onTrades(data: unknown, receivedTimeNs: TimeNs): void {
    const { id } = this.listing.instrument;
    const trades = readable(() => parseTrades(data, this.coin, id, receivedTimeNs));
    if (!trades.ok) return this.owner.refused(`trades of ${this.coin}: ${trades.reason}`);
    for (const trade of trades.value) {
      if (this.seenTrades.get(trade.tradeId) === true) continue;
      this.seenTrades.set(trade.tradeId, true);
      this.owner.handlers().onTrade(trade);
    }
  }

  onMarketState(data: unknown, receivedTimeNs: TimeNs): void {
    const state = readable(() => parseMarketState(data, this.listing.instrument.id, receivedTimeNs));
    if (state.ok) this.owner.handlers().onMarketState(state.value);
    else this.owner.refused(`activeAssetCtx of ${this.coin}: ${state.reason}`);
  }

  /** The venue never says that a candle is closed; the first message of the next one does. */
  onCandle(data: unknown): void {
    const candle = readable(() => parseCandle(data, this.listing.instrument.id));
    if (!candle.ok) return this.owner.refused(`candle of ${this.coin}: ${candle.reason}`);
    const last = this.openCandle;
    if (last !== undefined && candle.value.openTimeNs < last.openTimeNs) return;
    if (last !== undefined && candle.value.openTimeNs > last.openTimeNs)
      this.owner.handlers().onCandle({ ...last, closed: true });
    this.openCandle = candle.value;
    this.owner.handlers().onCandle(candle.value);
  }

  private serve(book: WireBook, receivedTimeNs: TimeNs): void {
    this.served = book;
    const { bids, asks, venueTimeMs } = book;
    const instrumentId = this.listing.instrument.id;
    this.owner
      .handlers()
      .onBook({ kind: 'snapshot', instrumentId, bids, asks, venueTimeNs: msToNs(venueTimeMs), receivedTimeNs });
  }

  private problemOf(book: WireBook, receivedTimeNs: TimeNs): readonly [FeedStateName, string] | undefined {
    const [bid, ask] = [book.bids[0], book.asks[0]];
    if (bid === undefined || ask === undefined) return ['gapped', 'a side of the book is empty'];
    if (bid.price >= ask.price) return ['crossed', 'best bid is not below best ask'];
    if (book.venueTimeMs < this.lastVenueMs) {
      return ['gapped', `time went back from ${String(this.lastVenueMs)} to ${String(book.venueTimeMs)}`];
    }
    const lagMs = this.lagMs(book, receivedTimeNs);
    if (lagMs === undefined) return undefined;
    if (lagMs > this.owner.staleAfterMs || lagMs < -AHEAD_MS_MAX) this.owner.doubtOffset();
    if (lagMs > this.owner.staleAfterMs) return ['stale', `book is ${String(Math.round(lagMs))} ms old`];
    if (lagMs < -FUTURE_MS_MAX)
      return ['gapped', `book is ${String(Math.round(-lagMs))} ms ahead of the venue's clock`];
    return undefined;
  }

  private lagMs(book: WireBook, receivedTimeNs: TimeNs): number | undefined {
    const offsetMs = this.owner.offsetMs();
    return offsetMs === undefined ? undefined : Number(receivedTimeNs / 1_000n) / 1_000 + offsetMs - book.venueTimeMs;
  }

  private distrust(state: FeedStateName, reason: string): void {
    this.owner.refused(`l2Book of ${this.coin}: ${reason}`);
    this.become(state, reason);
  }

  private become(state: FeedStateName, reason: string, latencyMs?: number): void {
    // A halted instrument stays halted until it is listed again, whatever its feed does; only the end of it all is said.
    const halted = this.state === 'halted' && this.listing.instrument.status !== 'trading' && state !== 'disabled';
    if (this.state === state || halted) return;
    this.publish(state, reason, latencyMs);
  }

  private publish(state: FeedStateName, reason: string, latencyMs?: number): void {
    this.state = state;
    this.owner.handlers().onFeedState({
      venue: 'hyperliquid',
      instrumentId: this.listing.instrument.id,
      state,
      reason,
      sinceNs: this.owner.ports.clock.now(),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.owner.ports.timers.after(delayMs, () => this.check());
  }

  /** One timer a feed, not one a book: it fires at the limit of the book it was set for and looks how old the newest is. */
  private check(): void {
    const limit = this.owner.staleAfterMs;
    const nowMs = this.owner.ports.clock.monotonicMs();
    const ageMs = nowMs - this.lastGoodMs;
    if (this.isLive && ageMs < limit) return this.arm(limit - ageMs);
    if (this.isLive) {
      this.become('stale', `no book for ${String(limit)} ms`);
      this.lastRecoveryMs = nowMs;
      return this.arm(limit);
    }
    const spacing = limit * Math.min(RECOVERY_SPACING_MAX, 2 ** this.recoveries);
    const sinceMs = nowMs - Math.max(this.lastGoodMs, this.lastRecoveryMs);
    if (sinceMs < limit || this.state === 'halted') return this.arm(limit);
    this.recoveries += 1;
    this.lastRecoveryMs = nowMs;
    this.lastVenueMs = 0;
    this.arm(spacing);
    this.owner.recover(this);
  }
}
