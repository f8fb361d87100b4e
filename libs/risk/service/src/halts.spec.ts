import { Fault, instrumentId, parseAmount, parsePrice, parseQuantity, strategyId } from '@argosy/domain';
import { A_MOMENT, aBook, aFill, anInstrument, settled } from '@argosy/testing';
import { MAIN, RiskFixture } from './testing/risk-fixture.js';

const q = parseQuantity;
const BTC = anInstrument().id;
const DOWN = new Fault('STORE_UNAVAILABLE', 'the store is gone');
const ANN = { actor: 'ann', reason: 'odd prices' };
const REDUCE = { side: 'sell', reduceOnly: true, quantity: q('0.5') } as const;
const MAKER = strategyId('maker-1');
const holding = async (store?: RiskFixture['store'], limits = {}): Promise<RiskFixture> => {
  const risk = new RiskFixture({}, limits, store);
  risk.position = parseAmount('1');
  return risk.start();
};

describe('the circuit breaker (RK-4)', () => {
  it('halts new risk, keeps reductions, survives a restart, and is reset by a named person with a reason', async () => {
    const risk = await holding();
    expect(await risk.control.tripBreaker({ ...ANN, reason: ' ' })).toMatchObject({ ok: false });
    expect(await risk.control.tripBreaker(ANN)).toMatchObject({ ok: true, value: { mode: { mode: 'reduce_only' } } });
    expect([risk.verdict('r1'), risk.verdict('r2', REDUCE)]).toEqual(['reduce_only_mode', 'approved']);
    const again = await holding(risk.store);
    expect(again.verdict('r1')).toBe('reduce_only_mode');
    expect(again.service.summary()).toMatchObject({ circuitBreakerTripped: true, mode: 'reduce_only' });
    expect(await again.control.resetBreaker({ actor: 'strategy-host', reason: 'go on' })).toMatchObject({ ok: false });
    expect(await again.control.resetBreaker(ANN)).toMatchObject({
      ok: true,
      value: { mode: { mode: 'full', causes: [] } },
    });
    expect(again.verdict('r2')).toBe('approved');
  });

  it('lets through no flip and no order from flat, whoever asks (I-60)', async () => {
    const risk = await holding();
    await risk.control.tripBreaker(ANN);
    const verdicts = [
      risk.verdict('r1', { ...REDUCE, reduceOnly: false }),
      risk.verdict('r2', { ...REDUCE, quantity: q('1.001') }),
      risk.verdict('r3', { ...REDUCE, side: 'buy' }),
      risk.verdict('r4', { ...REDUCE, quantity: q('0.6') }),
      risk.verdict('r5', { ...REDUCE, quantity: q('0.401') }),
      risk.verdict('r6', { ...REDUCE, quantity: q('0.4') }),
    ];
    expect(verdicts).toEqual([
      'reduce_only_mode',
      'reduce_only_violation',
      'reduce_only_violation',
      'approved',
      'reduce_only_violation',
      'approved',
    ]);
  });

  it('is tripped by no risk that was deposed, while its kill still counts (I-04, I-12)', async () => {
    const risk = await holding();
    await risk.store.claimEpoch(7, A_MOMENT);
    expect(await risk.control.tripBreaker(ANN)).toMatchObject({ ok: false, refusal: { code: 'service_degraded' } });
    expect(await risk.store.tradingState()).not.toHaveProperty('breaker');
    expect(await risk.control.kill({ ...ANN, killId: 'k1' })).toMatchObject({ ok: true });
  });
});

