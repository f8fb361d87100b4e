import { anInstrument, type anIntent, levels } from '@argosy/testing';
import {
  accountId,
  format,
  instrumentId,
  msToNs,
  parseAmount,
  parsePrice,
  parseQuantity,
  type TimeNs,
} from '@argosy/domain';
import { aPaperAccount, INSTRUMENT, type OrderWish, PAPER } from './testing/paper-fixture.js';

/** BTC-PERP 59,999.5 at 60,000.5, three levels a side; the account holds 100,000 USDC. */
async function aMarket() {
  const paper = await aPaperAccount();
  await paper.book();
  return paper;
}

describe('a paper account as a trading venue', () => {
  const NO_MATCH = 'Order could not immediately match against any resting orders.';
  const POST = 'Post only order would have immediately matched, bbo was 59999.5@60000.5.';
  const placed: readonly [story: string, wish: OrderWish, said: string, status: string][] = [
    ['post-only below the ask rests', { timeInForce: 'post_only', price: '60000' }, 'working', 'working open'],
    ['post-only at the ask is refused', { timeInForce: 'post_only', price: '60000.5' }, POST, `rejected ${POST}`],
    [
      'post-only sell at the bid is refused',
      { timeInForce: 'post_only', side: 'sell', price: '59999.5' },
      POST,
      `rejected ${POST}`,
    ],
    ['ioc takes what is shown', { timeInForce: 'ioc', price: '60000.5' }, 'filled', 'filled filled'],
    [
      'ioc takes a part and the rest ends',
      { timeInForce: 'ioc', price: '60000.5', quantity: '1.5' },
      'filled',
      'cancelled iocRemainderCanceled',
    ],
    ['ioc below the ask finds nobody', { timeInForce: 'ioc', price: '60000.4' }, NO_MATCH, `rejected ${NO_MATCH}`],
    ['gtc rests', { price: '59999' }, 'working', 'working open'],
    ['gtc takes, then rests', { price: '60000.5', quantity: '1.5' }, 'filled', 'working open'],
    [
      'off the tick',
      { price: '59999.05' },
      'Price must be divisible by tick size.',
      'rejected Price must be divisible by tick size.',
    ],
    ['off the lot', { quantity: '0.5005' }, 'Order has invalid size.', 'rejected Order has invalid size.'],
    [
      'below the minimum',
      { quantity: '0.001', price: '9999' },
      'Order must have minimum value of 10 USDC.',
      'rejected',
    ],
    ['beyond the margin', { quantity: '66' }, 'Insufficient margin to place order.', 'rejected'],
    ['within the margin', { quantity: '65' }, 'working', 'working open'],
    ['reduce-only without a position', { reduceOnly: true }, 'Reduce only order would increase position.', 'rejected'],
  ];
  it.each(placed)('%s', async (_story, wish, said, status) => {
    const paper = await aMarket();
    const order = await paper.place(wish);
    expect(order.said).toBe(said);
    expect(await paper.status(order.placement)).toContain(status);
    const left = (await paper.trading.openOrders()).length;
    expect(left).toBe(status === 'working open' ? 1 : 0);
  });

  it('takes level after level at their prices, and says the average', async () => {
    const paper = await aMarket();
    const [answer] = await paper.trading.place([
      paper.placement({ timeInForce: 'ioc', price: '60001', quantity: '2' }),
    ]);
    expect(answer).toMatchObject({
      outcome: 'filled',
      quantity: parseQuantity('2'),
      averagePrice: parsePrice('60000.75'),
    });
    expect(paper.fills.map(({ price, quantity }) => `${format(quantity)}@${format(price)}`)).toEqual([
      '1@60000.5',
      '1@60001',
    ]);
  });

  it('keeps taken liquidity gone until its level is restated', async () => {
    const paper = await aMarket();
    const takeAll = { timeInForce: 'ioc', price: '60000.5', quantity: '1' } as const;
    expect((await paper.place(takeAll)).said).toBe('filled');
    await paper.book();
    expect((await paper.place(takeAll)).said).toBe(NO_MATCH);
    await paper.book({ asks: levels(['60000.5', '1.1'], ['60001', '2']) });
    expect((await paper.place(takeAll)).said).toBe('filled');
  });

  it('charges makers and takers by their rates, moves cash and states the account exactly', async () => {
    const paper = await aMarket();
    await paper.place({ timeInForce: 'ioc', price: '60000.5', quantity: '1' });
    await paper.place({ side: 'sell', price: '60000', quantity: '0.4', timeInForce: 'post_only' });
    await paper.trade('buy', '60000', '0.4');
    expect(paper.fills.map(({ liquidity, fee }) => [liquidity, format(fee)])).toEqual([
      ['taker', '30.00025'],
      ['maker', '2.4'],
    ]);
    await paper.state({ markPrice: parsePrice('60010') });
    const state = await paper.trading.accountState();
    expect({
      raw: format(state.rawCash),
      cash: format(state.cash),
      equity: format(state.equity),
      margin: format(state.marginUsed),
      positions: state.positions.map(({ quantity, averagePrice }) => `${format(quantity)} at ${format(averagePrice!)}`),
    }).toEqual({
      raw: format(parseAmount(String(100_000 - 60_000.5 - 30.00025 + 24_000 - 2.4))),
      cash: '99967.39975',
      equity: '99973.09975',
      margin: '900.15',
      positions: ['0.6 at 60000.5'],
    });
  });

  it('refuses what reaches beyond the position, and ends reduce-only orders that have nothing left to do', async () => {
    const paper = await aMarket();
    await paper.place({ timeInForce: 'ioc', price: '60000.5', quantity: '1' });
    const rest = await paper.place({ side: 'sell', price: '60005', quantity: '0.7', reduceOnly: true });
    expect(rest.said).toBe('working');
    const more = await paper.place({ side: 'sell', price: '60006', quantity: '0.4', reduceOnly: true });
    expect(more.said).toBe('Reduce only order would increase position.');
    await paper.place({ side: 'sell', price: '59999.5', quantity: '1', timeInForce: 'ioc' });
    expect(await paper.status(rest.placement)).toBe('cancelled reduceOnlyCanceled');
  });

  it('fills a reduce-only order no further than flat', async () => {
    const paper = await aMarket();
    await paper.place({ timeInForce: 'ioc', price: '60000.5', quantity: '0.5' });
    const reduce = await paper.place({ side: 'sell', price: '60000.4', quantity: '0.5', reduceOnly: true });
    await paper.place({ side: 'sell', price: '60000.3', quantity: '0.3' });
    await paper.trade('buy', '60000.4', '2');
    expect(await paper.status(reduce.placement)).toBe('cancelled reduceOnlyCanceled');
    expect((await paper.trading.accountState()).positions).toEqual([]);
  });

  it('never trades with itself: what stands in the way is withdrawn', async () => {
    const paper = await aMarket();
    const mine = await paper.place({ side: 'sell', price: '60000.2', quantity: '0.5' });
    const [answer] = await paper.trading.place([
      paper.placement({ timeInForce: 'ioc', price: '60000.5', quantity: '0.5' }),
    ]);
    expect(answer?.outcome).toBe('filled');
    expect(await paper.status(mine.placement)).toBe('cancelled selfTradeCanceled');
    const again = await paper.place({ side: 'sell', price: '60000.2', quantity: '0.5' });
    expect((await paper.place({ timeInForce: 'ioc', price: '60000.2' })).said).toBe(NO_MATCH);
    expect(await paper.status(again.placement)).toBe('cancelled selfTradeCanceled');
  });

  describe('requests', () => {
    it('spends a nonce once, on orders and cancels alike (I-07)', async () => {
      const paper = await aMarket();
      const first = paper.placement();
      expect(await paper.said(first)).toBe('working');
      expect(await paper.said({ ...paper.placement(), nonce: first.nonce })).toBe(
        `Invalid nonce: duplicate nonce ${String(first.nonce)}`,
      );
      expect(await paper.cancel(first, { nonce: first.nonce })).toBe('rejected');
      expect(await paper.status(first)).toBe('working open');
    });

    it('I-27 a burnt nonce keeps its order out for good, and a spent one is not burnt again', async () => {
      const paper = await aMarket();
      const late = paper.placement();
      expect(await paper.trading.burnNonce(late.nonce)).toBe('burnt');
      expect(await paper.trading.burnNonce(late.nonce)).toBe('already_used');
      expect(await paper.said(late)).toBe(`Invalid nonce: duplicate nonce ${String(late.nonce)}`);
      const first = paper.placement();
      expect(await paper.said(first)).toBe('working');
      expect(await paper.trading.burnNonce(first.nonce)).toBe('already_used');
      await paper.crash();
      expect(await paper.trading.burnNonce(late.nonce)).toBe('already_used');
    });

    it('says that it has no dead-man switch, no earned limit, and the clock of this process', async () => {
      const paper = await aMarket();
      expect(paper.trading.fence.deadMan).toBeUndefined();
      expect(await paper.trading.armDeadMan()).toMatchObject({ outcome: 'refused', cause: 'not_offered' });
      expect(await paper.trading.requestAllowance()).toBeUndefined();
      const { venueMs, stampAgeMsMax } = await paper.trading.serverTime();
      expect([venueMs, stampAgeMsMax]).toEqual([Number(paper.time.nowNs / 1_000_000n), 0]);
    });

    it('refuses a nonce below all that it remembers', async () => {
      const paper = await aMarket();
      for (let i = 0; i < 100; i++) await paper.cancel(paper.placement());
      expect(await paper.said(paper.placement({}, { nonce: 1n }))).toBe(
        'Invalid nonce: 1 is below every remembered nonce',
      );
    });

    it('takes a request at its expiry and refuses it a nanosecond later (I-05)', async () => {
      const paper = await aMarket();
      const now = paper.time.nowNs;
      expect(await paper.said(paper.placement({}, { expiresAt: now }))).toBe('working');
      const late = paper.placement({}, { expiresAt: (now - 1n) as TimeNs });
      expect(await paper.said(late)).toMatch(/^Action expired/);
      expect(await paper.status(late)).toBe('unknown');
    });

    it('refuses a client order id that was used, and leaves the first order alone', async () => {
      const paper = await aMarket();
      const first = paper.placement();
      await paper.said(first);
      expect(await paper.said(paper.placement({}, { clientOrderId: first.clientOrderId }))).toMatch(/already in use/);
      expect(await paper.status(first)).toBe('working open');
    });

    const foreign: readonly [string, Parameters<typeof anIntent>[0], RegExp][] = [
      ['another account', { accountId: accountId('main') }, /does not belong/],
      ['a live order', { accountKind: 'live' }, /does not belong/],
      ['an unknown instrument', { instrumentId: instrumentId('hyperliquid_XYZ-PERP') }, /Unknown instrument/],
    ];
    it.each(foreign)('refuses %s', async (_story, intent, reason) => {
      const paper = await aMarket();
      expect(await paper.said(paper.placement({}, {}, intent))).toMatch(reason);
      expect(paper.fills).toEqual([]);
    });

    it('answers each of a batch, in order', async () => {
      const paper = await aMarket();
      const answers = await paper.trading.place([
        paper.placement(),
        paper.placement({ quantity: '0.0005' }),
        paper.placement(),
      ]);
      expect(answers.map(({ outcome }) => outcome)).toEqual(['working', 'rejected', 'working']);
    });

    it('decides before the first await: the egress looks and writes in one tick (I-08)', async () => {
      const paper = await aMarket();
      const [first, second] = [paper.placement(), paper.placement()];
      const answers = paper.trading.place([first]);
      const cancelled = paper.trading.cancel([paper.cancellation(first), paper.cancellation(second)]);
      expect([(await answers)[0]?.outcome, (await cancelled).map(({ outcome }) => outcome)]).toEqual([
        'working',
        ['cancelled', 'unknown_order'],
      ]);
    });
  });

  const ends: readonly [story: string, wish: OrderWish, cancel: string, status: string][] = [
    ['a resting order', {}, 'cancelled', 'cancelled canceled'],
    ['a filled order', { timeInForce: 'ioc', price: '60000.5' }, 'unknown_order', 'filled filled'],
    ['a refused order', { quantity: '0.0005' }, 'unknown_order', 'rejected Order has invalid size.'],
  ];
  it.each(ends)('cancelling %s', async (_story, wish, cancel, status) => {
    const paper = await aMarket();
    const { placement } = await paper.place(wish);
    expect(await paper.cancel(placement)).toBe(cancel);
    expect(await paper.status(placement)).toBe(status);
    expect(await paper.cancel(placement)).toBe('unknown_order');
  });

  it('tells of orders and fills in the order in which they happened, after they are durable', async () => {
    const paper = await aMarket();
    await paper.place({ price: '60000.5', quantity: '1.5' });
    await paper.trade('sell', '60000.5', '5');
    expect(paper.orders.map(({ status, remaining }) => `${status} ${format(remaining)}`)).toEqual([
      'working 0.5',
      'filled 0',
    ]);
    expect(paper.fills.map(({ liquidity }) => liquidity)).toEqual(['taker', 'maker']);
    expect(await paper.trading.fillsSince(0n as TimeNs)).toEqual(paper.fills);
    expect(await paper.trading.fillsSince(paper.fills[1]!.venueTimeNs)).toEqual([paper.fills[1]]);
  });

  it('names each fill once and dates it after every other, though the clock stands still or goes back (I-26)', async () => {
    const paper = await aMarket();
    const { venueTimeNs: stated } = await paper.trading.accountState();
    await paper.trading.place([paper.placement({ timeInForce: 'ioc', price: '60001', quantity: '2' })]);
    paper.time.stepWallClock(-5_000);
    await paper.place({ timeInForce: 'ioc', price: '60002', quantity: '1' });
    const times = [stated, ...paper.fills.map(({ venueTimeNs }) => venueTimeNs)];
    expect(times.every((time, at) => at === 0 || time > times[at - 1]!)).toBe(true);
    expect(new Set(paper.fills.map(({ fillId }) => fillId)).size).toBe(3);
  });

  it('pays each hour at the rate and oracle last stated in it, and nothing for an hour unheard', async () => {
    const paper = await aMarket();
    await paper.place({ timeInForce: 'ioc', price: '60000.5', quantity: '0.5' });
    const rate = { fundingRate: parseAmount('0.0000125'), oraclePrice: parsePrice('60000') };
    const hourMs = 3_600_000;
    await paper.state(rate);
    paper.time.advance(hourMs);
    await paper.state({ ...rate, oraclePrice: parsePrice('61000') });
    await paper.state(rate);
    paper.time.advance(3 * hourMs);
    await paper.state(rate);
    expect(paper.fundings.map(({ amount, position }) => [format(amount), format(position)])).toEqual([
      ['-0.375', '0.5'],
    ]);
    expect(paper.fundings[0]!.venueTimeNs % msToNs(hourMs)).toBe(0n);
    expect(await paper.trading.fundingSince(0n as TimeNs)).toEqual(paper.fundings);
    expect(format((await paper.trading.accountState()).cash)).toBe(
      format(parseAmount(String(100_000 - 15.000125 - 0.375))),
    );
  });

  describe('spot', () => {
    const spot = anInstrument({ kind: 'spot', maxLeverage: 1 });
    it('sells what it has and buys what it can pay', async () => {
      const paper = await aPaperAccount();
      paper.instruments = [spot];
      await paper.trading.instruments();
      await paper.book();
      expect((await paper.place({ side: 'sell', price: '60001', quantity: '0.5' })).said).toBe(
        'Insufficient spot balance to sell.',
      );
      expect((await paper.place({ price: '59999', quantity: '1.7' })).said).toBe('Insufficient margin to place order.');
      expect((await paper.place({ price: '60000.5', quantity: '1', timeInForce: 'ioc' })).said).toBe('filled');
      expect((await paper.place({ side: 'sell', price: '60001', quantity: '1' })).said).toBe('working');
      expect((await paper.place({ side: 'sell', price: '60002', quantity: '0.001' })).said).toBe(
        'Insufficient spot balance to sell.',
      );
    });
  });

  it('knows its venue, its instruments and its clock', async () => {
    const paper = await aMarket();
    expect([paper.trading.venue, paper.trading.accountId, paper.trading.connected, paper.connections]).toEqual([
      'hyperliquid',
      PAPER,
      true,
      ['connected'],
    ]);
    expect(await paper.trading.instruments()).toEqual([INSTRUMENT]);
  });
});
