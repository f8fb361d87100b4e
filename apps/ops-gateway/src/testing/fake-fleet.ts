import {
  beginLossesCodec,
  overridePositionsCodec,
  type PositionOverride,
  positionOverrideCodec,
  reenableStrategyCodec,
  resetCircuitBreakerCodec,
  restorePositionsCodec,
  tripCircuitBreakerCodec,
  accountEventCodec,
  type AccountEvent,
  bookCodec,
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  type CancelAllOrders,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  configureStrategyCodec,
  configureTradingCodec,
  emptyCodec,
  feedsPageCodec,
  feedsRequestCodec,
  integrityReportCodec,
  integrityRequestCodec,
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  type KillReport,
  killReportCodec,
  killReportRequestCodec,
  loadStrategyCodec,
  type LoadStrategy,
  orderByIdCodec,
  ordersPageCodec,
  type OrdersRequest,
  ordersRequestCodec,
  patterns,
  pnlPageCodec,
  pnlRequestCodec,
  positionsPageCodec,
  positionsRequestCodec,
  reconnectVenueCodec,
  resumeCodec,
  riskSummaryCodec,
  riskSummaryRequestCodec,
  type ServiceName,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  startStrategyCodec,
  stopStrategyCodec,
  type StopStrategy,
  strategiesPageCodec,
  strategiesRequestCodec,
  strategyRequestCodec,
  strategyViewCodec,
  type StrategyView,
  subjects,
  tradesPageCodec,
  tradesRequestCodec,
  type TradesRequest,
  type TradingState,
  tradingStateCodec,
  tradingStateRequestCodec,
  unloadStrategyCodec,
} from '@argosy/contracts';
import {
  type Book,
  type Clock,
  type Codec,
  FULL_MODE,
  type ModeStatement,
  ok,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
} from '@argosy/domain';
import type { Subscription } from '@argosy/platform-port';
import { A_MOMENT, aBook, aFill, anOrder, type InMemoryBus } from '@argosy/testing';

const ORDERS: readonly Order[] = [
  anOrder({ clientOrderId: '00010001000000010000000000000001' as never, state: 'working' }),
  anOrder({ clientOrderId: '00010001000000010000000000000002' as never, state: 'filled' }),
  anOrder({ clientOrderId: '00010001000000010000000000000003' as never, state: 'cancelled' }),
];

const STRATEGY: StrategyView = {
  strategyId: 'market_maker_btc',
  name: 'Market maker',
  type: 'market_maker',
  status: 'stopped',
  reason: '',
  exchanges: ['hyperliquid', 'binance'],
  symbols: ['BTC-PERP'],
  configJson: '{"parameters":{"spread_bps":10}}',
  configVersion: '1',
  paperTrading: false,
  ordersSubmitted: 7n,
  ordersRefused: 1n,
  fills: 2n,
  startedNs: 0n,
  accountId: 'main',
};

/** Questions need no store. */
const ASKED_ONLY = /\.qry\./;

/** The five other services, as much of them as the gateway can see; each can be silenced. */
export class FakeFleet {
  trading: TradingState;
  strategies: StrategyView[] = [STRATEGY];
  readonly asked: { readonly subject: string; readonly message: unknown }[] = [];
  readonly silent = new Set<string>();
  /** Services whose store is frozen: they do what they are told in memory, and do not answer. */
  readonly frozen = new Set<string>();
  bookProblems: readonly string[] = [];
  private killed: KillReceipt | undefined;
  statusQuestions = 0;
  private readonly subscriptions: Subscription[] = [];

  constructor(
    private readonly bus: InMemoryBus,
    private readonly clock: Clock,
  ) {
    this.trading = {
      version: 1n,
      tradingEnabled: false,
      newSignalsEnabled: true,
      mode: FULL_MODE,
      accounts: new Map(),
      statedAt: clock.now(),
      riskEpoch: 1,
    };
    this.serveStatuses();
    this.serveRisk();
    this.serveExecution();
    this.serveLedger();
    this.serveStrategies();
    this.serveMarket();
  }

