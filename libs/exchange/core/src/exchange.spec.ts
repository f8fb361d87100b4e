import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordings } from '@argosy/testing';
import { REJECTS } from './api/reject.js';
import { Exchange } from './exchange.js';
import { ALICE, BOB, BTC, buy, CAROL, CONFIG, expectConserved, Floor, NOON_MS, sell, SOL } from './exchange.fixture.js';

const CLOID = `0x${'1'.repeat(32)}`;
const DAY_MS = 86_400_000;

describe('orders', () => {
  it('rest, trade in price-time priority, and tell both sides and the public', () => {
    const floor = new Floor();
    const first = floor.rest(ALICE, sell('60010', '0.1'));
    floor.rest(BOB, sell('60010', '0.1'));
    expect(floor.place(CAROL, buy('60020', '0.15', { tif: 'Ioc', cloid: CLOID }))).toEqual([
      { kind: 'filled', oid: 3, cloid: CLOID, totalSz: '0.15', avgPx: '60010.0' },
    ]);
    expect(floor.statuses(ALICE)).toEqual([`${String(first)} open`, `${String(first)} filled`]);
    const [fill] = floor.exchange.userFills(ALICE);
    expect(fill).toMatchObject({
      px: '60010.0',
      sz: '0.1',
      isBuy: false,
      crossed: false,
      dir: 'Open Short',
      startPosition: '0.0',
      closedPnl: '0.0',
      fee: '0.90015',
    });
    expect(floor.exchange.userFills(CAROL).map((f) => [f.sz, f.fee, f.crossed, f.tid])).toEqual([
      ['0.05', '1.350225', true, 2],
      ['0.1', '2.70045', true, 1],
    ]);
    expect(floor.exchange.recentTrades(BTC)[0]).toMatchObject({
      isBuy: true,
      buyer: CAROL,
      seller: BOB,
      tid: 2,
      sz: '0.05',
    });
    expect(floor.exchange.book(BTC).asks).toEqual([{ px: '60010.0', sz: '0.05', n: 1 }]);
    expectConserved(floor.exchange);
  });

  const refusals: [string, (floor: Floor) => string, string][] = [
    ['a price of six figures', (f) => f.refusal(ALICE, buy('60000.5', '0.1')), REJECTS.tickRejected],
    [
      'a price of too many places',
      (f) => f.refusal(ALICE, buy('150.00001', '1', { asset: SOL })),
      REJECTS.tickRejected,
    ],
    ['a size finer than the lot', (f) => f.refusal(ALICE, buy('60000', '0.000001')), REJECTS.invalidSize],
    ['no size', (f) => f.refusal(ALICE, buy('60000', '0.0')), REJECTS.zeroSize],
    ['a price in exponents', (f) => f.refusal(ALICE, buy('6e4', '0.1')), REJECTS.invalidPrice],
    ['a negative price', (f) => f.refusal(ALICE, buy('-1', '0.1')), REJECTS.invalidPrice],
    ['less than ten dollars', (f) => f.refusal(ALICE, buy('60000', '0.00016')), REJECTS.minTradeNtlRejected],
    ['more than the margin', (f) => f.refusal(ALICE, buy('60000', '34')), REJECTS.perpMarginRejected],
    [
      'reduce-only without a position',
      (f) => f.refusal(ALICE, buy('60000', '0.1', { reduceOnly: true })),
      REJECTS.reduceOnlyRejected,
    ],
    [
      'post-only across the touch',
      (f) => f.refusal(ALICE, buy('60010', '0.1', { tif: 'Alo' })),
      'Post only order would have immediately matched, bbo was 59990.0@60010.0.',
    ],
    [
      'immediate short of the touch',
      (f) => f.refusal(ALICE, buy('60009', '0.1', { tif: 'Ioc' })),
      REJECTS.iocCancelRejected,
    ],
    [
      'a market order in an empty market',
      (f) => f.refusal(ALICE, buy('160', '1', { asset: SOL, tif: 'FrontendMarket' })),
      REJECTS.marketOrderNoLiquidityRejected,
    ],
    ['a price far from the oracle', (f) => f.refusal(ALICE, buy('11000', '0.1')), REJECTS.oracleRejected],
    ['an asset that is not listed', (f) => f.refusal(ALICE, buy('1', '1', { asset: 9 })), 'Unknown asset 9.'],
    [
      'a client order id of the wrong form',
      (f) => f.refusal(ALICE, buy('60000', '0.1', { cloid: '0x12' })),
      REJECTS.invalidCloid,
    ],
    [
      'cancelling what never was',
      (f) => JSON.stringify(f.cancel(ALICE, 99)),
      JSON.stringify({ kind: 'error', code: 'missingOrder', message: REJECTS.missingOrder }),
    ],
    [
      "cancelling another's order",
      (f) => JSON.stringify(f.cancel(ALICE, 1)),
      JSON.stringify({ kind: 'error', code: 'missingOrder', message: REJECTS.missingOrder }),
    ],
  ];
  it.each(refusals)('EX-2: refuses %s, and changes no book and no money', (_name, ask, text) => {
    const floor = new Floor();
    floor.rest(BOB, buy('59990', '1'));
    floor.rest(BOB, sell('60010', '1'));
    floor.exchange.clearinghouse(ALICE);
    const before = [
      floor.exchange.book(BTC).bids,
      floor.exchange.book(BTC).asks,
      floor.exchange.clearinghouse(BOB).accountValue,
    ];
    expect(ask(floor)).toBe(text);
    expect([
      floor.exchange.book(BTC).bids,
      floor.exchange.book(BTC).asks,
      floor.exchange.clearinghouse(BOB).accountValue,
    ]).toEqual(before);
    expect(floor.exchange.openOrders(ALICE)).toEqual([]);
  });

  it('at the limit: ten dollars and the whole margin are taken, one lot less or more is not', () => {
    const floor = new Floor({ feeTiers: [{ fromVolume: '0', takerRate: '0', makerRate: '0' }] });
    expect(floor.place(ALICE, buy('60000', '0.00017'))[0]?.kind).toBe('resting');
    const rich = new Floor({ feeTiers: [{ fromVolume: '0', takerRate: '0', makerRate: '0' }] });
    expect(rich.refusal(ALICE, buy('60000', '33.33334'))).toBe(REJECTS.perpMarginRejected);
    expect(rich.place(ALICE, buy('60000', '33.33333'))[0]?.kind).toBe('resting');
    expect(rich.refusal(ALICE, buy('150', '1', { asset: SOL }))).toBe(REJECTS.perpMarginRejected);
  });

  it('a batch answers in its own order, one entry each, and a refused request answers once', () => {
    const floor = new Floor();
    const outcomes = floor.place(ALICE, buy('59000', '0.1'), buy('59000.5', '0.1'), buy('58000', '0.1'));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['resting', 'error', 'resting']);
    expect(floor.act(ALICE, { type: 'order', orders: [] })).toEqual({
      ok: false,
      code: 'emptyBatch',
      message: 'Batch is empty.',
    });
    expect(floor.exchange.rateLimit(ALICE)).toEqual({ cumVlm: '0.0', nRequestsUsed: 3, nRequestsCap: 10_000 });
  });

  it('is found by id and by client order id, open, finished and refused', () => {
    const floor = new Floor();
    const oid = floor.rest(ALICE, buy('59000', '0.1', { cloid: CLOID.toUpperCase().replace('0X', '0x') }));
    expect(floor.exchange.orderStatus(ALICE, CLOID)).toMatchObject({
      status: 'open',
      order: { oid, cloid: CLOID, sz: '0.1', origSz: '0.1' },
    });
    expect(floor.refusal(ALICE, buy('59000', '0.1', { cloid: CLOID }))).toBe(REJECTS.duplicateCloid);
    expect(floor.act(ALICE, { type: 'cancelByCloid', cancels: [{ asset: BTC, cloid: CLOID }] })).toEqual({
      ok: true,
      response: { type: 'cancel', outcomes: [{ kind: 'success' }] },
    });
    expect(floor.exchange.orderStatus(ALICE, oid)?.status).toBe('canceled');
    floor.refusal(ALICE, buy('59000', '0.1', { tif: 'Ioc', cloid: `0x${'2'.repeat(32)}` }));
    expect(floor.exchange.orderStatus(ALICE, `0x${'2'.repeat(32)}`)?.status).toBe('iocCancelRejected');
    expect(floor.exchange.orderStatus(BOB, oid)).toBeUndefined();
    expect(floor.exchange.historicalOrders(ALICE).map((view) => view.status)).toEqual([
      'iocCancelRejected',
      'canceled',
      'rejected',
    ]);
  });

  it('a self-trade ends the resting order and goes on to the next, without a fee', () => {
    const floor = new Floor();
    const own = floor.rest(ALICE, sell('60000', '0.1'));
    floor.rest(BOB, sell('60000', '0.1'));
    expect(floor.place(ALICE, buy('60000', '0.1', { tif: 'Ioc' }))[0]).toMatchObject({
      kind: 'filled',
      totalSz: '0.1',
    });
    expect(floor.statuses(ALICE)).toContain(`${String(own)} selfTradeCanceled`);
    expect(floor.exchange.userFills(ALICE).length).toBe(1);
    expectConserved(floor.exchange);
  });

  it('reduce-only orders never turn a position: they are cut to it, shrink with it, and end with it', () => {
    const floor = new Floor();
    floor.rest(BOB, sell('60000', '1'));
    floor.place(ALICE, buy('60000', '0.3'));
    const far = floor.rest(ALICE, sell('61000', '0.3', { reduceOnly: true }));
    expect(floor.refusal(ALICE, sell('60500', '0.1', { reduceOnly: true }))).toBe(REJECTS.reduceOnlyRejected);
    floor.rest(BOB, buy('59900', '1'));
    floor.place(ALICE, sell('59900', '0.2'));
    expect(floor.exchange.orderStatus(ALICE, far)?.order.sz).toBe('0.1');
    floor.place(ALICE, sell('59900', '0.1'));
    expect(floor.exchange.orderStatus(ALICE, far)?.status).toBe('reduceOnlyCanceled');
    expect(floor.exchange.clearinghouse(ALICE).positions).toEqual([]);
  });

  it('one sweep over a plain and a reduce-only order of the same account stops at zero', () => {
    const floor = new Floor();
    floor.rest(BOB, sell('60000', '1'));
    floor.place(ALICE, buy('60000', '0.3'));
    floor.cancel(BOB, 1);
    floor.rest(ALICE, sell('60100', '0.2'));
    floor.rest(ALICE, sell('60200', '0.3', { reduceOnly: true }));
    expect(floor.place(CAROL, buy('60300', '1'))[0]).toMatchObject({ kind: 'filled', totalSz: '0.3' });
    expect(floor.exchange.clearinghouse(ALICE).positions).toEqual([]);
    expect(floor.exchange.openOrders(ALICE)).toEqual([]);
    expectConserved(floor.exchange);
  });

  it('a modification gives a new id and place; a refused one leaves the old order as it was', () => {
    const floor = new Floor();
    const oid = floor.rest(ALICE, buy('59000', '0.1', { cloid: CLOID }));
    floor.rest(BOB, sell('60000', '1'));
    expect(
      floor.act(ALICE, { type: 'modify', oid: CLOID, order: buy('60000', '0.1', { tif: 'Alo', cloid: CLOID }) }),
    ).toMatchObject({ ok: false, code: 'badAloPxRejected' });
    expect(floor.exchange.orderStatus(ALICE, oid)?.status).toBe('open');
    expect(
      floor.act(ALICE, {
        type: 'batchModify',
        modifies: [
          { oid, order: buy('59500', '0.2', { cloid: CLOID }) },
          { oid: 77, order: buy('1', '1') },
        ],
      }),
    ).toEqual({
      ok: true,
      response: {
        type: 'order',
        outcomes: [
          { kind: 'resting', oid: 3, cloid: CLOID },
          { kind: 'error', code: 'modifyMissingOrder', message: REJECTS.modifyMissingOrder },
        ],
      },
    });
    expect([
      floor.exchange.orderStatus(ALICE, oid)?.status,
      floor.exchange.openOrders(ALICE).map((order) => order.limitPx),
    ]).toEqual(['canceled', ['59500.0']]);
  });

  it('frees the margin of what ended: the whole account can be used again and again', () => {
    const floor = new Floor();
    for (let i = 0; i < 3; i++) floor.cancel(ALICE, floor.rest(ALICE, buy('60000', '33')));
    floor.act(ALICE, { type: 'modify', oid: floor.rest(ALICE, buy('60000', '33')), order: buy('59999', '33') });
    expect(floor.exchange.openOrders(ALICE).map((order) => order.limitPx)).toEqual(['59999.0']);
  });

  it('a halted asset refuses orders and lets them be cancelled', () => {
    const floor = new Floor();
    const oid = floor.rest(ALICE, buy('59000', '0.1'));
    floor.run({ type: 'status', asset: BTC, status: 'halted', reason: 'test' });
    expect([floor.refusal(ALICE, buy('59000', '0.1')), floor.cancel(ALICE, oid)]).toEqual([
      REJECTS.marketHalted,
      { kind: 'success' },
    ]);
  });
});

