import type { FeedState, FeedStateName, Instrument, Quantity, TimeNs } from '@argosy/domain';
import {
  bestLevels,
  type BookUnits,
  DecimalUnit,
  DepthSync,
  judgeFreshness,
  OrderBook,
  type VenueClock,
} from '@argosy/market-data-core';
import type { MarketDataHandlers } from '@argosy/venue-port';
import { BestComparison, readBest } from './best-comparison.js';
import type { BinanceMarket } from './binance-market.js';
import { type DepthDiff, type DepthSnapshot, readDiff, readSnapshot, type StreamFrame } from './decode-frame.js';
import { type EventContext, readCandle, readDayTicker, readMarkPrice, readTrade } from './read-events.js';
import { type JsonRecord, venueTime } from './read-json.js';
import type { MutableStatistics } from './statistics.js';

/** The moment a frame came in, by both clocks. */
export interface Arrival {
  readonly timeNs: TimeNs;
  /** Monotonic. */
  readonly ms: number;
}

/** What a feed needs of its connection. */
export interface FeedHost {
  readonly market: BinanceMarket;
  readonly handlers: MarketDataHandlers;
  readonly statistics: MutableStatistics;
  readonly venueClock: VenueClock;
  /** Levels a side in every published book. */
  readonly levels: number;
  readonly staleAfterMs: number;
  now(): Arrival;
  requestSnapshot(feed: InstrumentFeed): void;
  unreadable(reason: string): void;
  /** An event's time does not fit the venue's clock as we know it. */
  doubtClock(): void;
}

/** A feed that has stayed live so long has recovered: its next snapshot is asked for at once again. */
const RECOVERED_AFTER_MS = 10_000;

/**
 * One instrument's public data: its chain of diffs, its book, its health. Whatever casts doubt on the book ends `live`
 * before anything else happens, and only a new snapshot with an unbroken chain brings it back.
 */
export class InstrumentFeed {
  #state: FeedStateName = 'connecting';
  #reason = '';
  #sinceNs: TimeNs;
  #liveSinceMs = 0;
  #units: BookUnits;
  #last: { readonly venueMs: number; readonly receivedMs: number } | undefined;
  readonly #book = new OrderBook();
  readonly #sync: DepthSync<DepthDiff>;
  readonly #comparison = new BestComparison();
  /** Snapshots asked for since the feed was last well. */
  snapshotAttempts = 0;
  /** One is scheduled or under way. */
  snapshotWanted = false;
  /** Rises whenever everything known is dropped: an answer to an older question is ignored. */
  epoch = 0;

  constructor(
    private readonly host: FeedHost,
    public instrument: Instrument,
  ) {
    this.#units = unitsOf(instrument);
    this.#sync = new DepthSync(host.market.chain);
    this.#sinceNs = host.now().timeNs;
  }

  get state(): FeedStateName {
    return this.#state;
  }

  onFrame({ channel, data }: StreamFrame, arrival: Arrival): void {
    switch (channel) {
      case 'depth':
        this.#onDepth(data, arrival);
        break;
      case 'bookTicker':
        this.#onTicker(data);
        break;
      default:
        this.#onEvent(channel, data, arrival);
    }
  }

