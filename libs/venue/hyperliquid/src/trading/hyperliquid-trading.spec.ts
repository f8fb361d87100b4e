import { inspect } from 'node:util';
import { timeNs } from '@argosy/domain';
import { settled } from '@argosy/testing';
import type { CancelAnswer, PlaceAnswer } from '@argosy/venue-port';
import { ActionSigner } from '../signing/action-signer.js';
import { SigningKey } from '../signing/signing-key.js';
import { answer, lastId, outcome, type Post, posts, statuses } from '../testing/venue-answers.js';
import {
  aCancellation,
  aClientOrderId,
  aPlacement,
  aTradingWorld,
  EXPIRY,
  META,
  NOW_MS,
  TEST_KEY,
  WALLET,
} from '../testing/trading-fixture.js';

const NEVER_PLACED = 'Order was never placed, already canceled, or filled. asset=0';

describe('placing an order', () => {
  it('EX-1 writes a signed request before the first await', async () => {
    const world = await aTradingWorld();
    const placed = world.trading.place([aPlacement(world.btc)]);
    const post = posts(world)[0] as Post;
    const action = {
      type: 'order',
      orders: [
        { a: 0, b: true, p: '100000', s: '0.5', r: false, t: { limit: { tif: 'Alo' } }, c: `0x${aClientOrderId()}` },
      ],
      grouping: 'na',
    };
    const expiresAfterMs = EXPIRY / 1_000_000n;
    const nonce = BigInt(NOW_MS + 1);
    expect(post.request.payload).toEqual({
      action,
      nonce: Number(nonce),
      signature: new ActionSigner(new SigningKey(TEST_KEY), 'testnet').sign({ action, nonce, expiresAfterMs }),
      expiresAfter: Number(expiresAfterMs),
    });
    answer(world, statuses('order', { resting: { oid: 7 } }));
    expect(await placed).toEqual([{ outcome: 'working', venueOrderId: '7' }]);
  });

  const cloid = `0x${aClientOrderId()}`;
  const single: readonly [string, unknown, PlaceAnswer | string][] = [
    ['rests', statuses('order', { resting: { oid: 7, cloid } }), { outcome: 'working', venueOrderId: '7' as never }],
    [
      'fills on arrival',
      statuses('order', { filled: { oid: 7, totalSz: '0.5', avgPx: '99999.5' } }),
      { outcome: 'filled' } as never,
    ],
    [
      'is refused',
      statuses('order', { error: 'Insufficient margin to place order. asset=0' }),
      { outcome: 'rejected', reason: 'Insufficient margin to place order. asset=0' },
    ],
    [
      'is refused whole',
      { type: 'action', payload: { status: 'err', response: 'User or API Wallet does not exist.' } },
      { outcome: 'rejected', reason: 'User or API Wallet does not exist.' },
    ],
    [
      'is refused unread',
      { type: 'error', payload: '422 Failed to deserialize' },
      { outcome: 'rejected', reason: '422 Failed to deserialize' },
    ],
    ['meets a limit', { type: 'error', payload: '429 Too Many Requests' }, 'VENUE_RATE_LIMITED'],
    [
      'meets the address limit',
      {
        type: 'action',
        payload: {
          status: 'err',
          response: 'Too many cumulative requests sent (9 > 8) for cumulative volume traded $1.',
        },
      },
      'VENUE_RATE_LIMITED',
    ],
    [
      'meets a server error after it may have been taken',
      { type: 'error', payload: '502 Bad Gateway' },
      'OUTCOME_UNKNOWN',
    ],
    [
      'finds its nonce spent',
      { type: 'action', payload: { status: 'err', response: 'Invalid nonce: duplicate nonce 5' } },
      'OUTCOME_UNKNOWN',
    ],
    ['gets the answer to a cancel', statuses('cancel', 'success'), 'OUTCOME_UNKNOWN'],
    ['gets the answer to a question', { type: 'info', payload: { type: 'l2Book', data: {} } }, 'OUTCOME_UNKNOWN'],
    [
      'gets another order back',
      statuses('order', { resting: { oid: 7, cloid: `0x${aClientOrderId(9)}` } }),
      'OUTCOME_UNKNOWN',
    ],
    ['gets success with an error code', { type: 'error', payload: { status: 'ok', response: {} } }, 'OUTCOME_UNKNOWN'],
    [
      'gets an error with success inside',
      {
        type: 'action',
        payload: { status: 'err', response: { type: 'order', data: { statuses: [{ resting: { oid: 7 } }] } } },
      },
      'OUTCOME_UNKNOWN',
    ],
    ['gets both outcomes at once', statuses('order', { resting: { oid: 7 }, error: 'no' }), 'OUTCOME_UNKNOWN'],
    ['gets no outcome', statuses('order', {}), 'OUTCOME_UNKNOWN'],
    ['gets a word instead of an outcome', statuses('order', 'waitingForFill'), 'OUTCOME_UNKNOWN'],
    [
      'gets more filled than ordered',
      statuses('order', { filled: { oid: 7, totalSz: '0.6', avgPx: '99999' } }),
      'OUTCOME_UNKNOWN',
    ],
    [
      'gets an id past 2^53',
      '{"type":"action","payload":{"status":"ok","response":{"type":"order","data":{"statuses":[{"resting":{"oid":9007199254740993}}]}}}}',
      'OUTCOME_UNKNOWN',
    ],
    ['gets an unknown status', { type: 'action', payload: { status: 'maybe', response: {} } }, 'OUTCOME_UNKNOWN'],
    [
      'gets two answers for one order',
      statuses('order', { resting: { oid: 7 } }, { resting: { oid: 8 } }),
      'OUTCOME_UNKNOWN',
    ],
    ['gets nothing', undefined, 'OUTCOME_UNKNOWN'],
  ];
  it.each(single)('EX-1 an order that %s', async (_life, response, expected) => {
    const world = await aTradingWorld();
    const placed = outcome(world.trading.place([aPlacement(world.btc)]));
    if (typeof response === 'string')
      world.socket().receive(`{"channel":"post","data":{"id":${String(lastId(world))},"response":${response}}}`);
    else answer(world, response);
    const result = await placed;
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(result).toEqual([expect.objectContaining(expected)]);
  });

  it('5.15 gives each order of a batch its own answer, with one nonce and the soonest expiry', async () => {
    const world = await aTradingWorld();
    const batch = [
      aPlacement(world.btc),
      aPlacement(world.btc, { sequence: 2, expiresAt: timeNs(EXPIRY - 500_000_000n) }),
      aPlacement(world.btc, { sequence: 3 }),
    ];
    const placed = world.trading.place(batch);
    expect(posts(world)[0]?.request.payload).toMatchObject({ nonce: NOW_MS + 1, expiresAfter: NOW_MS + 500 });
    answer(
      world,
      statuses(
        'order',
        { resting: { oid: 1 } },
        { error: 'Price must be divisible by tick size. asset=0' },
        { filled: { oid: 3, totalSz: '0.2', avgPx: '1' } },
      ),
    );
    expect((await placed).map((each) => each.outcome)).toEqual(['working', 'rejected', 'filled']);
  });

  it('5.15 reads one error for a whole batch as every order refused', async () => {
    const world = await aTradingWorld();
    const placed = world.trading.place([aPlacement(world.btc), aPlacement(world.btc, { sequence: 2 })]);
    answer(world, statuses('order', { error: 'Order has zero size.' }));
    expect(await placed).toEqual([1, 2].map(() => ({ outcome: 'rejected', reason: 'Order has zero size.' })));
  });

  it('5.15 leaves a batch with a missing answer in doubt', async () => {
    const world = await aTradingWorld();
    const placed = outcome(world.trading.place([1, 2, 3].map((sequence) => aPlacement(world.btc, { sequence }))));
    answer(world, statuses('order', { resting: { oid: 1 } }, { resting: { oid: 2 } }));
    expect(await placed).toBe('OUTCOME_UNKNOWN');
  });

  it('5.1 is in doubt after two seconds of silence, and a late answer changes nothing', async () => {
    const world = await aTradingWorld();
    const placed = outcome(world.trading.place([aPlacement(world.btc)]));
    world.time.advance(2_000);
    expect(await placed).toBe('OUTCOME_UNKNOWN');
    answer(world, statuses('order', { resting: { oid: 7 } }));
    expect(world.heard.unknown).toEqual([]);
  });

  it('5.1 is in doubt when the socket closes while it waits', async () => {
    const world = await aTradingWorld();
    const placed = outcome(world.trading.place([aPlacement(world.btc)]));
    world.socket().breakOff();
    expect(await placed).toBe('OUTCOME_UNKNOWN');
    expect(world.trading.connected).toBe(false);
  });

  it('does not exist when the socket was closed or full', async () => {
    const world = await aTradingWorld();
    world.socket().accepts = false;
    expect(await outcome(world.trading.place([aPlacement(world.btc)]))).toBe('VENUE_UNAVAILABLE');
    world.socket().breakOff();
    expect(await outcome(world.trading.place([aPlacement(world.btc)]))).toBe('VENUE_UNAVAILABLE');
    expect(posts(world)).toEqual([]);
  });

  it('is not sent when it cannot be written', async () => {
    const world = await aTradingWorld();
    const foreign = { ...world.btc, id: 'hyperliquid_NOPE-PERP' as never };
    for (const bad of [
      aPlacement(world.btc, { price: '0' }),
      aPlacement(world.btc, { quantity: '0' }),
      aPlacement(world.btc, { instrument: foreign }),
    ]) {
      expect(await outcome(world.trading.place([bad]))).toBe('VENUE_REFUSED');
    }
    const many = Array.from({ length: 41 }, (_, i) => aPlacement(world.btc, { sequence: i }));
    expect(await outcome(world.trading.place(many))).toBe('VENUE_REFUSED');
    expect(posts(world)).toEqual([]);
    expect(await world.trading.place([])).toEqual([]);
  });

  it('5.10 keeps a lane for cancels when too much is in flight', async () => {
    const world = await aTradingWorld();
    const waiting = Array.from({ length: 80 }, (_, i) =>
      outcome(world.trading.place([aPlacement(world.btc, { sequence: i + 1 })])),
    );
    expect(await outcome(world.trading.place([aPlacement(world.btc, { sequence: 99 })]))).toBe('VENUE_RATE_LIMITED');
    const cancelled = world.trading.cancel([aCancellation(world.btc)]);
    answer(world, statuses('cancel', 'success'));
    expect(await cancelled).toEqual([{ outcome: 'cancelled' }]);
    world.socket().breakOff();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['OUTCOME_UNKNOWN']));
  });

  it('meets a limit named outside any answer', async () => {
    const world = await aTradingWorld();
    const limited = outcome(world.trading.place([aPlacement(world.btc)]));
    world.socket().receive({ channel: 'error', data: `too many pending post requests id=${String(lastId(world))}` });
    const doubted = outcome(world.trading.place([aPlacement(world.btc)]));
    world.socket().receive({
      channel: 'error',
      data: `Error parsing JSON into valid websocket request: {"method":"post","id":${String(lastId(world))}}`,
    });
    expect([await limited, await doubted]).toEqual(['VENUE_RATE_LIMITED', 'OUTCOME_UNKNOWN']);
  });

  it('is told apart from another request by its id', async () => {
    const world = await aTradingWorld();
    const first = world.trading.place([aPlacement(world.btc)]);
    const second = world.trading.place([aPlacement(world.btc, { sequence: 2 })]);
    const [a, b] = posts(world).map(({ id }) => id);
    answer(world, statuses('order', { resting: { oid: 2 } }), b);
    answer(world, statuses('order', { resting: { oid: 1 } }), a);
    expect([await first, await second]).toEqual([
      [{ outcome: 'working', venueOrderId: '1' }],
      [{ outcome: 'working', venueOrderId: '2' }],
    ]);
    answer(world, statuses('order', { resting: { oid: 3 } }), 777);
    expect(world.heard.unknown).toEqual(['answer to a request nobody made: id 777']);
  });
});

