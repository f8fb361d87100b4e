import { Fault, type Fill, type FundingPayment, type Order, parseAmount, parseQuantity, timeNs } from '@argosy/domain';
import { A_MOMENT, anInstrument, settled } from '@argosy/testing';
import { aHolder, fillsTold, positionOf, venueHolds } from './testing/books.js';
import { codeOf, FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const q = parseQuantity;
const BTC = anInstrument().id;
const DOWN = new Fault('STORE_UNAVAILABLE', 'the insert failed');
const later = (milliseconds: number) => ({ venueTimeNs: timeNs(A_MOMENT + BigInt(milliseconds) * 1_000_000n) });

const reconciliationOf = async (fleet: FleetOfOne): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await fleet.disk.readFile('reports/reconciliation-main.json')));

/** A fill that carries no id of ours: made by hand at the venue. */
const byHand = (fill: Fill): Fill => {
  const { clientOrderId: _, strategyId: __, ...rest } = fill;
  return { ...rest, venueOrderId: '4711' as never };
};

describe('a restart believes fills and nothing else (I-26, I-29)', () => {
  it('known failure: reconciliation that fabricates an opposite fill on warm restart', async () => {
    const { fleet } = await aHolder();
    // The venue's account state says flat, wrongly or too late; only a sale that nobody made would explain it.
    venueHolds(fleet, 0n);
    for (let restart = 0; restart < 10; restart += 1) await fleet.restart();
    expect(await reconciliationOf(fleet)).toMatchObject({
      agrees: false,
      positionBreaks: [{ ours: '0.5', venue: '0', difference: '-0.5' }],
      fillsFound: [],
    });
    await fleet.pass(20_000);
    expect([fillsTold(fleet), positionOf(fleet), fleet.venue.placed]).toEqual([['f1'], q('0.5'), []]);
    expect(codeOf(await fleet.place('r2'))).toBe('instrument_not_trading');
    venueHolds(fleet, q('0.5'));
    await fleet.pass(6_000);
    expect(codeOf(await fleet.place('r3'))).toBe('ok');
  });

  it('known failure: working orders dropped when fills do not rebuild the position', async () => {
    const fleet = await new FleetOfOne().start();
    const partly = await fleet.placed('r1');
    fleet.venue.handlers?.onFill(fleet.fillOf(partly, 'f1', q('0.2')));
    const whole = await fleet.placed('r2');
    await settled();
    // No fill explains what the venue says is held, and its history holds none at all.
    venueHolds(fleet, q('7'));
    fleet.venue.listed = [fleet.report(partly, { remaining: q('0.3') }), fleet.report(whole, {})];
    for (let restart = 0; restart < 3; restart += 1) {
      await fleet.restart();
      await fleet.pass(20_000);
      expect(fleet.trader.exposure().openOrders).toMatchObject([
        { clientOrderId: partly.clientOrderId, state: 'working', filledQuantity: q('0.2') },
        { clientOrderId: whole.clientOrderId, state: 'working' },
      ]);
    }
    expect(fleet.venue.cancelled).toEqual([]);
    expect(fleet.trader.cancel(fleet.order('r2'), 'test').ok).toBe(true);
    await settled();
    expect(fleet.order('r2').state).toBe('cancelled');
  });

  it('known failure: replayed fills with new ids on each run', async () => {
    const { fleet } = await aHolder();
    for (let restart = 0; restart < 10; restart += 1) {
      // Each run reads the whole history again, by sweep and as the stream's first picture.
      const { fills } = fleet.venue;
      fleet.crash();
      fleet.venue.onStart = (handlers) => {
        for (const fill of fills) handlers.onFill(fill);
      };
      await fleet.start();
      await fleet.pass(6_000);
    }
    expect([fillsTold(fleet), positionOf(fleet)]).toEqual([['f1'], q('0.5')]);
    const stored = await fleet.journal.load({ accountId: MAIN, signer: '0xaa' });
    expect(stored.recentFills.map((fill) => fill.fillId)).toEqual(['f1']);
    expect(await reconciliationOf(fleet)).toMatchObject({ agrees: true, fillsFound: [] });
  });

  it('known failure: a position older than the venue’s fill window', async () => {
    const fleet = new FleetOfOne();
    venueHolds(fleet, q('2'));
    // What opened it is in the opening, and not once more where the venue serves it at first.
    const opened = fleet.fillOf({ side: 'buy' } as Order, 'opened-it', q('2'), { venueTimeNs: A_MOMENT });
    fleet.venue.fills = [byHand(opened)];
    await fleet.start();
    await fleet.pass(20_000);
    expect([positionOf(fleet), fillsTold(fleet), fleet.logger.count('position_break')]).toEqual([q('2'), [], 0]);
    // Some of it is sold; the venue serves neither fill any more.
    fleet.venue.fills = [];
    const sale = await fleet.placed('r1', { side: 'sell', reduceOnly: true });
    fleet.venue.handlers?.onFill(fleet.fillOf(sale, 'f1', q('0.5'), later(25_000)));
    venueHolds(fleet, q('1.5'));
    await settled();
    for (let restart = 0; restart < 3; restart += 1) {
      await fleet.restart();
      await fleet.pass(90_000);
    }
    expect([positionOf(fleet), fillsTold(fleet), fleet.logger.count('position_break')]).toEqual([q('1.5'), ['f1'], 0]);
    fleet.venue.fills = [byHand(opened)];
    await fleet.restart();
    expect([positionOf(fleet), fillsTold(fleet)]).toEqual([q('1.5'), ['f1']]);
  });

  it('known failure: a replay that doubles child fills', async () => {
    const fleet = await new FleetOfOne().start();
    const parent = await fleet.placed('r1');
    const children = ['a', 'b', 'c', 'd', 'e'].map((id, nth) => fleet.fillOf(parent, id, q('0.1'), later(nth + 1)));
    for (const child of children.slice(0, 3)) fleet.venue.handlers?.onFill(child);
    fleet.venue.fills = children;
    await fleet.pass(6_000);
    for (let replay = 0; replay < 3; replay += 1) {
      fleet.crash();
      fleet.venue.onStart = (handlers) => {
        for (const child of [...children, ...children].reverse()) handlers.onFill(child);
      };
      await fleet.start();
      await fleet.pass(6_000);
    }
    const last = fleet.events().findLast(({ fact }) => fact.kind === 'order_filled')?.fact;
    expect(last).toMatchObject({ order: { state: 'filled', filledQuantity: q('0.5') } });
    expect([[...fillsTold(fleet)].sort(), positionOf(fleet)]).toEqual([['a', 'b', 'c', 'd', 'e'], q('0.5')]);
    expect(fleet.logger.count('overfill')).toBe(0);
  });
});

