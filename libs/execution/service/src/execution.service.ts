import {
  type AccountId,
  accountId,
  clientOrderId,
  instrumentId,
  isVenue,
  ok,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  type TimeNs,
} from '@argosy/domain';
import {
  type AccountEventsPage,
  type AccountEventsRequest,
  type AccountExposure,
  accountEventCodec,
  type CancelAllAccepted,
  type CancelAllOrders,
  type CancelOrder,
  type ExposureRequest,
  type Kill,
  type KillReceipt,
  type OrderAccepted,
  type OrderRequestById,
  type OrdersRequest,
  type PlaceOrderMessage,
  type Resume,
  type ServiceStatus,
  type TradingState,
} from '@argosy/contracts';
import type { Clock } from '@argosy/domain';
import type { OrderFilter, OrderJournal } from '@argosy/execution-core';
import { describeProcess, type Logger, type MessageContext, type ProcessFacts } from '@argosy/platform-port';
import type { AccountTrader } from './account-trader.js';
import type { TradingGate } from './trading-gate.js';

const LIMIT_MAX = 1_000;

/** Everything the fleet asks of execution, over all its accounts. */
export class ExecutionService {
  private readonly traders: ReadonlyMap<AccountId, AccountTrader>;
  private readonly startedAt: TimeNs;

  constructor(
    traders: readonly AccountTrader[],
    private readonly gate: TradingGate,
    private readonly journal: OrderJournal,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly facts: ProcessFacts,
  ) {
    this.startedAt = clock.now();
    this.traders = new Map(traders.map((trader) => [trader.account.accountId, trader]));
  }

  get accounts(): readonly AccountTrader[] {
    return [...this.traders.values()];
  }

  /** Reads the kill latch first: until then the gate is closed. Resolves when every account is READY. */
  async start(): Promise<void> {
    this.gate.latchRead((await this.journal.killLatch()) !== undefined);
    await Promise.all(this.accounts.map((trader) => trader.start()));
  }

  /** Why new orders cannot be taken on now, for the health report. */
  waitingFor(): string | undefined {
    const waiting = this.accounts.filter((trader) => !trader.ready || !trader.connected);
    if (waiting.length === 0) return undefined;
    return waiting.map((trader) => `${trader.account.accountId}: ${trader.waitingFor || 'not connected'}`).join('; ');
  }

  status(): ServiceStatus {
    return {
      ...describeProcess(this.facts),
      service: 'execution',
      role: 'primary',
      epoch: Math.max(0, ...this.accounts.map((trader) => trader.epoch)),
      ready: this.waitingFor() === undefined,
      startedNs: this.startedAt,
      venues: this.accounts.map((trader) => ({
        venue: trader.account.venue,
        accountId: trader.account.accountId,
        status: trader.connected ? 'connected' : 'disconnected',
        latencyMs: undefined,
        reason: trader.waitingFor,
      })),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.accounts.map((trader) => trader.stop()));
  }

  place(message: PlaceOrderMessage, context: MessageContext): Promise<Result<OrderAccepted, Refusal>> {
    const trader = this.traders.get(message.intent.accountId);
    if (trader === undefined)
      return Promise.resolve(refused(refusal('account_unknown', { account: message.intent.accountId })));
    return trader.place(message, context);
  }

  cancel(request: CancelOrder): Result<Order, Refusal> {
    const trader = this.traders.get(accountId(request.accountId));
    const order = trader?.order(clientOrderId(request.clientOrderId));
    if (trader === undefined || order === undefined)
      return refused(refusal('order_unknown', { order: request.clientOrderId }));
    return trader.cancel(order, request.reason);
  }

  cancelAll(request: CancelAllOrders): Result<CancelAllAccepted, Refusal> {
    const fits = (order: Order): boolean =>
      (request.accountId === '' || order.accountId === request.accountId) &&
      (request.strategyId === '' || order.strategyId === request.strategyId) &&
      (request.instrumentId === '' || order.instrumentId === request.instrumentId);
    const cancelled = this.accounts.flatMap((trader) => trader.cancelAll(fits, request.reason));
    return ok({ clientOrderIds: cancelled.map((order) => order.clientOrderId) });
  }

  tradingStated(state: TradingState): void {
    this.gate.stated(state);
  }

