import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type Candle,
  type FeedState,
  format,
  type Instrument,
  type MarketState,
  type MarketTrade,
  timeNs,
} from '@argosy/domain';
import { recordings, settled } from '@argosy/testing';
import type { BookSnapshot } from '@argosy/venue-port';
import type { HyperliquidMarketDataConfig } from '../config.js';
import { createHyperliquidMarketData } from '../factories.js';
import type { HyperliquidMarketData } from './hyperliquid-market-data.js';
import { aWorld, META, NOW_MS, type World } from '../testing/trading-fixture.js';
import type { FakeConnection } from '../testing/fake-transport.js';

interface Heard {
  readonly books: BookSnapshot[];
  readonly trades: MarketTrade[];
  readonly states: MarketState[];
  readonly candles: Candle[];
  readonly feeds: FeedState[];
  readonly instruments: Instrument[];
  readonly raw: [bigint, string][];
}
interface FeedWorld extends World {
  readonly venue: HyperliquidMarketData;
  readonly heard: Heard;
  readonly socket: () => FakeConnection;
  /** The feed states of BTC so far, in a word each. */
  readonly btcStates: () => readonly string[];
}

async function aFeedWorld(
  overrides: Partial<HyperliquidMarketDataConfig> = {},
  coins: readonly string[] = ['BTC', 'ETH'],
): Promise<FeedWorld> {
  const world = aWorld();
  const venue = createHyperliquidMarketData(
    { apiUrl: 'http://venue.test', wsUrl: 'ws://venue.test/ws', staleAfterMs: 1_000, ...overrides },
    world.ports,
  );
  const heard: Heard = { books: [], trades: [], states: [], candles: [], feeds: [], instruments: [], raw: [] };
  await venue.start(
    coins.map((coin) => `hyperliquid_${coin}-PERP` as never),
    {
      onBook: (book) => heard.books.push(book),
      onTrade: (trade) => heard.trades.push(trade),
      onMarketState: (state) => heard.states.push(state),
      onCandle: (candle) => heard.candles.push(candle),
      onFeedState: (feed) => heard.feeds.push(feed),
      onInstrument: (instrument) => heard.instruments.push(instrument),
      onRawFrame: (at, text) => heard.raw.push([at, text]),
    },
  );
  world.sockets.last.open();
  world.sockets.last.acknowledge();
  await settled();
  const btcStates = () =>
    heard.feeds.filter(({ instrumentId }) => instrumentId === 'hyperliquid_BTC-PERP').map(({ state }) => state);
  return { ...world, venue, heard, socket: () => world.sockets.last, btcStates };
}

const level = (px: string, sz = '1.0') => ({ px, sz, n: 1 });
const aBook = (world: World, overrides: { coin?: string; time?: number; bids?: unknown[]; asks?: unknown[] } = {}) => {
  const {
    coin = 'BTC',
    time = Math.floor(NOW_MS + world.time.clock.monotonicMs()),
    bids = [level('100.0'), level('99.5')],
    asks = [level('100.5'), level('101.0')],
  } = overrides;
  return { channel: 'l2Book', data: { coin, time, levels: [bids, asks] } };
};
const aTrade = (overrides: Record<string, unknown> = {}) => ({
  coin: 'BTC',
  side: 'A',
  px: '100.0',
  sz: '0.5',
  time: NOW_MS,
  hash: '0x0',
  tid: 5,
  ...overrides,
});
/** Both coins get a good book every 200 ms for `ms`. */
function pulse(world: FeedWorld, ms: number, coins = ['BTC', 'ETH']): void {
  for (let i = 0; i < ms / 200; i += 1) {
    for (const coin of coins) world.socket().receive(aBook(world, { coin }));
    world.time.advance(200);
  }
}

