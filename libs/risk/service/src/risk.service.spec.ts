import { bookCodec, orderAcceptedCodec, subjects, submitOrderCodec } from '@argosy/contracts';
import { Fault, ok, orderRequestId, parseAmount, parseQuantity } from '@argosy/domain';
import { aBook, aFill, anInstrument, settled } from '@argosy/testing';
import { riskRoutes } from './risk.routes.js';
import { fakeMac, MAIN, RiskFixture } from './testing/risk-fixture.js';

const q = parseQuantity;
const BTC = anInstrument().id;
const DOWN = new Fault('STORE_UNAVAILABLE', 'the store is gone');

describe('a verdict', () => {
  it("hands an approved order to execution with its proof and the strategy's own inbox", async () => {
    const risk = await new RiskFixture().start();
    const route = riskRoutes(risk.service, risk.control)[0]!;
    risk.bus.subscribe(route.pattern, submitOrderCodec, { queueLimit: 10 }, (message, context) => {
      if (risk.service.submit(message, context) !== undefined) throw new Error('refused');
    });
    const strategy = risk.bus.peer('strategy');
    const subject = subjects.orderSubmit('hyperliquid', 'main', 'maker-1');
    const answer = strategy.request(subject, submitOrderCodec, orderAcceptedCodec, risk.submission('r1'), {
      timeoutMs: 1_000,
    });
    await settled();
    const [{ message, context }] = risk.placed as [(typeof risk.placed)[0]];
    expect(message.mac).toEqual(fakeMac(message.intent));
    expect(message.intent).toMatchObject({ ...risk.submission('r1'), riskEpoch: 1, accountKind: 'live' });
    expect(message.intent.approvalExpiresAt).toBe(risk.time.clock.now() + 1_000_000_000n);
    risk.world.reply(context.replyTo!, orderAcceptedCodec, ok({ clientOrderId: 'abc', repeated: false }));
    expect(await answer).toEqual({ ok: true, value: { clientOrderId: 'abc', repeated: false } });
  });

  it('is a typed refusal with its numbers, and is recorded with what it was made on, like an approval (I-19)', async () => {
    const risk = await new RiskFixture().start();
    expect(risk.verdict('r1', { quantity: q('11') })).toBe('order_value_above_limit');
    expect(risk.verdict('r2')).toBe('approved');
    expect(risk.store.decisions).toEqual([]);
    await risk.time.advanceAsync(50);
    expect(risk.store.decisions.map(({ verdict, check }) => [verdict, check])).toEqual([
      ['order_value_above_limit', 'orderValue'],
      ['approved', ''],
    ]);
    const inputs = JSON.parse(risk.store.decisions[1]!.inputs) as { intent: unknown; view: unknown };
    expect(inputs.intent).toMatchObject({ orderRequestId: 'r2', quantity: '0.5', limitPrice: '60000' });
    expect(inputs.view).toMatchObject({ openOrders: 0, gross: { before: '0', after: '30000' } });
  });

  it('approves nothing past its lease: a successor may pass orders on the same headroom (I-18)', async () => {
    const risk = await new RiskFixture().start();
    risk.leadership.deadlineMonotonicMs = risk.time.clock.monotonicMs();
    expect(risk.verdict('r1')).toBe('not_leader');
    risk.leadership.deadlineMonotonicMs += 1;
    expect(risk.verdict('r2')).toBe('approved');
  });

  it('counts an order it approved a moment ago: no two pass on the same headroom (I-18)', async () => {
    const risk = await new RiskFixture().start();
    expect([1, 2, 3, 4].map((n) => risk.verdict(`r${String(n)}`))).toEqual([
      'approved',
      'approved',
      'approved',
      'position_above_limit',
    ]);
  });

  it('asked again gets the first answer: a refusal from here, an approval from execution, and no second claim', async () => {
    const risk = await new RiskFixture().start();
    expect(risk.verdict('r1')).toBe('approved');
    await risk.time.advanceAsync(500);
    expect(risk.verdict('r1')).toBe('approved');
    await settled();
    expect(risk.placed.map(({ message }) => message)).toEqual([risk.placed[0]!.message, risk.placed[0]!.message]);
    expect(risk.service.exposure.openOrders).toBe(1);
    expect(risk.verdict('r2', { quantity: q('11') })).toBe('order_value_above_limit');
    expect(risk.verdict('r2', { quantity: q('11') })).toBe('order_value_above_limit');
    expect(risk.verdict('r1', { quantity: q('0.4') })).toBe('duplicate_order');
  });

  it('is refused when it could not be recorded, without filling memory, and given again once it can', async () => {
    const risk = await new RiskFixture({ decisionQueueLimit: 2 }).start();
    risk.store.fault = DOWN;
    const verdicts = ['r1', 'r2', 'r3', 'r4'].map((request) => risk.verdict(request, { quantity: q('0.1') }));
    expect(verdicts).toEqual(['approved', 'approved', 'service_degraded', 'service_degraded']);
    await risk.time.advanceAsync(500);
    expect(risk.verdict('r5')).toBe('service_degraded');
    risk.store.fault = undefined;
    await risk.time.advanceAsync(1_100);
    expect(risk.store.decisions.map(({ orderRequestId: id }) => id)).toEqual(['r1', 'r2']);
    expect(risk.verdict('r5')).toBe('approved');
  });
});

