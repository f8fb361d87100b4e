import {
  type Amount,
  clientOrderId,
  Fault,
  type Fill,
  isFinal,
  type Order,
  parseQuantity,
  type Quantity,
  timeNs,
  venueOrderId,
} from '@argosy/domain';
import { A_MOMENT, aFill, anInstrument, settled } from '@argosy/testing';
import fc from 'fast-check';
import { FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const q = parseQuantity;
const FOREIGN = clientOrderId('deadbeefdeadbeefdeadbeefdeadbeef');

const cancelled = (fleet: FleetOfOne, order: Order) =>
  fleet.service.cancel({ accountId: MAIN, clientOrderId: order.clientOrderId, reason: 'user', actor: 'ann' } as never);

describe('what the venue says of an order', () => {
  const tell: Record<string, (fleet: FleetOfOne, order: Order) => void> = {
    working: (fleet, order) => fleet.venue.handlers?.onOrder(fleet.report(order, {})),
    cancelled: (fleet, order) =>
      fleet.venue.handlers?.onOrder(fleet.report(order, { status: 'cancelled', reason: 'canceled' })),
    first: (fleet, order) => fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', q('0.2'))),
    rest: (fleet, order) => fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f2', q('0.3'))),
  };

  const stories: ReadonlyArray<[string, string[], Order['state'], string]> = [
    ['a fill before the acknowledgement', ['first', 'working'], 'working', '0.2'],
    ['a fill after the cancel: the fill moved money', ['cancelled', 'first'], 'cancelled', '0.2'],
    ['all of it after the cancel', ['cancelled', 'first', 'rest'], 'filled', '0.5'],
    ['a regress from filled to working (5.5)', ['first', 'rest', 'working'], 'filled', '0.5'],
    ['a cancel told after the last fill', ['first', 'rest', 'cancelled'], 'filled', '0.5'],
    ['everything twice (5.3)', ['working', 'first', 'first', 'working', 'rest', 'rest'], 'filled', '0.5'],
  ];
  it.each(stories)('%s', async (_story, told, state, filled) => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.placeAnswers.push(new Promise(() => undefined));
    const order = await fleet.placed('r1');
    for (const what of told) {
      tell[what]?.(fleet, order);
      await settled();
    }
    expect(fleet.order('r1')).toMatchObject({ state, filledQuantity: q(filled) });
    expect(fleet.logger.count('illegal_transition')).toBe(0);
  });

  it('any order and any repetition of its reports ends the same way (I-24, I-26, I-31)', async () => {
    const told = fc.shuffledSubarray(['working', 'cancelled', 'first', 'rest'], { minLength: 4 });
    await fc.assert(
      fc.asyncProperty(told, fc.array(fc.constantFrom('working', 'cancelled', 'first', 'rest')), async (all, again) => {
        const fleet = await new FleetOfOne().start();
        fleet.venue.placeAnswers.push(new Promise(() => undefined));
        const order = await fleet.placed('r1');
        for (const what of [...all, ...again]) tell[what]?.(fleet, order);
        await settled();
        expect(fleet.order('r1')).toMatchObject({ state: 'filled', filledQuantity: q('0.5') });
        const fills = fleet.events().flatMap(({ fact }) => (fact.kind === 'order_filled' ? [fact.fill.fillId] : []));
        expect([...fills].sort()).toEqual(['f1', 'f2']);
        expect(fleet.logger.count('illegal_transition')).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['working', false],
    ['being cancelled', true],
  ])('%s, called filled with less than was ordered: over once every fill is read twice', async (_how, cancelling) => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const shrunk = fleet.report(order, { status: 'filled', remaining: 0n as Quantity });
    fleet.venue.status = shrunk;
    fleet.venue.fills = [fleet.fillOf(order, 'f1', q('0.2'))];
    if (cancelling) {
      fleet.venue.cancelAnswers.push({ outcome: 'unknown_order', reason: 'already filled' });
      cancelled(fleet, order);
    } else {
      fleet.venue.handlers?.onOrder(shrunk);
    }
    // The visibility lag first: until then the rest may only be late.
    await fleet.time.advanceAsync(2_000);
    expect(fleet.order('r1')?.state).toBe(cancelling ? 'cancel_pending' : 'working');
    await fleet.time.advanceAsync(10_000);
    expect(fleet.order('r1')).toMatchObject({ state: 'cancelled', filledQuantity: q('0.2') });
    expect(fleet.logger.count('order_filled_short')).toBe(1);
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f2', q('0.3')));
    await settled();
    expect(fleet.order('r1')).toMatchObject({ state: 'filled', filledQuantity: q('0.5') });
  });

  it('filled to the quantity to which the venue has made it smaller: over at once', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', q('0.2')));
    await settled();
    const shrunk = fleet.report(order, { status: 'filled', quantity: q('0.2'), remaining: 0n as Quantity });
    fleet.venue.handlers?.onOrder(shrunk);
    await settled();
    expect(fleet.order('r1')).toMatchObject({ state: 'cancelled', filledQuantity: q('0.2') });
  });

  it('a cancel the venue calls unknown, of an order that had filled, is a fill (5.6)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.cancelAnswers.push({ outcome: 'unknown_order', reason: 'already filled' });
    fleet.venue.status = fleet.report(order, { status: 'filled', remaining: 0n as Quantity });
    fleet.venue.fills = [fleet.fillOf(order, 'f1', order.quantity)];
    expect(cancelled(fleet, order)).toMatchObject({ ok: true, value: { state: 'cancel_pending' } });
    await settled();
    expect(fleet.order('r1')).toMatchObject({ state: 'filled' });
  });

  it('a cancel that never left gives the order back, one nobody answers is asked about', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.cancelAnswers.push(new Fault('VENUE_UNAVAILABLE', 'not connected'));
    cancelled(fleet, order);
    await settled();
    expect(fleet.order('r1').state).toBe('working');
    fleet.venue.cancelAnswers.push(new Fault('OUTCOME_UNKNOWN', 'silence'));
    cancelled(fleet, fleet.order('r1'));
    fleet.venue.status = fleet.report(order, { status: 'cancelled', reason: 'canceled' });
    fleet.venue.listed = [fleet.report(order, {})];
    await settled();
    expect(fleet.order('r1').state).toBe('cancel_pending');
    await fleet.pass(3_000);
    expect(fleet.order('r1').state).toBe('cancelled');
  });

  it('a cancel the venue would not have is not sent again at every tick of a strategy, but by a halt at once (EX-6)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.status = fleet.report(order, {});
    const expired = { outcome: 'rejected', reason: 'expired' } as const;
    fleet.venue.cancelAnswers.push(expired, expired, expired);
    cancelled(fleet, order);
    await settled();
    expect(fleet.order('r1').state).toBe('working');
    const code = 'venue_rate_limited';
    expect(cancelled(fleet, order)).toMatchObject({ ok: false, refusal: { code } });
    expect(fleet.venue.cancelled).toHaveLength(1);
    await fleet.time.advanceAsync(999);
    expect(cancelled(fleet, order)).toMatchObject({ ok: false });
    await fleet.time.advanceAsync(1);
    expect(cancelled(fleet, order)).toMatchObject({ ok: true });
    await settled();
    await fleet.service.kill({ actor: 'ann', reason: 'storm', killId: 'k1' });
    expect(fleet.venue.cancelled).toHaveLength(3);
  });

  it('more than was ordered is booked, told, and freezes the instrument for anything but reductions (I-25)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', q('0.6')));
    await settled();
    expect(fleet.order('r1')).toMatchObject({ filledQuantity: q('0.6') });
    expect(fleet.logger.count('overfill')).toBe(1);
    expect(await fleet.place('r2')).toMatchObject({ ok: false, refusal: { code: 'instrument_not_trading' } });
  });

  it('a fill the stream lost is found, though later ones came while no sweep could (5.4)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const at = (second: number) => ({ venueTimeNs: timeNs(A_MOMENT + BigInt(second) * 1_000_000_000n) });
    fleet.venue.down = new Fault('VENUE_UNAVAILABLE', 'REST is down');
    const lost = fleet.fillOf(order, 'lost', q('0.1'), at(10));
    const seen = fleet.fillOf(order, 'seen', q('0.1'), at(200));
    fleet.venue.handlers?.onFill(seen);
    await fleet.pass(10_000);
    fleet.venue.fills = [lost, seen];
    fleet.venue.down = undefined;
    await fleet.pass(6_000);
    expect(fleet.order('r1').filledQuantity).toBe(q('0.2'));
  });
});