describe('a subscription', () => {
  it('MD-1 asks for book, trades, context and candles of every instrument', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    expect(world.socket().subscriptions).toEqual([
      { type: 'l2Book', coin: 'BTC' },
      { type: 'trades', coin: 'BTC' },
      { type: 'activeAssetCtx', coin: 'BTC' },
      { type: 'candle', coin: 'BTC', interval: '1m' },
    ]);
  });

  it('refuses an unknown instrument before anything is sent', async () => {
    const world = aWorld();
    const venue = createHyperliquidMarketData(
      { apiUrl: 'http://venue.test', wsUrl: 'ws://venue.test/ws' },
      world.ports,
    );
    await expect(venue.start(['hyperliquid_NOPE-PERP' as never], {} as never)).rejects.toThrow(RangeError);
    expect(world.sockets.connections).toEqual([]);
  });

  it('MD-1 is live from its first good book, and served as it came', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(aBook(world));
    expect(world.btcStates()).toEqual(['connecting', 'syncing', 'live']);
    const [book] = world.heard.books;
    expect(book?.bids.map(({ price }) => format(price))).toEqual(['100', '99.5']);
    expect(book?.asks.map(({ quantity }) => format(quantity))).toEqual(['1', '1']);
    expect(book?.venueTimeNs).toBe(BigInt(NOW_MS) * 1_000_000n);
  });

  it('hands every frame on as it came', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.heard.raw.length = 0;
    world.socket().receive('{"channel" : "pong"}');
    world.socket().receive('rubbish');
    expect(world.heard.raw.map(([, text]) => text)).toEqual(['{"channel" : "pong"}', 'rubbish']);
  });
});

describe('a bad book', () => {
  const bad: readonly [string, string, Parameters<typeof aBook>[1]][] = [
    ['crossed', 'crossed', { bids: [level('101.0')] }],
    ['locked', 'crossed', { bids: [level('100.5')] }],
    ['without bids', 'gapped', { bids: [] }],
    ['without anything', 'gapped', { bids: [], asks: [] }],
    ['with a price of zero', 'gapped', { bids: [level('0.0')] }],
    ['with a negative size', 'gapped', { asks: [level('100.5', '-1')] }],
    ['with an empty level', 'gapped', { asks: [level('100.5', '0.0')] }],
    ['with bids out of order', 'gapped', { bids: [level('99.0'), level('100.0')] }],
    ['with a level twice', 'gapped', { asks: [level('100.5'), level('100.5')] }],
    ['with a number for text', 'gapped', { bids: [{ px: 100, sz: '1', n: 1 }] }],
    ['with NaN', 'gapped', { bids: [level('NaN')] }],
    ['finer than its tick', 'gapped', { bids: [level('100.05')] }],
    ['finer than its lot', 'gapped', { bids: [level('100.0', '0.000001')] }],
    ['from the past', 'gapped', { time: NOW_MS - 1 }],
    ['in microseconds', 'gapped', { time: NOW_MS * 1_000 }],
    ['with time as text', 'gapped', { time: String(NOW_MS) as never }],
    ['from the future', 'gapped', { time: NOW_MS + 100_000 }],
    ['with too many levels', 'gapped', { bids: Array.from({ length: 201 }, (_, i) => level(String(1_000 - i))) }],
    ['that is no object', 'gapped', { bids: 'no' as never }],
  ];
  it.each(bad)('5.7 %s is %s, not served, and the next good one heals it', async (_what, state, overrides) => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(aBook(world));
    world.socket().receive(aBook(world, overrides));
    world.socket().receive(aBook(world));
    expect(world.btcStates()).toEqual(['connecting', 'syncing', 'live', state, 'live']);
    expect(world.heard.books.length).toBe(2);
  });

  it('5.7 of another coin touches nothing', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(aBook(world, { coin: 'ETH', bids: [] }));
    world.socket().receive(aBook(world, { coin: '__proto__' }));
    expect(world.btcStates()).toEqual(['connecting', 'syncing']);
  });
});

