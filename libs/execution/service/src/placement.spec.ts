import { clientOrderIdParts, Fault, type OrderIntent, parsePrice, parseQuantity, venueOrderId } from '@argosy/domain';
import { anInstrument, settled } from '@argosy/testing';
import { codeOf, FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const DOWN = new Fault('STORE_UNAVAILABLE', 'the journal is gone');
const UNKNOWN = new Fault('OUTCOME_UNKNOWN', 'no answer');

describe('placing an order', () => {
  it('makes the intent durable before the venue sees a byte (I-06)', async () => {
    const fleet = await new FleetOfOne().start();
    let durable = (): void => undefined;
    fleet.journal.hold = new Promise((resolve) => (durable = resolve));
    const answer = fleet.place('r1');
    await settled();
    expect(fleet.venue.placed).toEqual([]);
    durable();
    expect(codeOf(await answer)).toBe('ok');
    const [sent] = fleet.venue.placed;
    expect(sent).toBeDefined();
    const stored = await fleet.journal.order(sent!.clientOrderId);
    expect(stored).toMatchObject({ orderRequestId: 'r1', epoch: 1 });
    expect(clientOrderIdParts(sent!.clientOrderId)).toMatchObject({ fleet: 1, account: 7, epoch: 1 });
  });

  it('ends only when an order that was being made durable has its answer: a hand-over leaves none in doubt (F-02)', async () => {
    const fleet = await new FleetOfOne().start();
    let durable = (): void => undefined;
    fleet.journal.hold = new Promise((resolve) => (durable = resolve));
    const answer = fleet.place('r1');
    await settled();
    const stopping = fleet.service.stop();
    await settled();
    expect(fleet.venue.connected).toBe(true);
    durable();
    expect(codeOf(await answer)).toBe('ok');
    await stopping;
    expect([fleet.venue.connected, fleet.order('r1').state]).toEqual([false, 'working']);
  });

  it('takes no approval of a risk that has a successor: both would pass orders on one headroom (I-18)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.enable({ riskEpoch: 4, version: 3n });
    expect(codeOf(await fleet.place('r1', { riskEpoch: 3 }))).toBe('approval_expired');
    expect(codeOf(await fleet.place('r2', { riskEpoch: 4 }))).toBe('ok');
  });

  it('sends nothing while the journal fails, and not later either: the approval has run out', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.journal.fault = DOWN;
    const answer = fleet.place('r1');
    await fleet.pass(2_000);
    expect(codeOf(await fleet.place('r2'))).toBe('service_degraded');
    fleet.journal.fault = undefined;
    await fleet.pass(1_000);
    expect(codeOf(await answer)).toBe('approval_expired');
    expect(fleet.venue.placed).toEqual([]);
    expect(fleet.order('r1')).toMatchObject({ state: 'rejected', reason: 'approval_expired' });
    expect(codeOf(await fleet.place('r3'))).toBe('ok');
  });

  it('stops taking orders on when a journal neither answers nor fails', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.journal.hold = new Promise(() => undefined);
    void fleet.place('r1');
    await fleet.pass(2_000);
    expect(codeOf(await fleet.place('r2'))).toBe('service_degraded');
    expect(fleet.venue.placed).toEqual([]);
  });

  it('answers a repeated request with the first order, while it is made durable and ever after', async () => {
    const fleet = await new FleetOfOne().start();
    const [first, repeat] = await Promise.all([fleet.place('r1'), fleet.place('r1')]);
    const later = await fleet.place('r1');
    const id = first.ok ? first.value.clientOrderId : '';
    expect(first).toMatchObject({ ok: true, value: { repeated: false } });
    for (const answer of [repeat, later])
      expect(answer).toEqual({ ok: true, value: { clientOrderId: id, repeated: true } });
    expect(fleet.venue.placed).toHaveLength(1);
    await fleet.restart();
    expect(await fleet.place('r1')).toEqual({ ok: true, value: { clientOrderId: id, repeated: true } });
    expect(fleet.venue.placed).toEqual([]);
  });

  it('answers a repeated request that was refused with the same refusal, not with an order', async () => {
    const fleet = await new FleetOfOne().start();
    const off = { limitPrice: parsePrice('60000.05') };
    expect(codeOf(await fleet.place('r1', off))).toBe('invalid_tick_size');
    expect(codeOf(await fleet.place('r1', off))).toBe('invalid_tick_size');
  });

  it('refuses another order under a used request id, whichever process took the first', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    const other = { quantity: parseQuantity('0.4') };
    expect(codeOf(await fleet.place('r1', other))).toBe('duplicate_order');
    await fleet.restart();
    expect(codeOf(await fleet.place('r1', other))).toBe('duplicate_order');
  });

  it('answers a request of longer ago than memory reaches from the journal, sends nothing for it and goes on (I-07)', async () => {
    const fleet = await new FleetOfOne({ finishedOrdersKept: 1 }).start();
    const rejected = { outcome: 'rejected', reason: 'no' } as const;
    fleet.venue.placeAnswers.push(rejected, rejected);
    const { clientOrderId } = await fleet.placed('r1');
    await fleet.placed('r2');
    const first = { ok: true, value: { clientOrderId, repeated: true } };
    const other = { quantity: parseQuantity('0.4') };
    // Twice: what was found out once is not remembered as the answer either. With another order in the same transaction.
    for (const request of ['r3', 'r4']) {
      const answers = await Promise.all([fleet.place('r1'), fleet.place(request)]);
      expect([answers[0], codeOf(answers[1])]).toEqual([first, 'ok']);
      await settled();
    }
    expect(codeOf(await fleet.place('r1', other))).toBe('duplicate_order');
    await settled();
    expect(fleet.venue.placed.map(({ intent }) => intent.orderRequestId)).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(fleet.order('r1')).toMatchObject({ state: 'rejected', reason: 'duplicate_order' });
    expect(fleet.events().map(({ sequence }) => sequence)).toEqual(fleet.events().map((_, index) => BigInt(index + 1)));
    await fleet.restart();
    expect(await fleet.place('r1')).toEqual(first);
    expect(fleet.lost).toEqual([]);
  });

  it('gives the same answer to such a request after a takeover', async () => {
    const fleet = await new FleetOfOne({ finishedOrdersKept: 1 }).start();
    const rejected = { outcome: 'rejected', reason: 'no' } as const;
    fleet.venue.placeAnswers.push(rejected, rejected);
    const { clientOrderId } = await fleet.placed('r1');
    await fleet.placed('r2');
    const standby = await new FleetOfOne({}, fleet).standBy();
    expect(await fleet.place('r1')).toMatchObject({ ok: true, value: { clientOrderId, repeated: true } });
    await settled();
    fleet.crash();
    await standby.takeOver();
    expect(await standby.place('r1')).toEqual({ ok: true, value: { clientOrderId, repeated: true } });
    expect(standby.venue.placed).toEqual([]);
  });

  const refusals: ReadonlyArray<[string, Partial<OrderIntent>, number, string]> = [
    ['a forged approval', {}, 2, 'approval_invalid'],
    ['an order at another venue', { venue: 'binance' }, 1, 'account_unknown'],
    ['a paper order on a live account', { accountKind: 'paper' }, 1, 'account_unknown'],
    ['a price off the tick (EX-2)', { limitPrice: parsePrice('60000.05') }, 1, 'invalid_tick_size'],
    ['more than the margin bears (EX-2)', { quantity: parseQuantity('100') }, 1, 'insufficient_margin'],
  ];
  it.each(refusals)('refuses %s and sends nothing', async (_what, changes, mac, code) => {
    const fleet = await new FleetOfOne().start();
    expect(codeOf(await fleet.place('r1', changes, mac))).toBe(code);
    expect(fleet.venue.placed).toEqual([]);
  });

  it('tells a refused placement as a fact, so that risk frees its claim', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.place('r1', { limitPrice: parsePrice('60000.05') });
    await settled();
    expect(fleet.events().at(-1)?.fact).toMatchObject({
      kind: 'order_changed',
      event: 'send_prevented',
      fromState: 'approved',
      order: { orderRequestId: 'r1', state: 'rejected', reason: 'invalid_tick_size' },
    });
  });

  it('is closed before risk has spoken and when its word grows old (I-13)', async () => {
    const fleet = new FleetOfOne();
    await fleet.startOnly();
    expect(codeOf(await fleet.place('r1'))).toBe('halt_state_unknown');
    fleet.enable();
    await fleet.time.advanceAsync(3_000);
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
    await fleet.time.advanceAsync(1);
    expect(codeOf(await fleet.place('r3'))).toBe('halt_state_unknown');
    fleet.enable({ statedAt: (fleet.time.clock.now() - 3_000_000_001n) as never });
    expect(codeOf(await fleet.place('r4'))).toBe('halt_state_unknown');
    fleet.enable({ tradingEnabled: false });
    expect(codeOf(await fleet.place('r5'))).toBe('trading_disabled');
  });

  it('a cancel that comes before the bytes leave keeps them from leaving', async () => {
    const fleet = await new FleetOfOne().start();
    let durable = (): void => undefined;
    fleet.journal.hold = new Promise((resolve) => (durable = resolve));
    const answer = fleet.place('r1');
    await settled();
    const [order] = fleet.trader.open();
    expect(
      fleet.service.cancel({ accountId: MAIN, clientOrderId: order!.clientOrderId, reason: 'user', actor: '' } as never)
        .ok,
    ).toBe(true);
    durable();
    expect(codeOf(await answer)).toBe('conflict');
    await settled();
    expect([fleet.venue.placed, fleet.venue.cancelled]).toEqual([[], []]);
    expect(fleet.trader.open()).toEqual([]);
  });

  it('stops for good when another process leads (I-04), and leaves nobody waiting', async () => {
    const fleet = await new FleetOfOne().start();
    const about = { accountId: MAIN, venue: 'hyperliquid', kind: 'live' } as const;
    await fleet.journal.claimEpoch(about, 2, fleet.time.clock.now());
    expect(codeOf(await fleet.place('r1'))).toBe('not_leader');
    expect(fleet.lost).toHaveLength(1);
    expect(codeOf(await fleet.place('r2'))).not.toBe('ok');
    expect(fleet.venue.placed).toEqual([]);
  });
});