describe('requests', () => {
  it('I-49: a nonce is taken once, in its window, and only while among the hundred highest', () => {
    const floor = new Floor();
    const noop = (nonce: number): string => {
      const result = floor.act(ALICE, { type: 'noop' }, { nonce });
      return result.ok ? 'ok' : result.code;
    };
    const now = floor.nowMs + 100;
    expect([noop(now), noop(now), noop(now + 1), noop(now - 3 * DAY_MS), noop(now + 2 * DAY_MS), noop(1.5)]).toEqual([
      'ok',
      'nonceUsed',
      'ok',
      'nonceOutOfWindow',
      'nonceOutOfWindow',
      'nonceOutOfWindow',
    ]);
    for (let i = 0; i < 98; i++) expect(noop(now + 10 + i)).toBe('ok');
    expect([noop(now - 1), noop(now + 5), noop(now)]).toEqual(['nonceTooLow', 'ok', 'nonceTooLow']);
    expect(floor.act(BOB, { type: 'noop' }, { nonce: now }).ok).toBe(true);
  });

  it('I-28: an order whose nonce was burnt by a noop can never land', () => {
    const floor = new Floor();
    const nonce = floor.nowMs + 50;
    expect(floor.act(ALICE, { type: 'noop' }, { nonce }).ok).toBe(true);
    expect(floor.act(ALICE, { type: 'order', orders: [buy('59000', '0.1')] }, { nonce })).toMatchObject({
      ok: false,
      message: `Invalid nonce: duplicate nonce ${String(nonce)}`,
    });
    expect(floor.exchange.openOrders(ALICE)).toEqual([]);
  });

  it('I-05: a request is taken up to its expiry, and a millisecond later does nothing', () => {
    const floor = new Floor();
    const orders = [buy('59000', '0.1')];
    expect(floor.act(ALICE, { type: 'order', orders }, { expiresAfter: floor.nowMs })).toMatchObject({
      ok: false,
      code: 'actionExpired',
    });
    expect(floor.act(ALICE, { type: 'order', orders }, { expiresAfter: floor.nowMs + 1 }).ok).toBe(true);
  });

  it('an agent signs for its account, until another of the same name takes its place', () => {
    const floor = new Floor();
    expect(
      floor.act(ALICE, {
        type: 'approveAgent',
        agentAddress: CAROL.toUpperCase().replace('0X', '0x'),
        agentName: 'bot',
      }).ok,
    ).toBe(true);
    floor.rest(CAROL, buy('59000', '0.1'));
    expect([floor.exchange.openOrders(ALICE).length, floor.exchange.role(CAROL), floor.exchange.role(ALICE)]).toEqual([
      1,
      { role: 'agent', account: ALICE },
      { role: 'user' },
    ]);
    expect(floor.act(BOB, { type: 'approveAgent', agentAddress: CAROL })).toMatchObject({
      ok: false,
      code: 'agentTaken',
    });
    const second = `0x${'d'.repeat(40)}`;
    expect(floor.act(ALICE, { type: 'approveAgent', agentAddress: second, agentName: 'bot' }).ok).toBe(true);
    expect(floor.exchange.agents(ALICE)).toEqual([{ address: second, name: 'bot' }]);
    expect(floor.exchange.role(CAROL)).toEqual({ role: 'missing' });
  });

  it('an unknown signer is refused where accounts do not open by themselves', () => {
    const { openAccountsGrant: _grant, ...closed } = CONFIG;
    const exchange = new Exchange(closed);
    const act = () =>
      exchange.execute({ type: 'action', signer: ALICE, nonce: NOON_MS, action: { type: 'noop' }, timeMs: NOON_MS });
    expect(act()).toEqual({
      ok: false,
      code: 'unknownAccount',
      message: `User or API Wallet ${ALICE} does not exist.`,
    });
    expect(exchange.execute({ type: 'deposit', account: ALICE, amount: '0.0000001', timeMs: NOON_MS })).toMatchObject({
      code: 'invalidAmount',
    });
    expect(exchange.execute({ type: 'deposit', account: 'alice', amount: '1', timeMs: NOON_MS })).toMatchObject({
      code: 'invalidAddress',
    });
    exchange.execute({ type: 'deposit', account: ALICE, amount: '12.5', timeMs: NOON_MS });
    expect([act().ok, exchange.clearinghouse(ALICE).accountValue]).toEqual([true, '12.5']);
  });

  it('leverage is a whole number up to the maximum, and margin must allow it', () => {
    const floor = new Floor();
    const set = (leverage: number, isCross = true) => {
      const result = floor.act(ALICE, { type: 'updateLeverage', asset: BTC, isCross, leverage });
      return result.ok ? 'ok' : result.code;
    };
    expect([set(41), set(0), set(2.5), set(10, false), set(40)]).toEqual([
      'invalidLeverage',
      'invalidLeverage',
      'invalidLeverage',
      'isolatedUnsupported',
      'ok',
    ]);
    floor.rest(ALICE, buy('60000', '50'));
    expect([set(20), set(31), floor.exchange.leverage(ALICE, BTC)]).toEqual(['leverageMargin', 'ok', 31]);
  });
});