describe('a strategy that runs away (RK-5, I-21, F-41)', () => {
  const RUNAWAY = {
    submissionsPerSecond: 50,
    refusalsPerWindow: 30,
    repeatsPerWindow: 40,
    flipsPerWindow: 3,
    windowMs: 10_000,
  };
  const wide = {
    runaway: RUNAWAY,
    strategyOrdersPerWindow: 100_000,
    fleetOrdersPerWindow: 100_000,
    maxOpenOrders: 100_000,
  };
  const flood = (risk: RiskFixture, count: number): readonly string[] =>
    Array.from({ length: count }, (_v, index) =>
      risk.verdict(`flood-${String(index)}`, {
        quantity: q('0.001'),
        limitPrice: parsePrice(String(59_900 + (index % 97))),
      }),
    );

  it('10,000 signals in a second: no more than the limit pass, it is stopped by force, and nobody else is touched', async () => {
    const risk = await holding(undefined, wide);
    const verdicts = flood(risk, 10_000);
    expect(verdicts.filter((verdict) => verdict === 'approved')).toHaveLength(RUNAWAY.submissionsPerSecond);
    expect(verdicts.at(-1)).toBe('strategy_stopped_by_risk');
    await risk.time.advanceAsync(100);
    expect([...risk.told].sort()).toEqual(['cancel maker-1', 'stop maker-1 cancelling by force']);
    expect(risk.alerts.map(({ kind, strategyId: whose }) => [kind, whose])).toEqual([
      ['runaway_order_flood', 'maker-1'],
    ]);
    const limits = { maxPositionUsd: '1000000', maxOrderSizeUsd: '1000000' };
    await risk.service.setStrategyLimits({ strategyId: 'momentum-1', ...limits });
    expect(risk.verdict('calm', { strategyId: strategyId('momentum-1'), quantity: q('0.01') })).toBe('approved');
  });

  it('one that only collects refusals is stopped too', async () => {
    const risk = await holding(undefined, wide);
    for (let index = 0; index < 31; index += 1)
      risk.verdict(`bad-${String(index)}`, { quantity: q(String(11 + index)) });
    expect(risk.verdict('r1')).toBe('strategy_stopped_by_risk');
  });

  it('one that asks for the same order over and over, each time under a new id', async () => {
    const risk = await holding(undefined, {
      ...wide,
      repeatsPerWindow: 5,
      runaway: { ...RUNAWAY, refusalsPerWindow: 1_000 },
    });
    const verdicts = Array.from({ length: 42 }, (_v, index) => {
      risk.time.advance(50);
      return risk.verdict(`same-${String(index)}`, { quantity: q('0.001') });
    });
    expect([verdicts[4], verdicts[5]]).toEqual(['approved', 'repeated_execution']);
    expect(verdicts.at(-1)).toBe('strategy_stopped_by_risk');
  });

  it('one whose position turns over and over', async () => {
    const risk = await holding(undefined, wide);
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'sell', quantity: q('2'), strategyId: MAKER }) });
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'buy', quantity: q('4'), strategyId: MAKER }) });
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'sell', quantity: q('4'), strategyId: MAKER }) });
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'buy', quantity: q('4'), strategyId: MAKER }) });
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'sell', quantity: q('4'), strategyId: MAKER }) });
    expect(risk.service.summary().stoppedStrategies).toMatchObject([{ strategyId: 'maker-1', kind: 'flip_flop' }]);
  });

  it('stays stopped through a restart, is stopped again at the host, and asks again only after a named person said so', async () => {
    const risk = await holding(undefined, wide);
    flood(risk, 60);
    await settled();
    const again = await holding(risk.store, wide);
    expect(again.verdict('r1')).toBe('strategy_stopped_by_risk');
    expect([...again.told].sort()).toEqual(['cancel maker-1', 'stop maker-1 cancelling by force']);
    const ask = { strategyId: 'maker-1', ...ANN };
    expect(await again.service.reenableStrategy({ ...ask, actor: 'risk' })).toMatchObject({
      refusal: { code: 'invalid_request' },
    });
    expect(await again.service.reenableStrategy({ ...ask, strategyId: 'other' })).toMatchObject({
      refusal: { code: 'strategy_unknown' },
    });
    expect(await again.service.reenableStrategy(ask)).toEqual({ ok: true, value: {} });
    expect(again.verdict('r1', { quantity: q('0.01') })).toBe('approved');
    expect(await again.store.stoppedStrategies()).toEqual([]);
  });

  it('is stopped though the store is away, and stored when it is back', async () => {
    const risk = await holding(undefined, wide);
    risk.store.fault = DOWN;
    flood(risk, 60);
    await risk.time.advanceAsync(2_000);
    risk.store.fault = undefined;
    await risk.time.advanceAsync(1_100);
    expect((await risk.store.stoppedStrategies()).map(({ kind }) => kind)).toEqual(['order_flood']);
  });
});

