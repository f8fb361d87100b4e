import { ALICE, BOB, BTC, buy, Floor, sell, SOL } from './exchange.fixture.js';

const conserved = (floor: Floor): void => {
  const { deposits, accountValues, feesCollected, fundingRounding, positions } = floor.exchange.conservation();
  expect(Number(accountValues) + Number(feesCollected) + Number(fundingRounding)).toBeCloseTo(Number(deposits), 6);
  for (const sum of Object.values(positions)) expect(Number(sum)).toBe(0);
};

describe('what the world and the venue do to a client (F-32, F-37, F-38, F-39)', () => {
  it('fills part of a resting order, then all of it, whatever else stands in the book', () => {
    const floor = new Floor();
    floor.rest(BOB, buy('60000', '0.5'));
    const oid = floor.rest(ALICE, buy('59000', '0.1'));
    expect(floor.run({ type: 'force_fill', account: ALICE, oid, share: 0.25 }).ok).toBe(true);
    expect(floor.exchange.openOrders(ALICE)[0]).toMatchObject({ oid, sz: '0.075' });
    floor.run({ type: 'force_fill', account: ALICE, oid, share: 1 });
    expect(floor.exchange.orderStatus(ALICE, oid)).toMatchObject({ status: 'filled' });
    expect(floor.exchange.userFills(ALICE).map(({ sz, px }) => [sz, px])).toEqual([
      ['0.075', '59000.0'],
      ['0.025', '59000.0'],
    ]);
    expect(floor.exchange.openOrders(BOB)).toHaveLength(1);
    conserved(floor);
  });

  it.each([
    ['liquidation', 'Liquidated Cross Long', { user: ALICE }],
    ['auto_deleveraging', 'Auto-Deleveraging', undefined],
  ] as const)('closes a position by %s and says so in the fill', (cause, dir, liquidation) => {
    const floor = new Floor();
    floor.rest(BOB, sell('60000', '0.1'));
    floor.place(ALICE, buy('60000', '0.1'));
    const resting = floor.rest(ALICE, buy('50000', '0.1'));
    expect(floor.run({ type: 'force_close', account: ALICE, asset: BTC, share: 0.5, cause }).ok).toBe(true);
    expect(floor.exchange.clearinghouse(ALICE).positions[0]).toMatchObject({ szi: '0.05' });
    const [fill] = floor.exchange.userFills(ALICE);
    expect(fill).toMatchObject({
      dir,
      isBuy: false,
      sz: '0.05',
      ...(liquidation === undefined ? {} : { liquidation }),
    });
    expect(fill?.cloid).toBeUndefined();
    expect(floor.exchange.orderStatus(ALICE, resting)?.status).toBe(
      cause === 'liquidation' ? 'liquidatedCanceled' : 'open',
    );
    conserved(floor);
  });

  it('refuses to close what is not there, and shares that are none', () => {
    const floor = new Floor();
    floor.run({ type: 'deposit', account: ALICE, amount: '1' });
    const close = { type: 'force_close', account: ALICE, asset: BTC, cause: 'liquidation' } as const;
    expect(floor.run({ ...close, share: 1 })).toMatchObject({ code: 'nothingToClose' });
    const oid = floor.rest(BOB, buy('59000', '0.1'));
    for (const share of [0, -1, 1.5, Number.NaN])
      expect(floor.run({ type: 'force_fill', account: BOB, oid, share })).toMatchObject({ code: 'invalidShare' });
    expect(floor.run({ type: 'force_fill', account: BOB, oid: 999, share: 1 })).toMatchObject({ code: 'missingOrder' });
  });

  it('cancels everybody, or one', () => {
    const floor = new Floor();
    const [alice, bob] = [floor.rest(ALICE, buy('59000', '0.1')), floor.rest(BOB, buy('59000', '0.1'))];
    floor.run({ type: 'mass_cancel', account: ALICE });
    expect(floor.exchange.orderStatus(ALICE, alice)?.status).toBe('canceled');
    expect(floor.exchange.orderStatus(BOB, bob)?.status).toBe('open');
    floor.run({ type: 'mass_cancel' });
    expect(floor.exchange.openOrders(BOB)).toEqual([]);
  });

  it('delists: its orders end, the others stay, and nothing can be placed', () => {
    const floor = new Floor();
    const [btc, sol] = [floor.rest(ALICE, buy('59000', '0.1')), floor.rest(ALICE, { ...buy('150', '1'), asset: SOL })];
    floor.run({ type: 'status', asset: BTC, status: 'delisted', reason: 'test' });
    expect(floor.exchange.orderStatus(ALICE, btc)?.status).toBe('delistedCanceled');
    expect(floor.exchange.orderStatus(ALICE, sol)?.status).toBe('open');
    expect(floor.refusal(ALICE, buy('59000', '0.1'))).toBe('Trading is halted.');
    expect(floor.exchange.instrument(BTC).status).toBe('delisted');
  });

  it('changes lot and tick in mid-session, keeps them over a snapshot, and refuses finer rules', () => {
    const floor = new Floor();
    floor.run({ type: 'instrument', asset: BTC, szDecimals: 3, significantFigures: 4 });
    expect(floor.exchange.instrument(BTC).szDecimals).toBe(3);
    expect(floor.refusal(ALICE, buy('59000', '0.0015'))).toBe('Order has invalid size.');
    expect(floor.refusal(ALICE, buy('59001', '0.001'))).toBe('Price must be divisible by tick size.');
    expect(floor.refusal(ALICE, buy('59010', '0.001'))).toBe('resting');
    const later = new Floor({}, floor.exchange.snapshot());
    expect(later.refusal(ALICE, buy('59001', '0.001'))).toBe('Price must be divisible by tick size.');
    expect(floor.run({ type: 'instrument', asset: BTC, szDecimals: 6 })).toMatchObject({ ok: false });
  });
});