describe('orders that nobody here made', () => {
  const stranger = (fleet: FleetOfOne, changes: Parameters<FleetOfOne['report']>[1] = {}) => ({
    ...fleet.report({ ...fleet.trader.open()[0]!, clientOrderId: FOREIGN, venueOrderId: venueOrderId('77') }, changes),
    instrumentId: anInstrument().id,
    side: 'buy' as const,
    limitPrice: 60_000n as never,
    quantity: q('1'),
    reduceOnly: false,
    ...changes,
  });

  it('are adopted and watched, and fills that their first report counted are not counted again (EX-7)', async () => {
    const fleet = await new FleetOfOne().start();
    const at = timeNs(fleet.time.clock.now() + 5n);
    fleet.venue.handlers?.onOrder(stranger(fleet, { remaining: q('0.7'), venueTimeNs: at }));
    const theirs = (id: string, quantity: string, venueTimeNs: bigint): Fill =>
      aFill({
        fillId: id as never,
        clientOrderId: FOREIGN,
        venueOrderId: venueOrderId('77'),
        quantity: q(quantity),
        venueTimeNs: timeNs(venueTimeNs),
      });
    await settled();
    const [adopted] = fleet.trader.open();
    expect(adopted).toMatchObject({ external: true, filledQuantity: q('0.3'), strategyId: 'external' });
    fleet.venue.handlers?.onFill(theirs('e1', '0.3', at));
    fleet.venue.handlers?.onFill(theirs('e2', '0.7', at + 1n));
    await settled();
    expect(fleet.trader.order(adopted!.clientOrderId)).toMatchObject({ state: 'filled', filledQuantity: q('1') });
    expect(fleet.trader.exposure().observed?.positions).toMatchObject([{ quantity: q('1') }]);
    expect(fleet.logger.count('overfill')).toBe(0);
  });

  it('a fill of no order at all is money too (I-25)', async () => {
    const fleet = await new FleetOfOne().start();
    const fill = aFill({
      clientOrderId: FOREIGN,
      venueOrderId: venueOrderId('88'),
      venueTimeNs: fleet.time.clock.now(),
    });
    fleet.venue.handlers?.onFill({ ...fill, venueTimeNs: timeNs(fill.venueTimeNs + 1n) });
    await settled();
    const fact = fleet.events().at(-1)?.fact;
    expect(fact).toMatchObject({ kind: 'order_filled', fill: { fillId: fill.fillId, accountId: 'main' } });
    expect(fact).not.toHaveProperty('order');
  });

  it('one that has ended here and goes on resting at the venue is taken on anew and cancelled; an old list tells nothing', async () => {
    const fleet = await new FleetOfOne({ sweepIntervalMs: 1_000 }).start();
    fleet.venue.placeAnswers.push(Promise.resolve({ outcome: 'rejected', reason: 'an answer to another order' }));
    expect((await fleet.place('r1')).ok).toBe(true);
    await settled();
    const order = fleet.order('r1');
    expect(order.state).toBe('rejected');
    fleet.venue.listed = [fleet.report(order, { venueOrderId: venueOrderId('66') })];
    await fleet.pass(7_000);
    expect([fleet.trader.open(), fleet.venue.cancelled]).toEqual([[], []]);
    await fleet.pass(6_000);
    expect(fleet.venue.cancelled).toMatchObject([{ venueOrderId: '66' }]);
    expect(fleet.logger.count('order_rests_after_its_end')).toBe(1);
    fleet.venue.listed = [];
    await fleet.pass(12_000);
    expect(fleet.trader.open()).toEqual([]);
    expect(fleet.order('r1').state).toBe('rejected');
  });

  it('one under a client id of ours is another order: ours stays as it was', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const twin = { ...fleet.report(order, {}), venueOrderId: venueOrderId('99') };
    fleet.venue.handlers?.onOrder(twin);
    fleet.venue.handlers?.onOrder({ ...twin, status: 'cancelled' });
    await settled();
    expect(fleet.order('r1')).toMatchObject({ state: 'working', venueOrderId: order.venueOrderId });
  });
});