describe('sizes cut by a person (RK-6)', () => {
  const CUT = { strategyId: '', sizeFactor: '0.1', maxPositionPct: '', ...ANN };
  const BIG = { quantity: q('0.2') };
  const RESTORE = { strategyId: '', steps: 4, stepIntervalMs: 60_000n, actor: 'bob', reason: 'calm again' };
  const limits = { maxOrderValueUsd: parseAmount('20000') };

  it('hold at once, for the fleet or one strategy, through a restart, and never for a reduction', async () => {
    const risk = await holding(undefined, limits);
    expect(await risk.service.overridePositions(CUT)).toMatchObject({
      ok: true,
      value: { sizeFactor: '0.1', stepsLeft: 0 },
    });
    expect(risk.verdict('r1', BIG)).toBe('order_value_above_limit');
    expect(risk.verdict('r2', { ...REDUCE, quantity: q('0.2') })).toBe('approved');
    const again = await holding(risk.store, limits);
    expect(again.verdict('r1', BIG)).toBe('order_value_above_limit');
    expect(again.service.summary().overrides).toMatchObject([{ strategyId: '', sizeFactor: '0.1', actor: 'ann' }]);
  });

  it('go back in steps on the clock, and are forgotten after the last', async () => {
    const risk = await holding(undefined, {
      ...limits,
      equityAgeMsMax: 3_600_000,
      bookAgeMsMax: 3_600_000,
      referenceAgeMsMax: 3_600_000,
    });
    await risk.service.overridePositions(CUT);
    expect(await risk.service.restorePositions(RESTORE)).toMatchObject({
      ok: true,
      value: { sizeFactor: '0.325', stepsLeft: 3 },
    });
    const factors: string[] = [];
    for (let minute = 0; minute < 4; minute += 1) {
      factors.push(risk.service.summary().overrides[0]?.sizeFactor ?? 'whole');
      await risk.time.advanceAsync(60_000);
    }
    expect(factors).toEqual(['0.325', '0.55', '0.775', 'whole']);
    expect(await risk.store.overrides()).toEqual([]);
    expect(risk.verdict('r1', BIG)).toBe('approved');
  });

  it('may be cut further at once, but never loosened but by steps (I-22)', async () => {
    const risk = await holding(undefined, limits);
    await risk.service.overridePositions({ ...CUT, maxPositionPct: '0.005' });
    for (const looser of [{ sizeFactor: '0.2', maxPositionPct: '0.005' }, {}])
      expect(await risk.service.overridePositions({ ...CUT, ...looser })).toMatchObject({
        refusal: { code: 'conflict' },
      });
    expect(await risk.service.overridePositions({ ...CUT, sizeFactor: '0.05', maxPositionPct: '0.001' })).toMatchObject(
      { ok: true },
    );
  });

  it('a share of equity is a share of equity: 0.5 % of 100,000 USD is a position of 500', async () => {
    const risk = await new RiskFixture().start();
    await risk.service.overridePositions({ ...CUT, strategyId: 'maker-1', sizeFactor: '1', maxPositionPct: '0.005' });
    expect(risk.verdict('r1', { quantity: q('0.008') })).toBe('approved');
    expect(risk.verdict('r2', { quantity: q('0.001') })).toBe('position_above_limit');
  });

  it.each([
    { sizeFactor: '0' },
    { sizeFactor: '-0.1' },
    { sizeFactor: '1.000000000001' },
    { sizeFactor: 'NaN' },
    { sizeFactor: '' },
    { maxPositionPct: '2' },
    { maxPositionPct: '0' },
    { strategyId: 'no such.name' },
    { reason: ' ' },
    { actor: 'risk' },
  ])('%j is refused and changes nothing', async (changes) => {
    const risk = await new RiskFixture().start();
    expect(await risk.service.overridePositions({ ...CUT, ...changes })).toMatchObject({
      refusal: { code: 'invalid_request' },
    });
    expect(await risk.store.overrides()).toEqual([]);
  });

  it.each([{ steps: 0 }, { steps: 101 }, { stepIntervalMs: 0n }, { stepIntervalMs: 10n ** 15n }])(
    'a restore by %p is refused',
    async (changes) => {
      const risk = await new RiskFixture().start();
      await risk.service.overridePositions(CUT);
      expect(await risk.service.restorePositions({ ...RESTORE, ...changes })).toMatchObject({
        refusal: { code: 'invalid_request' },
      });
    },
  );
});

