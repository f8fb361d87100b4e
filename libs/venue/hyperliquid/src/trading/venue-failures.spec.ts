import { Fault, timeNs } from '@argosy/domain';
import { settled } from '@argosy/testing';
import fc from 'fast-check';
import { answer, lastId, outcome, posts, refusedWhole, statuses } from '../testing/venue-answers.js';
import {
  aCancellation,
  aClientOrderId,
  aPlacement,
  aTradingWorld,
  NOW_MS,
  type TradingWorld,
  WALLET,
} from '../testing/trading-fixture.js';

const NEVER_PLACED = 'Order was never placed, already canceled, or filled. asset=0';
const place = (world: TradingWorld, count: number) =>
  world.trading.place(Array.from({ length: count }, (_, i) => aPlacement(world.btc, { sequence: i + 1 })));
const cancel = (world: TradingWorld, count: number) =>
  world.trading.cancel(Array.from({ length: count }, (_, i) => aCancellation(world.btc, i + 1)));
const resting = (sequence: number) => ({ resting: { oid: sequence, cloid: `0x${aClientOrderId(sequence)}` } });
const outcomes = (answers: readonly { readonly outcome: string }[]): readonly string[] =>
  answers.map((each) => each.outcome);

describe('a batch that is answered in part (5.15)', () => {
  it('leaves only the order in doubt whose own answer cannot be read', async () => {
    const world = await aTradingWorld();
    const placed = place(world, 4);
    answer(
      world,
      statuses('order', { resting: { oid: 1 } }, { resting: {} }, { error: 'Order has zero size.' }, 'odd'),
    );
    expect(outcomes(await placed)).toEqual(['working', 'in_doubt', 'rejected', 'in_doubt']);
  });

  it('goes by our ids where the venue names them, whatever their order and however many are missing', async () => {
    const world = await aTradingWorld();
    const placed = place(world, 3);
    answer(world, statuses('order', resting(3), resting(1)));
    expect(await placed).toEqual([
      { outcome: 'working', venueOrderId: '1' },
      { outcome: 'in_doubt', reason: '2 statuses for 3 orders' },
      { outcome: 'working', venueOrderId: '3' },
    ]);
  });

  it('believes neither of two answers for one order', async () => {
    const world = await aTradingWorld();
    const placed = place(world, 2);
    answer(world, statuses('order', resting(1), { resting: { oid: 9, cloid: `0x${aClientOrderId(1)}` } }));
    expect(await outcome(placed)).toBe('OUTCOME_UNKNOWN');
  });

  it('a server error for one order is a doubt about that order', async () => {
    const world = await aTradingWorld();
    const placed = place(world, 2);
    answer(world, statuses('order', { error: '502 Bad Gateway' }, { resting: { oid: 2 } }));
    expect(outcomes(await placed)).toEqual(['in_doubt', 'working']);
  });

  it('is exact leg by leg for every subset that fails', async () => {
    const leg = fc.constantFrom('working', 'rejected', 'in_doubt');
    await fc.assert(
      fc.asyncProperty(fc.array(leg, { minLength: 2, maxLength: 39 }), async (legs) => {
        const world = await aTradingWorld();
        const placed = outcome(place(world, legs.length));
        const said = { working: { resting: { oid: 1 } }, rejected: { error: 'Order has zero size.' }, in_doubt: {} };
        answer(world, statuses('order', ...legs.map((each) => said[each])));
        const result = await placed;
        if (legs.every((each) => each === 'in_doubt')) expect(result).toBe('OUTCOME_UNKNOWN');
        else expect(outcomes(result as readonly { outcome: string }[])).toEqual(legs);
      }),
      { numRuns: 40 },
    );
  });

  it('a cancel of another count is in doubt whole', async () => {
    const world = await aTradingWorld();
    const cancelled = outcome(cancel(world, 3));
    answer(world, statuses('cancel', 'success', 'success'));
    expect(await cancelled).toBe('OUTCOME_UNKNOWN');
  });
});

