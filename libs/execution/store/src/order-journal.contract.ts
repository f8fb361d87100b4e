import {
  accountId,
  type Amount,
  clientOrderId,
  Fault,
  instrumentId,
  InvariantViolation,
  type Order,
  orderRequestId,
  parsePrice,
  timeNs,
} from '@argosy/domain';
import {
  type IntentRecord,
  type JournalBatch,
  type JournalEvent,
  type OrderJournal,
  RequestsPlacedBefore,
} from '@argosy/execution-core';
import { A_MOMENT, aFill, anIntent, anOrder } from '@argosy/testing';

const MAIN = accountId('main');
const ABOUT = { accountId: MAIN, venue: 'hyperliquid', kind: 'live' } as const;
const SIGNER = '0x14791697260e4c9a71f18484c9f997b308e59325';
const SIGNING = { accountId: MAIN, signer: SIGNER };
const BTC = instrumentId('hyperliquid_BTC-PERP');

const anId = (sequence: number) => clientOrderId(`0001000100000001${sequence.toString(16).padStart(16, '0')}`);

export const aRecord = (sequence: number, changes: Partial<IntentRecord> = {}): IntentRecord => ({
  clientOrderId: anId(sequence),
  intent: anIntent({ orderRequestId: orderRequestId(`request-${String(sequence)}`) }),
  nonce: 1_767_225_600_000n + BigInt(sequence),
  signer: SIGNER,
  epoch: 1,
  expiresAt: timeNs(A_MOMENT + 1_000_000_000n),
  traceparent: '',
  ...changes,
});

export const anEvent = (sequence: number): JournalEvent => ({
  sequence: BigInt(sequence),
  eventId: `main-${String(sequence)}`,
  subject: 'argosy.evt.account.order_changed.hyperliquid.main.maker-1',
  payload: new Uint8Array([sequence, 0, 255]),
  traceparent: '',
});

const aBatch = (changes: Partial<JournalBatch> = {}): JournalBatch => ({
  accountId: MAIN,
  epoch: 1,
  intents: [],
  orders: [],
  fills: [],
  fundings: [],
  events: [],
  ...changes,
});

const anOrderOf = (sequence: number, changes: Parameters<typeof anOrder>[0] = {}) =>
  anOrder({ clientOrderId: anId(sequence), orderRequestId: orderRequestId(`request-${String(sequence)}`), ...changes });

/** An order as it stands when its intent is made durable. */
export function aLeavingOrder(sequence: number, changes: Partial<Order> = {}): Order {
  const { venueOrderId: _unknown, ...order } = anOrderOf(sequence, { state: 'sent', ...changes });
  return order;
}

