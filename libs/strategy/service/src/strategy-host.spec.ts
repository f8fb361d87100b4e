import {
  emptyCodec,
  loadStrategyCodec,
  startStrategyCodec,
  stopStrategyCodec,
  strategiesPageCodec,
  type StrategyView,
  strategyViewCodec,
  subjects,
  unloadStrategyCodec,
} from '@argosy/contracts';
import { type Order, parseAmount, parseQuantity, type Refusal, refusal, type Result, strategyId } from '@argosy/domain';
import type { Span, SpanOptions } from '@argosy/platform-port';
import { Tracer } from '@argosy/platform-port';
import { strategyConfigJson, type StrategyEvent } from '@argosy/strategy-api';
import { aConfig, HostWorld, MAIN, REFERENCE, TRADED } from './testing/host-fixture.js';
import { aSubmit, type Script, scripted } from './testing/scripted-strategy.js';

const quiet: Script = () => [];
const MAKER = strategyId('maker-1');
const ME = 'ann';

const buyOnBook: Script = (event, { ids }) =>
  event.kind === 'book' && event.book.instrumentId === TRADED.id ? [aSubmit(ids)] : [];
/** Buys once, on the first book of the traded instrument. */
const buyOnce = (): Script => {
  let has = false;
  return (event, setup) => {
    if (has || event.kind !== 'book') return [];
    has = true;
    return buyOnBook(event, setup);
  };
};

const ofKind = <K extends StrategyEvent['kind']>(
  seen: readonly StrategyEvent[],
  kind: K,
): readonly Extract<StrategyEvent, { kind: K }>[] =>
  seen.filter((event): event is Extract<StrategyEvent, { kind: K }> => event.kind === kind);

const valueOf = <T>(result: Result<T, Refusal>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};
const refusalOf = (result: Result<unknown, Refusal>): Refusal => {
  if (result.ok) throw new Error('was not refused');
  return result.refusal;
};

async function loaded(world: HostWorld, config = aConfig()): Promise<StrategyView> {
  await world.host.start();
  await world.pass(10);
  return valueOf(await world.host.load({ configFile: '', configJson: strategyConfigJson(config), actor: ME }));
}

async function running(world: HostWorld, config = aConfig()): Promise<void> {
  await loaded(world, config);
  const start = world.host.startStrategy({ strategyId: config.strategyId, actor: ME });
  await world.pass(10);
  valueOf(await start);
}

const viewOf = (world: HostWorld, id: string = MAKER): StrategyView => valueOf(world.host.get({ strategyId: id }));
const stop = async (
  world: HostWorld,
  changes: { cancelOrders?: boolean; force?: boolean; strategyId?: string } = {},
) => {
  const stopping = world.host.stopStrategy({
    strategyId: MAKER,
    cancelOrders: false,
    force: false,
    actor: ME,
    reason: 'enough',
    ...changes,
  });
  await world.pass(10);
  return stopping;
};

