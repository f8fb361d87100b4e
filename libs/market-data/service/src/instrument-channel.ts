import {
  type Book,
  type Candle,
  type Clock,
  type FeedState,
  type Instrument,
  type Level,
  type MarketState,
  type MarketTrade,
  type Timer,
  type TimeNs,
  timeNs,
  type Timers,
} from '@argosy/domain';
import { CandleBuilder } from '@argosy/market-data-core';
import type { BookSnapshot } from '@argosy/venue-port';
import type { MarketDataMetrics } from './market-data.metrics.js';
import type { MarketPublisher } from './market-publisher.js';

export interface ChannelSettings {
  /** Least time between two valid books of one instrument; the newest wins. */
  readonly bookIntervalMs: number;
  /** A book not renewed for so long is withdrawn, whatever its adapter says. */
  readonly withdrawAfterMs: number;
}

export interface ChannelPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly publisher: MarketPublisher;
  readonly metrics: MarketDataMetrics;
}

const NO_LEVELS: readonly Level[] = [];
const NEVER = timeNs(0n);

/**
 * One instrument on its way to the fleet. A break of its feed withdraws the book at once, with no levels in it, before
 * anything else is sent; valid books are conflated to the newest.
 */
export class InstrumentChannel {
  #instrument: Instrument;
  #feed: FeedState;
  /** The adapter says live but no book has come for too long. */
  #isWithdrawn = false;
  #newest: BookSnapshot | undefined;
  #newestMs = 0;
  #published: Book;
  #publishedMs = Number.NEGATIVE_INFINITY;
  #due: Timer | undefined;
  readonly #candles: CandleBuilder;
  #venueHasCandles = false;
  #candleChanged = false;

