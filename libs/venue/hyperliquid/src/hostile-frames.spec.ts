import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Fault, isLegalQuantity, timeNs } from '@argosy/domain';
import { recordings } from '@argosy/testing';
import type { BookSnapshot } from '@argosy/venue-port';
import fc from 'fast-check';
import { createHyperliquidMarketData } from './factories.js';
import { damaged } from './testing/mutations.js';
import {
  aCancellation,
  aClientOrderId,
  aPlacement,
  aTradingWorld,
  aWorld,
  NOW_MS,
  WALLET,
} from './testing/trading-fixture.js';

const RUNS = 2_000;
const level = (px: string, sz: string) => ({ px, sz, n: 1 });

/** A book and trades as recorded where recordings are at hand, else of the same shape. */
function publicMessages(): readonly unknown[] {
  const ctx = {
    funding: '0.0000125',
    openInterest: '688.11',
    dayNtlVlm: '1169046.29',
    oraclePx: '14.32',
    markPx: '14.3161',
    midPx: '14.314',
  };
  const candle = {
    t: NOW_MS,
    T: NOW_MS + 59_999,
    s: 'BTC',
    i: '1m',
    o: '34.668',
    c: '34.868',
    h: '36.219',
    l: '34.251',
    v: '3495670.84',
    n: 102_895,
  };
  const trade = {
    coin: 'BTC',
    side: 'A',
    px: '100.0',
    sz: '0.5',
    time: NOW_MS,
    hash: '0x0',
    tid: 5,
    users: [WALLET, WALLET],
  };
  const folder = recordings();
  const recorded =
    folder === undefined
      ? []
      : gunzipSync(readFileSync(join(folder, 'hyperliquid/ws_btc_l2book_trades_20250126.gz')))
          .toString('utf8')
          .trim()
          .split('\n')
          .slice(0, 4)
          .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)) as unknown);
  return [
    ...recorded,
    {
      channel: 'l2Book',
      data: {
        coin: 'BTC',
        time: NOW_MS,
        levels: [
          [level('100.0', '1.0'), level('99.5', '2.0')],
          [level('100.5', '1.0'), level('101.0', '3.0')],
        ],
      },
    },
    { channel: 'trades', data: [trade, { ...trade, tid: 6 }] },
    { channel: 'activeAssetCtx', data: { coin: 'BTC', ctx } },
    { channel: 'candle', data: candle },
    { channel: 'bbo', data: { coin: 'BTC', time: NOW_MS + 1, bbo: [level('100.0', '3.8'), level('100.5', '1.0')] } },
    { channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: { type: 'l2Book', coin: 'BTC' } } },
    { channel: 'error', data: 'Invalid subscription {"type":"l2Book"}' },
  ];
}

const isSound = ({ bids, asks, venueTimeNs }: BookSnapshot): boolean => {
  const falling = bids.every(({ price }, i) => i === 0 || price < (bids[i - 1]?.price ?? 0n));
  const rising = asks.every(({ price }, i) => i === 0 || price > (asks[i - 1]?.price ?? 0n));
  const positive = [...bids, ...asks].every(
    ({ price, quantity }) => price > 0n && isLegalQuantity(10_000_000n as never, quantity),
  );
  return falling && rising && positive && (bids[0]?.price ?? 0n) < (asks[0]?.price ?? 0n) && venueTimeNs > 0n;
};

