import {
  bookCodec,
  bookRequestCodec,
  candleCodec,
  emptyCodec,
  feedsPageCodec,
  feedsRequestCodec,
  feedStateCodec,
  instrumentChangedCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  marketTradeCodec,
  patterns,
  reconnectVenueCodec,
  subjects,
} from '@argosy/contracts';
import {
  type Book,
  type Candle,
  Fault,
  type FeedState,
  type FeedStateName,
  type Instrument,
  type InstrumentId,
  type MarketTrade,
  parsePrice,
  parseQuantity,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import {
  type MessageContext,
  SilentLogger,
  SilentMetrics,
  type Span,
  type SpanOptions,
  Tracer,
} from '@argosy/platform-port';
import {
  aProcess,
  anInstrument,
  InMemoryBroker,
  InMemoryBus,
  levels,
  ManualTime,
  SeededRandom,
  settled,
} from '@argosy/testing';
import { type BookSnapshot, type MarketDataHandlers, MarketDataVenue } from '@argosy/venue-port';
import { MarketDataMetrics } from './market-data.metrics.js';
import { marketDataRoutes } from './market-data.routes.js';
import { MarketDataService } from './market-data.service.js';

const ID = anInstrument().id;

/** A venue that does what the story says. */
class ScriptedVenue extends MarketDataVenue {
  override readonly venue = 'hyperliquid' as const;
  listing: readonly Instrument[] = [anInstrument()];
  failures = 0;
  reconnects = 0;
  started: readonly InstrumentId[] = [];
  handlers!: MarketDataHandlers;
  override async instruments(): Promise<readonly Instrument[]> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Fault('VENUE_UNAVAILABLE', 'nobody answers');
    }
    return this.listing;
  }
  override async start(instruments: readonly InstrumentId[], handlers: MarketDataHandlers): Promise<void> {
    this.started = instruments;
    this.handlers = handlers;
  }
  override reconnect(): void {
    this.reconnects += 1;
  }
  override async stop(): Promise<void> {
    this.started = [];
  }
}

class ListTracer extends Tracer {
  readonly spans: { readonly name: string; readonly options: SpanOptions | undefined; ended: boolean }[] = [];
  override start(name: string, options?: SpanOptions): Span {
    const span = { name, options, ended: false };
    this.spans.push(span);
    const traceparent = `00-${String(this.spans.length).padStart(32, '0')}-${'1'.padStart(16, '0')}-01`;
    return {
      context: { traceparent },
      set: () => undefined,
      fail: () => undefined,
      end: () => void (span.ended = true),
    };
  }
}

interface Heard {
  readonly books: { readonly book: Book; readonly context: MessageContext }[];
  readonly feeds: FeedState[];
  readonly trades: MarketTrade[];
  readonly candles: Candle[];
  readonly instruments: Instrument[];
  /** Books and feed states in the order they came. */
  readonly order: string[];
}