describe('scheduled cancel', () => {
  it('cancels everything at its moment, at least five seconds ahead, ten times a day', () => {
    const floor = new Floor();
    floor.rest(ALICE, buy('59000', '0.1'));
    expect(floor.act(ALICE, { type: 'scheduleCancel', time: floor.nowMs + 5_000 })).toMatchObject({
      ok: false,
      code: 'scheduleTooEarly',
    });
    for (let day = 0; day < 2; day++) {
      for (let i = 0; i < 10; i++) {
        const dueMs = floor.nowMs + 5_001;
        expect(floor.act(ALICE, { type: 'scheduleCancel', time: dueMs }).ok).toBe(true);
        expect(floor.exchange.nextDueMs()).toBeLessThanOrEqual(dueMs);
        floor.advance(5_002);
      }
      expect(floor.act(ALICE, { type: 'scheduleCancel', time: floor.nowMs + 6_000 })).toMatchObject({
        ok: false,
        code: 'scheduleLimit',
      });
      floor.advance(DAY_MS);
    }
    const [view] = floor.exchange.historicalOrders(ALICE);
    expect([view?.status, view?.statusTimestampMs]).toEqual(['scheduledCancel', NOON_MS + 2 + 5_001]);
  });

  it('needs volume on the venue, and can be taken back', () => {
    const floor = new Floor({ scheduleCancelVolume: '1000000' });
    expect(floor.act(ALICE, { type: 'scheduleCancel', time: floor.nowMs + 9_000 })).toMatchObject({
      message: 'Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $0.0.',
    });
    const free = new Floor();
    free.rest(ALICE, buy('59000', '0.1'));
    free.act(ALICE, { type: 'scheduleCancel', time: free.nowMs + 9_000 });
    free.act(ALICE, { type: 'scheduleCancel' });
    free.advance(60_000);
    expect(free.exchange.openOrders(ALICE).length).toBe(1);
  });
});

describe('reject texts', () => {
  const root = recordings();
  if (root === undefined) {
    it('not run: no recordings (ARGOSY_DATA is unset)', () => undefined);
    return;
  }
  it('EX-2: are those of the venue', () => {
    const catalogue = JSON.parse(readFileSync(join(root, 'hyperliquid', 'reject_catalogue.json'), 'utf8')) as {
      errors: [string, string, string | null][];
    };
    const texts = new Map(catalogue.errors.map(([, text, status]) => [status ?? 'missingOrder', text]));
    const ours = Object.entries(REJECTS).filter(([code]) => texts.has(code) && code !== 'minTradeNtlRejected');
    expect(ours.length).toBe(8);
    for (const [code, text] of ours) expect(text).toBe(texts.get(code));
    expect(catalogue.errors.map(([, text]) => text)).toContain(REJECTS.minTradeNtlRejected);
  });
});