describe('what an account held before we began to look', () => {
  const held = (strategy: string, quantity: string) => ({
    ...{
      accountId: MAIN as string,
      accountKind: 'live',
      strategyId: strategy,
      venue: 'hyperliquid',
      instrumentId: BTC as string,
    },
    ...{
      quantity,
      averagePrice: '1',
      markPrice: '',
      notional: '',
      unrealisedPnl: '',
      openedNs: A_MOMENT - 90_000_000_000_000n,
    },
  });
  const limits = { maxPositionUsd: '30000', maxOrderSizeUsd: '30000' };
  const other = { strategyId: strategyId('momentum-1'), quantity: q('0.5') };

  it('counts against every strategy until the ledger has said twice whose it is, then against its owner alone', async () => {
    const risk = await holding();
    await risk.service.setStrategyLimits({ strategyId: 'momentum-1', ...limits });
    expect(risk.verdict('r1', other)).toBe('strategy_position_above_limit');
    risk.ledger = [held('maker-1', '0.8'), held('', '0.2')];
    await risk.time.advanceAsync(2_100);
    expect(risk.verdict('r2', other)).toBe('strategy_position_above_limit');
    await risk.time.advanceAsync(2_100);
    expect(risk.verdict('r3', { ...other, quantity: q('0.499') })).toBe('approved');
    expect(risk.service.exposure.strategyPosition(MAIN, BTC, MAKER)).toBe(parseAmount('0.8'));
  });

  it('a ledger whose shares do not add up is not believed, and a fill between two answers starts over', async () => {
    const risk = await holding();
    risk.ledger = [held('maker-1', '0.8')];
    await risk.time.advanceAsync(10_000);
    expect(risk.service.exposure.strategyPosition(MAIN, BTC, MAKER)).toBe(0n);
    risk.ledger = [held('maker-1', '1')];
    await risk.time.advanceAsync(2_000);
    await risk.fact({ kind: 'order_filled', fill: aFill({ side: 'buy', quantity: q('1'), strategyId: MAKER }) });
    risk.ledger = [held('maker-1', '2')];
    await risk.time.advanceAsync(2_000);
    expect(risk.service.exposure.strategyPosition(MAIN, BTC, MAKER)).toBe(parseAmount('1'));
    await risk.time.advanceAsync(2_000);
    expect(risk.service.exposure.strategyPosition(MAIN, BTC, MAKER)).toBe(parseAmount('2'));
    expect([...risk.service.exposure.unexplained()]).toEqual([]);
  });

  it('is stuck after a day, by the ledger’s word on when it was opened, and so is an order without an answer (RK-7)', async () => {
    const risk = await holding();
    expect(risk.service.summary().stuckPositions).toEqual([]);
    risk.ledger = [held('maker-1', '1')];
    await risk.time.advanceAsync(5_000);
    expect(risk.service.summary().stuckPositions).toMatchObject([
      { accountId: MAIN, instrumentId: BTC, quantity: '1' },
    ]);
    const at = { createdAt: A_MOMENT, updatedAt: A_MOMENT };
    await risk.fact(risk.changed('slow', 'in_doubt', at));
    await risk.fact(risk.changed('resting', 'working', at));
    await risk.time.advanceAsync(30_000);
    expect(risk.service.summary().stuckOrders).toMatchObject([
      { strategyId: 'maker-1', state: 'in_doubt', sinceNs: A_MOMENT },
    ]);
  });
});

