import { parseAmount, strategyId, timeNs } from '@argosy/domain';
import { strategyConfigJson, type StrategyEvent } from '@argosy/strategy-api';
import { A_MOMENT, aBook, aFill, anInstrument, anOrder, InMemoryDisk, SeededRandom } from '@argosy/testing';
import { eventOf, textOf } from './event-text.js';
import { Mailbox } from './mailbox.js';
import { RateLimit } from './rate-limit.js';
import { ReplayError, replayLog } from './replay-log.js';
import { type RunHandle, type RunListener, StrategyRunner } from './runner.port.js';
import { aConfig, HostWorld, REFERENCE, TRADED } from './testing/host-fixture.js';
import { aSubmit, type Script, scripted } from './testing/scripted-strategy.js';

const MAKER = strategyId('maker-1');
const LOG = { folder: 'runs', fileBytesMax: 10_000_000, filesMax: 4, runsKept: 2 };

async function running(world: HostWorld): Promise<void> {
  await world.host.start();
  await world.pass(10);
  await world.host.load({ configFile: '', configJson: strategyConfigJson(aConfig()), actor: 'ann' });
  const start = world.host.startStrategy({ strategyId: MAKER, actor: 'ann' });
  await world.pass(10);
  expect((await start).ok).toBe(true);
}
const statusOf = (world: HostWorld): unknown => {
  const view = world.host.get({ strategyId: MAKER });
  return view.ok ? { status: view.value.status, reason: view.value.reason } : view.refusal;
};

/** Answers only when told, as a thread does that is busy. */
class SlowRunner extends StrategyRunner {
  readonly batches: (readonly StrategyEvent[])[] = [];
  ends = 0;
  private listener: RunListener | undefined;

  override start(_spec: unknown, listener: RunListener): RunHandle {
    this.listener = listener;
    return {
      feed: (events) => void this.batches.push(events),
      reconfigure: () => undefined,
      end: () => void (this.ends += 1),
    };
  }
  answer(...returned: readonly unknown[]): void {
    const batch = this.batches.at(-1) ?? [];
    this.listener?.answered({ returned: returned.length > 0 ? returned : batch.map(() => []), vitals: {} });
  }
}

describe('a strategy that is slow or hangs (F-42)', () => {
  it('is fed the newest book once it is free, and every fact of its own in order', async () => {
    const runner = new SlowRunner();
    const world = new HostWorld([scripted(() => [])], { runner });
    await running(world);
    for (let i = 1; i <= 50; i += 1) world.fleet.book(TRADED, { sequence: BigInt(i) });
    const order = world.fleet.place({ strategyId: MAKER });
    world.fleet.changed({ ...order, state: 'cancelled' });
    await world.pass(10);
    expect(runner.batches.map((batch) => batch.map(({ kind }) => kind))).toEqual([['started']]);
    runner.answer();
    const fed = runner.batches[1] ?? [];
    expect(fed.flatMap((event) => (event.kind === 'book' ? [event.book.sequence] : []))).toEqual([50n]);
    expect(fed.flatMap((event) => (event.kind === 'order' ? [event.order.state] : []))).toEqual([
      'working',
      'cancelled',
    ]);
  });

  it('is ended when it has not answered within a second, its orders with it', async () => {
    const runner = new SlowRunner();
    const world = new HostWorld([scripted(() => [])], { runner });
    const left = world.fleet.place({ strategyId: MAKER });
    await running(world);
    runner.answer();
    world.fleet.book(TRADED);
    await world.pass(900);
    expect(statusOf(world)).toMatchObject({ status: 'running' });
    await world.pass(1_200);
    expect(statusOf(world)).toMatchObject({ status: 'error', reason: 'did not answer within 1000 ms' });
    expect([runner.ends, world.fleet.cancels]).toEqual([1, [left.clientOrderId]]);
    // What it says afterwards is not heard.
    runner.answer([{ kind: 'submit' }]);
    await world.pass(100);
    expect(world.fleet.submissions).toEqual([]);
  });

  it('has longer for its first answer: its code has to be loaded', async () => {
    const world = new HostWorld([scripted(() => [])], { runner: new SlowRunner() });
    await running(world);
    await world.pass(29_000);
    expect(statusOf(world)).toMatchObject({ status: 'running' });
    await world.pass(2_000);
    expect(statusOf(world)).toMatchObject({ status: 'error', reason: 'did not answer within 30000 ms' });
  });

  it('cannot keep a stop waiting', async () => {
    const runner = new SlowRunner();
    const world = new HostWorld([scripted(() => [])], { runner });
    await running(world);
    runner.answer();
    const stopping = world.host.stopStrategy({
      strategyId: MAKER,
      cancelOrders: false,
      force: false,
      actor: 'ann',
      reason: '',
    });
    await world.pass(1_100);
    await stopping;
    expect(statusOf(world)).toMatchObject({ status: 'error' });
  });

  it('is ended when it answers another number of events than it was fed', async () => {
    const runner = new SlowRunner();
    const world = new HostWorld([scripted(() => [])], { runner });
    await running(world);
    runner.answer([], []);
    expect(statusOf(world)).toMatchObject({ status: 'error', reason: 'answered 1 events with something else' });
  });
});