describe('loading and unloading (ST-1)', () => {
  it('loads, starts, stops and unloads over the bus, with the status words of the contract', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await world.host.start();
    await world.pass(10);
    const timeoutMs = 5_000;
    const load = { configFile: '', configJson: strategyConfigJson(aConfig()), actor: ME };
    expect(
      valueOf(
        await world.people.request(subjects.strategyLoad, loadStrategyCodec, strategyViewCodec, load, { timeoutMs }),
      ).status,
    ).toBe('stopped');
    const start = { strategyId: MAKER, actor: ME };
    expect(
      valueOf(
        await world.people.request(subjects.strategyStart, startStrategyCodec, strategyViewCodec, start, { timeoutMs }),
      ),
    ).toMatchObject({ status: 'running', accountId: MAIN, symbols: [TRADED.id, REFERENCE.id] });
    const one = { strategyId: MAKER, cancelOrders: false, force: false, actor: ME, reason: 'lunch' };
    expect(
      valueOf(
        await world.people.request(subjects.strategyStop, stopStrategyCodec, strategyViewCodec, one, { timeoutMs }),
      ),
    ).toMatchObject({ status: 'stopped', reason: 'lunch' });
    const all = { ...one, strategyId: '' };
    expect(
      valueOf(
        await world.people.request(subjects.strategyStop, stopStrategyCodec, strategiesPageCodec, all, { timeoutMs }),
      ).strategies,
    ).toHaveLength(1);
    valueOf(await world.people.request(subjects.strategyUnload, unloadStrategyCodec, emptyCodec, start, { timeoutMs }));
    expect(refusalOf(world.host.get({ strategyId: MAKER })).code).toBe('strategy_unknown');
    const history = (await world.store.history(MAKER, 10)).map(({ action, actor }) => `${action} by ${actor}`);
    expect(history).toEqual(['unloaded by ann', 'stopped by ann', 'started by ann', 'loaded by ann']);
  });

  it('tells risk the limits when it loads, and again when it starts', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    expect(world.fleet.limits).toEqual(
      new Array(2).fill({ strategyId: MAKER, maxPositionUsd: '1000', maxOrderSizeUsd: '500' }),
    );
  });

  const bad: readonly [story: string, config: ReturnType<typeof aConfig>, named: string][] = [
    ['a type nobody wrote', aConfig({ type: 'oracle' }), 'CONFIG_INVALID_VALUE type'],
    ['an exchange we do not trade on', aConfig({ exchanges: ['coinbase'] }), "was 'coinbase'"],
    ['a symbol of an exchange that is not listed', aConfig({ exchanges: ['hyperliquid'] }), 'Add binance to exchanges'],
    ['one symbol too few', aConfig({ symbols: ['hyperliquid_BTC-PERP'] }), 'Give 2: traded; reference'],
    [
      'an order larger than the position',
      aConfig({ riskLimits: { maxPositionUsd: '1', maxOrderSizeUsd: '2' } }),
      'CONFIG_CONFLICT',
    ],
    ['an account that does not exist', aConfig({ account: 'offshore' }), "was 'offshore'"],
    ['an id that leaves no room', aConfig({ strategyId: strategyId('x'.repeat(41)) }), 'is too long'],
  ];
  it.each(bad)('refuses %s and changes nothing', async (_story, config, named) => {
    const world = new HostWorld([scripted(quiet)]);
    await world.host.start();
    const answer = refusalOf(
      await world.host.load({ configFile: '', configJson: strategyConfigJson(config), actor: ME }),
    );
    expect(answer.code).toBe('invalid_request');
    expect(answer.details['report']).toContain(named);
    expect(answer.details['report']).toContain('Strategy validation: FAILED');
    expect(valueOf(world.host.list()).strategies).toEqual([]);
    expect(await world.store.loaded()).toEqual([]);
  });

  it('tells every problem at once', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await world.host.start();
    const config = aConfig({ type: 'oracle', exchanges: ['coinbase'] });
    const answer = refusalOf(
      await world.host.load({ configFile: '', configJson: strategyConfigJson(config), actor: ME }),
    );
    expect(Number(answer.details['problems'])).toBeGreaterThan(2);
  });

  it('loads the enabled files when it starts, and leaves what a person unloaded alone', async () => {
    const world = new HostWorld([scripted(quiet)]);
    world.reader.files.set('a.json', aConfig());
    world.reader.files.set('b.json', aConfig({ strategyId: strategyId('other'), enabled: false }));
    await world.host.start();
    expect(valueOf(world.host.list()).strategies.map((view) => [view.strategyId, view.status])).toEqual([
      [MAKER, 'stopped'],
    ]);
    valueOf(await world.host.unload({ strategyId: MAKER, actor: ME }));
    await world.killAndRestart();
    expect(valueOf(world.host.list()).strategies).toEqual([]);
  });

  it('refuses to load over, unload or switch to paper one that runs', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    const again = world.host.load({ configFile: '', configJson: strategyConfigJson(aConfig()), actor: ME });
    expect(refusalOf(await again).code).toBe('conflict');
    expect(refusalOf(await world.host.unload({ strategyId: MAKER, actor: ME })).code).toBe('conflict');
    const paper = world.host.configure({ strategyId: MAKER, patchJson: '{"paperTrading":true}', actor: ME });
    expect(refusalOf(await paper).code).toBe('conflict');
  });

  it('starting twice is starting once', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(quiet, seen)]);
    await running(world);
    expect(valueOf(await world.host.startStrategy({ strategyId: MAKER, actor: ME })).status).toBe('running');
    expect(ofKind(seen, 'started')).toHaveLength(1);
  });
});