  constructor(
    instrument: Instrument,
    private readonly settings: ChannelSettings,
    private readonly ports: ChannelPorts,
  ) {
    this.#instrument = instrument;
    const { venue, id } = instrument;
    this.#feed = {
      venue,
      instrumentId: id,
      state: 'connecting',
      reason: 'not yet connected',
      sinceNs: ports.clock.now(),
    };
    this.#published = {
      instrumentId: id,
      bids: NO_LEVELS,
      asks: NO_LEVELS,
      venueTimeNs: NEVER,
      receivedTimeNs: NEVER,
      sequence: 0n,
      valid: false,
    };
    this.#candles = new CandleBuilder(id);
  }

  get instrument(): Instrument {
    return this.#instrument;
  }
  /** The health as the fleet must see it. */
  get feed(): FeedState {
    if (!this.#isWithdrawn || this.#feed.state !== 'live') return this.#feed;
    return {
      ...this.#feed,
      state: 'stale',
      reason: `no book for more than ${String(this.settings.withdrawAfterMs)} ms`,
    };
  }
  /** As last sent. */
  get book(): Book {
    return this.#published;
  }

  onInstrument(instrument: Instrument): void {
    this.#instrument = instrument;
    this.ports.publisher.instrument(instrument);
  }

  onBook(book: BookSnapshot): void {
    this.#count('book');
    // Between two states a book belongs to neither: only a live feed serves.
    if (this.#feed.state !== 'live') return;
    if (this.#due !== undefined) this.ports.metrics.booksConflated.add({ venue: this.#instrument.venue });
    this.#newest = book;
    this.#newestMs = this.ports.clock.monotonicMs();
    if (this.#isWithdrawn) this.#restore();
    this.#closeCandle(book.venueTimeNs);
    if (this.#due !== undefined) return;
    const waitMs = this.#publishedMs + this.settings.bookIntervalMs - this.#newestMs;
    if (waitMs <= 0) this.#publishNewest();
    else this.#due = this.ports.timers.after(waitMs, () => this.#publishNewest());
  }

  #publishNewest(): void {
    this.#due = undefined;
    const book = this.#newest;
    if (book === undefined) return;
    this.#publishedMs = this.ports.clock.monotonicMs();
    const { bids, asks, venueTimeNs, receivedTimeNs } = book;
    this.#send({ bids, asks, venueTimeNs, receivedTimeNs, valid: true });
  }

  /** Tells everybody that nothing is known; only once a break. */
  #withdraw(): void {
    this.#due?.cancel();
    this.#due = undefined;
    this.#newest = undefined;
    this.#publishedMs = Number.NEGATIVE_INFINITY;
    if (!this.#published.valid && this.#published.sequence > 0n) return;
    const { venueTimeNs } = this.#published;
    this.#send({ bids: NO_LEVELS, asks: NO_LEVELS, venueTimeNs, receivedTimeNs: this.ports.clock.now(), valid: false });
  }

  #send(book: Omit<Book, 'instrumentId' | 'sequence'>): void {
    this.#published = { ...book, instrumentId: this.#instrument.id, sequence: this.#published.sequence + 1n };
    this.ports.publisher.book(this.#instrument, this.#published, this.ports.clock.now());
  }

  onFeedState(feed: FeedState): void {
    const before = this.feed;
    this.#feed = feed;
    if (feed.state !== 'live') {
      this.#isWithdrawn = false;
      // Withdrawn before the reason is told: no reader may trade between the two.
      this.#withdraw();
      if (before.state === 'live') this.ports.metrics.feedBreaks.add({ venue: feed.venue, state: feed.state });
    } else if (before.state !== 'live' && before.state !== 'stale') this.#newestMs = this.ports.clock.monotonicMs();
    if (before.state !== this.feed.state || before.reason !== this.feed.reason)
      this.ports.publisher.feed(this.#instrument, this.feed);
  }

  onTrade(trade: MarketTrade): void {
    this.#count('trade');
    this.ports.publisher.trade(this.#instrument, trade);
    if (this.#venueHasCandles) return;
    const closed = this.#candles.add(trade);
    if (closed !== undefined) this.ports.publisher.candle(this.#instrument, closed);
    this.#candleChanged = true;
  }

  onMarketState(state: MarketState): void {
    this.#count('state');
    this.ports.publisher.state(this.#instrument, state);
  }

  /** A venue that makes its own candles knows better than our trades. */
  onCandle(candle: Candle): void {
    this.#count('candle');
    this.#venueHasCandles = true;
    this.ports.publisher.candle(this.#instrument, candle);
  }

  #closeCandle(venueTimeNs: TimeNs): void {
    if (this.#venueHasCandles) return;
    const closed = this.#candles.advance(venueTimeNs);
    if (closed !== undefined) this.ports.publisher.candle(this.#instrument, closed);
  }

  /** Called on a timer, often: the last line against an adapter that forgot its feed. */
  checkSilence(): void {
    if (this.#feed.state !== 'live' || this.#isWithdrawn) return;
    if (this.ports.clock.monotonicMs() - this.#newestMs <= this.settings.withdrawAfterMs) return;
    this.#isWithdrawn = true;
    this.#withdraw();
    this.ports.metrics.feedBreaks.add({ venue: this.#instrument.venue, state: 'stale' });
    this.ports.publisher.feed(this.#instrument, this.feed);
  }

  #restore(): void {
    this.#isWithdrawn = false;
    this.ports.publisher.feed(this.#instrument, this.feed);
  }

  /** Once a second: health for those who have just come, and the candle in the making. */
  heartbeat(): void {
    const { feed } = this;
    this.ports.publisher.feed(this.#instrument, feed);
    if (feed.state === 'live' && feed.latencyMs !== undefined)
      this.ports.metrics.feedLatency.observe({ venue: feed.venue }, Math.max(0, feed.latencyMs) / 1_000);
    const { current } = this.#candles;
    if (!this.#candleChanged || current === undefined) return;
    this.#candleChanged = false;
    this.ports.publisher.candle(this.#instrument, current);
  }

  /** After the bus was away: what is known now, once. */
  republish(): void {
    this.ports.publisher.instrument(this.#instrument);
    this.ports.publisher.feed(this.#instrument, this.feed);
    if (this.#published.sequence === 0n) return;
    const { bids, asks, venueTimeNs, receivedTimeNs, valid } = this.#published;
    this.#send({ bids, asks, venueTimeNs, receivedTimeNs, valid });
  }

  /** Nothing more comes: the book must not outlive its source. */
  stop(): void {
    this.onFeedState({
      ...this.#feed,
      state: 'disconnected',
      reason: 'market-data stops',
      sinceNs: this.ports.clock.now(),
    });
  }

  #count(kind: string): void {
    this.ports.metrics.events.add({ venue: this.#instrument.venue, kind });
  }
}