describe('a silent stream', () => {
  it('5.8 is stale at the limit, not before', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(aBook(world));
    world.time.advance(999);
    expect(world.btcStates().at(-1)).toBe('live');
    world.time.advance(1);
    expect(world.btcStates().at(-1)).toBe('stale');
  });

  it('5.8 of one coin among live ones is subscribed anew on the same socket', async () => {
    const world = await aFeedWorld();
    pulse(world, 1_000);
    world.socket().sent.length = 0;
    pulse(world, 2_200, ['ETH']);
    expect(world.btcStates().at(-1)).toBe('stale');
    expect(world.socket().messages.filter(({ method }) => method === 'unsubscribe').length).toBe(4);
    expect(world.socket().subscriptions[0]).toEqual({ type: 'l2Book', coin: 'BTC' });
    expect(world.sockets.connections.length).toBe(1);
    world.socket().receive(aBook(world));
    expect(world.btcStates().at(-1)).toBe('live');
  });

  it('5.8 of all coins is a new connection', async () => {
    const world = await aFeedWorld();
    pulse(world, 1_000);
    world.time.advance(1_800);
    expect(world.sockets.connections.length).toBe(2);
    expect(world.btcStates().slice(-2)).toEqual(['stale', 'disconnected']);
  });

  it('5.8 that repeats an old time is stale though frames come', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(aBook(world, { time: NOW_MS }));
    world.time.advance(900);
    world.socket().receive(aBook(world, { time: NOW_MS }));
    world.time.advance(500);
    world.socket().receive(aBook(world, { time: NOW_MS }));
    expect(world.btcStates().at(-1)).toBe('stale');
    expect(world.heard.books.length).toBe(2);
  });

  it("F-36: the venue's clock is set ahead and stands until caught up: no more than 3 s without a book each time", async () => {
    const world = await aFeedWorld({ staleAfterMs: 3_000 }, ['BTC']);
    let aheadMs = 0;
    let venueMs = 0;
    const tell = () => (venueMs = Math.max(venueMs, NOW_MS + Math.round(world.time.clock.monotonicMs()) + aheadMs));
    world.http.on('clearinghouseState', () => ({ time: tell() }));
    const withoutBookMs = async (ms: number): Promise<number> => {
      const before = world.heard.books.length;
      for (let i = 0; i < ms / 100; i += 1) {
        await world.time.advanceAsync(100);
        world.socket().receive({ channel: 'pong' });
        world.socket().receive(aBook(world, { time: tell() }));
      }
      return ms - (world.heard.books.length - before) * 100;
    };
    // The sample of each half minute falls where the clock is ahead.
    expect(await withoutBookMs(26_000)).toBe(0);
    aheadMs = 10_000;
    expect(await withoutBookMs(7_000)).toBe(0);
    aheadMs = 0;
    expect(await withoutBookMs(17_000)).toBeLessThanOrEqual(3_000);
    expect(world.http.questions.filter(({ type }) => type === 'clearinghouseState').length).toBeLessThan(20);
  });

  it('5.7 whose time stays in the past is given a new connection and lives', async () => {
    const world = await aFeedWorld({ staleAfterMs: 60_000 }, ['BTC']);
    world.socket().receive(aBook(world, { time: NOW_MS }));
    const old = aBook(world, { time: NOW_MS - 500 });
    for (let i = 0; i < 9; i += 1) {
      world.socket().receive(old);
      world.time.advance(15_000);
      world.socket().receive({ channel: 'pong' });
    }
    world.socket().open();
    world.socket().receive(aBook(world));
    expect([world.sockets.connections.length, world.btcStates().at(-1)]).toEqual([2, 'live']);
  });

  it('5.8 half open is left after two missed pongs', async () => {
    const world = await aFeedWorld({ staleAfterMs: 60_000 }, ['BTC']);
    world.time.advance(25_000);
    expect([world.sockets.connections[0]?.closedBy, world.btcStates().at(-1)]).toEqual(['us', 'disconnected']);
  });

  it('MD-2 returns after 1, 2, 4, 8 … 60 s, each a little earlier by chance', async () => {
    const world = await aFeedWorld({ staleAfterMs: 60_000 }, ['BTC']);
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const before = world.time.clock.monotonicMs();
      const seen = world.sockets.connections.length;
      world.socket().breakOff();
      while (world.sockets.connections.length === seen) world.time.advance(1);
      waits.push(world.time.clock.monotonicMs() - before);
    }
    [1, 2, 4, 8, 16, 32, 60, 60, 60].forEach((seconds, i) => {
      expect(waits[i]).toBeGreaterThanOrEqual(seconds * 750);
      expect(waits[i]).toBeLessThanOrEqual(seconds * 1_000);
    });
  });

  it('MD-2 starts anew at once when asked', async () => {
    const world = await aFeedWorld({}, ['BTC']);
    world.venue.reconnect();
    expect([world.sockets.connections.length, world.sockets.connections[0]?.closedBy]).toEqual([2, 'us']);
    world.sockets.connections[0]?.receive(aBook(world));
    expect(world.heard.books).toEqual([]);
  });
});