  #onEvent(channel: string, data: JsonRecord, arrival: Arrival): void {
    const context: EventContext = {
      instrumentId: this.instrument.id,
      units: this.#units,
      receivedTimeNs: arrival.timeNs,
    };
    const { handlers, statistics } = this.host;
    if (channel === 'trade' || channel === 'aggTrade') {
      const trade = readTrade(data, context);
      if (trade === undefined) return this.host.unreadable(`${channel} of ${this.instrument.symbol}`);
      statistics.trades += 1;
      return handlers.onTrade(trade);
    }
    if (channel === 'kline_1m') {
      const candle = readCandle(data, context);
      if (candle === undefined) return this.host.unreadable(`${channel} of ${this.instrument.symbol}`);
      statistics.states += 1;
      return handlers.onCandle(candle);
    }
    const isMark = channel === 'markPrice';
    if (!isMark && channel !== 'ticker' && channel !== 'miniTicker')
      return this.host.unreadable(`unknown channel '${channel.slice(0, 40)}'`);
    const state = isMark ? readMarkPrice(data, context) : readDayTicker(data, context);
    if (state === undefined) return this.host.unreadable(`${channel} of ${this.instrument.symbol}`);
    statistics.states += 1;
    handlers.onMarketState(state);
  }

  #onTicker(data: JsonRecord): void {
    const best = readBest(data, this.#units);
    const id = data['u'];
    if (best === undefined || typeof id !== 'number' || !Number.isSafeInteger(id))
      return this.host.unreadable(`bookTicker of ${this.instrument.symbol}`);
    this.host.statistics.tickers += 1;
    this.#afterComparison(this.#comparison.tickerAt(id, best));
  }

  #onDepth(data: JsonRecord, arrival: Arrival): void {
    this.host.statistics.diffs += 1;
    if (this.#state === 'halted') return;
    const diff = readDiff(data, this.host.market, this.#units, arrival.ms);
    if (typeof diff === 'string') {
      this.host.unreadable(`diff of ${this.instrument.symbol}: ${diff}`);
      return this.#gap(`malformed diff: ${diff}`);
    }
    const verdict = this.#sync.offer(diff);
    if (verdict.verdict === 'buffered') this.host.requestSnapshot(this);
    else if (verdict.verdict === 'gap') this.#gap(verdict.reason, diff);
    else if (verdict.verdict === 'apply' && this.#apply(diff)) this.#serve(arrival);
  }

  /** A broken chain: the book is worthless from here on, a new one begins with `next`. */
  #gap(reason: string, next?: DepthDiff): void {
    // While a chain is only being built, one more broken diff is the same gap.
    if (this.#state !== 'gapped') this.host.statistics.gaps += 1;
    this.#resync('gapped', reason, next);
  }

  #resync(state: 'gapped' | 'crossed', reason: string, next?: DepthDiff): void {
    const now = this.host.now();
    if (this.#state === 'live' && now.ms - this.#liveSinceMs >= RECOVERED_AFTER_MS) this.snapshotAttempts = 0;
    this.#book.clear();
    this.#comparison.forgetBooks();
    this.#sync.restart(next === undefined ? [] : [next]);
    this.#last = undefined;
    this.#enter(state, reason);
    this.host.requestSnapshot(this);
  }

  /** True when the book may be served. */
  #apply(diff: DepthDiff): boolean {
    this.#book.apply(diff.bids, diff.asks);
    this.#last = { venueMs: diff.venueMs, receivedMs: diff.receivedMs };
    if (this.#book.isCrossed) {
      this.host.statistics.crossed += 1;
      this.#resync(
        'crossed',
        `bid ${String(this.#book.bestBidTicks)} at or above ask ${String(this.#book.bestAskTicks)} (ticks) after id ${String(diff.last)}`,
      );
      return false;
    }
    if (this.#book.isOneSided) {
      this.#gap(`a side of the book is empty after id ${String(diff.last)}`);
      return false;
    }
    return this.#afterComparison(this.#comparison.bookAt(diff.last, this.#book));
  }

  /** True when nothing contradicts the book. */
  #afterComparison(difference: string | undefined): boolean {
    this.host.statistics.comparisons += this.#comparison.comparisons;
    this.host.statistics.mismatches += this.#comparison.mismatches;
    this.#comparison.comparisons = 0;
    this.#comparison.mismatches = 0;
    if (difference === undefined) return true;
    this.#gap(`the venue's own best bid and ask differ: ${difference}`);
    return false;
  }

  #serve(arrival: Arrival): void {
    if (this.#last === undefined) return;
    if (this.#isStale(arrival.ms)) return;
    if (this.#state !== 'live') this.#liveSinceMs = arrival.ms;
    this.#enter('live', '');
    this.host.handlers.onBook({
      kind: 'snapshot',
      instrumentId: this.instrument.id,
      bids: bestLevels(this.#book, 'buy', this.host.levels, this.#units),
      asks: bestLevels(this.#book, 'sell', this.host.levels, this.#units),
      venueTimeNs: venueTime(this.#last.venueMs),
      receivedTimeNs: arrival.timeNs,
    });
  }

  /** An answered snapshot. False when it was no use and another must be asked for. */
  onSnapshot(body: unknown): boolean {
    if (this.#sync.state !== 'awaiting_snapshot' || this.#state === 'halted') return true;
    const snapshot = readSnapshot(body, this.#units);
    if (typeof snapshot === 'string') {
      this.host.unreadable(`snapshot of ${this.instrument.symbol}: ${snapshot}`);
      return false;
    }
    return this.#load(snapshot);
  }

  #load(snapshot: DepthSnapshot): boolean {
    const verdict = this.#sync.snapshot(snapshot.lastId);
    if (verdict.verdict === 'too_old') return false;
    this.host.statistics.snapshots += 1;
    if (verdict.verdict === 'gap') {
      this.#gap(verdict.reason);
      return true;
    }
    this.#book.load(snapshot.bids, snapshot.asks);
    for (const diff of verdict.apply) if (!this.#apply(diff)) return true;
    if (this.#sync.state === 'synced') this.#serve(this.host.now());
    return true;
  }

  /** The socket is open (again): nothing known before counts. */
  onConnected(): void {
    this.#forget();
    this.snapshotAttempts = 0;
    if (this.instrument.status === 'trading') this.#enter('syncing', 'waiting for a snapshot');
    else this.#enter('halted', `the venue says ${this.instrument.status}`);
  }

  onDisconnected(reason: string): void {
    this.#forget();
    this.#enter('disconnected', reason);
  }

  /** The listing changed: other steps mean other counts, so the book starts anew. */
  onInstrument(instrument: Instrument): void {
    this.instrument = instrument;
    this.#units = unitsOf(instrument);
    if (this.#state === 'connecting' || this.#state === 'disconnected') return;
    this.#forget();
    if (instrument.status === 'trading') {
      this.#enter('syncing', `the listing changed to version ${String(instrument.version)}`);
      this.host.requestSnapshot(this);
    } else this.#enter('halted', `the venue says ${instrument.status}`);
  }

  #forget(): void {
    this.#book.clear();
    this.#sync.restart();
    this.#comparison.forgetAll();
    this.#last = undefined;
    this.snapshotWanted = false;
    this.epoch += 1;
  }

  /** Called on a timer: an open socket proves nothing (5.8). */
  checkFreshness(nowMs: number): void {
    if (this.#state === 'live') this.#isStale(nowMs);
  }

  /** Judges, and says so when it is. */
  #isStale(nowMs: number): boolean {
    const freshness = this.#freshness(nowMs);
    if (freshness?.stale !== true) return false;
    if (freshness.byVenueTime) this.host.doubtClock();
    this.#enter('stale', freshness.reason);
    return true;
  }

  #freshness(nowMs: number): ReturnType<typeof judgeFreshness> | undefined {
    if (this.#last === undefined) return undefined;
    return judgeFreshness({ nowMs, ...this.#last, limitMs: this.host.staleAfterMs }, this.host.venueClock);
  }

  #enter(state: FeedStateName, reason: string): void {
    // A stale feed's reason counts milliseconds: one report of it is enough.
    if (this.#state === state && (this.#reason === reason || state === 'stale')) return;
    if (this.#state !== state) this.#sinceNs = this.host.now().timeNs;
    this.#state = state;
    this.#reason = reason;
    this.report();
  }

  /** Tells the present health, with the latency as measured now. */
  report(): void {
    const latencyMs = this.#freshness(this.host.now().ms)?.latencyMs;
    const feed: FeedState = {
      venue: this.host.market.venue,
      instrumentId: this.instrument.id,
      state: this.#state,
      reason: this.#reason,
      sinceNs: this.#sinceNs,
      ...(latencyMs === undefined ? {} : { latencyMs }),
    };
    this.host.handlers.onFeedState(feed);
  }
}

/** Real books hold sizes finer than today's lot (orders from before it grew): a thousandth of it, at best 1e-8, counts them. */
const SIZE_STEPS_PER_LOT = 1_000n;
const SIZE_STEP_MIN = 10_000n;

function unitsOf({ priceRule, lot, symbol }: Instrument): BookUnits {
  if (priceRule.kind !== 'fixed') throw new RangeError(`${symbol}: Binance prices have a fixed tick`);
  const fine = lot % SIZE_STEPS_PER_LOT === 0n ? lot / SIZE_STEPS_PER_LOT : lot;
  const size = (fine < SIZE_STEP_MIN && lot >= SIZE_STEP_MIN ? SIZE_STEP_MIN : fine) as Quantity;
  return { tick: new DecimalUnit(priceRule.tick), size: new DecimalUnit(lot % size === 0n ? size : lot) };
}