describe('an unanswered order', () => {
  const inDoubt = async (): Promise<FleetOfOne> => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.placeAnswers.push(UNKNOWN);
    await fleet.placed('r1');
    expect(fleet.order('r1').state).toBe('in_doubt');
    return fleet;
  };

  it('is never sent again, blocks its strategy there, and is settled by two late denials (5.1, I-27, I-28)', async () => {
    const fleet = await inDoubt();
    expect(codeOf(await fleet.place('r2'))).toBe('conflict');
    // Expiry 1 s plus lag 2 s: until then "not found" proves nothing (5.2).
    await fleet.pass(3_000);
    expect(fleet.order('r1').state).toBe('in_doubt');
    expect(fleet.venue.queries).toBeGreaterThan(2);
    await fleet.pass(1_500);
    expect(fleet.order('r1')).toMatchObject({ state: 'rejected', reason: 'the venue never had it' });
    expect(fleet.venue.placed).toHaveLength(1);
    expect(codeOf(await fleet.place('r3'))).toBe('ok');
  });

  it('that the venue has is working', async () => {
    const fleet = await inDoubt();
    fleet.venue.status = fleet.report(fleet.order('r1'), {});
    await fleet.pass(1_000);
    expect(fleet.order('r1')).toMatchObject({ state: 'working', venueOrderId: fleet.venue.lastId() });
  });

  it('that traded is filled, its quantity once', async () => {
    const fleet = await inDoubt();
    const order = fleet.order('r1');
    const fill = fleet.fillOf(order, 'f1', order.quantity);
    fleet.venue.handlers?.onFill(fill);
    fleet.venue.handlers?.onFill(fill);
    expect(fleet.order('r1')).toMatchObject({ state: 'filled', filledQuantity: order.quantity });
  });

  it('is asked about no more often than the policy says, also while the venue does not answer', async () => {
    const fleet = await inDoubt();
    fleet.venue.status = new Fault('VENUE_UNAVAILABLE', 'down');
    const before = fleet.venue.queries;
    await fleet.pass(3_000);
    expect(fleet.venue.queries - before).toBeLessThanOrEqual(6);
  });

  it('is told to a person when it lasts', async () => {
    const fleet = await inDoubt();
    fleet.venue.status = new Fault('VENUE_UNAVAILABLE', 'down');
    await fleet.pass(31_000);
    expect(fleet.logger.count('order_in_doubt_too_long')).toBe(1);
    expect(fleet.order('r1').state).toBe('in_doubt');
  });
});