describe('what a start needs', () => {
  const refusals: readonly [story: string, prepare: (world: HostWorld) => void, code: string][] = [
    ['a symbol that market-data does not know', (world) => (world.fleet.instruments = [TRADED]), 'instrument_unknown'],
    ['an account that execution has not reconciled', (world) => (world.fleet.accountReady = false), 'venue_not_ready'],
    ['a fleet that does not answer', (world) => world.fleet.bus.disconnect(), 'service_degraded'],
  ];
  it.each(refusals)('refuses to start with %s', async (_story, prepare, code) => {
    const world = new HostWorld([scripted(quiet)]);
    await loaded(world);
    prepare(world);
    const start = world.host.startStrategy({ strategyId: MAKER, actor: ME });
    await world.pass(5_000);
    expect(refusalOf(await start).code).toBe(code);
    expect(viewOf(world)).toMatchObject({
      status: 'stopped',
      reason: expect.stringContaining('not started') as string,
    });
  });

  it('a plain symbol stands for that symbol on each exchange that has it, in their order', async () => {
    const world = new HostWorld([scripted(quiet)]);
    world.fleet.instruments = [{ ...TRADED, id: 'hyperliquid_BTC-USDT' as never, symbol: 'BTC-USDT' }, REFERENCE];
    await running(world, aConfig({ symbols: ['BTC-USDT'] }));
    expect(viewOf(world).symbols).toEqual(['hyperliquid_BTC-USDT', 'binance_BTC-USDT']);
  });

  it('tells the strategy what it holds by its own fills and which orders are still open', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(quiet, seen)]);
    const mine = { strategyId: MAKER, accountId: MAIN, quantity: parseQuantity('0.3') };
    world.fleet.fill(world.fleet.place(mine));
    world.fleet.fill(world.fleet.place({ ...mine, strategyId: strategyId('another') }));
    const open = world.fleet.place(mine);
    await running(world);
    const [started] = ofKind(seen, 'started');
    expect(started?.positions).toEqual([{ instrumentId: TRADED.id, quantity: parseAmount('0.3') }]);
    expect(started?.openOrders.map(({ clientOrderId }) => clientOrderId)).toEqual([open.clientOrderId]);
    expect(started?.instruments).toEqual([TRADED, REFERENCE]);
  });
});

describe('feeding', () => {
  it('feeds the events of its symbols, its own orders and fills, and the time', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(buyOnce(), seen)]);
    await running(world);
    world.fleet.feed(TRADED);
    world.fleet.book(TRADED);
    await world.pass(10);
    world.fleet.fill([...world.fleet.orders.values()][0] as Order);
    world.fleet.place({ strategyId: strategyId('another') });
    await world.pass(1_000);
    expect(seen.map(({ kind }) => kind)).toEqual([
      'started',
      'trading',
      'feed',
      'book',
      'order',
      'fill',
      'order',
      'trading',
      'timer',
    ]);
  });

  it('refills facts that were lost, in order and once (I-42)', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(quiet, seen)]);
    await running(world);
    const order = world.fleet.place({ strategyId: MAKER });
    await world.pass(10);
    world.fleet.tell(
      MAIN,
      {
        kind: 'order_changed',
        order: { ...order, state: 'cancel_pending' },
        event: 'cancel_requested',
        fromState: 'working',
      },
      MAKER,
      true,
    );
    world.fleet.changed({ ...order, state: 'cancelled' });
    await world.pass(10);
    expect(ofKind(seen, 'order').map((event) => event.order.state)).toEqual(['working', 'cancel_pending', 'cancelled']);
  });

  it('takes silence of market-data for a feed that cannot be trusted (I-30)', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(quiet, seen)]);
    await running(world);
    world.fleet.feed(TRADED);
    await world.pass(3_000);
    expect(
      ofKind(seen, 'feed')
        .filter(({ feed }) => feed.instrumentId === TRADED.id)
        .map(({ feed }) => feed.state),
    ).toEqual(['live']);
    await world.pass(1_000);
    expect(
      ofKind(seen, 'feed')
        .filter(({ feed }) => feed.instrumentId === TRADED.id)
        .map(({ feed }) => feed.state),
    ).toEqual(['live', 'disconnected']);
    world.fleet.feed(TRADED);
    await world.pass(10);
    expect(ofKind(seen, 'feed').at(-1)?.feed.state).toBe('live');
  });

  it('reconfigures a running strategy under a new version', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    valueOf(
      await world.host.configure({ strategyId: MAKER, patchJson: '{"parameters":{"spread_bps":"15"}}', actor: ME }),
    );
    world.fleet.book(TRADED);
    await world.pass(10);
    expect(world.fleet.submissions[0]?.submission.provenance.configVersion).toBe('2');
    expect(JSON.parse(viewOf(world).configJson)).toMatchObject({ parameters: { spread_bps: 15 } });
  });
});