describe('damaged frames', () => {
  it('5.7, bad input 5: never throw, and never make an unsound book', async () => {
    const world = aWorld();
    const venue = createHyperliquidMarketData(
      { apiUrl: 'http://venue.test', wsUrl: 'ws://venue.test/ws', bestPrices: true },
      world.ports,
    );
    const books: BookSnapshot[] = [];
    const quiet = {
      onMarketState: () => undefined,
      onCandle: () => undefined,
      onFeedState: () => undefined,
      onInstrument: () => undefined,
    };
    let trades = 0;
    await venue.start(['hyperliquid_BTC-PERP' as never], {
      ...quiet,
      onBook: (book) => books.push(book),
      onTrade: ({ price, quantity }) => {
        expect(price > 0n && quantity > 0n).toBe(true);
        trades += 1;
      },
    });
    world.sockets.last.open();
    fc.assert(
      fc.property(damaged(publicMessages()), (text) => {
        books.length = 0;
        world.sockets.last.receive(text);
        expect(books.every(isSound)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(trades).toBeGreaterThan(0);
    await venue.stop();
  });

  it('5.11, bad input 6: of the account never throw, and nothing impossible is told', async () => {
    const world = await aTradingWorld();
    const cloid = `0x${aClientOrderId()}`;
    const order = {
      coin: 'BTC',
      side: 'A',
      limitPx: '100000.0',
      sz: '0.4',
      oid: 7,
      timestamp: NOW_MS,
      origSz: '0.5',
      cloid,
    };
    const fill = {
      coin: 'BTC',
      px: '100000.0',
      sz: '0.1',
      side: 'B',
      time: NOW_MS,
      closedPnl: '0.0',
      oid: 7,
      crossed: false,
      fee: '-0.01',
      tid: 42,
      feeToken: 'USDC',
      cloid,
    };
    const funding = {
      time: NOW_MS,
      coin: 'BTC',
      usdc: '-0.044263',
      szi: '30.0',
      fundingRate: '0.0000369155',
      nSamples: null,
    };
    const messages = [
      { channel: 'orderUpdates', data: [{ order, status: 'open', statusTimestamp: NOW_MS }] },
      { channel: 'userFills', data: { user: WALLET, isSnapshot: true, fills: [fill, { ...fill, tid: 43 }] } },
      { channel: 'userFundings', data: { user: WALLET, fundings: [funding] } },
      { channel: 'user', data: { fills: [fill] } },
      { channel: 'user', data: { funding } },
      {
        channel: 'subscriptionResponse',
        data: { method: 'subscribe', subscription: { type: 'userFills', user: WALLET } },
      },
      {
        channel: 'post',
        data: {
          id: 1,
          response: {
            type: 'action',
            payload: { status: 'ok', response: { type: 'order', data: { statuses: [{ resting: { oid: 7 } }] } } },
          },
        },
      },
    ];
    fc.assert(
      fc.property(damaged(messages), (text) => {
        world.heard.fills.length = 0;
        world.heard.orders.length = 0;
        world.sockets.last.receive(text);
        for (const { price, quantity, fillId } of world.heard.fills)
          expect(price > 0n && quantity > 0n && fillId.startsWith('main:BTC:')).toBe(true);
        for (const { remaining, quantity, limitPrice } of world.heard.orders)
          expect(remaining <= quantity && limitPrice > 0n).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('5.1 of an answer leave an order answered or in doubt, never an error of ours', async () => {
    const world = await aTradingWorld();
    const cloid = `0x${aClientOrderId()}`;
    const ok = (type: string, statuses: unknown[]) => ({
      type: 'action',
      payload: { status: 'ok', response: { type, data: { statuses } } },
    });
    const answers = [
      ok('order', [{ resting: { oid: 7, cloid } }]),
      ok('order', [{ filled: { oid: 7, totalSz: '0.5', avgPx: '99999.5' } }]),
      ok('order', [{ error: 'no' }]),
      ok('cancel', ['success']),
      { type: 'error', payload: '429 Too Many Requests' },
      { type: 'action', payload: { status: 'err', response: 'no' } },
    ];
    await fc.assert(
      fc.asyncProperty(damaged(answers), fc.boolean(), async (response, isCancel) => {
        const asked: Promise<readonly unknown[]> = isCancel
          ? world.trading.cancel([aCancellation(world.btc)])
          : world.trading.place([aPlacement(world.btc)]);
        const { id } = world.socket().messages.at(-1) as { id: number };
        world.socket().receive(`{"channel":"post","data":{"id":${String(id)},"response":${response}}}`);
        // A frame torn so badly that it is no answer: then the clock speaks.
        world.time.advance(2_000);
        world.socket().receive({ channel: 'pong' });
        const result = await asked.catch((error: unknown) => error);
        expect(Array.isArray(result) ? result.length === 1 : result instanceof Fault).toBe(true);
        world.socket().sent.length = 0;
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('5.13 of a universe, a status or a history are a fault or whole', async () => {
    const world = await aTradingWorld();
    const order = {
      coin: 'BTC',
      side: 'A',
      limitPx: '100.0',
      sz: '0.4',
      oid: 7,
      timestamp: NOW_MS,
      origSz: '0.5',
      reduceOnly: false,
      cloid: null,
    };
    const bodies = [
      {
        universe: [
          { name: 'BTC', szDecimals: 5, maxLeverage: 50 },
          { name: 'ETH', szDecimals: 4, maxLeverage: 50, isDelisted: true },
        ],
      },
      { status: 'order', order: { order, status: 'open', statusTimestamp: NOW_MS } },
      { status: 'unknownOid' },
      [order],
      {
        marginSummary: { accountValue: '1.0', totalMarginUsed: '0.0' },
        assetPositions: [{ position: { coin: 'BTC', szi: '-1.0', entryPx: '2.0', unrealizedPnl: '0.1' } }],
        time: NOW_MS,
      },
      [
        {
          time: NOW_MS,
          hash: '0x0',
          delta: { type: 'funding', coin: 'BTC', usdc: '0.1', szi: '1.0', fundingRate: '0.1' },
        },
      ],
    ];
    const asks = [
      () => world.trading.instruments(),
      () => world.trading.orderStatus({ clientOrderId: aClientOrderId() }),
      () => world.trading.openOrders(),
      () => world.trading.accountState(),
      () => world.trading.fundingSince(timeNs(0n)),
      () => world.trading.fillsSince(timeNs(0n)),
    ];
    await fc.assert(
      fc.asyncProperty(damaged(bodies), fc.constantFrom(...asks), async (body, ask) => {
        world.http.raw.push({ status: 200, headers: {}, body });
        const result = await ask().catch((error: unknown) => error);
        expect(!(result instanceof Error) || result instanceof Fault).toBe(true);
        world.http.raw.length = 0;
      }),
      { numRuns: RUNS / 2 },
    );
  });
});
