import {
  type AccountEvent,
  accountEventCodec,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  type AccountExposure,
  type AccountFact,
  bookCodec,
  cancelAcceptedCodec,
  cancelOrderCodec,
  emptyCodec,
  exposurePageCodec,
  exposureRequestCodec,
  feedStateCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  orderAcceptedCodec,
  ordersPageCodec,
  ordersRequestCodec,
  type OrderSubmission,
  patterns,
  type SetStrategyLimits,
  strategyLimitsCodec,
  submitOrderCodec,
  subjects,
  type TradingState,
  tradingStateCodec,
  tradingStateRequestCodec,
} from '@argosy/contracts';
import {
  accountId,
  type Book,
  countsInExposure,
  Fault,
  type Fill,
  fillId,
  type Instrument,
  FULL_MODE,
  instrumentId,
  makeClientOrderId,
  type ModeStatement,
  ok,
  type Order,
  type OrderState,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  ZERO_AMOUNT,
  ZERO_QUANTITY,
} from '@argosy/domain';
import {
  type Disk,
  type Leadership,
  type MessageContext,
  requestRoute,
  type Route,
  SilentLogger,
  SilentMetrics,
  type Tracer,
  SilentTracer,
} from '@argosy/platform-port';
import {
  type ConfigRead,
  MemoryStrategyStore,
  type StrategyConfig,
  StrategyConfigReader,
  type StrategyPatch,
  type StrategyStore,
  type StrategyType,
  type StrategyTypes,
  strategyTypes,
} from '@argosy/strategy-api';
import {
  aBook,
  aFill,
  anInstrument,
  anOrder,
  InMemoryBroker,
  InMemoryBus,
  InMemoryDisk,
  ManualTime,
  SeededRandom,
  settled,
} from '@argosy/testing';
import { HOST_DEFAULTS, type HostSettings } from '../host-settings.js';
import { InProcessRunner } from '../in-process-runner.js';
import type { StrategyRunner } from '../runner.port.js';
import { StrategyHost } from '../strategy-host.js';
import { StrategyHostMetrics } from '../strategy-host.metrics.js';
import { strategyHostRoutes } from '../strategy-host.routes.js';

export const TRADED: Instrument = anInstrument();
export const REFERENCE: Instrument = anInstrument({
  id: instrumentId('binance_BTC-USDT'),
  venue: 'binance',
  symbol: 'BTC-USDT',
  kind: 'spot',
});
export const MAIN = accountId('main');
export const PAPER = accountId('paper');

/** Reads configuration without strictness: strictness has its own specs where it lives. */
export class PlainReader extends StrategyConfigReader {
  readonly files = new Map<string, StrategyConfig>();

  override async readFile(path: string): Promise<ConfigRead<StrategyConfig>> {
    const value = this.files.get(path);
    if (value !== undefined) return { ok: true, value };
    return {
      ok: false,
      problems: [{ code: 'CONFIG_FILE_MISSING', where: path, problem: 'no such file', fix: 'Check the path' }],
    };
  }
  override readText(json: string): ConfigRead<StrategyConfig> {
    const raw = JSON.parse(json) as Record<string, never>;
    const limits = raw['risk_limits'] as unknown as Record<string, unknown>;
    const parameters = Object.entries(raw['parameters'] as unknown as Record<string, unknown>);
    return {
      ok: true,
      value: {
        strategyId: strategyId(raw['strategy_id'] ?? ''),
        name: raw['name'] ?? '',
        type: raw['type'] ?? '',
        enabled: raw['enabled'] ?? false,
        exchanges: raw['exchanges'] ?? [],
        symbols: raw['symbols'] ?? [],
        parameters: Object.fromEntries(
          parameters.map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value)]),
        ),
        riskLimits: {
          maxPositionUsd: String(limits['max_position_usd']),
          maxOrderSizeUsd: String(limits['max_order_size_usd']),
        },
        paperTrading: raw['paper_trading'] ?? false,
        ...(raw['account'] === undefined ? {} : { account: raw['account'] }),
      },
    };
  }
  override readPatch(json: string): ConfigRead<StrategyPatch> {
    return { ok: true, value: JSON.parse(json) as StrategyPatch };
  }
  override async list(): Promise<readonly string[]> {
    return [...this.files.keys()];
  }
}