class RecordingTracer extends Tracer {
  readonly spans: { readonly name: string; readonly options: SpanOptions | undefined; readonly traceparent: string }[] =
    [];
  override start(name: string, options?: SpanOptions): Span {
    const traceparent = `00-trace-${String(this.spans.length + 1)}-01`;
    this.spans.push({ name, options, traceparent });
    return { context: { traceparent }, set: () => undefined, fail: () => undefined, end: () => undefined };
  }
}

describe('orders', () => {
  it('sends an order with its provenance, and its trace as a child of the tick (OB-5)', async () => {
    const tracer = new RecordingTracer();
    const world = new HostWorld([scripted(buyOnBook)], { tracer });
    await running(world);
    const tickTrace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    world.fleet.book(TRADED, {}, tickTrace);
    await world.pass(10);
    const [sent] = world.fleet.submissions;
    expect(sent?.submission).toMatchObject({
      strategyId: MAKER,
      accountId: MAIN,
      venue: 'hyperliquid',
      provenance: { strategyVersion: 'scripted@1', configVersion: '1', instrumentVersion: 1 },
      tickReceivedAt: expect.any(BigInt) as bigint,
    });
    const [span] = tracer.spans;
    expect(span).toMatchObject({ name: 'strategy.signal', options: { parent: { traceparent: tickTrace } } });
    expect(sent?.context.trace?.traceparent).toBe(span?.traceparent);
    expect(viewOf(world)).toMatchObject({ ordersSubmitted: 1n, ordersRefused: 0n });
  });

  it('tells the strategy of a refusal, and of silence after two seconds', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(buyOnBook, seen)]);
    await running(world);
    world.fleet.answers.push(refusal('trading_disabled'), 'silence');
    world.fleet.book(TRADED);
    await world.pass(10);
    expect(ofKind(seen, 'refused')[0]?.refusal.code).toBe('trading_disabled');
    world.fleet.book(TRADED);
    await world.pass(1_900);
    expect(ofKind(seen, 'unanswered')).toEqual([]);
    await world.pass(200);
    expect(ofKind(seen, 'unanswered')).toHaveLength(1);
    expect(viewOf(world)).toMatchObject({ status: 'running', ordersRefused: 1n });
  });

  it('F-12: what a leader of risk that stands still left unanswered, the next one is asked under the same id', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(buyOnBook, seen)]);
    await running(world);
    // Risk stands still, and its next leader is not ready for the first two of the three questions.
    world.fleet.answers.push('silence');
    world.fleet.book(TRADED);
    await world.pass(1_200);
    world.fleet.answers.push('silence', refusal('venue_not_ready'));
    world.fleet.sayTrading({ riskEpoch: 2 });
    await world.pass(750);
    expect(new Set(world.fleet.submissions.map(({ submission }) => submission.orderRequestId)).size).toBe(1);
    expect(world.fleet.submissions).toHaveLength(4);
    expect(world.fleet.open()).toHaveLength(1);
    await world.pass(3_000);
    expect([...ofKind(seen, 'refused'), ...ofKind(seen, 'unanswered')]).toEqual([]);
    expect(viewOf(world)).toMatchObject({ status: 'running', ordersSubmitted: 1n });
  });

  it("takes a new leader's no for doubt while the last leader may still have said yes (I-25)", async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(buyOnBook, seen)]);
    await running(world);
    world.fleet.answers.push('silence', ...Array.from({ length: 3 }, () => refusal('price_outside_collar')));
    world.fleet.book(TRADED);
    await world.pass(1_200);
    world.fleet.sayTrading({ riskEpoch: 2 });
    await world.pass(3_000);
    expect(ofKind(seen, 'refused')).toEqual([]);
    expect(ofKind(seen, 'unanswered')).toHaveLength(1);
  });

  it('asks nobody again while the same leader goes on', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    world.fleet.answers.push('silence');
    world.fleet.book(TRADED);
    await world.pass(5_000);
    expect(world.fleet.submissions).toHaveLength(1);
  });

  it('sends paper orders to the paper account', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await loaded(world);
    valueOf(await world.host.configure({ strategyId: MAKER, patchJson: '{"paperTrading":true}', actor: ME }));
    const start = world.host.startStrategy({ strategyId: MAKER, actor: ME });
    await world.pass(10);
    expect(valueOf(await start)).toMatchObject({ accountId: 'paper', paperTrading: true });
    world.fleet.book(TRADED);
    await world.pass(10);
    expect(world.fleet.submissions[0]?.submission.accountId).toBe('paper');
  });

  it('does not switch to paper while an order of its is open', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await loaded(world);
    world.fleet.place({ strategyId: MAKER });
    const answer = await world.host.configure({ strategyId: MAKER, patchJson: '{"paperTrading":true}', actor: ME });
    expect(refusalOf(answer)).toMatchObject({ code: 'conflict', details: { open_orders: '1' } });
    expect(viewOf(world).paperTrading).toBe(false);
  });
});

