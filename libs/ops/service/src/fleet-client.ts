import {
  balancesPageCodec,
  balancesRequestCodec,
  type BeginLosses,
  beginLossesCodec,
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  configureStrategyCodec,
  configureTradingCodec,
  emptyCodec,
  feedsPageCodec,
  type FeedsPage,
  feedsRequestCodec,
  integrityReportCodec,
  type IntegrityReport,
  integrityRequestCodec,
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  type KillReport,
  killReportCodec,
  killReportRequestCodec,
  loadStrategyCodec,
  orderByIdCodec,
  ordersPageCodec,
  ordersRequestCodec,
  type OrdersRequest,
  type OverridePositions,
  overridePositionsCodec,
  pnlPageCodec,
  type PnlPage,
  pnlRequestCodec,
  type PnlRequest,
  type PositionOverride,
  positionOverrideCodec,
  positionsPageCodec,
  type PositionsPage,
  positionsRequestCodec,
  reconnectVenueCodec,
  type ReenableStrategy,
  reenableStrategyCodec,
  type ResetCircuitBreaker,
  resetCircuitBreakerCodec,
  type RestorePositions,
  restorePositionsCodec,
  resumeCodec,
  riskSummaryCodec,
  type RiskSummary,
  riskSummaryRequestCodec,
  type ServiceName,
  type ServiceStatus,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  startStrategyCodec,
  stopStrategyCodec,
  type StopStrategy,
  strategiesPageCodec,
  type StrategiesPage,
  strategiesRequestCodec,
  strategyRequestCodec,
  strategyViewCodec,
  type StrategyView,
  subjects,
  tradesPageCodec,
  type TradesPage,
  tradesRequestCodec,
  type TradesRequest,
  type TradingState,
  tradingStateCodec,
  tradingStateRequestCodec,
  type TripCircuitBreaker,
  tripCircuitBreakerCodec,
  unloadStrategyCodec,
  type AccountBalance,
  type LoadStrategy,
} from '@argosy/contracts';
import type { Codec, Order } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import { type Answer, noAnswer } from './no.js';

/** A page that waits longer than this looks broken to whoever asked for it. */
const QUERY_MS_MAX = 1_000;
/** The parts of a status are asked side by side; the slowest is named instead of waited for (FL-7). */
export const STATUS_MS_MAX = 300;
const COMMAND_MS_MAX = 5_000;
/** Loading a strategy reads and checks files; an integrity check reads all books. */
const SLOW_MS_MAX = 30_000;
/** Somebody who pulls the switch wants to know at once whether it held. */
const KILL_MS_MAX = 2_000;

interface Question<Q, R> {
  readonly to: ServiceName;
  readonly subject: string;
  readonly ask: Codec<Q>;
  readonly answer: Codec<R>;
  readonly message: Q;
  readonly timeoutMs?: number;
}

/** Everything the gateway may ask of the fleet; a service that does not answer is a named no, never an exception. */
export class FleetClient {
  constructor(private readonly bus: MessageBus) {}