async function aService(venue = new ScriptedVenue(), symbols: readonly string[] = ['BTC-PERP']) {
  const time = new ManualTime();
  const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers), 'market-data');
  const reader = bus.peer('reader');
  const heard: Heard = { books: [], feeds: [], trades: [], candles: [], instruments: [], order: [] };
  const queueLimit = 10_000;
  reader.subscribe(patterns.everyBook, bookCodec, { queueLimit }, (book, context) => {
    heard.books.push({ book, context });
    heard.order.push(book.valid ? 'book' : 'nothing known');
  });
  reader.subscribe(patterns.everyFeed, feedStateCodec, { queueLimit }, (feed) => {
    heard.feeds.push(feed);
    heard.order.push(feed.state);
  });
  reader.subscribe(
    patterns.everyMarketTrade,
    marketTradeCodec,
    { queueLimit },
    (trade) => void heard.trades.push(trade),
  );
  reader.subscribe(patterns.everyCandle, candleCodec, { queueLimit }, (candle) => void heard.candles.push(candle));
  reader.subscribe(
    patterns.everyInstrument,
    instrumentChangedCodec,
    { queueLimit },
    (instrument) => void heard.instruments.push(instrument),
  );
  const tracer = new ListTracer();
  const service = new MarketDataService(
    [{ venue, symbols }],
    { bookIntervalMs: 50, withdrawAfterMs: 5_000, instrumentRefreshMs: 30_000 },
    {
      bus,
      clock: time.clock,
      timers: time.timers,
      random: new SeededRandom(1),
      tracer,
      logger: new SilentLogger(),
      metrics: new MarketDataMetrics(new SilentMetrics()),
      facts: aProcess(),
    },
  );
  await service.start();
  await settled();
  const now = (): TimeNs => time.clock.now();
  const feed = (state: FeedStateName, reason = ''): void =>
    venue.handlers.onFeedState({ venue: 'hyperliquid', instrumentId: ID, state, reason, sinceNs: now() });
  const book = (price: string): void => {
    const snapshot: BookSnapshot = {
      kind: 'snapshot',
      instrumentId: ID,
      bids: levels([price, '1']),
      asks: levels(['99999', '1']),
      venueTimeNs: now(),
      receivedTimeNs: now(),
    };
    venue.handlers.onBook(snapshot);
  };
  return { time, bus, reader, heard, service, venue, tracer, feed, book };
}

const prices = (heard: Heard): readonly string[] =>
  heard.books.map(({ book }) => (book.valid ? String(book.bids[0]?.price) : 'none'));
const p = (price: string): string => String(parsePrice(price));