describe('stopping', () => {
  it('lets the strategy cancel, and nothing else', async () => {
    const script: Script = (event, { ids }) => {
      if (event.kind !== 'stopping') return [];
      return [aSubmit(ids)];
    };
    const world = new HostWorld([scripted(script)]);
    await running(world);
    await stop(world);
    expect(world.fleet.submissions).toEqual([]);
    expect(viewOf(world)).toMatchObject({ status: 'stopped', reason: 'enough' });
  });

  it('sees its open orders cancelled when asked to, asking again until none is open', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    world.fleet.book(TRADED);
    await world.pass(10);
    world.fleet.cancelsWork = false;
    await stop(world, { cancelOrders: true });
    expect(viewOf(world).status).toBe('stopping');
    expect(refusalOf(await world.host.unload({ strategyId: MAKER, actor: ME })).code).toBe('conflict');
    world.fleet.cancelsWork = true;
    await world.pass(1_500);
    expect(world.fleet.open()).toEqual([]);
    expect(viewOf(world)).toMatchObject({ status: 'stopped', reason: 'enough' });
  });

  it('leaves open orders alone when not asked to cancel', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    world.fleet.book(TRADED);
    await world.pass(10);
    await stop(world);
    await world.pass(5_000);
    expect(world.fleet.open()).toHaveLength(1);
  });

  it('waits for an order that was asked for and not yet answered before it calls the strategy stopped', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    world.fleet.answers.push('silence');
    world.fleet.book(TRADED);
    await world.pass(10);
    await stop(world, { cancelOrders: true, force: true });
    // It becomes an order after all, a second later.
    await world.pass(1_000);
    expect(viewOf(world).status).toBe('stopping');
    world.fleet.place(world.fleet.submissions[0]?.submission ?? {});
    await world.pass(3_000);
    expect(world.fleet.open()).toEqual([]);
    expect(viewOf(world).status).toBe('stopped');
  });
});