describe('the first start and every later one', () => {
  it('takes what the account holds as the opening, and the history the stream repeats as none of our business', async () => {
    const fleet = new FleetOfOne();
    const quantity = parseQuantity('2');
    fleet.venue.state = {
      ...fleet.venue.state,
      positions: [{ instrumentId: anInstrument().id, quantity: quantity as never }],
    };
    fleet.venue.onStart = (handlers) => {
      handlers.onFill(
        fleet.fillOf({ clientOrderId: undefined, side: 'buy' } as never, 'old', quantity, { venueTimeNs: 1n as never }),
      );
    };
    await fleet.start();
    expect(fleet.trader.exposure().observed?.positions).toMatchObject([{ quantity }]);
    expect(fleet.events().filter(({ fact }) => fact.kind === 'order_filled')).toEqual([]);
  });

  it('goes on after a venue that failed between the anchor and the first sweep', async () => {
    const fleet = new FleetOfOne();
    const down = new Fault('VENUE_UNAVAILABLE', 'down');
    const fillsSince = fleet.venue.fillsSince.bind(fleet.venue);
    let failures = 2;
    fleet.venue.fillsSince = (since) => ((failures -= 1) >= 0 ? Promise.reject(down) : fillsSince(since));
    const started = fleet.startOnly();
    await fleet.time.advanceAsync(3_000);
    await started;
    expect(fleet.trader.ready).toBe(true);
  });

  it('doubts what was on its way when the last process ended, and finds the fills it missed', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.placeAnswers.push(new Promise(() => undefined));
    const order = await fleet.placed('r1');
    expect(order.state).toBe('sent');
    fleet.venue.fills = [fleet.fillOf({ ...order, venueOrderId: venueOrderId('9') }, 'f1', parseQuantity('0.2'))];
    fleet.venue.status = undefined;
    await fleet.restart();
    expect(fleet.leadership.current()?.epoch).toBe(2);
    expect(fleet.order('r1')).toMatchObject({ state: 'working', filledQuantity: parseQuantity('0.2') });
    fleet.venue.fills = [];
    fleet.crash();
    fleet.venue.status = undefined;
    await fleet.start();
    expect(fleet.order('r1').filledQuantity).toBe(parseQuantity('0.2'));
  });

  it('doubts an order that was being cancelled before anybody knew whether it had landed, until it is proven absent', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.placeAnswers.push(new Promise(() => undefined));
    fleet.venue.cancelAnswers.push(new Promise(() => undefined));
    const order = await fleet.placed('r1');
    fleet.trader.cancel(order, 'test');
    await settled();
    expect(fleet.order('r1')).toMatchObject({ state: 'cancel_pending' });
    fleet.venue.status = undefined;
    await fleet.restart();
    expect(fleet.order('r1').state).toBe('in_doubt');
    await fleet.pass(10_000);
    expect(fleet.order('r1').state).toBe('rejected');
  });

  it('keeps one gapless sequence of events over restarts (I-42)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    await fleet.restart();
    await fleet.placed('r2');
    const sequences = fleet.events().map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => BigInt(index + 1)));
  });
});