describe('other public data', () => {
  it('MD-1 reads trades once, however often they come', async () => {
    const world = await aFeedWorld();
    world.socket().receive({ channel: 'trades', data: [aTrade(), aTrade({ tid: 6, side: 'B' })] });
    world.socket().receive({ channel: 'trades', data: [aTrade()] });
    world.socket().receive({ channel: 'trades', data: [aTrade({ tid: 7 }), aTrade({ tid: 8, sz: '-1' })] });
    world.socket().receive({ channel: 'trades', data: [aTrade({ tid: 9 }), aTrade({ tid: 10, coin: 'ETH' })] });
    world.socket().receive({ channel: 'trades', data: [] });
    expect(world.heard.trades.map(({ tradeId, aggressor }) => [tradeId, aggressor])).toEqual([
      ['5', 'sell'],
      ['6', 'buy'],
    ]);
  });

  it('MD-1 reads mark, oracle, funding and volume', async () => {
    const world = await aFeedWorld();
    const ctx = {
      funding: '-0.00004863',
      openInterest: '18617460.0',
      prevDayPx: '1.0',
      dayNtlVlm: '7665220.5561300000000003',
      premium: null,
      oraclePx: '0.1995',
      markPx: '0.19963',
      midPx: null,
      impactPxs: null,
    };
    world.socket().receive({ channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } });
    world.socket().receive({ channel: 'activeAssetCtx', data: { coin: 'BTC', ctx: { ...ctx, oraclePx: '0.0' } } });
    expect(world.heard.states.length).toBe(1);
    expect(world.heard.states[0]).toMatchObject({ oraclePrice: 1995n * 10n ** 8n, fundingRate: -4863n * 10n ** 4n });
    expect(world.heard.states[0]).not.toHaveProperty('midPrice');
  });

  it('MD-1 closes a candle when the next one begins', async () => {
    const world = await aFeedWorld();
    const candle = (minute: number, c: string, overrides = {}) => ({
      channel: 'candle',
      data: {
        t: NOW_MS + minute * 60_000,
        T: NOW_MS + minute * 60_000 + 59_999,
        s: 'BTC',
        i: '1m',
        o: '10.0',
        c,
        h: '12.0',
        l: '9.0',
        v: '3495670.8399999999',
        n: 3,
        ...overrides,
      },
    });
    for (const message of [
      candle(0, '11.0'),
      candle(0, '11.5'),
      candle(1, '10.5'),
      candle(0, '9.5'),
      candle(1, '13.0'),
      candle(1, '10.0', { i: '1h' }),
    ])
      world.socket().receive(message);
    expect(world.heard.candles.map(({ close, closed }) => [format(close), closed])).toEqual([
      ['11', false],
      ['11.5', false],
      ['11.5', true],
      ['10.5', false],
    ]);
  });

  it('MD-1 moves the top of the book by best prices where asked to', async () => {
    const world = await aFeedWorld({ bestPrices: true }, ['BTC']);
    const bbo = (time: number, bid: unknown, ask: unknown) => ({
      channel: 'bbo',
      data: { coin: 'BTC', time, bbo: [bid, ask] },
    });
    world.socket().receive(bbo(NOW_MS, level('100.2'), level('100.4')));
    world.socket().receive(aBook(world));
    world.socket().receive(bbo(NOW_MS + 1, level('99.8'), level('100.7')));
    world.socket().receive(bbo(NOW_MS, level('1.0'), level('2.0')));
    world.socket().receive(bbo(NOW_MS + 2, level('100.2'), null));
    world.socket().receive(bbo(NOW_MS + 3, level('100.2'), level('100.2')));
    const sides = world.heard.books.map(({ bids, asks }) =>
      [bids, asks].map((side) => side.map(({ price }) => format(price))),
    );
    expect(sides).toEqual([
      [
        ['100', '99.5'],
        ['100.5', '101'],
      ],
      [
        ['99.8', '99.5'],
        ['100.7', '101'],
      ],
    ]);
  });

  it.each([
    '<html>',
    '{"channel":"l2Book","da',
    '[]',
    'null',
    '',
    '{"channel":5}',
    '{"channel":"constructor","data":{"coin":"BTC"}}',
    '{"channel":"error","data":"no"}',
    '['.repeat(50_000),
  ])('bad input 5: %.40s is refused and the feed goes on', async (message) => {
    const world = await aFeedWorld({}, ['BTC']);
    world.socket().receive(message);
    world.socket().receive(aBook(world));
    expect(world.btcStates().at(-1)).toBe('live');
  });
});