describe('what the stream does not tell is found (5.4)', () => {
  it('known failure: fills lost while heartbeats flow', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    await fleet.pass(4_900);
    // The socket is up, orders are reported on it, the clock is answered: only this never comes.
    fleet.venue.fills = [fleet.fillOf(order, 'lost', q('0.2'), later(4_950))];
    fleet.venue.handlers?.onOrder(fleet.report(order, {}));
    await fleet.pass(99);
    expect([fleet.venue.connected, fillsTold(fleet)]).toEqual([true, []]);
    await fleet.pass(5_001);
    expect([fillsTold(fleet), fleet.order('r1').filledQuantity, positionOf(fleet)]).toEqual([
      ['lost'],
      q('0.2'),
      q('0.2'),
    ]);
  });

  it('known failure: a manual close at the venue never seen', async () => {
    const { fleet, order } = await aHolder();
    const close = byHand(fleet.fillOf(order, 'by-hand', q('0.5'), { ...later(9_000), side: 'sell' }));
    fleet.venue.fills = [...fleet.venue.fills, close];
    venueHolds(fleet, 0n);
    await fleet.pass(6_000);
    const fact = fleet.events().findLast((event) => event.fact.kind === 'order_filled')?.fact;
    expect(fact).toMatchObject({ kind: 'order_filled', fill: { fillId: 'by-hand', accountId: MAIN } });
    expect([fact && 'order' in fact, positionOf(fleet), fleet.logger.count('external_fill')]).toEqual([false, 0n, 1]);
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
    expect(codeOf(await fleet.place('r3', { side: 'sell', reduceOnly: true }))).not.toBe('ok');
  });

  it('known failure: a manual close at the venue never seen, its fill not served either', async () => {
    const { fleet, order } = await aHolder();
    venueHolds(fleet, 0n);
    await fleet.pass(6_000);
    // Told, frozen, and not guessed away: whether it was sold, and for how much, nobody has said.
    expect([fleet.logger.count('position_break'), fillsTold(fleet), positionOf(fleet)]).toEqual([1, ['f1'], q('0.5')]);
    expect(codeOf(await fleet.place('r2'))).toBe('instrument_not_trading');
    expect(fleet.venue.placed).toHaveLength(1);
    const close = byHand(fleet.fillOf(order, 'by-hand', q('0.5'), { ...later(9_000), side: 'sell' }));
    fleet.venue.fills = [...fleet.venue.fills, close];
    await fleet.pass(8_000);
    expect([fillsTold(fleet), positionOf(fleet)]).toEqual([['f1', 'by-hand'], 0n]);
    expect(codeOf(await fleet.place('r3'))).toBe('ok');
  });
});