describe('following execution', () => {
  it('refuses until execution has stated the account, and says what it waits for', async () => {
    const risk = new RiskFixture();
    risk.answering = false;
    await risk.start();
    expect(risk.verdict('r1')).toBe('venue_not_ready');
    expect(risk.service.waitingFor()).toContain('main');
    risk.answering = true;
    await risk.time.advanceAsync(8_000);
    risk.seeMarket();
    expect(risk.verdict('r2')).toBe('approved');
    expect(risk.service.waitingFor()).toBeUndefined();
  });

  it('asks once per pause while execution is away, however long that is', async () => {
    const risk = new RiskFixture();
    risk.answering = false;
    await risk.start();
    await risk.time.advanceAsync(60_000);
    const before = risk.time.pending;
    await risk.time.advanceAsync(60_000);
    expect(risk.time.pending).toBeLessThanOrEqual(before + 1);
  });

  it('refills a gap before it takes what came behind it (I-42)', async () => {
    const risk = await new RiskFixture().start();
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('1') }) });
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('2') }) }, { lost: true });
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('4') }) });
    await settled();
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(q('7'));
    expect(risk.refills).toBe(1);
  });

  it('starts over from a snapshot when another leader counts on: its numbers may mean something else', async () => {
    const risk = new RiskFixture();
    risk.sequence = 3n;
    await risk.start();
    risk.sequence = undefined;
    risk.epoch = 2;
    risk.position = parseAmount('5');
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('1') }) });
    expect(risk.snapshots).toBe(2);
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(parseAmount('5'));
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('1') }) });
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(parseAmount('6'));
  });

  it('I-18: neither a snapshot nor a fact of a deposed leader counts, whatever its numbers', async () => {
    const risk = await new RiskFixture().start();
    risk.epoch = 2;
    // Woken up, the last leader answers first, with two facts counted that were never durable.
    [risk.snapshotEpoch, risk.sequence, risk.position] = [1, 3n, parseAmount('9')];
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('1') }) });
    expect([risk.snapshots, risk.service.follower.isReady(MAIN)]).toEqual([2, false]);
    [risk.snapshotEpoch, risk.sequence, risk.position] = [undefined, undefined, parseAmount('1')];
    await risk.time.advanceAsync(500);
    expect([risk.snapshots, risk.service.follower.isReady(MAIN)]).toEqual([3, true]);
    risk.epoch = 1;
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('4') }) });
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(parseAmount('1'));
  });

  it('F-12: a fact that its first snapshot holds already costs a new leader of risk nothing', async () => {
    const risk = new RiskFixture();
    risk.sequence = 3n;
    await risk.start();
    await risk.fact({ kind: 'order_filled', fill: aFill({ quantity: q('1') }) });
    expect([risk.snapshots, risk.service.follower.isReady(MAIN)]).toEqual([1, true]);
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(0n);
  });

  it('F-12: a standby follows the prices, so that its first verdict needs no more of them', async () => {
    const risk = new RiskFixture();
    risk.service.warm();
    risk.world.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, aBook());
    await risk.time.advanceAsync(10);
    expect(risk.service.market.book(BTC)).toEqual({ ageMs: expect.any(Number) as number });
    expect(risk.snapshots).toBe(0);
    await risk.start();
    risk.world.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, aBook({ valid: false }));
    await risk.time.advanceAsync(10);
    expect(risk.service.market.book(BTC)).toEqual({ missing: 'the book is marked invalid' });
  });

  it('keeps an approval that a snapshot does not list yet: it may be on its way', async () => {
    const risk = await new RiskFixture().start();
    risk.verdict('r1');
    risk.epoch = 2;
    await risk.fact({ kind: 'observed', observation: (await risk.service.follower.askExposure(MAIN))!.observed! });
    expect(risk.service.exposure.has(orderRequestId('r1'))).toBe(true);
  });

  it("frees a claim only by execution's word: a silent approval is asked about after its end", async () => {
    const risk = await new RiskFixture().start();
    risk.verdict('r1');
    risk.answering = false;
    await risk.time.advanceAsync(10_000);
    expect(risk.service.exposure.openOrders).toBe(1);
    risk.answering = true;
    await risk.time.advanceAsync(3_000);
    expect(risk.service.exposure.openOrders).toBe(0);
  });

  it('does not free a claim while facts are missing that may say it filled', async () => {
    const risk = await new RiskFixture().start();
    risk.verdict('r1');
    await risk.fact(risk.changed('r1', 'working'), { lost: true });
    const filled = risk.changed('r1', 'filled');
    const order = filled.kind === 'order_changed' ? filled.order : undefined;
    await risk.fact(
      { kind: 'order_filled', fill: aFill({ quantity: q('0.5') }), ...(order === undefined ? {} : { order }) },
      { lost: true },
    );
    for (let tick = 0; tick < 10; tick += 1) {
      await risk.time.advanceAsync(500);
      expect(risk.service.exposure.worst(MAIN, BTC).long).toBe(q('0.5'));
    }
    expect(risk.service.exposure.position(MAIN, BTC)).toBe(q('0.5'));
    expect(risk.service.exposure.openOrders).toBe(0);
  });
});