  /** What a service was asked, newest last. */
  messages(subject: string): readonly unknown[] {
    return this.asked.filter((one) => one.subject === subject).map(({ message }) => message);
  }

  publishBook(book: Book = aBook({})): void {
    this.bus.publish(subjects.marketBook('hyperliquid', 'BTC-PERP'), bookCodec, book);
  }

  publishFact(fact: AccountEvent['fact']): void {
    const event: AccountEvent = {
      eventId: 'e1',
      accountId: 'main' as never,
      venue: 'hyperliquid',
      sequence: 1n,
      epoch: 1,
      occurredAt: A_MOMENT,
      traceparent: '',
      fact,
    };
    this.bus.publish(subjects.accountFact(fact.kind, 'hyperliquid', 'main', 'none'), accountEventCodec, event);
  }

  publishFill(): void {
    this.publishFact({ kind: 'order_filled', fill: aFill({}) });
  }

  announceTrading(): void {
    this.bus.publish(subjects.tradingState, tradingStateCodec, this.trading);
  }

  private answer<Q, R>(
    service: ServiceName,
    pattern: string,
    ask: Codec<Q>,
    codec: Codec<R>,
    handle: (message: Q) => Result<R, Refusal>,
  ): void {
    const subscription = this.bus.subscribe(pattern, ask, { queueLimit: 10_000 }, (message, { replyTo, subject }) => {
      this.asked.push({ subject, message });
      if (this.silent.has(service) || replyTo === undefined) return;
      const answer = handle(message);
      if (!this.frozen.has(service) || ASKED_ONLY.test(subject)) this.bus.reply(replyTo, codec, answer);
    });
    this.subscriptions.push(subscription);
  }

  private serveStatuses(): void {
    const venue = { venue: 'hyperliquid', accountId: '', status: 'connected', latencyMs: 12.3456, reason: '' };
    for (const service of ['market-data', 'execution', 'risk', 'strategy-host', 'ledger'] as const) {
      this.answer(service, subjects.serviceStatus(service), serviceStatusRequestCodec, serviceStatusCodec, () => {
        this.statusQuestions += 1;
        const venues =
          service === 'market-data' ? [venue] : service === 'execution' ? [{ ...venue, accountId: 'main' }] : [];
        return ok({
          service,
          role: 'primary',
          epoch: 1,
          ready: true,
          conditions: [],
          version: '0.1.0',
          startedNs: A_MOMENT,
          pid: 7,
          memoryBytes: 1n,
          venues,
        });
      });
    }
  }

  private serveRisk(): void {
    const change = (next: Partial<TradingState>): Result<TradingState, Refusal> => {
      this.trading = { ...this.trading, ...next, version: this.trading.version + 1n };
      return ok(this.trading);
    };
    this.answer('risk', subjects.tradingStateQuery, tradingStateRequestCodec, tradingStateCodec, () =>
      ok({ ...this.trading, statedAt: this.clock.now() }),
    );
    this.answer(
      'risk',
      subjects.tradingConfigure,
      configureTradingCodec,
      tradingStateCodec,
      ({ tradingEnabled, newSignalsEnabled }) => {
        const { kill } = this.trading;
        if (kill !== undefined && tradingEnabled === true)
          return refused(refusal('kill_switch_active', { killed_by: kill.actor }));
        return change({
          ...(tradingEnabled === undefined ? {} : { tradingEnabled }),
          ...(newSignalsEnabled === undefined ? {} : { newSignalsEnabled }),
        });
      },
    );
    this.answer('risk', subjects.tradingKill('risk'), killCodec, killReceiptCodec, ({ actor, reason, killId }) => {
      change({ tradingEnabled: false, kill: { actor, reason, killId, at: this.clock.now() } });
      return ok(this.receipt('risk', killId, []));
    });
    this.answer('risk', subjects.tradingResume('risk'), resumeCodec, killReceiptCodec, () => {
      const { kill: _lifted, ...rest } = this.trading;
      this.trading = { ...rest, version: rest.version + 1n };
      return ok(this.receipt('risk', '', []));
    });
    this.serveRiskControl();
    this.answer('risk', subjects.riskSummary, riskSummaryRequestCodec, riskSummaryCodec, () =>
      ok({
        limits: [{ name: 'max_order_value_usd', scope: 'fleet', limit: '10000', used: '' }],
        equityUsd: '',
        grossExposureUsd: '6000',
        netExposureUsd: '-6000',
        leverage: '',
        marginRatio: '',
        violations: { price_outside_collar: 2n },
        openOrders: 1,
        inDoubtOrders: 0,
        drawdown: '',
        valueAtRiskUsd: '',
        accounts: [],
        stuckOrders: [],
        stuckPositions: [],
        overrides: [],
        stoppedStrategies: [],
        mode: 'full',
        causes: [],
        circuitBreakerTripped: false,
      }),
    );
  }