export const aConfig = (changes: Partial<StrategyConfig> = {}): StrategyConfig => ({
  strategyId: strategyId('maker-1'),
  name: 'Maker',
  type: 'scripted',
  enabled: true,
  exchanges: ['hyperliquid', 'binance'],
  symbols: ['hyperliquid_BTC-PERP', 'binance_BTC-USDT'],
  parameters: {},
  riskLimits: { maxPositionUsd: '1000', maxOrderSizeUsd: '500' },
  paperTrading: false,
  ...changes,
});

/** Risk, execution and market-data as far as a strategy host meets them, on the same broker. */
export class SmallFleet {
  readonly bus: InMemoryBus;
  readonly submissions: { readonly submission: OrderSubmission; readonly context: MessageContext }[] = [];
  readonly cancels: string[] = [];
  readonly limits: SetStrategyLimits[] = [];
  readonly events: AccountEvent[] = [];
  readonly orders = new Map<string, Order>();
  instruments: readonly Instrument[] = [TRADED, REFERENCE];
  tradingEnabled = true;
  /** The id and reason of a latched kill. */
  kill: string | undefined;
  mode: ModeStatement = FULL_MODE;
  isRiskSilent = false;
  /** Rises when another leads risk. */
  riskEpoch = 1;
  private stateVersion = 1n;
  accountReady = true;
  /** What happens to the next submissions; accepted and working when empty. */
  readonly answers: (Refusal | 'silence')[] = [];
  cancelsWork = true;
  private made = 0n;

  constructor(
    private readonly time: ManualTime,
    broker: InMemoryBroker,
  ) {
    this.bus = new InMemoryBus(broker, 'fleet');
    bind(this.bus, this.routes());
    time.timers.every(1_000, () => {
      if (!this.isRiskSilent) this.sayTradingUnlessAway();
    });
  }

  private routes(): readonly Route[] {
    return [
      requestRoute({
        pattern: patterns.everySubmission,
        ask: submitOrderCodec,
        answer: orderAcceptedCodec,
        handle: (submission, context) => this.submitted(submission, context),
      }),
      requestRoute({
        pattern: patterns.everyCancel,
        ask: cancelOrderCodec,
        answer: cancelAcceptedCodec,
        handle: ({ clientOrderId }) => this.cancelled(clientOrderId),
      }),
      requestRoute({
        pattern: subjects.orderList,
        ask: ordersRequestCodec,
        answer: ordersPageCodec,
        handle: (ask) => ok(this.open().filter((order) => order.strategyId === ask.strategyId)),
      }),
      requestRoute({
        pattern: subjects.orderExposure,
        ask: exposureRequestCodec,
        answer: exposurePageCodec,
        handle: (ask) => ok([this.exposure(ask.accountId)]),
      }),
      requestRoute({
        pattern: subjects.orderEvents,
        ask: accountEventsRequestCodec,
        answer: accountEventsPageCodec,
        handle: (ask) => {
          const own = this.events.filter((event) => event.accountId === ask.accountId);
          return ok({
            events: own.filter(({ sequence }) => sequence >= ask.fromSequence).slice(0, ask.limit),
            lastSequence: BigInt(own.length),
          });
        },
      }),
      requestRoute({
        pattern: subjects.riskStrategyLimits,
        ask: strategyLimitsCodec,
        answer: emptyCodec,
        handle: (limits) => {
          this.limits.push(limits);
          return ok({});
        },
      }),
      requestRoute({
        pattern: subjects.marketInstruments,
        ask: instrumentsRequestCodec,
        answer: instrumentsPageCodec,
        handle: () => ok(this.instruments),
      }),
      requestRoute({
        pattern: subjects.tradingStateQuery,
        ask: tradingStateRequestCodec,
        answer: tradingStateCodec,
        handle: () => ok(this.trading()),
      }),
    ];
  }

  private trading(): TradingState {
    const { tradingEnabled, kill, mode } = this;
    const statedAt = this.time.clock.now();
    const accounts = new Map();
    return {
      version: this.stateVersion,
      tradingEnabled,
      newSignalsEnabled: true,
      ...(kill === undefined ? {} : { kill: { killId: kill, reason: kill, actor: 'ann', at: statedAt } }),
      mode,
      accounts,
      statedAt,
      riskEpoch: this.riskEpoch,
    };
  }

