import { Fault, makeClientOrderId, type Order, parseQuantity } from '@argosy/domain';
import { settled } from '@argosy/testing';
import type { CancelAnswer, VenueOrderReport } from '@argosy/venue-port';
import { positionOf } from './testing/books.js';
import { codeOf, FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const q = parseQuantity;
const SILENCE = new Fault('OUTCOME_UNKNOWN', 'no answer');
const AWAY = new Fault('VENUE_UNAVAILABLE', 'no answer to questions either');
const KILL = { actor: 'ann', reason: 'fire', killId: 'k1' };

const openIn = (fleet: FleetOfOne): readonly [string, Order['state']][] =>
  fleet.trader.exposure().openOrders.map(({ orderRequestId: request, state }) => [request, state]);

/** The venue answers for each order by itself, as working until it is told of another end. */
function liveAtVenue(fleet: FleetOfOne, orders: readonly Order[]): void {
  const reports = new Map(orders.map((order) => [order.clientOrderId, fleet.report(order, {})]));
  fleet.venue.listed = [...reports.values()];
  fleet.venue.orderStatus = (asked?: { readonly clientOrderId: Order['clientOrderId'] }) =>
    Promise.resolve<VenueOrderReport | undefined>(asked === undefined ? undefined : reports.get(asked.clientOrderId));
}

describe('an outcome that nobody has told is not guessed (5.1, I-27)', () => {
  it('known failure: an unanswered cancel declared cancelled', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.cancelAnswers.push(SILENCE);
    fleet.venue.status = AWAY;
    fleet.trader.cancel(order, 'test');
    await fleet.pass(60_000);
    expect(openIn(fleet)).toEqual([['r1', 'cancel_pending']]);
    // "Never heard of" is no cancel either: live orders have been answered so.
    fleet.venue.status = undefined;
    await fleet.pass(60_000);
    expect(openIn(fleet)).toEqual([['r1', 'cancel_pending']]);
    await fleet.restart();
    expect(openIn(fleet)).toEqual([['r1', 'cancel_pending']]);
    fleet.venue.status = fleet.report(order, {});
    await fleet.pass(3_000);
    expect(openIn(fleet)).toEqual([['r1', 'working']]);
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', order.quantity));
    await settled();
    expect([openIn(fleet), positionOf(fleet)]).toEqual([[], q('0.5')]);
  });

  it('known failure: cancel-replace venue losing the old order', async () => {
    const fleet = await new FleetOfOne().start();
    const old = await fleet.placed('old');
    fleet.venue.cancelAnswers.push(SILENCE);
    fleet.venue.status = AWAY;
    fleet.trader.cancel(old, 'requote');
    // No request of ours replaces: the new order is an order of its own, and takes nothing from the old one's exposure.
    const replacement = await fleet.placed('new', { strategyId: 'other-1' as never });
    await fleet.pass(10_000);
    expect(openIn(fleet)).toEqual([
      ['old', 'cancel_pending'],
      ['new', 'working'],
    ]);
    liveAtVenue(fleet, [old, replacement]);
    await fleet.pass(3_000);
    expect(openIn(fleet)).toEqual([
      ['old', 'working'],
      ['new', 'working'],
    ]);
    for (const [id, order] of Object.entries({ f1: old, f2: replacement }))
      fleet.venue.handlers?.onFill(fleet.fillOf(order, id, order.quantity));
    await settled();
    expect([openIn(fleet), positionOf(fleet), fleet.logger.count('overfill')]).toEqual([[], q('1'), 0]);
  });

  it('known failure: a create that times out and lives', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.placeAnswers.push(SILENCE);
    const order = await fleet.placed('r1');
    // Asked again under the same id it is the same order; under another one it waits for this one's fate.
    expect(await fleet.place('r1')).toMatchObject({ value: { clientOrderId: order.clientOrderId, repeated: true } });
    expect(codeOf(await fleet.place('r2'))).toBe('conflict');
    await fleet.pass(2_500);
    expect([openIn(fleet), fleet.venue.placed.length]).toEqual([[['r1', 'in_doubt']], 1]);
    await fleet.restart();
    await fleet.pass(500);
    expect(openIn(fleet)).toEqual([['r1', 'in_doubt']]);
    fleet.venue.status = fleet.report(order, {});
    await fleet.pass(1_000);
    expect(openIn(fleet)).toEqual([['r1', 'working']]);
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', order.quantity));
    await settled();
    expect([openIn(fleet), positionOf(fleet), fleet.venue.placed.length]).toEqual([[], q('0.5'), 0]);
  });
});