  /** Gate first, then the durable latch, then the cancels (RK-3). Idempotent. */
  async kill({ actor, reason, killId }: Kill): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a kill needs a reason' }));
    this.gate.shut();
    const gateShutNs = this.clock.now();
    this.logger.critical('kill_switch', { actor, reason });
    const cancelled = this.accounts.flatMap((trader) => trader.cancelAll(() => true, `kill switch: ${reason}`));
    const latch = await this.journal.latchKill({ killId, actor, reason, at: gateShutNs });
    return ok({
      killId: latch.killId,
      service: 'execution',
      gateShutNs,
      cancelRequested: cancelled.map((order) => order.clientOrderId),
      inDoubt: this.accounts.flatMap((trader) => trader.inDoubt()).map((order) => order.clientOrderId),
    });
  }

  /** The stored latch first: a crash in between leaves it closed in memory, which is the safe side. */
  async resume({ actor, reason }: Resume): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a resume needs a reason' }));
    await this.journal.liftKill(actor, reason, this.clock.now());
    this.gate.lift();
    this.logger.critical('kill_switch_lifted', { actor, reason });
    return ok({ killId: '', service: 'execution', gateShutNs: 0n, cancelRequested: [], inDoubt: [] });
  }

  async orders(request: OrdersRequest): Promise<Result<readonly Order[], Refusal>> {
    const filter = orderFilter(request);
    if (!filter.ok) return filter;
    // Open orders come from memory: the journal may be a transaction behind.
    if (filter.value.status === 'open') return ok(this.openOrders(filter.value));
    return ok(await this.journal.orders(filter.value));
  }

  private openOrders(filter: OrderFilter): readonly Order[] {
    return this.accounts
      .flatMap((trader) => trader.open())
      .filter((order) => filter.accountId === undefined || order.accountId === filter.accountId)
      .filter((order) => filter.venue === undefined || order.venue === filter.venue)
      .filter((order) => filter.strategyId === undefined || order.strategyId === filter.strategyId)
      .filter((order) => filter.instrumentId === undefined || order.instrumentId === filter.instrumentId)
      .sort((a, b) => Number(b.createdAt - a.createdAt))
      .slice(0, filter.limit);
  }

  async order({ clientOrderId: text }: OrderRequestById): Promise<Result<Order, Refusal>> {
    const id = clientOrderId(text);
    const inMemory = this.accounts.map((trader) => trader.order(id)).find((order) => order !== undefined);
    const order = inMemory ?? (await this.journal.order(id));
    return order === undefined ? refused(refusal('order_unknown', { order: text })) : ok(order);
  }

  async events({
    accountId: account,
    fromSequence,
    limit,
  }: AccountEventsRequest): Promise<Result<AccountEventsPage, Refusal>> {
    const trader = this.traders.get(accountId(account));
    if (trader === undefined) return refused(refusal('account_unknown', { account }));
    const stored = await this.journal.events(
      trader.account.accountId,
      fromSequence,
      Math.min(Math.max(limit, 1), LIMIT_MAX),
    );
    const events = stored.map(({ payload }) => accountEventCodec.decode(payload));
    return ok({ events, lastSequence: trader.exposure().sequence });
  }

  exposure({ accountId: account }: ExposureRequest): Result<readonly AccountExposure[], Refusal> {
    const wanted = this.accounts.filter((trader) => account === '' || trader.account.accountId === account);
    if (wanted.length === 0) return refused(refusal('account_unknown', { account }));
    return ok(wanted.map((trader) => trader.exposure()));
  }
}

function orderFilter(request: OrdersRequest): Result<OrderFilter, Refusal> {
  const { status, venue, limit } = request;
  if (status !== '' && status !== 'open' && status !== 'final') {
    return refused(refusal('invalid_request', { field: 'status', value: status, allowed: 'open, final or empty' }));
  }
  if (venue !== '' && !isVenue(venue)) return refused(refusal('invalid_request', { field: 'venue', value: venue }));
  return ok({
    status: status === '' ? 'any' : status,
    limit: Math.min(Math.max(limit, 1), LIMIT_MAX),
    ...(request.accountId === '' ? {} : { accountId: accountId(request.accountId) }),
    ...(venue === '' ? {} : { venue }),
    ...(request.strategyId === '' ? {} : { strategyId: strategyId(request.strategyId) }),
    ...(request.instrumentId === '' ? {} : { instrumentId: instrumentId(request.instrumentId) }),
  });
}