describe('the log of a run', () => {
  const script: Script = (event, { ids, random }) =>
    event.kind === 'book' && random.unit() < 0.5
      ? [aSubmit(ids, random.unit() < 0.5 ? {} : { side: 'sell', signal: 'a coin' })]
      : [];
  async function logged(world: HostWorld, index = 0): Promise<readonly string[]> {
    await world.pass(10);
    const name = (await world.disk.list('runs'))[index] ?? '';
    return new TextDecoder()
      .decode(await world.disk.readFile(`runs/${name}`))
      .trimEnd()
      .split('\n');
  }
  async function ranFor(books: number): Promise<HostWorld> {
    const world = new HostWorld([scripted(script)], { settings: { log: LOG } });
    await running(world);
    for (let i = 0; i < books; i += 1) {
      world.fleet.book(i % 2 === 0 ? TRADED : REFERENCE, { sequence: BigInt(i) });
      await world.pass(300);
    }
    await world.host.configure({ strategyId: MAKER, patchJson: '{"parameters":{"x":"1"}}', actor: 'ann' });
    world.fleet.book(TRADED);
    await world.pass(10);
    const stopping = world.host.stopStrategy({
      strategyId: MAKER,
      cancelOrders: true,
      force: false,
      actor: 'ann',
      reason: 'enough',
    });
    await world.pass(10);
    await stopping;
    return world;
  }

  it('takes every decision again, byte for byte (I-32)', async () => {
    const lines = await logged(await ranFor(40));
    const report = replayLog(scripted(script), lines, (seed) => new SeededRandom(seed));
    expect(report).toMatchObject({ differences: [], isWhole: true });
    expect(report.actions).toBeGreaterThan(10);
    expect(report.events).toBe(lines.length - 3);
  });

  it('finds one decision that was another', async () => {
    const lines = await logged(await ranFor(10));
    const changed = lines.map((line) => line.replaceAll('"limitPrice":"59999"', '"limitPrice":"59999.1"'));
    const first = changed.findIndex((line, index) => line !== lines[index]);
    const report = replayLog(scripted(script), changed, (seed) => new SeededRandom(seed));
    expect(report.differences[0]).toMatchObject({
      line: first + 1,
      logged: expect.stringContaining('59999.1') as string,
    });
  });

  it('is of one version of one type, and begins at the beginning', async () => {
    const lines = await logged(await ranFor(2));
    const replay = (type: ReturnType<typeof scripted>, from = 0): unknown =>
      replayLog(type, lines.slice(from), (seed) => new SeededRandom(seed));
    expect(() => replay({ ...scripted(script), version: '2' })).toThrow(ReplayError);
    expect(() => replay(scripted(script), 1)).toThrow(ReplayError);
    expect(() => replayLog(scripted(script), ['no json'], (seed) => new SeededRandom(seed))).toThrow(ReplayError);
  });

  it('shows what a strategy was fed when it threw', async () => {
    const world = new HostWorld(
      [
        scripted((event) => {
          if (event.kind === 'book') throw new Error('no');
          return [];
        }),
      ],
      { settings: { log: LOG } },
    );
    await running(world);
    world.fleet.book(TRADED);
    const lines = await logged(world);
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ event: { kind: 'book' }, actions: null });
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ end: 'threw Error: no' });
  });

  it('goes on in parts, ends at its limit, and does not end the strategy', async () => {
    const world = new HostWorld([scripted(() => [])], { settings: { log: { ...LOG, fileBytesMax: 2_000 } } });
    await running(world);
    for (let i = 0; i < 30; i += 1) {
      world.fleet.book(TRADED, { sequence: BigInt(i) });
      await world.pass(10);
    }
    expect(await world.disk.list('runs')).toHaveLength(4);
    expect(statusOf(world)).toMatchObject({ status: 'running' });
  });

  it('survives a disk that fails, and so does the strategy', async () => {
    const disk = new InMemoryDisk();
    const world = new HostWorld([scripted(script)], { settings: { log: LOG }, disk });
    await running(world);
    disk.fail(1_000);
    world.fleet.book(TRADED);
    await world.pass(10);
    expect(statusOf(world)).toMatchObject({ status: 'running' });
  });

  it('is kept for so many runs', async () => {
    const world = new HostWorld([scripted(() => [])], { settings: { log: LOG } });
    await running(world);
    for (let i = 0; i < 3; i += 1) {
      const stopping = world.host.stopStrategy({
        strategyId: MAKER,
        cancelOrders: false,
        force: false,
        actor: 'ann',
        reason: '',
      });
      await world.pass(1_000);
      await stopping;
      const start = world.host.startStrategy({ strategyId: MAKER, actor: 'ann' });
      await world.pass(10);
      await start;
    }
    const sizes = await Promise.all(
      (await world.disk.list('runs')).map(async (name) => (await world.disk.readFile(`runs/${name}`)).length > 0),
    );
    expect(sizes).toEqual([false, false, true, true]);
  });
});