describe('a kill depends on nothing that it stops (I-11, I-16)', () => {
  it('known failure: a kill switch cancelled by its own loop', async () => {
    const fleet = await new FleetOfOne().start();
    const orders: Order[] = [];
    for (const request of ['hangs', 'fails', 'refused', 'goes']) orders.push(await fleet.placed(request));
    liveAtVenue(fleet, orders);
    const refused: CancelAnswer = { outcome: 'rejected', reason: 'busy' };
    fleet.venue.cancelAnswers.push(new Promise(() => undefined), SILENCE, refused, { outcome: 'cancelled' });
    // The loop that carries the kill out kills again with each of its turns.
    let kills = 0;
    fleet.trader.onTick(() => {
      kills += 1;
      void fleet.service.kill({ ...KILL, killId: `again-${String(kills)}` });
    });
    const cancelled = fleet.service.kill(KILL);
    expect(fleet.venue.cancelled).toHaveLength(4);
    expect(await cancelled).toMatchObject({ ok: true, value: { killId: 'k1', durable: true } });
    await fleet.pass(10_000);
    expect(kills).toBeGreaterThan(30);
    const report = fleet.service.killReport({ killId: 'k1' });
    expect(report).toMatchObject({ ok: true, value: { complete: true } });
    expect(report.ok && report.value.orders.map(({ outcome }) => outcome)).toEqual(Array(4).fill('cancelled'));
  });

  it('known failure: a kill switch cancelled by its own loop, or by the end of its process', async () => {
    const fleet = await new FleetOfOne().start();
    const orders: Order[] = [];
    for (const request of ['r1', 'r2']) orders.push(await fleet.placed(request));
    liveAtVenue(fleet, orders);
    fleet.venue.cancelAnswers.push(SILENCE, new Promise(() => undefined));
    const killing = fleet.service.kill(KILL);
    // Told to end in the same breath: the cancels have left already, and the next process goes on.
    const stopping = fleet.service.stop();
    expect(fleet.venue.cancelled).toHaveLength(2);
    await fleet.time.advanceAsync(1_000);
    expect(await killing).toMatchObject({ ok: true, value: { durable: true } });
    await stopping;
    await fleet.restart();
    liveAtVenue(fleet, orders);
    await fleet.pass(6_000);
    expect([fleet.gate.killed, openIn(fleet)]).toEqual([true, []]);
    expect(codeOf(await fleet.place('r3'))).toBe('kill_switch_active');
  });
});

describe('who else acts with this key (I-02, I-07)', () => {
  const told = (fleet: FleetOfOne, origin: Partial<Parameters<typeof makeClientOrderId>[0]>): void => {
    const clientOrderId = makeClientOrderId({ fleet: 1, account: 7, epoch: 1, sequence: 1n, ...origin });
    const changes = { clientOrderId, venueOrderId: '77' as never };
    fleet.venue.handlers?.onOrder(fleet.report(fleet.order('r1'), changes));
  };
  const instances: readonly [string, Parameters<typeof told>[1]][] = [
    ['', { sequence: 900n }],
    [', of another fleet', { fleet: 2 }],
    [', for another account of ours', { account: 8 }],
  ];
  it.each(instances)('known failure: another instance with the same key%s', async (_who, origin) => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    told(fleet, origin);
    // At once, before anything is awaited; its order is neither adopted nor cancelled, ours are pulled.
    expect([fleet.gate.modeOf(MAIN).mode, fleet.logger.count('venue_stopped')]).toEqual(['halted', 1]);
    expect(codeOf(await fleet.place('r2'))).toBe('trading_restricted');
    await fleet.pass(60_000);
    expect(fleet.gate.modeOf(MAIN).mode).toBe('halted');
    expect(fleet.venue.cancelled.map(({ clientOrderId }) => clientOrderId)).toEqual([fleet.order('r1').clientOrderId]);
    expect(openIn(fleet)).toEqual([]);
    // What it trades is our account's money all the same.
    const clientOrderId = makeClientOrderId({ fleet: 1, account: 7, epoch: 1, sequence: 1n, ...origin });
    const theirs = fleet.fillOf(fleet.order('r1'), 'theirs', q('0.3'), { clientOrderId, venueOrderId: '77' as never });
    fleet.venue.handlers?.onFill(theirs);
    await settled();
    expect(positionOf(fleet)).toBe(q('0.3'));
    expect(fleet.order('r1').filledQuantity).toBe(0n);
  });

  it('known failure: nonce collisions of parallel orders', async () => {
    const fleet = await new FleetOfOne().start();
    const requests = Array.from({ length: 100 }, (_, nth) => `r${String(nth)}`);
    const small = { quantity: q('0.001') };
    // All in one moment of a clock that stands still, the cancels of a kill among them.
    const answers = await Promise.all(requests.map((request) => fleet.place(request, small)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    await settled();
    void fleet.service.kill(KILL);
    await fleet.time.advanceAsync(1);
    await settled();
    const first = fleet.venue;
    expect([first.placed.length, first.cancelled.length]).toEqual([100, 100]);
    await fleet.service.resume({ actor: 'bob', reason: 'out' });
    // And the next process, whose clock has not moved either.
    await fleet.restart();
    await Promise.all(requests.map((request) => fleet.place(`${request}-again`, small)));
    const nonces = [...first.placed, ...first.cancelled, ...fleet.venue.placed].map(({ nonce }) => nonce);
    expect([nonces.length, new Set(nonces).size]).toEqual([300, 300]);
    expect(new Set([...first.placed, ...fleet.venue.placed].map(({ clientOrderId: id }) => id)).size).toBe(200);
  });
});