describe('500 open orders cancelled at once (F-28)', () => {
  it('leave in thirteen requests of one tick, each with a nonce of its own', async () => {
    const world = await aTradingWorld();
    const cancelled = cancel(world, 500);
    const sent = posts(world);
    const sizes = sent.map(({ request }) => (request.payload.action['cancels'] as unknown[]).length);
    expect(sizes).toEqual([...Array.from({ length: 12 }, () => 39), 32]);
    expect(new Set(sent.map(({ request }) => request.payload.nonce)).size).toBe(13);
    sent.forEach(({ id }, index) => {
      answer(world, statuses('cancel', ...Array.from({ length: sizes[index] ?? 0 }, () => 'success')), id);
    });
    expect(new Set(outcomes(await cancelled))).toEqual(new Set(['cancelled']));
  });

  it('of which one request is lost: its orders are in doubt, the others cancelled', async () => {
    const world = await aTradingWorld();
    const cancelled = cancel(world, 100);
    const [first, , third] = posts(world).map(({ id }) => id);
    answer(world, statuses('cancel', ...Array.from({ length: 39 }, () => 'success')), first);
    answer(world, statuses('cancel', ...Array.from({ length: 22 }, () => ({ error: NEVER_PLACED }))), third);
    world.time.advance(2_000);
    const said = outcomes(await cancelled);
    expect(['cancelled', 'in_doubt', 'unknown_order'].map((each) => said.filter((one) => one === each).length)).toEqual(
      [39, 39, 22],
    );
  });

  it('an instrument the venue no longer lists does not keep the other orders alive', async () => {
    const world = await aTradingWorld();
    const gone = { ...world.btc, id: 'hyperliquid_GONE-PERP' as typeof world.btc.id };
    const cancelled = world.trading.cancel([
      aCancellation(world.btc),
      aCancellation(gone, 2),
      aCancellation(world.btc, 3),
    ]);
    answer(world, statuses('cancel', 'success', 'success'));
    expect(outcomes(await cancelled)).toEqual(['cancelled', 'rejected', 'cancelled']);
  });

  it('none left when the socket is closed, and the caller hears that', async () => {
    const world = await aTradingWorld();
    world.socket().breakOff();
    expect(await outcome(cancel(world, 500))).toBe('VENUE_UNAVAILABLE');
  });
});

describe('a server error (F-30)', () => {
  const status = (state: 'live' | 'unknown') =>
    state === 'unknown'
      ? { status: 'unknownOid' }
      : {
          status: 'order',
          order: {
            order: { coin: 'BTC', side: 'B', limitPx: '100000.0', sz: '0.5', oid: 7, timestamp: NOW_MS, origSz: '0.5' },
            status: 'open',
            statusTimestamp: NOW_MS,
          },
        };

  it.each([
    ['after the order was taken', 'live', 'working'],
    ['before it was', 'unknown', undefined],
  ] as const)('%s is the same doubt: only the question tells', async (_when, state, expected) => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    answer(world, { type: 'error', payload: '502 Bad Gateway' });
    expect(await placed).toBe('OUTCOME_UNKNOWN');
    world.http.on('orderStatus', () => status(state));
    const report = await world.trading.orderStatus({ clientOrderId: aClientOrderId() });
    expect(report?.status).toBe(expected);
  });

  it('an answer that comes after the time-out changes nothing', async () => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    world.time.advance(2_000);
    expect(await placed).toBe('OUTCOME_UNKNOWN');
    answer(world, statuses('order', { resting: { oid: 7 } }));
    expect([world.heard.orders, world.heard.unknown]).toEqual([[], []]);
  });
});

describe('a rate limit (F-37, 5.10)', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['999999999', 3 * 86_400_000],
    ['soon', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('with Retry-After %s is told with it', async (header, expected) => {
    const world = await aTradingWorld();
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
    world.http.raw.push({ status: 429, headers, body: '' });
    expect(await outcome(world.trading.openOrders())).toBe('VENUE_RATE_LIMITED');
    expect(world.heard.troubles).toEqual([
      {
        kind: 'rate_limited',
        request: 'read',
        reason: 'frontendOpenOrders answered 429',
        ...(expected === undefined ? {} : { retryAfterMs: expected }),
      },
    ]);
  });

  it.each([
    ['of the connection', { type: 'error', payload: '429 Too Many Requests' }, ['rate_limited']],
    [
      'of the address',
      refusedWhole('Too many cumulative requests sent (9 > 8) for cumulative volume traded $1.'),
      ['address_limited'],
    ],
  ])('%s met by an order is the account’s trouble', async (_whose, response, kinds) => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    answer(world, response);
    expect(await placed).toBe('VENUE_RATE_LIMITED');
    expect(world.heard.troubles.map(({ kind }) => kind)).toEqual(kinds);
    expect(world.heard.troubles[0]?.request).toBe('order');
  });

  it('named outside any answer is told too', async () => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    world.socket().receive({ channel: 'error', data: `too many pending post requests id=${String(lastId(world))}` });
    expect([await placed, world.heard.troubles.length]).toEqual(['VENUE_RATE_LIMITED', 1]);
  });

  it('says how many requests the address has left', async () => {
    const world = await aTradingWorld();
    world.http.on('userRateLimit', () => ({ cumVlm: '2854574.5', nRequestsUsed: 2_890, nRequestsCap: 2_864_574 }));
    expect(await world.trading.requestAllowance()).toEqual({ used: 2_890, allowed: 2_864_574 });
    world.http.on('userRateLimit', () => ({ cumVlm: '1.0', nRequestsUsed: -1, nRequestsCap: 5 }));
    expect(await outcome(world.trading.requestAllowance())).toBe('VENUE_PROTOCOL');
  });
});