describe('a bad strategy hurts only itself (F-41, F-42)', () => {
  const book = (event: StrategyEvent): boolean => event.kind === 'book' && event.book.instrumentId === TRADED.id;
  const onBook =
    (answer: (setup: Parameters<Script>[1]) => unknown): Script =>
    (event, setup) =>
      book(event) ? answer(setup) : [];
  const many = (count: number) => onBook(({ ids }) => Array.from({ length: count }, () => aSubmit(ids)));

  const deeds: readonly [story: string, script: Script, named: string][] = [
    [
      'throws',
      onBook(() => {
        throw new TypeError('x is undefined');
      }),
      'threw TypeError: x is undefined',
    ],
    [
      'throws something that is no error',
      onBook(() => {
        const anything: Error = null as never;
        throw anything;
      }),
      'threw object',
    ],
    ['returns a promise', onBook(() => Promise.resolve([])), 'not a list of actions'],
    ['returns a number', onBook(() => 42), 'not a list of actions'],
    ['returns a list of nothing', onBook(() => [undefined]), 'an action is undefined'],
    ['wants another kind of action', onBook(() => [{ kind: 'withdraw' }]), "kind 'withdraw'"],
    ['buys nothing', onBook(({ ids }) => [aSubmit(ids, { quantity: 0n })]), "quantity '0'"],
    ['buys a negative size', onBook(({ ids }) => [aSubmit(ids, { quantity: -1n })]), "quantity '-1'"],
    ['buys NaN', onBook(({ ids }) => [aSubmit(ids, { quantity: Number.NaN })]), "quantity 'NaN'"],
    ['pays infinity', onBook(({ ids }) => [aSubmit(ids, { limitPrice: Number.POSITIVE_INFINITY })]), 'limit price'],
    ['pays beyond every scale', onBook(({ ids }) => [aSubmit(ids, { limitPrice: 10n ** 40n })]), 'beyond every limit'],
    [
      'misses the lot',
      onBook(({ ids }) => [aSubmit(ids, { quantity: parseQuantity('0.0001') })]),
      'not a multiple of the lot',
    ],
    ['misses the tick', onBook(({ ids }) => [aSubmit(ids, { limitPrice: parseAmount('59999.05') })]), 'off the ticks'],
    [
      'trades what is not its own',
      onBook(({ ids }) => [aSubmit(ids, { instrumentId: 'hyperliquid_ETH-PERP' })]),
      'not its own',
    ],
    [
      'trades on its reference',
      onBook(({ ids }) => [aSubmit(ids, { instrumentId: REFERENCE.id })]),
      'not traded on its account',
    ],
    ['invents a side', onBook(({ ids }) => [aSubmit(ids, { side: 'hold' })]), "side 'hold'"],
    ['invents a time in force', onBook(({ ids }) => [aSubmit(ids, { timeInForce: 'fok' })]), "time in force 'fok'"],
    [
      'uses another strategy’s request id',
      onBook(({ ids }) => [aSubmit(ids, { orderRequestId: 'other-1-1' })]),
      'not of this run',
    ],
    [
      'cancels an order that is not its own',
      onBook(() => [{ kind: 'cancel', clientOrderId: '0'.repeat(32), signal: 'x' }]),
      'not its own',
    ],
    ['assigns itself an approval', onBook(({ ids }) => [aSubmit(ids, { accountKind: 'live' })]), "'accountKind'"],
    [
      'hides its fields in a prototype',
      onBook(({ ids }) => [Object.create(aSubmit(ids) as object)]),
      'an action of kind undefined',
    ],
    ['answers one event with a flood', many(51), '51 actions for one event'],
    ['floods beyond its outstanding requests', many(50), 'without an answer'],
  ];
  it.each(deeds)('%s: stopped, in error, its orders cancelled, the other goes on', async (story, script, named) => {
    const others: StrategyEvent[] = [];
    const world = new HostWorld([scripted(script), scripted(quiet, others, 'quiet')], {
      settings: { outstandingMax: 20 },
    });
    const left = world.fleet.place({ strategyId: MAKER });
    await running(world);
    const other = aConfig({ strategyId: strategyId('other'), type: 'quiet' });
    valueOf(await world.host.load({ configFile: '', configJson: strategyConfigJson(other), actor: ME }));
    const start = world.host.startStrategy({ strategyId: 'other', actor: ME });
    await world.pass(10);
    valueOf(await start);
    world.fleet.book(TRADED);
    await world.pass(1_000);
    expect(viewOf(world)).toMatchObject({ status: 'error', reason: expect.stringContaining(named) as string });
    expect(world.fleet.submissions).toEqual([]);
    expect(world.fleet.cancels).toContain(left.clientOrderId);
    expect(viewOf(world, 'other').status).toBe('running');
    const before = others.length;
    world.fleet.book(TRADED, { sequence: 2n });
    await world.pass(10);
    expect(others.length).toBeGreaterThan(before);
    expect((await world.store.history(MAKER, 1))[0]).toMatchObject({
      action: 'failed',
      reason: expect.stringContaining(named) as string,
    });
    expect(story).not.toBe('');
  });

  it('stops one that asks for more in a second than its limit', async () => {
    const world = new HostWorld([scripted(buyOnBook)], { settings: { actionsPerSecondMax: 10 } });
    await running(world);
    for (let i = 0; i < 11; i += 1) {
      world.fleet.book(TRADED, { sequence: BigInt(i) });
      await world.pass(1);
    }
    expect(world.fleet.submissions).toHaveLength(10);
    expect(viewOf(world)).toMatchObject({ status: 'error', reason: 'more than 10 actions in a second' });
    await world.pass(2_000);
    expect(world.fleet.open()).toEqual([]);
  });

  it('can be started again once its orders are gone', async () => {
    let throws = true;
    const world = new HostWorld([
      scripted(
        onBook(() => {
          if (throws) throw new Error('first');
          return [];
        }),
      ),
    ]);
    await running(world);
    world.fleet.book(TRADED);
    await world.pass(1_000);
    throws = false;
    const start = world.host.startStrategy({ strategyId: MAKER, actor: ME });
    await world.pass(10);
    expect(valueOf(await start).status).toBe('running');
  });
});