describe('cancelling an order', () => {
  const answers: readonly [string, unknown, CancelAnswer | string][] = [
    ['is cancelled', statuses('cancel', 'success'), { outcome: 'cancelled' }],
    ['is not known', statuses('cancel', { error: NEVER_PLACED }), { outcome: 'unknown_order', reason: NEVER_PLACED }],
    ['may not be cancelled', statuses('cancel', { error: 'no' }), { outcome: 'rejected', reason: 'no' }],
    ['gets the answer to an order', statuses('order', { resting: { oid: 1 } }), 'OUTCOME_UNKNOWN'],
    ['gets an unreadable word', statuses('cancel', 'failure'), 'OUTCOME_UNKNOWN'],
    ['meets a limit', { type: 'error', payload: '429 Too Many Requests' }, 'VENUE_RATE_LIMITED'],
  ];
  it.each(answers)('5.6 an order that %s', async (_life, response, expected) => {
    const world = await aTradingWorld();
    const cancelled = outcome(world.trading.cancel([aCancellation(world.btc)]));
    expect(posts(world)[0]?.request.payload.action).toEqual({
      type: 'cancelByCloid',
      cancels: [{ asset: 0, cloid: `0x${aClientOrderId()}` }],
    });
    answer(world, response);
    expect(await cancelled).toEqual(typeof expected === 'string' ? expected : [expected]);
  });

  it('5.15 one error for a whole batch is each order unknown', async () => {
    const world = await aTradingWorld();
    const cancelled = world.trading.cancel([aCancellation(world.btc), aCancellation(world.btc, 2)]);
    answer(world, statuses('cancel', { error: NEVER_PLACED }));
    expect((await cancelled).map(({ outcome: each }) => each)).toEqual(['unknown_order', 'unknown_order']);
  });
});