describe('memory', () => {
  it('keeps a bounded number of finished orders; the journal still knows whose a late report or fill is', async () => {
    const fleet = await new FleetOfOne({ finishedOrdersKept: 2 }).start();
    const order = await fleet.placed('r0');
    for (const request of ['r0', 'r1', 'r2', 'r3']) {
      const next = request === 'r0' ? order : await fleet.placed(request);
      cancelled(fleet, next);
      await settled();
    }
    expect(fleet.trader.order(order.clientOrderId)).toBeUndefined();
    fleet.venue.handlers?.onOrder(fleet.report(order, {}));
    await settled();
    expect(fleet.trader.open()).toEqual([]);
    expect(fleet.logger.count('external_order')).toBe(0);
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'late', q('0.1')));
    await settled();
    expect(fleet.events().at(-1)?.fact).toMatchObject({
      kind: 'order_filled',
      fill: { strategyId: 'maker-1' },
      order: { clientOrderId: order.clientOrderId, state: 'cancelled', filledQuantity: q('0.1') },
    });
    expect(isFinal(fleet.trader.order(order.clientOrderId)!.state)).toBe(true);
  });
});

describe('positions', () => {
  it('a difference that stays freezes the instrument, one that passes does not, and it is never traded away (5.14)', async () => {
    const fleet = await new FleetOfOne().start();
    const held = { ...fleet.venue.state, positions: [{ instrumentId: anInstrument().id, quantity: 1n as Amount }] };
    const flat = fleet.venue.state;
    fleet.venue.state = held;
    await fleet.pass(4_000);
    expect((await fleet.place('r1')).ok).toBe(true);
    await fleet.pass(2_000);
    expect(await fleet.place('r2')).toMatchObject({ ok: false, refusal: { code: 'instrument_not_trading' } });
    expect(fleet.logger.count('position_break')).toBe(1);
    // A fill on its way may make the two agree for a moment: that explains nothing.
    fleet.venue.state = flat;
    await fleet.pass(4_000);
    fleet.venue.state = held;
    await fleet.pass(2_000);
    fleet.venue.state = flat;
    await fleet.pass(4_000);
    expect((await fleet.place('r3')).ok).toBe(false);
    await fleet.pass(2_000);
    expect((await fleet.place('r4')).ok).toBe(true);
    expect(fleet.venue.placed).toHaveLength(2);
    const suspense = fleet
      .events()
      .flatMap(({ fact }) => (fact.kind === 'position_unexplained' ? [fact.unexplained.quantity] : []));
    expect(suspense).toEqual([1n, -1n]);
  });
});

describe('the story of an order', () => {
  it('goes on after its end: a fill that comes late belongs to the same trace', async () => {
    const fleet = await new FleetOfOne().start();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const message = { intent: fleet.intent('r1'), mac: new Uint8Array([1]) };
    await fleet.service.place(message, { subject: 'place', redeliveries: 0, trace: { traceparent } });
    await settled();
    const order = fleet.order('r1');
    fleet.trader.cancel(order, 'test');
    await settled();
    expect(fleet.order('r1').state).toBe('cancelled');
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', order.quantity));
    await settled();
    const filled = fleet.events().find(({ fact }) => fact.kind === 'order_filled');
    expect(filled?.traceparent).toBe(traceparent);
  });
});