describe('what an address may send (EX-1)', () => {
  it('lets one request in ten seconds through beyond what volume earned, and cancels for longer', () => {
    const floor = new Floor({ addressLimits: true });
    const orders = Array.from({ length: 1_000 }, (_, i) => buy('59000', '0.00001', { px: String(50_000 + i) }));
    for (let batch = 0; batch < 10; batch += 1) floor.act(ALICE, { type: 'order', orders });
    expect(floor.exchange.rateLimit(ALICE)).toMatchObject({ nRequestsUsed: 10_000, nRequestsCap: 10_000 });
    const first = floor.act(ALICE, { type: 'noop' });
    const second = floor.act(ALICE, { type: 'noop' });
    expect([first.ok, second.ok]).toEqual([true, false]);
    expect(second).toMatchObject({ code: 'tooManyRequests' });
    expect(floor.act(ALICE, { type: 'cancel', cancels: [{ asset: BTC, oid: 1 }] }).ok).toBe(true);
    floor.advance(10_000);
    expect(floor.act(ALICE, { type: 'noop' }).ok).toBe(true);
  });

  it('counts a request that came after its expiry five times, and does not take its nonce', () => {
    const floor = new Floor();
    floor.act(ALICE, { type: 'noop' });
    const nonce = floor.nowMs + 1_000;
    const late = floor.act(ALICE, { type: 'noop' }, { nonce, expiresAfter: floor.nowMs });
    expect(late).toMatchObject({ code: 'actionExpired' });
    expect(floor.exchange.rateLimit(ALICE).nRequestsUsed).toBe(6);
    expect(floor.act(ALICE, { type: 'noop' }, { nonce, expiresAfter: floor.nowMs + 1 }).ok).toBe(true);
    expect(floor.act(ALICE, { type: 'noop' }, { nonce })).toMatchObject({ code: 'nonceUsed' });
  });
});