describe('a restart of the host (FL-2, FL-3)', () => {
  it('resumes what was running while trading goes on, with a new run and what it holds', async () => {
    const seen: StrategyEvent[] = [];
    const world = new HostWorld([scripted(buyOnce(), seen)]);
    await running(world);
    world.fleet.book(TRADED);
    await world.pass(10);
    world.fleet.fill([...world.fleet.orders.values()][0] as Order);
    await world.pass(10);
    await world.killAndRestart();
    await world.pass(1_500);
    expect(viewOf(world).status).toBe('running');
    const [first, second] = ofKind(seen, 'started');
    expect(first?.positions).toEqual([]);
    expect(second?.positions).toEqual([{ instrumentId: TRADED.id, quantity: parseAmount('0.01') }]);
    expect((await world.store.history(MAKER, 1))[0]).toMatchObject({ action: 'resumed', actor: 'strategy-host' });
  });

  it('leaves them stopped, with the reason, when trading is disabled', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    world.fleet.tradingEnabled = false;
    await world.killAndRestart();
    await world.pass(1_500);
    expect(viewOf(world)).toMatchObject({
      status: 'stopped',
      reason: expect.stringContaining('trading is disabled') as string,
    });
    expect((await world.store.loaded())[0]?.wanted).toBe('stopped');
  });

  it('waits for a fleet that comes up later', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    world.fleet.accountReady = false;
    await world.killAndRestart();
    await world.pass(5_000);
    expect(viewOf(world)).toMatchObject({ status: 'starting', reason: expect.stringContaining('resuming') as string });
    world.fleet.accountReady = true;
    await world.pass(2_000);
    expect(viewOf(world).status).toBe('running');
  });

  it('does not go on with one that somebody stopped meanwhile', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    world.fleet.accountReady = false;
    await world.killAndRestart();
    await world.pass(3_000);
    await stop(world);
    world.fleet.accountReady = true;
    await world.pass(5_000);
    expect(viewOf(world)).toMatchObject({ status: 'stopped', reason: 'enough' });
    expect((await world.store.loaded())[0]?.wanted).toBe('stopped');
  });

  it('never resumes what failed or was stopped', async () => {
    const world = new HostWorld([scripted(quiet)]);
    await running(world);
    await stop(world);
    await world.killAndRestart();
    await world.pass(3_000);
    expect(viewOf(world)).toMatchObject({ status: 'stopped' });
  });

  it('drains: the strategy cancels, its orders are seen gone, and it is still wanted', async () => {
    const world = new HostWorld([scripted(buyOnBook)]);
    await running(world);
    world.fleet.book(TRADED);
    await world.pass(10);
    const stopping = world.host.stop();
    await world.pass(3_000);
    await stopping;
    expect(world.fleet.open()).toEqual([]);
    expect((await world.store.loaded())[0]?.wanted).toBe('running');
  });
});