describe('commands beside orders', () => {
  it('burns a nonce, or finds it spent', async () => {
    const world = await aTradingWorld();
    const burnt = world.trading.burnNonce(5n);
    answer(world, { type: 'action', payload: { status: 'ok', response: { type: 'default' } } });
    const spent = world.trading.burnNonce(5n);
    answer(world, { type: 'action', payload: { status: 'err', response: 'Invalid nonce: duplicate nonce 5' } });
    expect([await burnt, await spent]).toEqual(['burnt', 'already_used']);
    expect(posts(world)[0]?.request.payload.action).toEqual({ type: 'noop' });
  });

  it('arms the dead-man switch and sets leverage', async () => {
    const world = await aTradingWorld();
    const done = [
      world.trading.armDeadMan(NOW_MS + 10_000, 1n),
      world.trading.setLeverage(world.btc.id, { times: 5, isCross: true }, 2n),
    ];
    for (const { id } of posts(world))
      answer(world, { type: 'action', payload: { status: 'ok', response: { type: 'default' } } }, id);
    await Promise.all(done);
    expect(posts(world).map(({ request }) => request.payload.action)).toEqual([
      { type: 'scheduleCancel', time: NOW_MS + 10_000 },
      { type: 'updateLeverage', asset: 0, isCross: true, leverage: 5 },
    ]);
    const refused = outcome(world.trading.armDeadMan(1, 3n));
    answer(world, { type: 'action', payload: { status: 'err', response: 'Scheduled cancel time too early' } });
    expect(await refused).toMatchObject({ outcome: 'refused', cause: 'too_soon' });
  });
});

