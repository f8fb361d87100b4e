import { Fault, type FeedStateName, type InstrumentId, parseAmount, parsePrice, parseQuantity } from '@argosy/domain';
import { levels, ManualTime, SeededRandom, settled } from '@argosy/testing';
import type { BinanceMarketDataOptions } from './binance-market-data.adapter.js';
import { BINANCE_USDM } from './binance-market.js';
import { aListing, anAdapter, aSnapshot, json } from './fake-binance.fixture.js';

async function started(options: Partial<BinanceMarketDataOptions> = {}) {
  const time = new ManualTime();
  const parts = anAdapter(time, new SeededRandom(3), options);
  await parts.adapter.start([parts.id], parts.seen);
  parts.venue.socket?.onOpen();
  await settled();
  const state = (): FeedStateName | undefined => parts.seen.feeds.at(-1)?.state;
  return { time, state, ...parts };
}

/** Snapshot at 100, first diff applied: live, one book served. */
async function live(options: Partial<BinanceMarketDataOptions> = {}) {
  const world = await started(options);
  world.venue.diff(99, 101, [['100.50', '3.00000']], []);
  await settled();
  expect([world.state(), world.seen.books.length]).toEqual(['live', 1]);
  return world;
}

describe('the Binance adapter', () => {
  it('subscribes combined streams, buffers, takes a snapshot and serves the book that follows from both', async () => {
    const { venue, seen } = await live();
    expect(venue.urls).toEqual([
      'wss://stream.binance.com:9443/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade',
    ]);
    expect(venue.requests.filter((url) => url.includes('depth'))).toEqual([
      'https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000',
    ]);
    expect(seen.books[0]).toMatchObject({
      bids: levels(['100.5', '3'], ['100', '1'], ['99', '2']),
      asks: levels(['101', '1'], ['102', '2']),
    });
    expect(seen.raw).toHaveLength(2);
    expect(seen.feeds.map(({ state }) => state)).toEqual(['connecting', 'syncing', 'live']);
  });

  it('lists instruments with tick, lot and smallest value, and leaves out what it cannot trade or name', async () => {
    const { adapter, venue } = await started({ symbols: [] });
    venue.listing = [
      aListing(),
      aListing({ symbol: '币安人生USDT', baseAsset: '币安人生' }),
      aListing({ symbol: 'X', filters: [] }),
      null,
      aListing({ symbol: 'ETHUSDT', baseAsset: 'ETH', status: 'A_NEW_WORD' }),
    ];
    expect(await adapter.instruments()).toMatchObject([
      {
        id: 'binance_BTC-USDT',
        kind: 'spot',
        priceRule: { kind: 'fixed', tick: parsePrice('0.01') },
        lot: parseQuantity('0.00001'),
        minimumNotional: parseAmount('5'),
        status: 'trading',
        version: 1,
      },
      { id: 'binance_ETH-USDT', status: 'halted' },
    ]);
  });

  it('refuses an unknown instrument before anything is sent', async () => {
    const time = new ManualTime();
    const { adapter, seen, venue } = anAdapter(time, new SeededRandom(1));
    await expect(adapter.start(['binance_XXX-USDT' as InstrumentId], seen)).rejects.toThrow(RangeError);
    expect(venue.urls).toEqual([]);
  });

  it('takes trades, mark price and funding, day volume', async () => {
    const { venue, seen } = await started({ market: BINANCE_USDM, streams: ['depth@0ms', 'trade', 'markPrice@1s'] });
    expect(venue.urls).toEqual([
      'wss://fstream.binance.com/stream?streams=btcusdt@depth@0ms/btcusdt@trade/btcusdt@markPrice@1s',
    ]);
    venue.frame('trade', {
      e: 'trade',
      E: venue.nowMs,
      T: venue.nowMs,
      s: 'BTCUSDT',
      t: 7,
      p: '100.50',
      q: '0.010',
      X: 'MARKET',
      m: true,
    });
    venue.frame('markPrice@1s', {
      e: 'markPriceUpdate',
      E: venue.nowMs,
      s: 'BTCUSDT',
      p: '100.12345678',
      i: '100.2',
      r: '-0.00010000',
      T: 1,
    });
    venue.frame('ticker', { e: '24hrTicker', E: venue.nowMs, s: 'BTCUSDT', q: '207024349.13' });
    expect(seen.trades).toMatchObject([
      { tradeId: '7', price: parsePrice('100.5'), quantity: parseQuantity('0.01'), aggressor: 'sell' },
    ]);
    expect(seen.states).toMatchObject([
      { markPrice: parsePrice('100.12345678'), oraclePrice: parsePrice('100.2'), fundingRate: parseAmount('-0.0001') },
      { dayVolumeNotional: parseAmount('207024349.13') },
    ]);
  });

  it('5.7: a gap ends live before anything else, and the next chain brings it back', async () => {
    const { venue, seen, state, adapter, time } = await live();
    venue.snapshotAnswer = () => json(aSnapshot({ lastUpdateId: 110 }));
    venue.diff(103, 112, [['100.70', '1.00000']], []);
    expect(state()).toBe('gapped');
    await time.advanceAsync(250);
    expect([state(), seen.books.length]).toEqual(['live', 2]);
    expect(seen.books[1]?.bids[0]).toEqual({ price: parsePrice('100.7'), quantity: parseQuantity('1') });
    expect(adapter.statistics).toMatchObject({ gaps: 1, snapshots: 2 });
  });

  it('5.7: a book that crosses is never served', async () => {
    const { venue, seen, state, adapter } = await live();
    venue.snapshotAnswer = () => new Promise(() => undefined);
    venue.diff(102, 102, [['101.00', '1.00000']], []);
    expect([state(), seen.books.length, adapter.statistics.crossed]).toEqual(['crossed', 1, 1]);
  });

  it('compares every book with the best bid and ask of the venue at the same id, in either order', async () => {
    const { venue, state, adapter } = await live();
    venue.frame('bookTicker', { u: 101, s: 'BTCUSDT', b: '100.50', B: '3.00000000', a: '101.00', A: '1.00000000' });
    venue.frame('bookTicker', { u: 103, s: 'BTCUSDT', b: '100.60', B: '1.00000000', a: '101.00', A: '1.00000000' });
    venue.diff(102, 103, [['100.60', '1.00000']], []);
    expect(adapter.statistics).toMatchObject({ comparisons: 2, mismatches: 0 });
    venue.snapshotAnswer = () => new Promise(() => undefined);
    venue.frame('bookTicker', { u: 104, s: 'BTCUSDT', b: '100.60', B: '1.10000000', a: '101.00', A: '1.00000000' });
    venue.diff(104, 104, [], []);
    expect(adapter.statistics).toMatchObject({ comparisons: 3, mismatches: 1, gaps: 1 });
    expect(state()).toBe('gapped');
  });

  it('5.8: is stale one check after the limit, and live again with fresh news', async () => {
    const { venue, time, state, seen } = await live({ staleAfterMs: 1_000, silenceMs: 60_000 });
    await time.advanceAsync(1_000);
    expect(state()).toBe('live');
    await time.advanceAsync(100);
    expect(state()).toBe('stale');
    venue.diff(102, 102, [], []);
    expect([state(), seen.books.length]).toEqual(['live', 2]);
  });

  it('5.8: old news promptly delivered is stale', async () => {
    const { venue, seen, state } = await live();
    venue.diff(102, 102, [], [], { E: venue.nowMs - 4_000 });
    expect([state(), seen.books.length]).toEqual(['stale', 1]);
  });

  it('cuts a half-open connection and comes back: 1, 2, 4 s with jitter (MD-2)', async () => {
    const { venue, time, state } = await live({ silenceMs: 5_000 });
    await time.advanceAsync(5_100);
    expect([state(), venue.urls.length]).toEqual(['disconnected', 1]);
    await time.advanceAsync(1_000);
    expect(venue.urls).toHaveLength(2);
    venue.socket?.onClose(1006, '');
    await time.advanceAsync(1_000);
    expect(venue.urls).toHaveLength(2);
    await time.advanceAsync(1_000);
    expect(venue.urls).toHaveLength(3);
  });

  it('changes its connection at once when the venue announces its shutdown, on command, and before the day is over', async () => {
    const { venue, adapter, time, state } = await live({ silenceMs: 90_000_000, staleAfterMs: 90_000_000 });
    venue.socket?.onMessage('{"e":"serverShutdown","E":1770123456789}');
    expect([state(), venue.urls.length]).toEqual(['disconnected', 2]);
    venue.socket?.onOpen();
    adapter.reconnect();
    expect(venue.urls).toHaveLength(3);
    venue.socket?.onOpen();
    time.advance(23 * 3_600_000);
    expect(venue.urls).toHaveLength(4);
    expect(venue.pings).toBeGreaterThan(1_000);
  });

  it('is deaf to a socket it has dropped', async () => {
    const { venue, adapter, seen } = await live();
    const old = venue.socket;
    adapter.reconnect();
    const count = seen.feeds.length;
    old?.onMessage(JSON.stringify({ stream: 'btcusdt@depth@100ms', data: {} }));
    old?.onClose(1006, 'late');
    expect([seen.feeds.length, venue.urls.length]).toEqual([count, 2]);
  });

  it('5.13: a new tick starts the book anew under a new version; a halt stops it; a vanished symbol is delisted', async () => {
    const { venue, adapter, seen, state } = await live();
    venue.listing = [
      aListing({
        filters: [
          { filterType: 'PRICE_FILTER', tickSize: '0.10' },
          { filterType: 'LOT_SIZE', stepSize: '0.00001' },
        ],
      }),
    ];
    await adapter.instruments();
    expect([seen.instruments.at(-1)?.version, state()]).toEqual([2, 'syncing']);
    venue.listing = [aListing({ status: 'BREAK' })];
    await adapter.instruments();
    expect([seen.instruments.at(-1)?.version, state()]).toEqual([3, 'halted']);
    const served = seen.books.length;
    venue.diff(102, 103, [], []);
    expect([state(), seen.books.length]).toEqual(['halted', served]);
    venue.listing = [];
    await adapter.instruments();
    expect(seen.instruments.at(-1)).toMatchObject({ version: 4, status: 'delisted' });
  });

  it('5.10: honours a 429 and asks for no snapshot until it has passed', async () => {
    const { venue, time, state } = await started({ silenceMs: 600_000, staleAfterMs: 600_000 });
    venue.snapshotAnswer = () => ({ status: 429, headers: { 'retry-after': '30' }, body: '' });
    venue.diff(99, 101, [], []);
    await settled();
    expect(venue.snapshotRequests).toBe(1);
    venue.snapshotAnswer = () => json(aSnapshot());
    await time.advanceAsync(29_900);
    expect([venue.snapshotRequests, state()]).toEqual([1, 'syncing']);
    await time.advanceAsync(200);
    expect([venue.snapshotRequests, state()]).toEqual([2, 'live']);
  });

  const uselessAnswers: readonly [story: string, answer: () => ReturnType<typeof json> | Promise<never>][] = [
    ['an HTML page with 200', () => ({ status: 200, headers: {}, body: '<html>maintenance</html>' })],
    ['204 with nothing', () => ({ status: 204, headers: {}, body: '' })],
    ['JSON cut short', () => ({ status: 200, headers: {}, body: '{"lastUpdateId":100,"bids":[["100' })],
    ['an error object', () => json({ code: -1003, msg: 'Too many requests' })],
    ['no levels', () => json(aSnapshot({ bids: [], asks: [] }))],
    ['one side', () => json(aSnapshot({ asks: [] }))],
    [
      'two pictures glued together',
      () =>
        json(
          aSnapshot({
            bids: [
              ['100.00', '1'],
              ['99.00', '1'],
              ['100.00', '1'],
              ['99.00', '1'],
            ],
          }),
        ),
    ],
    ['a crossed picture', () => json(aSnapshot({ bids: [['101.00', '1']] }))],
    ['a level of size zero', () => json(aSnapshot({ bids: [['100.00', '0.00000']] }))],
    ['an id that is text', () => json(aSnapshot({ lastUpdateId: '100' }))],
    ['an id over 2^53', () => json(aSnapshot({ lastUpdateId: 2 ** 53 }))],
    ['an older moment than the diffs', () => json(aSnapshot({ lastUpdateId: 5 }))],
    ['a server error', () => ({ status: 503, headers: {}, body: 'busy' })],
    ['a time-out', () => Promise.reject(new Fault('OUTCOME_UNKNOWN', 'no answer in time'))],
  ];
  it.each(uselessAnswers)('asks again, ever slower, after a snapshot that is %s', async (_story, answer) => {
    const { venue, time, seen, state } = await started({ silenceMs: 600_000, staleAfterMs: 600_000 });
    venue.snapshotAnswer = answer;
    venue.diff(99, 101, [], []);
    await settled();
    await time.advanceAsync(4_000);
    const asked = venue.snapshotRequests;
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(asked).toBeLessThanOrEqual(6);
    expect([state(), seen.books.length]).toEqual(['syncing', 0]);
    venue.snapshotAnswer = () => json(aSnapshot());
    await time.advanceAsync(8_000);
    expect([state(), seen.books.length]).toEqual(['live', 1]);
  });
});