describe('market-data', () => {
  it('sends the first book at once and then the newest, at most one an interval, with rising sequences', async () => {
    const { time, heard, feed, book } = await aService();
    feed('live');
    for (const price of ['100', '101', '102', '103']) book(price);
    await settled();
    expect(prices(heard)).toEqual([p('100')]);
    await time.advanceAsync(49);
    expect(prices(heard)).toEqual([p('100')]);
    await time.advanceAsync(1);
    expect(prices(heard)).toEqual([p('100'), p('103')]);
    expect(heard.books.map(({ book: { sequence } }) => sequence)).toEqual([1n, 2n]);
  });

  const breaks: readonly FeedStateName[] = ['stale', 'gapped', 'crossed', 'disconnected', 'halted'];
  it.each(breaks)('MD-1, I-30: %s withdraws the book at once, before it is told why, and once', async (state) => {
    const { time, heard, feed, book } = await aService();
    feed('live');
    book('100');
    book('101');
    await settled();
    heard.order.length = 0;
    feed(state, 'a reason');
    feed(state, 'another reason');
    await settled();
    expect(heard.order).toEqual(['nothing known', state, state]);
    expect(heard.books.at(-1)?.book).toMatchObject({ valid: false, bids: [], asks: [], sequence: 2n });
    await time.advanceAsync(500);
    expect(heard.books).toHaveLength(2);
  });

  it('takes no book while the feed is not live', async () => {
    const { time, heard, feed, book } = await aService();
    feed('syncing', 'waiting for a snapshot');
    book('100');
    await time.advanceAsync(200);
    expect(prices(heard)).toEqual(['none']);
    feed('live');
    book('101');
    await settled();
    expect(prices(heard)).toEqual(['none', p('101')]);
  });

  it('5.8: withdraws a book that its adapter forgot, and restores it with the next', async () => {
    const { time, heard, feed, book } = await aService();
    feed('live');
    book('100');
    await time.advanceAsync(5_000);
    expect(prices(heard)).toEqual([p('100')]);
    await time.advanceAsync(100);
    expect(prices(heard)).toEqual([p('100'), 'none']);
    expect(heard.feeds.at(-1)).toMatchObject({ state: 'stale', reason: 'no book for more than 5000 ms' });
    book('101');
    await settled();
    expect(prices(heard)).toEqual([p('100'), 'none', p('101')]);
    expect(heard.feeds.at(-1)).toMatchObject({ state: 'live' });
  });

  it('known failure: a silently stale book on a live socket, whose trades go on and whose adapter calls it live', async () => {
    const { time, heard, venue, feed, book } = await aService();
    feed('live');
    book('100');
    for (let told = 0; told < 12; told += 1) {
      await time.advanceAsync(500);
      const [at, tradeId] = [time.clock.now(), String(told)];
      const price = parsePrice('120');
      const quantity = parseQuantity('1');
      const moment = { venueTimeNs: at, receivedTimeNs: at };
      venue.handlers.onTrade({ instrumentId: ID, tradeId, price, quantity, aggressor: 'buy', ...moment });
      if (told % 2 === 0) feed('live');
    }
    await settled();
    expect(heard.trades).toHaveLength(12);
    expect(prices(heard)).toEqual([p('100'), 'none']);
    expect(heard.books.at(-1)?.book.valid).toBe(false);
  });

  it('OB-5: starts a trace with every book sent, backdated to the frame, and the message carries it', async () => {
    const { time, heard, tracer, feed, book } = await aService();
    const at = time.clock.now();
    feed('live');
    book('100');
    book('101');
    await time.advanceAsync(50);
    expect(tracer.spans.map(({ name, ended }) => [name, ended])).toEqual([
      ['market_data.tick', true],
      ['market_data.tick', true],
    ]);
    expect(tracer.spans[1]?.options?.startNs).toBe(at);
    expect(heard.books.map(({ context }) => context.trace?.traceparent.slice(3, 35))).toEqual([
      '1'.padStart(32, '0'),
      '2'.padStart(32, '0'),
    ]);
  });

  it('tells every feed once a second to those who have just come', async () => {
    const { time, heard, feed } = await aService();
    feed('live');
    await settled();
    heard.feeds.length = 0;
    await time.advanceAsync(3_000);
    expect(heard.feeds.map(({ state }) => state)).toEqual(['live', 'live', 'live']);
  });

  it('makes candles of trades where the venue has none', async () => {
    const { time, heard, venue, feed, book } = await aService();
    const aTrade = (price: string): MarketTrade => ({
      instrumentId: ID,
      tradeId: price,
      price: parsePrice(price),
      quantity: parseQuantity('1'),
      aggressor: 'buy',
      venueTimeNs: time.clock.now(),
      receivedTimeNs: time.clock.now(),
    });
    feed('live');
    venue.handlers.onTrade(aTrade('100'));
    venue.handlers.onTrade(aTrade('105'));
    await time.advanceAsync(1_000);
    expect(heard.trades).toHaveLength(2);
    expect(heard.candles).toMatchObject([{ close: parsePrice('105'), trades: 2, closed: false }]);
    await time.advanceAsync(59_000);
    book('100');
    await settled();
    expect(heard.candles.at(-1)).toMatchObject({ closed: true, high: parsePrice('105') });
  });

  it("passes the venue's own candles on and stops making them", async () => {
    const { time, heard, venue } = await aService();
    const price = parsePrice('7');
    const candle: Candle = {
      instrumentId: ID,
      openTimeNs: timeNs(0n),
      closeTimeNs: timeNs(60n),
      open: price,
      high: price,
      low: price,
      close: price,
      volume: parseQuantity('1'),
      trades: 1,
      closed: true,
    };
    venue.handlers.onCandle(candle);
    await time.advanceAsync(2_000);
    expect(heard.candles).toEqual([candle]);
  });

  it('waits for a venue that is away and for an instrument that is not listed, with the reason in its health', async () => {
    const venue = new ScriptedVenue();
    venue.failures = 2;
    const { time, service } = await aService(venue, ['BTC-PERP', 'NEW-PERP']);
    expect(service.waitingFor()).toBe('hyperliquid: nobody answers');
    await time.advanceAsync(3_000);
    expect(service.waitingFor()).toBe('hyperliquid: hyperliquid does not list NEW-PERP');
    venue.listing = [anInstrument(), anInstrument({ id: 'hyperliquid_NEW-PERP' as InstrumentId, symbol: 'NEW-PERP' })];
    await time.advanceAsync(10_000);
    expect(service.waitingFor()).toBeUndefined();
    expect(venue.started).toEqual([ID, 'hyperliquid_NEW-PERP']);
  });

  it('5.13: tells a change of the instrument and answers with its newest version', async () => {
    const { heard, service, venue } = await aService();
    venue.handlers.onInstrument(anInstrument({ version: 2, lot: parseQuantity('0.01') }));
    await settled();
    expect(heard.instruments.map(({ version }) => version)).toEqual([1, 2]);
    expect(service.instruments({ venue: '' })).toMatchObject({ ok: true, value: [{ version: 2 }] });
  });

  it('answers its questions and refuses what it does not know', async () => {
    const { reader, bus, service, venue, feed, book, time } = await aService();
    for (const route of marketDataRoutes(service)) {
      if (route.kind !== 'request') continue;
      bus.subscribe(route.pattern, route.ask, { queueLimit: 10 }, async (message, context) => {
        const answer = await route.handle(message, context);
        if (answer !== undefined && context.replyTo !== undefined) bus.reply(context.replyTo, route.answer, answer);
      });
    }
    feed('live');
    book('100');
    const timeoutMs = 1_000;
    expect(
      await reader.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: 'hyperliquid' },
        { timeoutMs },
      ),
    ).toMatchObject({ ok: true, value: [{ id: ID }] });
    expect(
      await reader.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: 'mtgox' },
        { timeoutMs },
      ),
    ).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
    expect(
      await reader.request(subjects.marketFeeds, feedsRequestCodec, feedsPageCodec, {}, { timeoutMs }),
    ).toMatchObject({ ok: true, value: { feeds: [{ state: 'live' }], messagesPerSecond: 0.1 } });
    expect(
      await reader.request(subjects.marketBookQuery, bookRequestCodec, bookCodec, { instrumentId: ID }, { timeoutMs }),
    ).toMatchObject({ ok: true, value: { valid: true, sequence: 1n } });
    expect(
      await reader.request(subjects.marketBookQuery, bookRequestCodec, bookCodec, { instrumentId: 'x' }, { timeoutMs }),
    ).toMatchObject({ ok: false, refusal: { code: 'instrument_unknown' } });
    expect(
      await reader.request(
        subjects.marketReconnect,
        reconnectVenueCodec,
        emptyCodec,
        { venue: 'hyperliquid' },
        { timeoutMs },
      ),
    ).toMatchObject({ ok: true });
    expect(
      await reader.request(
        subjects.marketReconnect,
        reconnectVenueCodec,
        emptyCodec,
        { venue: 'binance' },
        { timeoutMs },
      ),
    ).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
    expect(venue.reconnects).toBe(1);
    await time.advanceAsync(0);
  });

  it('loses books while the bus is away, and tells everything anew when it is back', async () => {
    const { time, bus, heard, feed, book } = await aService();
    feed('live');
    bus.disconnect();
    book('100');
    await time.advanceAsync(100);
    expect(prices(heard)).toEqual([]);
    bus.reconnect();
    await settled();
    expect(prices(heard)).toEqual([p('100')]);
    expect(heard.feeds.at(-1)).toMatchObject({ state: 'live' });
  });

  it('withdraws every book when it stops', async () => {
    const { heard, service, feed, book } = await aService();
    feed('live');
    book('100');
    await service.stop();
    await settled();
    expect(heard.books.at(-1)?.book.valid).toBe(false);
    expect(heard.feeds.at(-1)).toMatchObject({ state: 'disconnected' });
  });
});