describe('a fill and the store (I-44)', () => {
  it('known failure: a fill whose database insert fails', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.journal.fault = DOWN;
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', q('0.2')));
    await fleet.pass(5_000);
    // Counted at once in what we hold, told to nobody before it is durable, and no order is taken on behind it.
    expect([positionOf(fleet), fillsTold(fleet)]).toEqual([q('0.2'), []]);
    expect(codeOf(await fleet.place('r2'))).toBe('service_degraded');
    fleet.journal.fault = undefined;
    await fleet.pass(1_000);
    expect([fillsTold(fleet), fleet.order('r1').filledQuantity]).toEqual([['f1'], q('0.2')]);
    await fleet.restart();
    expect([positionOf(fleet), fleet.order('r1').filledQuantity]).toEqual([q('0.2'), q('0.2')]);
  });

  it('known failure: a fill whose database insert fails, and then the process', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const fill = fleet.fillOf(order, 'f1', q('0.2'));
    fleet.journal.fault = DOWN;
    fleet.venue.handlers?.onFill(fill);
    fleet.venue.fills = [fill];
    await settled();
    fleet.crash();
    fleet.journal.fault = undefined;
    await fleet.start();
    expect([fillsTold(fleet), positionOf(fleet), fleet.order('r1').filledQuantity]).toEqual([
      ['f1'],
      q('0.2'),
      q('0.2'),
    ]);
  });

  it('known failure: a fill whose database insert fails, although it was done', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const write = fleet.journal.write.bind(fleet.journal);
    let lost = 3;
    fleet.journal.write = async (batch) => {
      await write(batch);
      lost -= 1;
      if (lost >= 0) throw DOWN;
    };
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', q('0.2')));
    await fleet.pass(2_000);
    expect(lost).toBeLessThan(0);
    expect([fillsTold(fleet), positionOf(fleet)]).toEqual([['f1'], q('0.2')]);
    await fleet.restart();
    expect([fillsTold(fleet), fleet.order('r1').filledQuantity]).toEqual([['f1'], q('0.2')]);
  });
});

describe('money that several messages tell of (I-37)', () => {
  it('known failure: funding counted twice', async () => {
    const fleet = await new FleetOfOne().start();
    const payment: FundingPayment = {
      paymentId: 'hyperliquid:main:BTC:1',
      accountId: MAIN,
      accountKind: 'live',
      venue: 'hyperliquid',
      instrumentId: BTC,
      asset: 'USDC',
      amount: parseAmount('-0.5'),
      position: parseAmount('1'),
      rate: parseAmount('0.0000125'),
      ...later(5_000),
    };
    const told = (): readonly string[] =>
      fleet.events().flatMap(({ fact }) => (fact.kind === 'funding_paid' ? [fact.payment.paymentId] : []));
    fleet.venue.handlers?.onFunding(payment);
    fleet.venue.handlers?.onFunding(payment);
    fleet.venue.fundings = [payment];
    // By the hourly sweep too, and by every later process, its stream's first picture included.
    await fleet.pass(130_000);
    for (let restart = 0; restart < 3; restart += 1) {
      fleet.crash();
      fleet.venue.fundings = [payment];
      fleet.venue.onStart = (handlers) => {
        handlers.onFunding(payment);
      };
      await fleet.start();
      fleet.venue.handlers?.onFunding(payment);
      await fleet.pass(65_000);
    }
    expect(told()).toEqual([payment.paymentId]);
    fleet.venue.handlers?.onFunding({ ...payment, paymentId: 'hyperliquid:main:BTC:2', ...later(3_600_000) });
    await settled();
    expect(told()).toEqual([payment.paymentId, 'hyperliquid:main:BTC:2']);
  });
});