  private serveRiskControl(): void {
    const override: PositionOverride = {
      strategyId: '',
      sizeFactor: '1',
      maxPositionPct: '',
      actor: 'ann',
      reason: 'drill',
      sinceNs: A_MOMENT,
      stepsLeft: 0,
      nextStepNs: 0n,
    };
    const tripped = { component: 'circuit_breaker', health: 'tripped', mode: 'reduce_only', reason: 'drill' } as const;
    const set = (mode: ModeStatement): Result<TradingState, Refusal> => {
      this.trading = { ...this.trading, mode };
      return ok(this.trading);
    };
    this.answer('risk', subjects.tradingTripBreaker, tripCircuitBreakerCodec, tradingStateCodec, () =>
      set({ mode: 'reduce_only', causes: [tripped] }),
    );
    this.answer('risk', subjects.tradingResetBreaker, resetCircuitBreakerCodec, tradingStateCodec, () =>
      set(FULL_MODE),
    );
    this.answer('risk', subjects.riskOverridePositions, overridePositionsCodec, positionOverrideCodec, (asked) =>
      ok({
        ...override,
        strategyId: asked.strategyId,
        sizeFactor: asked.sizeFactor,
        maxPositionPct: asked.maxPositionPct,
      }),
    );
    this.answer('risk', subjects.riskRestorePositions, restorePositionsCodec, positionOverrideCodec, ({ steps }) =>
      ok({ ...override, sizeFactor: '0.325', stepsLeft: steps - 1, nextStepNs: A_MOMENT }),
    );
    this.answer('risk', subjects.riskReenableStrategy, reenableStrategyCodec, emptyCodec, () => ok({}));
    this.answer('risk', subjects.riskBeginLosses, beginLossesCodec, emptyCodec, () => ok({}));
  }

  private receipt(service: string, killId: string, cancelRequested: string[]): KillReceipt {
    return { killId, service, gateShutNs: this.clock.now(), cancelRequested, inDoubt: [], durable: true };
  }

  private killReport(): Result<KillReport, Refusal> {
    const { killed } = this;
    if (killed === undefined) return refused(refusal('invalid_request', { field: 'kill_id', why: 'no such kill' }));
    const after = (ms: number): bigint => killed.gateShutNs + BigInt(ms) * 1_000_000n;
    return ok({
      killId: killed.killId,
      actor: 'local-demo',
      reason: 'drill',
      requestedNs: killed.gateShutNs,
      gateShutNs: killed.gateShutNs,
      firstCancelNs: after(2),
      allCancelledNs: after(150),
      secondSweepNs: 0n,
      orders: ORDERS.map(({ clientOrderId, accountId, state, filledQuantity }) => ({
        clientOrderId,
        accountId,
        outcome: state === 'filled' ? 'filled' : state === 'cancelled' ? 'cancelled' : 'could_not_cancel',
        filledQuantity,
        reason: state === 'working' ? 'the venue is busy' : '',
      })),
      parties: [
        { service: 'execution', accountIds: ['main'], epoch: 2, confirmed: true, unreachable: false, atNs: after(1) },
        { service: 'execution', accountIds: ['main'], epoch: 1, confirmed: false, unreachable: true, atNs: 0n },
      ],
      complete: false,
    });
  }