describe('a key or a nonce that is refused (F-40)', () => {
  const refusals: readonly [string, string, string, string | undefined][] = [
    ['a revoked key', 'L1 error: User or API Wallet 0x01 does not exist.', 'rejected', 'key_refused'],
    ['a pruned agent', 'User or API Wallet 0x01 does not exist.', 'rejected', 'key_refused'],
    ['an account without money', 'Must deposit before performing actions. User: 0x01', 'rejected', 'key_refused'],
    ['the key of another network', 'Mainnet and testnet require different signature.', 'rejected', 'key_refused'],
    ['an order past its expiry', 'Action already expired', 'rejected', 'expired'],
    ['a nonce too old', 'Invalid nonce: nonce too low 5 < 9', 'OUTCOME_UNKNOWN', 'clock_off'],
    ['a nonce too new', 'Invalid nonce: nonce too high 9 > 5', 'OUTCOME_UNKNOWN', 'clock_off'],
    ['a nonce used twice', 'Invalid nonce: duplicate nonce 5', 'OUTCOME_UNKNOWN', undefined],
    ['a text nobody has seen', 'The venue is cursed', 'OUTCOME_UNKNOWN', 'unlisted'],
  ];
  it.each(refusals)('%s', async (_what, text, expected, trouble) => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    answer(world, refusedWhole(text));
    const result = await placed;
    expect(typeof result === 'string' ? result : outcomes(result as never)[0]).toBe(expected);
    expect(world.heard.troubles.map(({ kind }) => kind)).toEqual(trouble === undefined ? [] : [trouble]);
    // What nobody has seen is quarantined and the account reconciled.
    expect(world.heard.unknown.length).toBe(trouble === 'unlisted' ? 1 : 0);
  });

  it('a nonce too old cannot be burnt, and is as good as used', async () => {
    const world = await aTradingWorld();
    const burnt = world.trading.burnNonce(5n);
    answer(world, refusedWhole('Invalid nonce: nonce too low 5 < 9'));
    expect(await burnt).toBe('already_used');
  });

  it.each([
    ['silence', undefined],
    ['a nonce too new', refusedWhole('Invalid nonce: nonce too high 9 > 5')],
  ])('a burn met by %s is in doubt itself', async (_what, response) => {
    const world = await aTradingWorld();
    const burnt = outcome(world.trading.burnNonce(9n));
    if (response === undefined) world.time.advance(2_000);
    else answer(world, response);
    expect(await burnt).toBe('OUTCOME_UNKNOWN');
  });

  it('a burn refused for its key proves nothing and says so', async () => {
    const world = await aTradingWorld();
    const burnt = outcome(world.trading.burnNonce(9n));
    answer(world, refusedWhole('User or API Wallet 0x01 does not exist.'));
    expect([await burnt, world.heard.troubles[0]?.kind]).toEqual(['VENUE_REFUSED', 'key_refused']);
  });
});

describe('the dead-man switch of the venue', () => {
  const refusals: readonly [string, string][] = [
    ['Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $0.', 'volume_required'],
    ['Scheduled cancel already triggered 10 times today.', 'day_limit'],
    ['Scheduled cancel time too early, must be at least 5 seconds from now.', 'too_soon'],
    ['Scheduled cancel is not for you.', 'other'],
  ];
  it.each(refusals)('%s', async (text, cause) => {
    const world = await aTradingWorld();
    const armed = world.trading.armDeadMan(NOW_MS + 15_000, 1n);
    answer(world, refusedWhole(text));
    expect(await armed).toEqual({ outcome: 'refused', cause, reason: `scheduleCancel: ${text}` });
  });

  it('is disarmed without a moment', async () => {
    const world = await aTradingWorld();
    const disarmed = world.trading.armDeadMan(undefined, 1n);
    answer(world, { type: 'action', payload: { status: 'ok', response: { type: 'default' } } });
    expect(await disarmed).toEqual({ outcome: 'disarmed' });
    expect(posts(world)[0]?.request.payload.action).toEqual({ type: 'scheduleCancel' });
  });
});