describe('events as text', () => {
  const at = A_MOMENT;
  const events: readonly StrategyEvent[] = [
    {
      kind: 'started',
      at,
      instruments: [TRADED, anInstrument({ priceRule: { kind: 'significant', figures: 5, decimals: 6 } })],
      positions: [{ instrumentId: TRADED.id, quantity: parseAmount('-0.3') }],
      openOrders: [anOrder()],
    },
    { kind: 'book', at, book: aBook() },
    { kind: 'book', at, book: aBook({ valid: false, bids: [], asks: [] }) },
    { kind: 'fill', at, fill: aFill({ fee: parseAmount('-0.000000000001'), venueClosedPnl: parseAmount('0') }) },
    {
      kind: 'feed',
      at,
      feed: { venue: 'binance', instrumentId: TRADED.id, state: 'live', reason: '', sinceNs: at, latencyMs: 0.1 + 0.2 },
    },
    { kind: 'refused', at, orderRequestId: 'a-1' as never, refusal: { code: 'conflict', details: { price: '1.50' } } },
    {
      kind: 'market_state',
      at,
      state: {
        instrumentId: TRADED.id,
        fundingRate: parseAmount('0.0000125'),
        venueTimeNs: at,
        receivedTimeNs: timeNs(1n),
      },
    },
    { kind: 'stopping', at, reason: '"quotes"\n' },
    { kind: 'order', at, order: { ...anOrder(), somethingNew: 12n } as never },
  ];
  it.each(events.map((event) => [event.kind, event] as const))('%s comes back whole', (_kind, event) => {
    expect(eventOf(textOf(event))).toEqual(event);
  });
});

describe('bounds', () => {
  it('drops the oldest market trades, never a fact of its own', () => {
    const box = new Mailbox({ tradesMax: 3 });
    const trade = (tradeId: string): StrategyEvent => ({ kind: 'trade', at: A_MOMENT, trade: { tradeId } as never });
    box.put({ event: { kind: 'fill', at: A_MOMENT, fill: aFill() } });
    for (const id of ['1', '2', '3', '4', '5']) box.put({ event: trade(id) });
    expect(box.take(10).map(({ event }) => (event.kind === 'trade' ? event.trade.tradeId : event.kind))).toEqual([
      'fill',
      '3',
      '4',
      '5',
    ]);
    expect([box.isEmpty, box.waitingFacts, box.droppedTrades]).toEqual([true, 0, 2]);
  });

  it('counts a second, not a clock second', () => {
    const rate = new RateLimit(3);
    expect([950, 960, 970].map((ms) => rate.allows(1, ms))).toEqual([true, true, true]);
    expect(rate.allows(1, 1_050)).toBe(false);
    expect(rate.allows(1, 3_000)).toBe(true);
  });
});