  private serveExecution(): void {
    this.answer('execution', subjects.orderList, ordersRequestCodec, ordersPageCodec, (request: OrdersRequest) =>
      ok(
        ORDERS.filter(({ state }) => request.status === '' || (state === 'working') === (request.status === 'open'))
          .filter(({ venue }) => request.venue === '' || venue === request.venue)
          .filter(({ instrumentId }) => request.instrumentId === '' || instrumentId === request.instrumentId)
          .slice(0, request.limit),
      ),
    );
    this.answer('execution', subjects.orderGet, orderByIdCodec, cancelAcceptedCodec, ({ clientOrderId }) =>
      this.found(clientOrderId),
    );
    this.answer('execution', patterns.everyCancel, cancelOrderCodec, cancelAcceptedCodec, ({ clientOrderId }) => {
      const found = this.found(clientOrderId);
      if (!found.ok) return found;
      if (found.value.state !== 'working')
        return refused(refusal('order_final', { order: clientOrderId, state: found.value.state }));
      return ok({ ...found.value, state: 'cancel_pending' });
    });
    this.answer(
      'execution',
      patterns.everyCancelAll,
      cancelAllOrdersCodec,
      cancelAllAcceptedCodec,
      (_request: CancelAllOrders) => ok({ clientOrderIds: [ORDERS[0]?.clientOrderId ?? ''] }),
    );
    this.answer('execution', subjects.tradingKill('execution'), killCodec, killReceiptCodec, ({ killId }) => {
      this.killed = this.receipt('execution', killId, [ORDERS[0]?.clientOrderId ?? '']);
      return ok(this.killed);
    });
    this.answer('execution', subjects.tradingKillReport, killReportRequestCodec, killReportCodec, () =>
      this.killReport(),
    );
    this.answer('execution', subjects.tradingResume('execution'), resumeCodec, killReceiptCodec, () =>
      ok(this.receipt('execution', '', [])),
    );
  }

  private found(id: string): Result<Order, Refusal> {
    const order = ORDERS.find(({ clientOrderId }) => clientOrderId === id);
    return order === undefined ? refused(refusal('order_unknown', { order: id })) : ok(order);
  }

  private serveLedger(): void {
    const pnl = {
      currency: 'USDC',
      realised: '10',
      unrealised: '',
      funding: '0',
      fee: '-1',
      slippage: '0',
      rebate: '0',
      net: '9',
    };
    this.answer('ledger', subjects.ledgerPositions, positionsRequestCodec, positionsPageCodec, () =>
      ok({
        positions: [
          {
            accountId: 'main',
            accountKind: 'live',
            strategyId: 'market_maker_btc',
            venue: 'hyperliquid',
            instrumentId: 'hyperliquid_BTC-PERP',
            quantity: '-0.5',
            averagePrice: '60000',
            markPrice: '',
            notional: '',
            unrealisedPnl: '',
            openedNs: A_MOMENT,
          },
        ],
      }),
    );
    this.answer('ledger', subjects.ledgerPnl, pnlRequestCodec, pnlPageCodec, ({ groupBy }) =>
      ok({ rows: [{ ...pnl, group: groupBy === 'strategy' ? 'market_maker_btc' : 'total' }] }),
    );
    this.answer('ledger', subjects.ledgerTrades, tradesRequestCodec, tradesPageCodec, ({ limit }: TradesRequest) =>
      ok({
        trades: Array.from({ length: Math.min(limit, 3) }, (_, at) => ({
          fillId: `f${String(at)}`,
          clientOrderId: '',
          accountId: 'main',
          accountKind: 'live',
          strategyId: '',
          venue: 'hyperliquid',
          instrumentId: 'hyperliquid_BTC-PERP',
          side: 'buy',
          price: '60000',
          quantity: '0.1',
          fee: '0.9',
          feeAsset: 'USDC',
          liquidity: 'maker',
          realisedPnl: '0',
          venueTimeNs: A_MOMENT,
          chainSequence: BigInt(at + 1),
        })),
      }),
    );
    this.answer('ledger', subjects.ledgerIntegrity, integrityRequestCodec, integrityReportCodec, () =>
      ok({
        problems: [...this.bookProblems],
        postings: 12n,
        entries: 3n,
        trialBalance: { USDC: '0' },
        chainValid: true,
        accountSequences: { main: 3n },
      }),
    );
  }