describe('prices that cannot be (F-35)', () => {
  const reference = instrumentId('binance_BTC-USDT');
  const fresh = async (): Promise<RiskFixture> => {
    const instruments = new Map([
      [BTC, { maxOrderQuantity: q('10'), maxPositionUsd: parseAmount('100000'), referenceInstrument: reference }],
    ]);
    const risk = await new RiskFixture({}, { instruments }).start();
    see(risk, '60000', '60000');
    return risk;
  };
  const see = (risk: RiskFixture, oracle: string, mid: string): void => {
    const level = [{ price: parsePrice(mid), quantity: q('1') }];
    risk.service.market.sawBook(aBook({ instrumentId: reference, bids: level, asks: level }));
    const price = parsePrice(oracle);
    risk.service.market.sawState({ instrumentId: BTC, oraclePrice: price, markPrice: price } as never);
  };

  it.each([
    ['zero', '0'],
    ['negative', '-60000'],
    ['a thousand million times too high', '60000000000000'],
    ['fallen by 90 %', '6000'],
  ])('one venue alone is %s: no order passes, neither at its price nor at the old one', async (_what, price) => {
    for (const [oracle, mid] of [
      [price, '60000'],
      ['60000', price],
    ] as const) {
      const risk = await fresh();
      see(risk, oracle, mid);
      expect(risk.verdict('old')).toBe('price_outside_collar');
      const legal = parsePrice(price) > 0n && parsePrice(price) < parsePrice('70000');
      if (legal) expect(risk.verdict('new', { limitPrice: parsePrice(price) })).toBe('price_outside_collar');
    }
  });

  it('one venue falls silent: one source is none', async () => {
    const risk = await fresh();
    risk.service.market.sawBook(aBook({ instrumentId: reference, valid: false, bids: [], asks: [] }));
    expect(risk.verdict('r1')).toBe('reference_price_missing');
  });
});

describe('prices that grow old (I-60)', () => {
  const ETH = instrumentId('hyperliquid_ETH-PERP');
  const entry = { maxOrderQuantity: q('10'), maxPositionUsd: parseAmount('100000') };
  const instruments = new Map([
    [BTC, { ...entry, referenceInstrument: BTC }],
    [ETH, { ...entry, referenceInstrument: ETH }],
  ]);
  const see = (risk: RiskFixture, instrument: typeof BTC): void => {
    risk.service.market.sawBook(aBook({ instrumentId: instrument }));
    risk.service.market.sawState({ instrumentId: instrument, oraclePrice: parsePrice('60000') } as never);
  };
  const after = async (holds: string, seen: readonly (typeof BTC)[], seconds: number): Promise<RiskFixture> => {
    const risk = new RiskFixture({}, { instruments, bookAgeMsMax: 3_000, referenceAgeMsMax: 3_000 });
    risk.position = parseAmount(holds);
    await risk.start();
    for (let second = 0; second < seconds; second += 1) {
      for (const instrument of seen) see(risk, instrument);
      await risk.time.advanceAsync(1_000);
    }
    return risk;
  };

  it.each([
    ['everything is fresh', '1', [BTC, ETH], 'full'],
    ['what we are not in is stale', '1', [BTC], 'full'],
    ['what we hold is stale', '1', [ETH], 'reduce_only'],
    ['nothing is fresh', '0', [], 'cancel_only'],
  ] as const)('%s: %s held, the mode follows', async (_what, holds, seen, mode) => {
    const risk = await after(holds, seen, 8);
    expect(risk.control.fleetMode().mode).toBe(mode);
  });

  it('a fleet that has just started has missed nothing yet, and fresh prices open it again by themselves', async () => {
    expect((await after('0', [], 4)).control.fleetMode().mode).toBe('full');
    const risk = await after('0', [], 8);
    see(risk, BTC);
    await risk.time.advanceAsync(300);
    expect(risk.control.fleetMode().mode).toBe('full');
  });
});