describe('a cancel race (5.6)', () => {
  it.each([
    ['had filled', 'filled', 'filled'],
    ['was cancelled already', 'canceled', 'cancelled'],
    ['is still there', 'open', 'working'],
  ])('an order that %s: the refusal of the cancel says nothing, the question all', async (_what, word, expected) => {
    const world = await aTradingWorld();
    const cancelled = cancel(world, 1);
    answer(world, statuses('cancel', { error: NEVER_PLACED }));
    expect(outcomes(await cancelled)).toEqual(['unknown_order']);
    const order = { coin: 'BTC', side: 'B', limitPx: '100000.0', sz: '0.0', oid: 7, timestamp: NOW_MS, origSz: '0.5' };
    world.http.on('orderStatus', () => ({
      status: 'order',
      order: { order, status: word, statusTimestamp: NOW_MS },
    }));
    expect((await world.trading.orderStatus({ clientOrderId: aClientOrderId() }))?.status).toBe(expected);
  });
});

describe('a half-open connection (5.8, F-34)', () => {
  it('is suspected by our own unanswered request, and left after one missed pong', async () => {
    const world = await aTradingWorld();
    const before = world.socket();
    const placed = outcome(place(world, 1));
    expect(before.pings).toBe(0);
    world.time.advance(2_000);
    expect([await placed, before.pings]).toEqual(['OUTCOME_UNKNOWN', 1]);
    world.time.advance(4_999);
    expect(world.trading.connected).toBe(true);
    world.time.advance(1);
    expect([world.trading.connected, world.heard.connection.at(-1)]).toEqual([false, 'no pong to 2 pings']);
  });

  it('more silence does not put the verdict off', async () => {
    const world = await aTradingWorld();
    const first = outcome(place(world, 1));
    world.time.advance(1_500);
    const second = outcome(place(world, 1));
    world.time.advance(2_000);
    expect([await first, await second, world.socket().pings]).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN', 1]);
    world.time.advance(3_500);
    expect(world.trading.connected).toBe(false);
  });

  it('a pong clears the suspicion', async () => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    world.time.advance(2_000);
    world.socket().receive({ channel: 'pong' });
    world.time.advance(10_000);
    expect([await placed, world.trading.connected]).toEqual(['OUTCOME_UNKNOWN', true]);
  });
});

const aFill = (overrides: Record<string, unknown> = {}) => ({
  coin: 'BTC',
  px: '100000.0',
  sz: '0.1',
  side: 'B',
  time: NOW_MS,
  oid: 7,
  tid: 1,
  crossed: true,
  fee: '0.01',
  feeToken: 'USDC',
  ...overrides,
});
const told = (world: TradingWorld, ...fills: unknown[]): void =>
  world.socket().receive({ channel: 'userFills', data: { user: WALLET, fills } });

describe('a stream that is cut (F-31, 5.4)', () => {
  const FILLS = Array.from({ length: 12 }, (_, tid) => aFill({ tid: tid + 1, time: NOW_MS + tid }));

  it.each(FILLS.map((_, index) => index))(
    'after message %d loses no fill: the sweep brings it, each once',
    async (cut) => {
      const world = await aTradingWorld();
      world.http.on('userFillsByTime', ({ startTime }) => FILLS.filter(({ time }) => time >= Number(startTime)));
      FILLS.slice(0, cut).forEach((fill) => {
        told(world, fill);
      });
      world.socket().breakOff();
      // Three happen while nobody listens; the new stream replays nothing.
      world.time.advance(1_000);
      world.sockets.last.open();
      world.sockets.last.acknowledge();
      await settled();
      expect(world.heard.connection.filter((each) => each === 'connected').length).toBe(2);
      FILLS.slice(cut + 3).forEach((fill) => {
        told(world, fill);
      });
      const swept = await world.trading.fillsSince(timeNs(BigInt(NOW_MS) * 1_000_000n));
      const all = [...world.heard.fills, ...swept].map(({ fillId }) => fillId);
      expect(new Set(all).size).toBe(FILLS.length);
      // Told by the stream once each, whatever it repeats.
      told(world, ...FILLS);
      told(world, ...FILLS);
      expect(new Set(world.heard.fills.map(({ fillId }) => fillId)).size).toBe(world.heard.fills.length);
    },
  );

  it('subscribes everything again on the new connection', async () => {
    const world = await aTradingWorld();
    world.socket().breakOff();
    world.time.advance(1_000);
    world.sockets.last.open();
    expect(world.sockets.last.subscriptions.map(({ type }) => type)).toEqual([
      'orderUpdates',
      'userFills',
      'userFundings',
      'userEvents',
    ]);
  });
});