const aFill = (overrides: Record<string, unknown> = {}) => ({
  coin: 'BTC',
  px: '100000.0',
  sz: '0.1',
  side: 'B',
  time: NOW_MS,
  startPosition: '0.0',
  dir: 'Open Long',
  closedPnl: '0.0',
  hash: '0x0',
  oid: 7,
  crossed: false,
  fee: '-0.01',
  tid: 42,
  feeToken: 'USDC',
  twapId: null,
  cloid: `0x${aClientOrderId()}`,
  ...overrides,
});
const anOrder = (overrides: Record<string, unknown> = {}) => ({
  coin: 'BTC',
  side: 'A',
  limitPx: '100000.0',
  sz: '0.4',
  oid: 7,
  timestamp: NOW_MS,
  origSz: '0.5',
  cloid: `0x${aClientOrderId()}`,
  ...overrides,
});
const userFills = (...fills: unknown[]) => ({ channel: 'userFills', data: { user: WALLET, fills } });

describe("the account's streams", () => {
  it('5.4 subscribes all four and is connected when all are acknowledged', async () => {
    const world = await aTradingWorld();
    expect(world.socket().subscriptions).toEqual(
      ['orderUpdates', 'userFills', 'userFundings', 'userEvents'].map((type) => ({ type, user: WALLET })),
    );
    expect([world.heard.connection, world.trading.connected]).toEqual([['connected'], true]);
  });

  it('5.4 comes back by itself, says so, and drops fills it has told', async () => {
    const world = await aTradingWorld();
    world.socket().receive(userFills(aFill()));
    world.socket().breakOff(1006, 'reset');
    world.time.advance(1_000);
    world.socket().open();
    world.socket().acknowledge();
    world.socket().receive({
      channel: 'userFills',
      data: { user: WALLET, isSnapshot: true, fills: [aFill(), aFill({ tid: 43 })] },
    });
    expect(world.heard.connection).toEqual(['connected', 'closed with 1006 reset', 'connected']);
    expect(world.heard.fills.map(({ fillId }) => fillId)).toEqual([
      `main:BTC:${String(NOW_MS)}:42:buy`,
      `main:BTC:${String(NOW_MS)}:43:buy`,
    ]);
  });

  it('5.8 leaves a half-open socket after two missed pongs', async () => {
    const world = await aTradingWorld();
    const silent = world.socket();
    world.time.advance(15_000 + 5_000 + 5_000);
    expect([silent.pings, silent.closedBy]).toEqual([2, 'us']);
    world.time.advance(1_000);
    expect(world.sockets.connections.length).toBe(2);
  });

  it('5.8 stays while pongs come', async () => {
    const world = await aTradingWorld();
    for (let i = 0; i < 20; i += 1) {
      world.time.advance(15_000);
      world.socket().receive({ channel: 'pong' });
    }
    expect([world.sockets.connections.length, world.socket().pings]).toEqual([1, 20]);
  });

  it('connects anew when a subscription is not acknowledged', async () => {
    const world = await aTradingWorld();
    world.socket().breakOff();
    world.time.advance(1_000);
    world.socket().open();
    world.time.advance(5_000);
    expect(world.sockets.connections.length).toBe(3);
  });

  it('I-26 reads a fill whole', async () => {
    const world = await aTradingWorld();
    world.socket().receive(userFills(aFill({ closedPnl: '-1.5' })));
    expect(world.heard.fills).toEqual([
      {
        fillId: `main:BTC:${String(NOW_MS)}:42:buy`,
        clientOrderId: aClientOrderId(),
        venueOrderId: '7',
        accountId: 'main',
        accountKind: 'live',
        venue: 'hyperliquid',
        instrumentId: 'hyperliquid_BTC-PERP',
        side: 'buy',
        price: 10n ** 17n,
        quantity: 10n ** 11n,
        fee: -(10n ** 10n),
        feeAsset: 'USDC',
        liquidity: 'maker',
        venueTimeNs: BigInt(NOW_MS) * 1_000_000n,
        venueClosedPnl: -15n * 10n ** 11n,
      },
    ]);
  });

  it('I-26 tells the two sides of a self-cross apart though they share a tid', async () => {
    const world = await aTradingWorld();
    world.socket().receive(userFills(aFill(), aFill({ side: 'A', crossed: true })));
    world.socket().receive({ channel: 'user', data: { fills: [aFill()] } });
    expect(world.heard.fills.map(({ side }) => side)).toEqual(['buy', 'sell']);
  });

  const bad: readonly [string, Record<string, unknown>][] = [
    ['a negative size', { sz: '-0.1' }],
    ['no size', { sz: '0' }],
    ['a number for text', { px: 100000 }],
    ['NaN', { px: 'NaN' }],
    ['an exponent', { px: '1e5' }],
    ['no trade id', { tid: undefined }],
    ['a trade id past 2^53', { tid: 2 ** 53 }],
    ['an unknown side', { side: 'C' }],
    ['a time in microseconds', { time: NOW_MS * 1_000 }],
    ['a time as text', { time: String(NOW_MS) }],
    ['another coin', { coin: '@107' }],
    ['a price of zero', { px: '0.0' }],
    ['a cloid of another shape', { cloid: '0x12' }],
    ['a prototype for a coin', { coin: '__proto__' }],
  ];
  it.each(bad)('5.11 quarantines a fill with %s and keeps its neighbours', async (_what, override) => {
    const world = await aTradingWorld();
    world.socket().receive(userFills(aFill({ tid: 1 }), aFill(override), aFill({ tid: 3 })));
    expect([world.heard.fills.length, world.heard.unknown.length]).toEqual([2, 1]);
  });

  it('5.3 quarantines a known fill that comes with another quantity', async () => {
    const world = await aTradingWorld();
    world.socket().receive(userFills(aFill(), aFill({ sz: '0.2' })));
    expect([world.heard.fills.length, world.heard.unknown.length]).toEqual([1, 1]);
  });

  it('5.11 quarantines what belongs to a foreign account', async () => {
    const world = await aTradingWorld();
    world.socket().receive({
      channel: 'userFills',
      data: { user: '0x0000000000000000000000000000000000000001', fills: [aFill()] },
    });
    expect([world.heard.fills.length, world.heard.unknown.length]).toEqual([0, 1]);
  });

  it('I-24 reads order updates, in the words of the venue', async () => {
    const world = await aTradingWorld();
    const update = (status: string, order = anOrder()) => ({ order, status, statusTimestamp: NOW_MS });
    world.socket().receive({
      channel: 'orderUpdates',
      data: [
        update('open'),
        update('reduceOnlyCanceled'),
        update('badAloPxRejected'),
        update('filled', anOrder({ sz: '0.0' })),
      ],
    });
    expect(world.heard.orders.map(({ status, reason }) => [status, reason])).toEqual([
      ['working', 'open'],
      ['cancelled', 'reduceOnlyCanceled'],
      ['rejected', 'badAloPxRejected'],
      ['filled', 'filled'],
    ]);
    expect(world.heard.orders[0]).toMatchObject({
      clientOrderId: aClientOrderId(),
      side: 'sell',
      quantity: 5n * 10n ** 11n,
      remaining: 4n * 10n ** 11n,
      reduceOnly: false,
    });
  });

  it('5.11 quarantines an unknown status and more left than ordered', async () => {
    const world = await aTradingWorld();
    const update = { order: anOrder(), status: 'quantumCanceled', statusTimestamp: NOW_MS };
    world.socket().receive({
      channel: 'orderUpdates',
      data: [
        update,
        { ...update, status: 'constructor' },
        { ...update, status: 'open', order: anOrder({ sz: '0.6' }) },
      ],
    });
    expect([world.heard.orders.length, world.heard.unknown.length]).toEqual([0, 3]);
  });

  it('5.12 tells a funding payment once, whichever channels bring it', async () => {
    const world = await aTradingWorld();
    const funding = {
      time: NOW_MS,
      coin: 'BTC',
      usdc: '-0.044263',
      szi: '30.0',
      fundingRate: '0.0000369155',
      nSamples: null,
    };
    world.socket().receive({
      channel: 'userFundings',
      data: { user: WALLET.toUpperCase().replace('0X', '0x'), isSnapshot: true, fundings: [funding] },
    });
    world.socket().receive({ channel: 'user', data: { funding } });
    world.socket().receive({ channel: 'user', data: { funding: { ...funding, usdc: '1.0' } } });
    expect(world.heard.fundings).toEqual([
      expect.objectContaining({
        paymentId: `hyperliquid:main:BTC:${String(NOW_MS)}`,
        amount: -44263n * 10n ** 6n,
        asset: 'USDC',
      }),
    ]);
    expect(world.heard.unknown.length).toBe(1);
  });

  const strange: readonly [string, unknown][] = [
    ['an unknown channel', { channel: 'webData9', data: {} }],
    ['HTML', '<html>502</html>'],
    ['a cut message', '{"channel":"userFills","data":{"us'],
    ['an empty message', ''],
    ['a bare number', '5'],
    ['a list', '[]'],
    ['no channel', {}],
    ['a liquidation', { channel: 'user', data: { liquidation: { lid: 1 } } }],
    ['an unknown event', { channel: 'user', data: { settlement: {} } }],
    ['fills that are no list', { channel: 'userFills', data: { user: WALLET, fills: {} } }],
    ['a deep message', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['an error', { channel: 'error', data: 'Invalid subscription' }],
    ['a post without id', { channel: 'post', data: {} }],
  ];
  it.each(strange)('5.11 quarantines %s', async (_what, message) => {
    const world = await aTradingWorld();
    world.socket().receive(message);
    expect([world.heard.unknown.length, world.heard.orders.length + world.heard.fills.length]).toEqual([1, 0]);
  });
});

describe("the account's queries", () => {
  it('5.2 asks for an order by our id, then by theirs', async () => {
    const world = await aTradingWorld();
    world.http.on('orderStatus', ({ oid }) =>
      oid === 7
        ? {
            status: 'order',
            order: { order: anOrder({ reduceOnly: true }), status: 'canceled', statusTimestamp: NOW_MS },
          }
        : { status: 'unknownOid' },
    );
    const clientOrderId = aClientOrderId();
    expect(await world.trading.orderStatus({ clientOrderId })).toBeUndefined();
    expect(await world.trading.orderStatus({ clientOrderId, venueOrderId: '7' as never })).toMatchObject({
      status: 'cancelled',
      reduceOnly: true,
    });
    expect(world.http.questions.at(-2)).toEqual({ type: 'orderStatus', user: WALLET, oid: `0x${clientOrderId}` });
  });

  it('reads open orders', async () => {
    const world = await aTradingWorld();
    world.http.on('frontendOpenOrders', () => [
      { ...anOrder({ reduceOnly: true, cloid: null }), children: [], isTrigger: false, tif: 'Gtc' },
    ]);
    expect(await world.trading.openOrders()).toEqual([
      expect.objectContaining({ venueOrderId: '7', status: 'working', reduceOnly: true }),
    ]);
  });

  it('reads positions with their sign and cash without unrealised profit', async () => {
    const world = await aTradingWorld();
    const position = (coin: string, szi: string, unrealizedPnl: string) => ({
      type: 'oneWay',
      position: { coin, szi, entryPx: '1.5', unrealizedPnl },
    });
    world.http.on('clearinghouseState', () => ({
      marginSummary: { accountValue: '1000.5', totalRawUsd: '998.75', totalMarginUsed: '10.25' },
      assetPositions: [position('BTC', '-0.00785', '-2.0'), position('ETH', '0.1334', '1.5')],
      time: NOW_MS,
    }));
    const state = await world.trading.accountState();
    expect(state).toMatchObject({
      equity: 10005n * 10n ** 11n,
      cash: 1001n * 10n ** 12n,
      rawCash: 99875n * 10n ** 10n,
      marginUsed: 1025n * 10n ** 10n,
    });
    expect(state.positions.map(({ instrumentId, quantity }) => [instrumentId, quantity])).toEqual([
      ['hyperliquid_BTC-PERP', -785n * 10n ** 7n],
      ['hyperliquid_ETH-PERP', 1334n * 10n ** 8n],
    ]);
  });

  /** A venue with `fills`, giving the oldest or the newest of a window, `page` at most. */
  const pagedBy =
    (fills: readonly Record<string, unknown>[], page: number, end: 'oldest' | 'newest') =>
    ({ startTime, endTime }: Record<string, unknown>) => {
      const inside = fills.filter(
        ({ time }) => Number(time) >= Number(startTime) && Number(time) <= Number(endTime ?? Number.POSITIVE_INFINITY),
      );
      return end === 'oldest' ? inside.slice(0, page) : inside.slice(-page);
    };

  it.each(['oldest', 'newest'] as const)('5.4 finds every fill across pages that give the %s first', async (end) => {
    const world = await aTradingWorld();
    const fills = Array.from({ length: 4_500 }, (_, i) => aFill({ tid: i, time: NOW_MS + Math.floor(i / 7) }));
    world.http.on('userFillsByTime', pagedBy(fills, 2_000, end));
    const found = await world.trading.fillsSince(timeNs(BigInt(NOW_MS) * 1_000_000n));
    expect(new Set(found.map(({ fillId }) => fillId)).size).toBe(4_500);
    expect(found.every((fill, i) => i === 0 || fill.venueTimeNs >= (found[i - 1] as typeof fill).venueTimeNs)).toBe(
      true,
    );
  });

  it('5.4 says so when one millisecond holds more fills than a page', async () => {
    const world = await aTradingWorld();
    world.http.on(
      'userFillsByTime',
      pagedBy(
        Array.from({ length: 2_100 }, (_, i) => aFill({ tid: i })),
        2_000,
        'oldest',
      ),
    );
    expect(await outcome(world.trading.fillsSince(timeNs(BigInt(NOW_MS - 5) * 1_000_000n)))).toBe('VENUE_PROTOCOL');
  });

  it('I-26 names a fill alike on the stream and in a query', async () => {
    const world = await aTradingWorld();
    world.http.on('userFillsByTime', () => [aFill()]);
    world.socket().receive(userFills(aFill()));
    expect(await world.trading.fillsSince(timeNs(0n))).toEqual(world.heard.fills);
  });

  it('5.11 sweeps past a coin that is not ours, says so once, and looks for it in the universe', async () => {
    const world = await aTradingWorld();
    world.http.on('userFillsByTime', () => [aFill({ coin: '@107', tid: 1 }), aFill(), aFill({ coin: 'NEW', tid: 2 })]);
    world.http.on('frontendOpenOrders', () => [anOrder({ coin: 'PURR/USDC' }), anOrder()]);
    const asked = () => world.http.questions.filter(({ type }) => type === 'meta').length;
    const before = asked();
    for (let i = 0; i < 3; i += 1) expect((await world.trading.fillsSince(timeNs(0n))).length).toBe(1);
    expect((await world.trading.openOrders()).length).toBe(1);
    expect([world.heard.unknown.length, asked() - before]).toEqual([3, 1]);
    world.http.on('meta', () => ({ universe: [...META.universe, { name: 'NEW', szDecimals: 2, maxLeverage: 5 }] }));
    await world.trading.instruments();
    expect((await world.trading.fillsSince(timeNs(0n))).length).toBe(2);
  });

  it('5.12 pages funding payments', async () => {
    const world = await aTradingWorld();
    const rows = Array.from({ length: 1_100 }, (_, i) => ({
      time: NOW_MS + i * 3_600_000,
      hash: '0x0',
      delta: { type: 'funding', coin: 'BTC', usdc: '0.1', szi: '1.0', fundingRate: '0.0000125', nSamples: null },
    }));
    world.http.on('userFunding', pagedBy(rows, 500, 'oldest'));
    expect((await world.trading.fundingSince(timeNs(0n))).length).toBe(1_100);
  });

  const failures: readonly [string, { status: number; body: string }, string][] = [
    ['429', { status: 429, body: '' }, 'VENUE_RATE_LIMITED'],
    ['503', { status: 503, body: '<html>' }, 'VENUE_UNAVAILABLE'],
    ['HTML with 200', { status: 200, body: '<html>maintenance</html>' }, 'VENUE_PROTOCOL'],
    ['204', { status: 204, body: '' }, 'VENUE_PROTOCOL'],
    ['a cut body', { status: 200, body: '[{"coin":"B' }, 'VENUE_PROTOCOL'],
    ['null', { status: 200, body: 'null' }, 'VENUE_PROTOCOL'],
  ];
  it.each(failures)('names its fault for %s', async (_what, response, code) => {
    const world = await aTradingWorld();
    world.http.raw.push({ ...response, headers: {} });
    expect(await outcome(world.trading.openOrders())).toBe(code);
  });

  it('I-56 shows the clock of the venue between two moments of ours, which a step of our wall clock does not move', async () => {
    const world = await aTradingWorld();
    world.time.stepWallClock(5_000);
    const nowMs = world.time.clock.monotonicMs();
    expect(await world.trading.serverTime()).toEqual({
      sentMonotonicMs: nowMs,
      receivedMonotonicMs: nowMs,
      venueMs: NOW_MS + nowMs,
      stampAgeMsMax: 250,
    });
  });
});

describe('settings', () => {
  it.each([
    [{ pingIntervalMs: 60_000 }],
    [{ pingIntervalMs: 1_000 }],
    [{ instrumentRefreshMs: 60_001 }],
    [{ clockSampleMs: 30_001 }],
    [{ answerTimeoutMs: 0 }],
    [{ apiUrl: 'ftp://x' }],
    [{ wsUrl: 'http://x' }],
    [{ walletAddress: '0x1' }],
    [{ vaultAddress: 'vault' }],
    [{ privateKey: '0x12' }],
    [{ network: 'mainnet' as const, apiUrl: 'https://api.hyperliquid-testnet.xyz' }],
    [{ network: 'testnet' as const, wsUrl: 'wss://api.hyperliquid.xyz/ws' }],
  ])('refuses %j', async (overrides) => {
    await expect(aTradingWorld(overrides)).rejects.toThrow(RangeError);
  });

  it('I-51 shows the key nowhere', async () => {
    const world = await aTradingWorld();
    void outcome(world.trading.place([aPlacement(world.btc)]));
    const shown = [
      inspect(world.trading, { depth: 12, showHidden: true }),
      ...world.socket().sent,
      ...world.http.questions.map((each) => JSON.stringify(each)),
    ].join();
    expect(shown.includes(TEST_KEY.slice(2, 30))).toBe(false);
  });

  it('watches the vault when it trades for one', async () => {
    const vaultAddress = '0x1719884eb866cb12b2287399b15f7db5e7d775ea';
    const world = await aTradingWorld({ vaultAddress });
    void outcome(world.trading.place([aPlacement(world.btc)]));
    expect(world.socket().subscriptions[0]).toMatchObject({ user: vaultAddress });
    expect(posts(world)[0]?.request.payload).toMatchObject({ vaultAddress });
  });

  it('stops for good', async () => {
    const world = await aTradingWorld();
    await world.trading.stop();
    await settled();
    expect([world.time.pending, world.socket().closedBy]).toEqual([0, 'us']);
    expect(META.universe.length).toBe(3);
  });
});
