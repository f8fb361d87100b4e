import {
  bookCodec,
  candleCodec,
  feedStateCodec,
  instrumentChangedCodec,
  marketStateCodec,
  marketTradeCodec,
  subjects,
} from '@argosy/contracts';
import {
  type Book,
  type Candle,
  Fault,
  type FeedState,
  type Instrument,
  type MarketState,
  type MarketTrade,
} from '@argosy/domain';
import type { Codec, MessageBus, TraceContext, Tracer } from '@argosy/platform-port';
import type { MarketDataMetrics } from './market-data.metrics.js';

/** One instrument's subjects. Market data may be lost: a bus that is away is counted, never waited for. */
export class MarketPublisher {
  constructor(
    private readonly bus: MessageBus,
    private readonly tracer: Tracer,
    private readonly metrics: MarketDataMetrics,
  ) {}

  /** Starts the trace that an order decided on this book will continue (OB-5). */
  book(instrument: Instrument, book: Book, nowNs: bigint): void {
    const { venue, symbol } = instrument;
    const span = this.tracer.start('market_data.tick', {
      kind: 'producer',
      startNs: book.receivedTimeNs,
      attributes: {
        venue,
        instrument: instrument.id,
        'book.sequence': Number(book.sequence),
        'book.valid': book.valid,
      },
    });
    const isSent = this.#send(instrument, subjects.marketBook(venue, symbol), bookCodec, book, span.context);
    if (!isSent) span.fail('not published');
    span.end();
    this.metrics.booksPublished.add({ venue, validity: book.valid ? 'valid' : 'invalid' });
    if (book.valid)
      this.metrics.tickToPublish.observe(
        { venue },
        Math.max(0, Number(nowNs - book.receivedTimeNs) / 1e9),
        span.context.traceparent,
      );
  }

  trade(instrument: Instrument, trade: MarketTrade): void {
    this.#send(instrument, subjects.marketTrade(instrument.venue, instrument.symbol), marketTradeCodec, trade);
  }
  state(instrument: Instrument, state: MarketState): void {
    this.#send(instrument, subjects.marketState(instrument.venue, instrument.symbol), marketStateCodec, state);
  }
  candle(instrument: Instrument, candle: Candle): void {
    this.#send(instrument, subjects.marketCandle(instrument.venue, instrument.symbol), candleCodec, candle);
  }
  feed(instrument: Instrument, feed: FeedState): void {
    this.#send(instrument, subjects.marketFeed(instrument.venue, instrument.symbol), feedStateCodec, feed);
  }
  instrument(instrument: Instrument): void {
    this.#send(
      instrument,
      subjects.marketInstrument(instrument.venue, instrument.symbol),
      instrumentChangedCodec,
      instrument,
    );
  }

  #send<T>({ venue }: Instrument, subject: string, codec: Codec<T>, message: T, trace?: TraceContext): boolean {
    try {
      // An empty context is what a tracer that collects nothing gives.
      this.bus.publish(subject, codec, message, trace === undefined || trace.traceparent === '' ? {} : { trace });
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.metrics.publishFailures.add({ venue });
      return false;
    }
  }
}