describe('what people ask of risk', () => {
  it("takes a strategy's limits at once (I-22), and refuses what is no limit", async () => {
    const risk = await new RiskFixture().start();
    const set = (maxOrderSizeUsd: string, strategyId = 'maker-1') =>
      risk.service.setStrategyLimits({ strategyId, maxPositionUsd: '100000', maxOrderSizeUsd });
    expect(await set('29999.99')).toEqual({ ok: true, value: {} });
    expect(risk.verdict('r1')).toBe('strategy_order_above_limit');
    for (const bad of ['0', '-1', 'NaN', '1e3', ''])
      expect(await set(bad)).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
    expect(await set('1', 'no such.name')).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
  });

  it('a tighter limit holds though the store is away, a wider one does not (I-22)', async () => {
    const risk = await new RiskFixture().start();
    const set = (maxOrderSizeUsd: string) =>
      risk.service.setStrategyLimits({ strategyId: 'maker-1', maxPositionUsd: '100000', maxOrderSizeUsd });
    risk.store.fault = DOWN;
    expect(await set('29999')).toMatchObject({ ok: false, refusal: { code: 'service_degraded' } });
    expect(risk.verdict('r1')).toBe('strategy_order_above_limit');
    expect(await set('90000')).toMatchObject({ ok: false });
    expect(risk.verdict('r2')).toBe('strategy_order_above_limit');
    risk.store.fault = undefined;
    expect(await set('90000')).toMatchObject({ ok: true });
    expect(risk.verdict('r3')).toBe('approved');
  });

  it('sums up its limits and how much of them is used (RK-8)', async () => {
    const risk = await new RiskFixture().start();
    risk.verdict('r1');
    await risk.fact(risk.changed('r1', 'in_doubt', { quantity: q('0.5') }));
    risk.verdict('r2', { quantity: q('11') });
    expect(risk.service.summary()).toMatchObject({
      equityUsd: '100000',
      grossExposureUsd: '30000',
      leverage: '0.3',
      openOrders: 1,
      inDoubtOrders: 1,
      drawdown: '0',
      violations: { order_value_above_limit: 1n },
    });
  });
});