/** What every order journal promises. `make` gives an empty one each time. */
export function orderJournalContract(make: () => Promise<OrderJournal>): void {
  let journal: OrderJournal;
  beforeEach(async () => {
    journal = await make();
  });

  const began = async (): Promise<void> => {
    expect(await journal.epoch(MAIN)).toBe(0);
    await journal.claimEpoch(ABOUT, 1, A_MOMENT);
  };

  it('lets an epoch only grow (I-03) and refuses what an older one writes (I-04)', async () => {
    await began();
    await expect(journal.claimEpoch(ABOUT, 1, A_MOMENT)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    await journal.claimEpoch(ABOUT, 7, A_MOMENT);
    await expect(journal.claimEpoch(ABOUT, 6, A_MOMENT)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    expect(await journal.epoch(MAIN)).toBe(7);
    const event = { events: [anEvent(1)] };
    for (const stale of [
      aBatch({ orders: [anOrderOf(1)] }),
      aBatch({ orders: [anOrderOf(1)], ...event }),
      aBatch({ intents: [aRecord(1)], orders: [anOrderOf(1)], ...event }),
      aBatch({ intents: [aRecord(1), aRecord(2)], orders: [anOrderOf(1), anOrderOf(2)], ...event }),
      aBatch({ orders: [anOrderOf(1)], fills: [aFill()], ...event }),
    ]) {
      await expect(journal.write(stale)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    }
    expect(await journal.order(anId(1))).toBeUndefined();
    expect(await journal.events(MAIN, 1n, 10)).toEqual([]);
    await expect(journal.write(aBatch({ epoch: 7, orders: [anOrderOf(1)] }))).resolves.toBeUndefined();
  });

  it('knows an account by its venue and kind: the same name for another is a mistake', async () => {
    await began();
    await expect(journal.claimEpoch({ ...ABOUT, kind: 'paper' }, 2, A_MOMENT)).rejects.toThrow(InvariantViolation);
  });

  it('brings back everything a restarted process needs', async () => {
    await began();
    const [first, second, done] = [
      anOrderOf(1, { state: 'sent' }),
      anOrderOf(2, { arrivalMid: parsePrice('60001.5') }),
      anOrderOf(3, { state: 'cancelled', reason: 'user' }),
    ];
    await journal.write(
      aBatch({
        intents: [aRecord(1), aRecord(2), aRecord(3)],
        orders: [first, second, done],
        events: [anEvent(1), anEvent(2)],
      }),
    );
    const state = await journal.load(SIGNING);
    expect([...state.openOrders].sort((a, b) => (a.clientOrderId < b.clientOrderId ? -1 : 1))).toEqual([first, second]);
    expect(state.requestMarks.get(anId(1))).toEqual({
      expiresAt: A_MOMENT + 1_000_000_000n,
      nonce: 1_767_225_600_001n,
      signer: SIGNER,
    });
    expect(state).toMatchObject(await journal.present(SIGNING));
    expect(state.requests.get(orderRequestId('request-3'))).toBe(anId(3));
    expect(state).toMatchObject({
      lastSequence: 2n,
      lastNonce: 1_767_225_600_003n,
      anchoredAt: undefined,
      publishedSequence: 0n,
    });
  });

  it('takes the same batch twice as once: a lost acknowledgement is asked again (F-18)', async () => {
    await began();
    const batch = aBatch({ intents: [aRecord(1)], orders: [anOrderOf(1)], fills: [aFill()], events: [anEvent(1)] });
    await journal.write(batch);
    await journal.write(batch);
    expect(await journal.events(MAIN, 1n, 10)).toHaveLength(1);
    expect((await journal.load(SIGNING)).positions.get(BTC)).toBe(100_000_000_000n);
  });

  it('takes an order on its own, and each move of it, twice as once (F-18)', async () => {
    await began();
    const leaving = aLeavingOrder(1);
    const sent = aBatch({ intents: [aRecord(1)], orders: [leaving], events: [anEvent(1)] });
    await journal.write(sent);
    expect(await journal.order(anId(1))).toEqual(leaving);
    const working = aBatch({ orders: [{ ...leaving, state: 'working' }], events: [anEvent(2)] });
    for (const batch of [sent, working, working]) await journal.write(batch);
    expect((await journal.events(MAIN, 1n, 10)).map(({ sequence }) => sequence)).toEqual([1n, 2n]);
    expect(await journal.order(anId(1))).toEqual({ ...leaving, state: 'working' });
    expect((await journal.present(SIGNING)).requestMarks.size).toBe(1);
    await journal.claimEpoch(ABOUT, 2, A_MOMENT);
    await expect(journal.write(working)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
  });

  it('keeps an order as it is, also where it is not what its intent says', async () => {
    await began();
    const mid = parsePrice('60001.5');
    const asMeant = aRecord(1, { intent: { ...aRecord(1).intent, arrivalMid: mid } });
    const orders = [
      aLeavingOrder(1, { arrivalMid: mid, updatedAt: timeNs(A_MOMENT + 5n) }),
      aLeavingOrder(2, { limitPrice: parsePrice('59000'), side: 'sell' }),
      aLeavingOrder(3, { state: 'rejected', reason: 'no' }),
    ];
    for (const [index, order] of orders.entries()) {
      const intents = [index === 0 ? asMeant : aRecord(index + 1)];
      await journal.write(aBatch({ intents, orders: [order], events: [anEvent(index + 1)] }));
      expect(await journal.order(order.clientOrderId)).toEqual(order);
    }
  });

  it('refuses a nonce for a second intent, and the whole batch with it (I-07)', async () => {
    await began();
    await journal.write(aBatch({ intents: [aRecord(1)], orders: [anOrderOf(1)] }));
    const intents = [aRecord(2, { nonce: aRecord(1).nonce })];
    for (const events of [[], [anEvent(1)]]) {
      const write = journal.write(aBatch({ intents, orders: [anOrderOf(2)], events }));
      await expect(write).rejects.toThrow(InvariantViolation);
    }
    expect(await journal.order(anId(2))).toBeUndefined();
  });

  it('tells which requests were placed before, however long ago, and writes nothing of the batch (I-07)', async () => {
    await began();
    await journal.write(aBatch({ intents: [aRecord(1)], orders: [anOrderOf(1)], events: [anEvent(1)] }));
    const repeat = aRecord(2, { intent: aRecord(1).intent });
    const alone = aBatch({ intents: [repeat], orders: [anOrderOf(2)], events: [anEvent(2)] });
    const among = aBatch({
      intents: [repeat, aRecord(3)],
      orders: [anOrderOf(2), anOrderOf(3)],
      events: [anEvent(2), anEvent(3)],
    });
    for (const batch of [alone, among]) {
      const fault: unknown = await journal.write(batch).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(RequestsPlacedBefore);
      expect(fault).toMatchObject({ code: 'REQUEST_REPEATED', firsts: new Map([[anId(2), anId(1)]]) });
    }
    expect(await journal.orders({ status: 'any', limit: 10 })).toHaveLength(1);
    await journal.write({ ...among, intents: [aRecord(3)] });
    expect(await journal.events(MAIN, 1n, 10)).toHaveLength(3);
    const found = anOrderOf(2, {
      state: 'rejected',
      reason: 'duplicate_order',
      orderRequestId: anOrderOf(1).orderRequestId,
    });
    await journal.write(aBatch({ orders: [found], events: [anEvent(4)] }));
    expect((await journal.load(SIGNING)).requests.get(anOrderOf(1).orderRequestId)).toBe(anId(1));
  });

  it('books a fill once whatever comes again (I-26) and derives positions from fills', async () => {
    await began();
    const sold = aFill({ fillId: 'f2' as never, side: 'sell', quantity: 40_000_000_000n as never });
    await journal.write(aBatch({ fills: [aFill()] }));
    await journal.write(aBatch({ fills: [aFill(), sold] }));
    const state = await journal.load(SIGNING);
    expect(state.positions.get(BTC)).toBe(60_000_000_000n);
    expect(state.recentFills).toHaveLength(2);
    expect(state.lastFillAt).toBe(A_MOMENT);
  });

  it('begins the books once: what was held before is the opening position', async () => {
    await began();
    const positions = new Map([[BTC, -2_000_000_000_000n as Amount]]);
    await journal.anchor({ accountId: MAIN, epoch: 1, at: A_MOMENT, positions });
    const state = await journal.load(SIGNING);
    expect(state).toMatchObject({ anchoredAt: A_MOMENT, fillsFloor: A_MOMENT, lastFillAt: A_MOMENT });
    expect(state.positions.get(BTC)).toBe(-2_000_000_000_000n);
    await expect(journal.anchor({ accountId: MAIN, epoch: 1, at: A_MOMENT, positions })).rejects.toThrow(Fault);
  });

  it('gives events back byte for byte, in sequence, and remembers how far they went out', async () => {
    await began();
    await journal.write(aBatch({ events: [anEvent(1), anEvent(2), anEvent(3)] }));
    const events = await journal.events(MAIN, 2n, 1);
    expect(events.map(({ sequence, payload }) => [sequence, [...payload]])).toEqual([[2n, [2, 0, 255]]]);
    await journal.markPublished(MAIN, 2n);
    await journal.markPublished(MAIN, 1n);
    expect((await journal.load(SIGNING)).publishedSequence).toBe(2n);
  });

  it('lists orders newest first by any filter', async () => {
    await began();
    const later = timeNs(A_MOMENT + 5n);
    await journal.write(aBatch({ orders: [anOrderOf(1), anOrderOf(2, { createdAt: later, state: 'filled' })] }));
    const ids = async (status: 'open' | 'final' | 'any') =>
      (await journal.orders({ status, limit: 10 })).map((order) => order.clientOrderId);
    expect(await ids('any')).toEqual([anId(2), anId(1)]);
    expect(await ids('open')).toEqual([anId(1)]);
    expect(await ids('final')).toEqual([anId(2)]);
    expect(await journal.orders({ status: 'any', limit: 10, venue: 'binance' })).toEqual([]);
  });

  it('keeps what the day is measured from, and never an older word over a newer one (RK-2)', async () => {
    await began();
    const point = (ns: bigint, equity: bigint) => ({
      at: timeNs(A_MOMENT + ns),
      equity: equity as Amount,
      netTransfers: -1n as Amount,
    });
    const day = { day: 20_454n, start: point(0n, 5n), last: point(9n, 4n) };
    expect(await journal.lossDay(MAIN)).toBeUndefined();
    await journal.keepLossDay(MAIN, day);
    await journal.keepLossDay(MAIN, { ...day, last: point(3n, 1n) });
    expect(await journal.lossDay(MAIN)).toEqual(day);
  });

  it('latches one kill: a second finds the first, and only who leads can lift it (I-12, I-04)', async () => {
    const kill = { killId: 'k1', actor: 'ann', reason: 'fire', at: A_MOMENT };
    expect(await journal.killLatch()).toBeUndefined();
    expect(await journal.latchKill(kill)).toEqual(kill);
    expect(await journal.latchKill({ ...kill, killId: 'k2', actor: 'bob' })).toEqual(kill);
    expect(await journal.killLatch()).toEqual(kill);
    await began();
    const lift = { actor: 'ann', reason: 'fire is out', at: A_MOMENT, accountIds: [MAIN], epoch: 1 };
    await journal.claimEpoch(ABOUT, 2, A_MOMENT);
    await expect(journal.liftKill(lift)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    expect(await journal.killLatch()).toEqual(kill);
    await journal.liftKill({ ...lift, epoch: 2 });
    expect(await journal.killLatch()).toBeUndefined();
  });
}