  private sayTradingUnlessAway(): void {
    try {
      this.sayTrading();
    } catch (error) {
      // A fleet that a spec has cut off says nothing.
      if (!(error instanceof Fault)) throw error;
    }
  }

  /** Risk's broadcast, now and each second afterwards. */
  sayTrading(changes: Partial<Pick<SmallFleet, 'kill' | 'mode' | 'tradingEnabled' | 'riskEpoch'>> = {}): void {
    Object.assign(this, changes);
    this.stateVersion += 1n;
    this.bus.publish(subjects.tradingState, tradingStateCodec, this.trading());
  }

  open(): readonly Order[] {
    return [...this.orders.values()].filter(({ state }) => countsInExposure(state));
  }

  private exposure(account: string): AccountExposure {
    const sequence = BigInt(this.events.filter((event) => event.accountId === account).length);
    const openOrders = this.open().filter((order) => order.accountId === account);
    return {
      accountId: accountId(account),
      venue: 'hyperliquid',
      sequence,
      openOrders,
      ready: this.accountReady,
      epoch: 1,
    };
  }

  private submitted(
    submission: OrderSubmission,
    context: MessageContext,
  ): Result<{ clientOrderId: string; repeated: boolean }, Refusal> | undefined {
    this.submissions.push({ submission, context });
    const answer = this.answers.shift();
    if (answer === 'silence') return undefined;
    if (answer !== undefined) return refused(answer);
    const order = this.place(submission);
    return ok({ clientOrderId: order.clientOrderId, repeated: false });
  }

  place(submission: Partial<OrderSubmission>, state: OrderState = 'working'): Order {
    this.made += 1n;
    const clientOrderId = makeClientOrderId({ fleet: 1, account: 1, epoch: 1, sequence: this.made });
    const order = anOrder({
      ...submission,
      clientOrderId,
      state,
      filledQuantity: ZERO_QUANTITY,
      filledNotional: ZERO_AMOUNT,
    });
    this.changed(order);
    return order;
  }

  private cancelled(id: string): Result<Order, Refusal> {
    this.cancels.push(id);
    const order = this.orders.get(id);
    if (order === undefined) return refused(refusal('order_unknown', { order: id }));
    if (!countsInExposure(order.state)) return refused(refusal('order_final', { order: id }));
    if (!this.cancelsWork) return ok(order);
    this.changed({ ...order, state: 'cancelled' });
    return ok({ ...order, state: 'cancelled' });
  }

  changed(order: Order): void {
    const fromState = this.orders.get(order.clientOrderId)?.state ?? 'new';
    this.orders.set(order.clientOrderId, order);
    this.tell(order.accountId, { kind: 'order_changed', order, event: 'venue_accepted', fromState }, order.strategyId);
  }

  fill(order: Order, changes: Partial<Fill> = {}): void {
    const {
      clientOrderId,
      accountId: account,
      strategyId: strategy,
      instrumentId: instrument,
      side,
      quantity,
      limitPrice,
    } = order;
    const done: Order = { ...order, state: 'filled', filledQuantity: quantity };
    this.orders.set(clientOrderId, done);
    const fill = aFill({
      clientOrderId,
      accountId: account,
      strategyId: strategy,
      instrumentId: instrument,
      side,
      quantity,
      price: limitPrice,
      fillId: fillId(`fill-${String(this.events.length)}`),
      ...changes,
    });
    this.tell(account, { kind: 'order_filled', fill, order: done }, strategy);
  }

  /** A fact in sequence; `lost` never reaches the wire, as a dropped message would not. */
  tell(account: string, fact: AccountFact, strategy: string, lost = false): void {
    const sequence = BigInt(this.events.filter((event) => event.accountId === account).length + 1);
    const event: AccountEvent = {
      eventId: `${account}-${String(sequence)}`,
      accountId: accountId(account),
      venue: 'hyperliquid',
      sequence,
      epoch: 1,
      occurredAt: this.time.clock.now(),
      traceparent: '',
      fact,
    };
    this.events.push(event);
    if (lost) return;
    const name = fact.kind;
    this.bus.publish(subjects.accountFact(name, 'hyperliquid', account, strategy), accountEventCodec, event);
  }