  private serveStrategies(): void {
    const find = (id: string): Result<StrategyView, Refusal> => {
      const view = this.strategies.find(({ strategyId }) => strategyId === id);
      return view === undefined ? refused(refusal('strategy_unknown', { strategy: id })) : ok(view);
    };
    const set = (id: string, change: Partial<StrategyView>): Result<StrategyView, Refusal> => {
      this.strategies = this.strategies.map((view) => (view.strategyId === id ? { ...view, ...change } : view));
      return find(id);
    };
    this.answer('strategy-host', subjects.strategyList, strategiesRequestCodec, strategiesPageCodec, () =>
      ok({ strategies: this.strategies }),
    );
    this.answer('strategy-host', subjects.strategyGet, strategyRequestCodec, strategyViewCodec, ({ strategyId }) =>
      find(strategyId),
    );
    this.answer(
      'strategy-host',
      subjects.strategyLoad,
      loadStrategyCodec,
      strategyViewCodec,
      ({ configFile }: LoadStrategy) => {
        const added = { ...STRATEGY, strategyId: configFile === '' ? 'from_text' : 'my_new_strategy' };
        this.strategies.push(added);
        return ok(added);
      },
    );
    this.answer('strategy-host', subjects.strategyStart, startStrategyCodec, strategyViewCodec, ({ strategyId }) =>
      set(strategyId, { status: 'running', startedNs: A_MOMENT }),
    );
    this.answer(
      'strategy-host',
      subjects.strategyStop,
      stopStrategyCodec,
      strategyViewCodec,
      ({ strategyId }: StopStrategy) => {
        if (strategyId !== '') return set(strategyId, { status: 'stopped', startedNs: 0n });
        this.strategies = this.strategies.map((view) => ({ ...view, status: 'stopped' }));
        return ok(STRATEGY);
      },
    );
    this.answer(
      'strategy-host',
      subjects.strategyConfigure,
      configureStrategyCodec,
      strategyViewCodec,
      ({ strategyId, patchJson }) => {
        const { paper_trading: paper, ...patch } = JSON.parse(patchJson) as { paper_trading?: boolean };
        return set(strategyId, {
          configJson: JSON.stringify(patch),
          ...(paper === undefined ? {} : { paperTrading: paper }),
        });
      },
    );
    this.answer('strategy-host', subjects.strategyUnload, unloadStrategyCodec, emptyCodec, ({ strategyId }) => {
      const found = find(strategyId);
      if (!found.ok) return found;
      if (found.value.status === 'running') return refused(refusal('conflict', { status: 'running' }));
      this.strategies = this.strategies.filter((view) => view.strategyId !== strategyId);
      return ok({});
    });
  }

  private serveMarket(): void {
    this.answer('market-data', subjects.marketFeeds, feedsRequestCodec, feedsPageCodec, () =>
      ok({
        feeds: [
          {
            venue: 'hyperliquid',
            instrumentId: 'hyperliquid_BTC-PERP' as never,
            state: 'live',
            reason: '',
            sinceNs: A_MOMENT,
          },
        ],
        messagesPerSecond: 120.5,
      }),
    );
    this.answer('market-data', subjects.marketReconnect, reconnectVenueCodec, emptyCodec, () => ok({}));
  }
}
