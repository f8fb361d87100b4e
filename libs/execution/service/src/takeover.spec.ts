import { Fault, type FillId, parseQuantity, timeNs } from '@argosy/domain';
import { A_MOMENT, settled } from '@argosy/testing';
import { codeOf, FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const signing = { accountId: MAIN, signer: '0xaa' };
const half = parseQuantity('0.25');

describe('the standby of execution (I-10)', () => {
  it('is connected and sends nothing but reads', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    const order = await leader.placed('r1');
    standby.venue.handlers?.onOrder(leader.report(order, { status: 'cancelled', reason: 'canceled' }));
    await standby.time.advanceAsync(60_000);
    expect(standby.venue.connected).toBe(true);
    expect([standby.venue.placed, standby.venue.cancelled, standby.venue.burnt]).toEqual([[], [], []]);
    expect(standby.service.status()).toMatchObject({ role: 'standby', epoch: 0 });
    expect(codeOf(await standby.place('r2'))).toBe('venue_not_ready');
  });

  it('holds exactly what the journal would give it, whatever happened while it followed', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    const first = await leader.placed('r1');
    leader.venue.handlers?.onFill(leader.fillOf(first, 'f1', half));
    await leader.time.advanceAsync(300);
    leader.venue.handlers?.onFill(leader.fillOf(first, 'f2', half, { venueTimeNs: timeNs(A_MOMENT + 2_000_000n) }));
    leader.venue.placeAnswers.push(new Fault('OUTCOME_UNKNOWN', 'no answer'));
    await leader.placed('r2');
    await settled();
    leader.crash();
    standby.venue.listed = [];
    await standby.takeOver();
    const state = await standby.journal.load(signing);
    expect(state.positions.get(first.instrumentId)).toBe(first.quantity);
    expect(standby.trader.exposure().observed?.positions).toEqual([
      { instrumentId: first.instrumentId, quantity: first.quantity },
    ]);
    expect(state.recentFills.map(({ fillId }) => fillId)).toEqual(['f1', 'f2'] as FillId[]);
  });

  it('takes over: the open order stays, a repeat gets the first answer, a fill known before is not news', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    const order = await leader.placed('r1');
    const fill = leader.fillOf(order, 'f1', half);
    leader.venue.handlers?.onFill(fill);
    await settled();
    standby.venue.listed = [leader.report(order, { remaining: half })];
    standby.venue.fills = [fill];
    await standby.takeOver();
    expect(standby.service.status()).toMatchObject({ role: 'primary', epoch: 2, ready: true });
    const filed = await standby.disk.readFile('reports/reconciliation-main.json');
    expect(JSON.parse(new TextDecoder().decode(filed))).toMatchObject({
      agrees: false,
      orders: [{ verdict: 'agreed', clientOrderId: order.clientOrderId }],
      positionBreaks: [{ ours: '0.25', venue: '0' }],
    });
    expect(standby.trader.open()).toMatchObject([{ clientOrderId: order.clientOrderId, filledQuantity: half }]);
    const again = await standby.service.place(
      { intent: leader.intent('r1'), mac: new Uint8Array([1]) },
      { subject: 'place', redeliveries: 0 },
    );
    expect(again).toMatchObject({ ok: true, value: { clientOrderId: order.clientOrderId, repeated: true } });
    expect(standby.venue.placed).toEqual([]);
  });

  it('does not wait for an order in doubt: it blocks its own strategy and instrument only', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    leader.venue.placeAnswers.push(new Promise(() => undefined));
    await leader.placed('r1');
    standby.venue.status = new Fault('VENUE_UNAVAILABLE', 'not yet');
    await standby.takeOver();
    expect(standby.trader.ready).toBe(true);
    expect(standby.trader.inDoubt()).toMatchObject([{ orderRequestId: 'r1', state: 'in_doubt' }]);
    expect(codeOf(await standby.place('r2'))).toBe('conflict');
    expect(codeOf(await standby.place('r3', { strategyId: 'other-1' as never }))).toBe('ok');
  });

  it('the deposed leader writes nothing any more and leaves at once (I-04, I-09)', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    await leader.placed('r1');
    await standby.takeOver();
    leader.enable();
    expect(codeOf(await leader.place('r2'))).toBe('not_leader');
    expect(leader.venue.placed).toHaveLength(1);
    expect(leader.lost).toHaveLength(1);
  });

  it('no id and no nonce of the two is the same (I-07)', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    await leader.placed('r1');
    await standby.takeOver();
    await standby.placed('r2');
    const sent = [...leader.venue.placed, ...standby.venue.placed];
    expect(new Set(sent.map(({ clientOrderId }) => clientOrderId)).size).toBe(2);
    expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(2);
  });

  it('a kill heard while standing by is latched, and holds after the takeover (I-12)', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    const order = await leader.placed('r1');
    standby.enable({ kill: { killId: 'k1', actor: 'ann', reason: 'fire', at: leader.time.clock.now() } });
    await settled();
    expect(standby.venue.cancelled).toEqual([]);
    standby.venue.listed = [leader.report(order, {})];
    await standby.takeOver();
    await settled();
    expect(standby.gate.killed).toBe(true);
    expect(standby.venue.cancelled.map(({ clientOrderId }) => clientOrderId)).toEqual([order.clientOrderId]);
  });

  it('a resume answered by the deposed leader lifts nothing: the new one would stay killed unseen (I-04, I-58)', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    await leader.service.kill({ actor: 'ann', reason: 'fire', killId: 'k1' });
    await standby.takeOver();
    const resume = { actor: 'bob', reason: 'fire is out' };
    expect(codeOf(await leader.service.resume(resume))).toBe('not_leader');
    expect(codeOf(await standby.place('r1'))).toBe('kill_switch_active');
    expect(codeOf(await standby.service.resume(resume))).toBe('ok');
    expect(codeOf(await standby.place('r2'))).toBe('ok');
  });

  it.each([
    ['heard from risk', true],
    ['by a signal to the standby itself', false],
  ])('a kill %s and lifted since does not come back with the takeover (I-12, I-58)', async (_how, heard) => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    const kill = { killId: 'k1', actor: 'ann', reason: 'fire', at: leader.time.clock.now() };
    await leader.service.kill(kill);
    if (heard) standby.enable({ kill, version: 3n });
    else await standby.service.kill(kill);
    await settled();
    expect(standby.gate.killed).toBe(true);
    expect(codeOf(await leader.service.resume({ actor: 'bob', reason: 'fire is out' }))).toBe('ok');
    standby.enable({ version: 4n });
    await standby.takeOver();
    standby.enable({ version: 4n });
    expect(standby.gate.killed).toBe(false);
    expect(codeOf(await standby.place('r1'))).toBe('ok');
  });

  it('a kill that only the standby heard, while the store was away, holds after the takeover', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    standby.journal.fault = new Fault('STORE_UNAVAILABLE', 'away');
    standby.enable({ kill: { killId: 'k1', actor: 'ann', reason: 'fire', at: leader.time.clock.now() } });
    await settled();
    standby.journal.fault = undefined;
    await standby.takeOver();
    expect(standby.gate.killed).toBe(true);
  });
});