  book(instrument: Instrument, changes: Partial<Book> = {}, traceparent?: string): void {
    const at = this.time.clock.now();
    const book = aBook({ instrumentId: instrument.id, receivedTimeNs: at, venueTimeNs: at, ...changes });
    this.bus.publish(
      subjects.marketBook(instrument.venue, instrument.symbol),
      bookCodec,
      book,
      traceparent === undefined ? {} : { trace: { traceparent } },
    );
  }

  feed(instrument: Instrument, state: 'live' | 'stale' = 'live'): void {
    const { venue, symbol, id } = instrument;
    this.bus.publish(subjects.marketFeed(venue, symbol), feedStateCodec, {
      venue,
      instrumentId: id,
      state,
      reason: '',
      sinceNs: this.time.clock.now(),
    });
  }
}

/** Answers a route table on a bus, as the Nest transport does. */
export function bind(bus: InMemoryBus, routes: readonly Route[]): void {
  for (const route of routes) {
    if (route.kind === 'event')
      bus.subscribe(route.pattern, route.codec, { queueLimit: route.queueLimit }, route.handle);
    else {
      bus.subscribe(route.pattern, route.ask, { queueLimit: 1_000 }, async (message, context) => {
        const result = await route.handle(message, context);
        if (result !== undefined && context.replyTo !== undefined)
          bus.reply(context.replyTo, route.answer, result, context.trace);
      });
    }
  }
}

export interface HostOptions {
  readonly settings?: Partial<HostSettings>;
  readonly store?: StrategyStore;
  readonly reader?: PlainReader;
  readonly runner?: StrategyRunner;
  readonly tracer?: Tracer;
  readonly disk?: Disk;
  readonly leadership?: Leadership;
  /** Hears what a standby keeps warm. */
  readonly onWarm?: (starts: number) => void;
}

/** A host on an in-memory fleet, on virtual time. */
export class HostWorld {
  readonly time = new ManualTime();
  readonly broker = new InMemoryBroker(this.time.clock, this.time.timers);
  readonly fleet = new SmallFleet(this.time, this.broker);
  readonly people = new InMemoryBus(this.broker, 'people');
  readonly reader: PlainReader;
  readonly store: StrategyStore;
  readonly disk: Disk;
  host: StrategyHost;
  hostBus: InMemoryBus;

  constructor(
    private readonly types: readonly StrategyType<unknown>[],
    private readonly options: HostOptions = {},
  ) {
    this.reader = options.reader ?? new PlainReader();
    this.store = options.store ?? new MemoryStrategyStore();
    this.disk = options.disk ?? new InMemoryDisk();
    this.hostBus = new InMemoryBus(this.broker, 'strategy-host');
    this.host = this.make();
  }

  private make(): StrategyHost {
    const { clock, timers } = this.time;
    const types = strategyTypes(this.types);
    const host = new StrategyHost(
      types,
      {
        ...HOST_DEFAULTS,
        accounts: [
          { accountId: MAIN, venue: 'hyperliquid', kind: 'live' },
          { accountId: PAPER, venue: 'hyperliquid', kind: 'paper' },
        ],
        ...this.options.settings,
      },
      {
        bus: this.hostBus,
        clock,
        timers,
        tracer: this.options.tracer ?? new SilentTracer(),
        logger: new SilentLogger(),
        metrics: new StrategyHostMetrics(new SilentMetrics()),
        runner: this.options.runner ?? this.inProcess(types),
        store: this.store,
        reader: this.reader,
        disk: this.disk,
        ...(this.options.leadership === undefined ? {} : { leadership: this.options.leadership }),
        facts: { version: '0.0.0', pid: 1, memoryBytes: () => 0, conditions: () => [] },
      },
    );
    bind(this.hostBus, strategyHostRoutes(host));
    return host;
  }

  private inProcess(types: StrategyTypes): StrategyRunner {
    const runner = new InProcessRunner(types, (seed) => new SeededRandom(seed));
    runner.warm = (starts) => this.options.onWarm?.(starts);
    return runner;
  }

  /** The process dies without a word, and another takes its place. */
  async killAndRestart(): Promise<void> {
    this.hostBus.disconnect();
    this.hostBus = new InMemoryBus(this.broker, 'strategy-host');
    this.host = this.make();
    await this.host.start();
    await this.pass(10);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.time.advanceAsync(milliseconds);
    for (let i = 0; i < 5; i += 1) await settled();
  }
}