describe('instruments', () => {
  it('5.13 raises the version with every change and tells it', async () => {
    const world = await aFeedWorld({ instrumentRefreshMs: 1_000, staleAfterMs: 60_000 }, ['BTC']);
    const [btc] = META.universe;
    world.http.on('meta', () => ({ universe: [{ ...btc, szDecimals: 4 }, ...META.universe.slice(1)] }));
    await world.time.advanceAsync(1_000);
    world.http.on('meta', () => ({
      universe: [{ ...btc, szDecimals: 4, isDelisted: true }, ...META.universe.slice(1)],
    }));
    await world.time.advanceAsync(2_000);
    world.http.on('meta', () => '<html>');
    await world.time.advanceAsync(1_000);
    expect(world.heard.instruments.map(({ version, status, lot }) => [version, status, format(lot)])).toEqual([
      [2, 'trading', '0.0001'],
      [3, 'delisted', '0.0001'],
    ]);
    world.socket().receive(aBook(world));
    expect([world.btcStates().at(-1), world.heard.books.length]).toEqual(['halted', 0]);
    expect((await world.venue.instruments().catch(() => [])).length).toBe(0);
  });

  it('5.13 goes on from the versions of an earlier life', async () => {
    const first = await aFeedWorld();
    const knownInstruments = (await first.venue.instruments()).map((each) => ({ ...each, version: 7 }));
    const second = aWorld();
    second.http.on('meta', () => ({ universe: [META.universe[0], { ...META.universe[1], szDecimals: 3 }] }));
    const venue = createHyperliquidMarketData(
      { apiUrl: 'http://venue.test', wsUrl: 'ws://venue.test/ws', knownInstruments },
      second.ports,
    );
    expect((await venue.instruments()).map(({ symbol, version }) => [symbol, version])).toEqual([
      ['BTC-PERP', 7],
      ['ETH-PERP', 8],
    ]);
  });

  it('5.13 looks again at once when a book is finer than the instrument', async () => {
    const world = await aFeedWorld({ staleAfterMs: 60_000 }, ['BTC']);
    const asked = () => world.http.questions.filter(({ type }) => type === 'meta').length;
    const before = asked();
    for (let i = 0; i < 5; i += 1) world.socket().receive(aBook(world, { bids: [level('100.05')] }));
    await settled();
    expect(asked()).toBe(before + 1);
  });

  it('stops for good', async () => {
    const world = await aFeedWorld();
    await world.venue.stop();
    expect([world.time.pending, world.btcStates().slice(-2)]).toEqual([0, ['disconnected', 'disabled']]);
  });
});

describe('recorded messages', () => {
  const folder = recordings();
  if (folder === undefined) {
    it('not run: no recordings (Hyperliquid messages)', () => {
      expect(folder).toBeUndefined();
    });
    return;
  }

  it('MD-1 all parse, and every book served is valid', async () => {
    const lines = gunzipSync(readFileSync(join(folder, 'hyperliquid/ws_btc_l2book_trades_20250126.gz')))
      .toString('utf8')
      .trim()
      .split('\n');
    const frames = lines.map((line) => line.slice(line.indexOf(' ') + 1));
    const world = await aFeedWorld({ staleAfterMs: 60_000 }, ['BTC']);
    // The recording's clock is another than the fake venue's: the time of its books is judged by itself alone.
    world.http.raw.length = 0;
    const recordedAt = (JSON.parse(frames[0] as string) as { data: { time: number } }).data.time;
    world.http.on('clearinghouseState', () => ({ time: recordedAt }));
    await world.time.advanceAsync(400_000);
    world.venue.reconnect();
    world.socket().open();
    for (const frame of frames) world.socket().receive(frame);
    expect([frames.length, world.heard.books.length, world.btcStates().at(-1)]).toEqual([55, 46, 'live']);
    const trades = frames
      .map((frame) => JSON.parse(frame) as { channel: string; data: { tid: number }[] })
      .filter(({ channel }) => channel === 'trades');
    expect(trades.length).toBe(9);
    expect(world.heard.trades.length).toBe(new Set(trades.flatMap(({ data }) => data.map(({ tid }) => tid))).size);
    for (const { bids, asks } of world.heard.books) {
      expect([bids.length, asks.length]).toEqual([20, 20]);
      expect((bids[0]?.price ?? 0n) < (asks[0]?.price ?? 0n)).toBe(true);
    }
    expect(timeNs(world.heard.books[0]?.venueTimeNs ?? 0n)).toBe(BigInt(recordedAt) * 1_000_000n);
  });
});