  serviceStatus = (service: ServiceName): Promise<Answer<ServiceStatus>> =>
    this.query({
      to: service,
      subject: subjects.serviceStatus(service),
      ask: serviceStatusRequestCodec,
      answer: serviceStatusCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  /** Of the one that stands by; nobody may. */
  standbyStatus = (service: ServiceName): Promise<Answer<ServiceStatus>> =>
    this.query({
      to: service,
      subject: subjects.serviceStandby(service),
      ask: serviceStatusRequestCodec,
      answer: serviceStatusCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  tradingState = (): Promise<Answer<TradingState>> =>
    this.query({
      to: 'risk',
      subject: subjects.tradingStateQuery,
      ask: tradingStateRequestCodec,
      answer: tradingStateCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  feeds = (): Promise<Answer<FeedsPage>> =>
    this.query({
      to: 'market-data',
      subject: subjects.marketFeeds,
      ask: feedsRequestCodec,
      answer: feedsPageCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  riskSummary = (): Promise<Answer<RiskSummary>> =>
    this.query({
      to: 'risk',
      subject: subjects.riskSummary,
      ask: riskSummaryRequestCodec,
      answer: riskSummaryCodec,
      message: {},
    });

  orders = (message: OrdersRequest): Promise<Answer<readonly Order[]>> =>
    this.query({
      to: 'execution',
      subject: subjects.orderList,
      ask: ordersRequestCodec,
      answer: ordersPageCodec,
      message,
    });
  order = (clientOrderId: string): Promise<Answer<Order>> =>
    this.query({
      to: 'execution',
      subject: subjects.orderGet,
      ask: orderByIdCodec,
      answer: cancelAcceptedCodec,
      message: { clientOrderId },
    });
  cancelOrder = (order: Order, reason: string): Promise<Answer<Order>> =>
    this.command({
      to: 'execution',
      subject: subjects.orderCancel(order.venue, order.accountId),
      ask: cancelOrderCodec,
      answer: cancelAcceptedCodec,
      message: { clientOrderId: order.clientOrderId, venue: order.venue, accountId: order.accountId, reason },
    });
  /** Empty filters mean any. */
  cancelAll = (
    filter: { readonly accountId: string; readonly strategyId: string; readonly instrumentId: string },
    reason: string,
  ): Promise<Answer<{ readonly clientOrderIds: readonly string[] }>> =>
    this.command({
      to: 'execution',
      subject: subjects.orderCancelAll(filter.accountId === '' ? 'all' : filter.accountId),
      ask: cancelAllOrdersCodec,
      answer: cancelAllAcceptedCodec,
      message: { ...filter, reason },
    });

  positions = (accountId: string): Promise<Answer<PositionsPage>> =>
    this.query({
      to: 'ledger',
      subject: subjects.ledgerPositions,
      ask: positionsRequestCodec,
      answer: positionsPageCodec,
      message: { accountId },
    });
  pnl = (message: PnlRequest): Promise<Answer<PnlPage>> =>
    this.query({ to: 'ledger', subject: subjects.ledgerPnl, ask: pnlRequestCodec, answer: pnlPageCodec, message });
  trades = (message: TradesRequest): Promise<Answer<TradesPage>> =>
    this.query({
      to: 'ledger',
      subject: subjects.ledgerTrades,
      ask: tradesRequestCodec,
      answer: tradesPageCodec,
      message,
    });
  balances = (): Promise<Answer<{ readonly balances: readonly AccountBalance[] }>> =>
    this.query({
      to: 'ledger',
      subject: subjects.ledgerBalances,
      ask: balancesRequestCodec,
      answer: balancesPageCodec,
      message: {},
    });
  integrity = (): Promise<Answer<IntegrityReport>> =>
    this.query({
      to: 'ledger',
      subject: subjects.ledgerIntegrity,
      ask: integrityRequestCodec,
      answer: integrityReportCodec,
      message: {},
      timeoutMs: SLOW_MS_MAX,
    });

  strategies = (timeoutMs = QUERY_MS_MAX): Promise<Answer<StrategiesPage>> =>
    this.query({
      to: 'strategy-host',
      subject: subjects.strategyList,
      ask: strategiesRequestCodec,
      answer: strategiesPageCodec,
      message: {},
      timeoutMs,
    });
  strategy = (strategyId: string): Promise<Answer<StrategyView>> =>
    this.query({
      to: 'strategy-host',
      subject: subjects.strategyGet,
      ask: strategyRequestCodec,
      answer: strategyViewCodec,
      message: { strategyId },
    });
  loadStrategy = (message: LoadStrategy): Promise<Answer<StrategyView>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyLoad,
      ask: loadStrategyCodec,
      answer: strategyViewCodec,
      message,
      timeoutMs: SLOW_MS_MAX,
    });
  startStrategy = (strategyId: string, actor: string): Promise<Answer<StrategyView>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyStart,
      ask: startStrategyCodec,
      answer: strategyViewCodec,
      message: { strategyId, actor },
    });
  stopStrategy = (message: StopStrategy, timeoutMs = COMMAND_MS_MAX): Promise<Answer<StrategyView>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyStop,
      ask: stopStrategyCodec,
      answer: strategyViewCodec,
      message,
      timeoutMs,
    });
  stopEveryStrategy = (actor: string, reason: string): Promise<Answer<unknown>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyStop,
      ask: stopStrategyCodec,
      // Whatever it says of the strategies is not needed here, so it need not be understood.
      answer: emptyCodec,
      message: { strategyId: '', cancelOrders: true, force: true, actor, reason },
      timeoutMs: KILL_MS_MAX,
    });
  configureStrategy = (strategyId: string, patchJson: string, actor: string): Promise<Answer<StrategyView>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyConfigure,
      ask: configureStrategyCodec,
      answer: strategyViewCodec,
      message: { strategyId, patchJson, actor },
    });
  unloadStrategy = (strategyId: string, actor: string): Promise<Answer<unknown>> =>
    this.command({
      to: 'strategy-host',
      subject: subjects.strategyUnload,
      ask: unloadStrategyCodec,
      answer: emptyCodec,
      message: { strategyId, actor },
    });

  /** @param isUrgent for what only lowers risk: whoever switches off wants to know at once whether it held */
  configureTrading = (
    message: Parameters<typeof configureTradingCodec.encode>[0],
    isUrgent: boolean,
  ): Promise<Answer<TradingState>> =>
    this.command({
      to: 'risk',
      subject: subjects.tradingConfigure,
      ask: configureTradingCodec,
      answer: tradingStateCodec,
      message,
      timeoutMs: isUrgent ? KILL_MS_MAX : COMMAND_MS_MAX,
    });
  /** @param killId empty for the latest */
  killReport = (killId: string): Promise<Answer<KillReport>> =>
    this.query({
      to: 'execution',
      subject: subjects.tradingKillReport,
      ask: killReportRequestCodec,
      answer: killReportCodec,
      message: { killId },
      timeoutMs: STATUS_MS_MAX,
    });
  kill = (
    service: 'execution' | 'risk',
    message: Parameters<typeof killCodec.encode>[0],
  ): Promise<Answer<KillReceipt>> =>
    this.command({
      to: service,
      subject: subjects.tradingKill(service),
      ask: killCodec,
      answer: killReceiptCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  resume = (service: 'execution' | 'risk', actor: string, reason: string): Promise<Answer<KillReceipt>> =>
    this.command({
      to: service,
      subject: subjects.tradingResume(service),
      ask: resumeCodec,
      answer: killReceiptCodec,
      message: { actor, reason },
    });
  /** What only lowers risk is answered as soon as a kill is. */
  tripBreaker = (message: TripCircuitBreaker): Promise<Answer<TradingState>> =>
    this.command({
      to: 'risk',
      subject: subjects.tradingTripBreaker,
      ask: tripCircuitBreakerCodec,
      answer: tradingStateCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  resetBreaker = (message: ResetCircuitBreaker): Promise<Answer<TradingState>> =>
    this.command({
      to: 'risk',
      subject: subjects.tradingResetBreaker,
      ask: resetCircuitBreakerCodec,
      answer: tradingStateCodec,
      message,
    });
  overridePositions = (message: OverridePositions): Promise<Answer<PositionOverride>> =>
    this.command({
      to: 'risk',
      subject: subjects.riskOverridePositions,
      ask: overridePositionsCodec,
      answer: positionOverrideCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  restorePositions = (message: RestorePositions): Promise<Answer<PositionOverride>> =>
    this.command({
      to: 'risk',
      subject: subjects.riskRestorePositions,
      ask: restorePositionsCodec,
      answer: positionOverrideCodec,
      message,
    });
  reenableStrategy = (message: ReenableStrategy): Promise<Answer<unknown>> =>
    this.command({
      to: 'risk',
      subject: subjects.riskReenableStrategy,
      ask: reenableStrategyCodec,
      answer: emptyCodec,
      message,
    });
  beginLosses = (message: BeginLosses): Promise<Answer<unknown>> =>
    this.command({
      to: 'risk',
      subject: subjects.riskBeginLosses,
      ask: beginLossesCodec,
      answer: emptyCodec,
      message,
    });
  reconnect = (venue: string): Promise<Answer<unknown>> =>
    this.command({
      to: 'market-data',
      subject: subjects.marketReconnect,
      ask: reconnectVenueCodec,
      answer: emptyCodec,
      message: { venue },
    });

  private query<Q, R>(question: Question<Q, R>): Promise<Answer<R>> {
    return this.asked(question, question.timeoutMs ?? QUERY_MS_MAX, false);
  }

  private command<Q, R>(question: Question<Q, R>): Promise<Answer<R>> {
    return this.asked(question, question.timeoutMs ?? COMMAND_MS_MAX, true);
  }

  private async asked<Q, R>(
    { to, subject, ask, answer, message }: Question<Q, R>,
    timeoutMs: number,
    isCommand: boolean,
  ): Promise<Answer<R>> {
    try {
      return await this.bus.request(subject, ask, answer, message, { timeoutMs });
    } catch (error) {
      return noAnswer(to, error, isCommand);
    }
  }
}