describe('private messages that are odd but true (5.11, F-38, bad input 6)', () => {
  const odd: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['a rebate', { fee: '-0.02' }, { fee: -2n * 10n ** 10n, feeAsset: 'USDC' }],
    ['a fee in a third asset', { fee: '0.001', feeToken: 'HYPE' }, { fee: 10n ** 9n, feeAsset: 'HYPE' }],
    [
      'a liquidation of ours',
      { dir: 'Liquidated Isolated Long', liquidation: { liquidatedUser: WALLET, markPx: '99000', method: 'market' } },
      { quantity: 10n ** 11n, cause: 'liquidation' },
    ],
    ['a liquidation that names nobody', { dir: 'Liquidated Cross Short' }, { cause: 'liquidation' }],
    ['an auto-deleveraging', { dir: 'Auto-Deleveraging', cloid: undefined }, { cause: 'auto_deleveraging' }],
    ['a settlement', { dir: 'Settlement' }, { quantity: 10n ** 11n }],
    ['a kind nobody has seen', { dir: 'Quantum Close', shape: { of: ['things'] } }, { quantity: 10n ** 11n }],
    ['an order of nobody', { cloid: undefined, oid: 999_999 }, { venueOrderId: '999999' }],
  ];
  it.each(odd)('a fill that is %s is booked, never dropped', async (_what, overrides, expected) => {
    const world = await aTradingWorld();
    told(world, aFill(overrides));
    expect([world.heard.fills, world.heard.unknown]).toEqual([[expect.objectContaining(expected)], []]);
  });

  it("one that trades against somebody else's liquidation is an ordinary one of ours", async () => {
    const world = await aTradingWorld();
    const liquidation = { liquidatedUser: `0x${'9'.repeat(40)}`, markPx: '99000', method: 'market' };
    told(world, aFill({ dir: 'Open Long', liquidation }), aFill({ tid: 43, liquidation: null }));
    expect(world.heard.fills.map(({ cause }) => cause)).toEqual([undefined, undefined]);
  });

  it('a liquidation that is only announced is quarantined: the account is reconciled', async () => {
    const world = await aTradingWorld();
    world.socket().receive({ channel: 'user', data: { liquidation: { lid: 1, liquidated_user: WALLET } } });
    expect(world.heard.unknown.length).toBe(1);
  });

  it('two orders under one client id are both told', async () => {
    const world = await aTradingWorld();
    const order = { coin: 'BTC', side: 'B', limitPx: '1.0', sz: '0.1', origSz: '0.1', timestamp: NOW_MS };
    const cloid = `0x${aClientOrderId()}`;
    world.http.on('frontendOpenOrders', () => [
      { ...order, oid: 1, cloid },
      { ...order, oid: 2, cloid },
    ]);
    expect((await world.trading.openOrders()).map(({ venueOrderId }) => venueOrderId)).toEqual(['1', '2']);
  });

  it('an answer of more rows than any batch has proves nothing', async () => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 2));
    answer(world, statuses('order', ...Array.from({ length: 100_000 }, () => ({ resting: { oid: 1 } }))));
    expect(await placed).toBe('OUTCOME_UNKNOWN');
  });

  it('an answer cut short is quarantined, and its order in doubt', async () => {
    const world = await aTradingWorld();
    const placed = outcome(place(world, 1));
    world.socket().receive(`{"channel":"post","data":{"id":${String(lastId(world))},"response":{"type":"act`);
    expect(world.heard.unknown.length).toBe(1);
    world.time.advance(2_000);
    expect(await placed).toBe('OUTCOME_UNKNOWN');
  });

  it('an unknown word for an order’s state ends no sweep by a guess', async () => {
    const world = await aTradingWorld();
    const order = { coin: 'BTC', side: 'B', limitPx: '1.0', sz: '0.1', origSz: '0.1', timestamp: NOW_MS, oid: 1 };
    world.http.on('orderStatus', () => ({
      status: 'order',
      order: { order, status: 'quantumCanceled', statusTimestamp: NOW_MS },
    }));
    const asked = world.trading.orderStatus({ clientOrderId: aClientOrderId() });
    expect(await outcome(asked)).toBe('VENUE_PROTOCOL');
    await expect(asked).rejects.toBeInstanceOf(Fault);
  });
});
