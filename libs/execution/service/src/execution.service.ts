import {
  type AccountId,
  assert,
  type ClientOrderId,
  describeMode,
  Fault,
  type InstrumentId,
  InvariantViolation,
  isVenue,
  ok,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  type StrategyId,
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
  type KillReport,
  type KillReportRequest,
  type OrderAccepted,
  type OrderRequestById,
  type OrdersRequest,
  type PlaceOrderMessage,
  type Resume,
  type ServiceStatus,
  type TradingState,
} from '@argosy/contracts';
import type { Clock, Timers } from '@argosy/domain';
import type { KillLatch, OrderFilter, OrderJournal } from '@argosy/execution-core';
import {
  describeProcess,
  type Leadership,
  type Logger,
  type MessageContext,
  type ProcessFacts,
} from '@argosy/platform-port';
import type { AccountTrader } from './account-trader.js';
import { KillLatchKeeper } from './kill-latch-keeper.js';
import { KillRun } from './kill-run.js';
import type { TradingGate } from './trading-gate.js';

const LIMIT_MAX = 1_000;
/** A kill is acknowledged by then, whatever the journal does, ms. */
const ANSWER_WITHIN_MS = 25;
/** Orders whose cancels leave in the tick of the kill. */
const KILL_SLICE = 64;
const LIFTED_KEPT = 64;

/** Everything the fleet asks of execution, over all its accounts. */
export class ExecutionService {
  private readonly traders: ReadonlyMap<AccountId, AccountTrader>;
  private readonly startedAt: TimeNs;
  private readonly latch: KillLatchKeeper;
  /** The kill that is latched, or the last one that was. */
  private run: KillRun | undefined;
  /** The latch of this standby is risk's word and nothing else. */
  private isHearsay = false;
  /** Kills that a person has lifted: risk's word of one may still be on its way. */
  private liftedKills: readonly string[] = [];

  constructor(
    traders: readonly AccountTrader[],
    private readonly gate: TradingGate,
    private readonly leadership: Leadership,
    private readonly journal: OrderJournal,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly facts: ProcessFacts,
  ) {
    this.startedAt = clock.now();
    this.traders = new Map(traders.map((trader) => [trader.account.accountId, trader]));
    // A venue takes each nonce of a signer once, and every account counts its own.
    const live = traders.filter(({ account }) => account.kind === 'live');
    const signers = new Set(live.map(({ account }) => `${account.venue} ${account.signer}`));
    assert(signers.size === live.length, 'two live accounts of this process share a signing key');
    this.latch = new KillLatchKeeper(journal, gate, timers);
    for (const trader of traders) {
      trader.onBreach(
        (reason) =>
          void this.kill({
            actor: 'execution',
            reason,
            killId: `backstop-${trader.account.accountId}-${String(clock.now())}`,
          }),
      );
    }
    traders[0]?.onTick(() => {
      this.tick();
    });
  }

  get accounts(): readonly AccountTrader[] {
    return [...this.traders.values()];
  }

  /** Everything a standby does: reads, connects, follows. Resolves when only the leadership is missing. */
  async warm(): Promise<void> {
    await Promise.all(this.accounts.map((trader) => trader.warm()));
  }

  /**
   * Takes over under the lease that this process holds. The kill latch comes first: until it is read the gate is closed.
   * Resolves when every account is READY.
   */
  async start(): Promise<void> {
    const lease = this.leadership.current();
    if (lease === undefined) throw new InvariantViolation('execution starts to lead without a lease');
    // The latch as it stands once nobody else can lift it any more.
    await Promise.all(this.accounts.map((trader) => trader.claim(lease.epoch)));
    const [latch] = await Promise.all([
      this.latch.read(),
      ...this.accounts.map((trader) => trader.lead(lease.epoch)),
    ] as const);
    this.isHearsay = false;
    // A kill of an earlier leader goes on here, with what it ended and what is still open.
    this.run = latch === undefined ? undefined : this.newRun(latch, await this.endedSince(latch.at));
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
      role: this.leadership.current() === undefined ? 'standby' : 'primary',
      epoch: this.leadership.current()?.epoch ?? 0,
      ready: this.waitingFor() === undefined,
      startedNs: this.startedAt,
      venues: this.accounts.map((trader) => ({
        venue: trader.account.venue,
        accountId: trader.account.accountId,
        status: trader.connected ? 'connected' : 'disconnected',
        latencyMs: undefined,
        reason: this.reasonOf(trader),
      })),
    };
  }

  /** What stands in the way of an account, the most pressing first: what it waits for, what it may do, what it lacks. */
  private reasonOf(trader: AccountTrader): string {
    if (trader.waitingFor !== '') return trader.waitingFor;
    const mode = this.gate.modeOf(trader.account.accountId);
    return mode.mode === 'full' ? trader.remark : describeMode(mode);
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
    const trader = this.traders.get(request.accountId as AccountId);
    const order = trader?.order(request.clientOrderId as ClientOrderId);
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

  /**
   * Risk's word. A kill that only risk has heard of is latched here too: whichever of the two was reached, both hold it. A
   * standby latches like a leader, so that no takeover forgets it (I-12), and lets go when a later word says that it was
   * lifted: people resume with the leader.
   */
  tradingStated(state: TradingState): void {
    if (!this.gate.stated(state)) return;
    const { kill } = state;
    if (kill === undefined) {
      this.notKilled();
    } else if (!this.gate.killed && !this.liftedKills.includes(kill.killId)) {
      this.isHearsay = this.leadership.current() === undefined;
      void this.kill(kill);
    }
  }

  private notKilled(): void {
    if (!this.isHearsay || this.leadership.current() !== undefined) return;
    this.isHearsay = false;
    this.latch.forget();
    this.gate.lift();
    this.run = undefined;
  }

  /**
   * Gate first, then the cancels, then the durable latch (RK-3). Idempotent. Answers within 50 ms: a latch that the
   * journal has not taken by then is said to be in memory only, and is offered until it is taken.
   */
  async kill({ actor, reason, killId }: Kill): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a kill needs a reason' }));
    const sinceMs = this.clock.monotonicMs();
    const first = !this.gate.killed;
    this.gate.shut();
    const gateShutNs = this.clock.now();
    this.logger.critical('kill_switch', { actor, reason });
    const run = first || this.run === undefined ? this.newRun({ killId, actor, reason, at: gateShutNs }) : this.run;
    this.run = run;
    const cancelled = this.cancelForKill(run, `kill switch: ${reason}`);
    const latching = this.latch.latch({ killId, actor, reason, at: gateShutNs });
    // What the cancels of many orders took is not waited for a second time.
    const leftMs = Math.max(0, ANSWER_WITHIN_MS - (this.clock.monotonicMs() - sinceMs));
    const latched = await Promise.race([latching, this.timers.sleep(leftMs)]);
    return ok({
      killId: latched?.ok === true ? latched.value.killId : run.latch.killId,
      service: 'execution',
      gateShutNs,
      cancelRequested: cancelled.map((order) => order.clientOrderId),
      inDoubt: this.accounts.flatMap((trader) => trader.inDoubt()).map((order) => order.clientOrderId),
      durable: latched?.ok === true,
    });
  }

  /** The first cancels leave in this tick; those of many orders go on in the next, so that the kill is answered in time. */
  private cancelForKill(run: KillRun, reason: string): readonly Order[] {
    let room = KILL_SLICE;
    const fits = (): boolean => room-- > 0;
    const cancelled = this.accounts.flatMap((trader) => trader.cancelAll(fits, reason));
    run.cancelsLeft(cancelled.length);
    if (room < 0) {
      this.timers.after(0, () => {
        if (!this.gate.killed) return;
        for (const trader of this.accounts) trader.cancelAll(() => true, reason);
      });
    }
    return cancelled;
  }

  /** What the latest kill did, also while it is under way (I-16). */
  killReport({ killId }: KillReportRequest): Result<KillReport, Refusal> {
    const { run } = this;
    if (run === undefined || (killId !== '' && run.latch.killId !== killId)) {
      return refused(
        refusal('invalid_request', { field: 'kill_id', value: killId, why: 'no such kill is known here' }),
      );
    }
    return ok(run.report());
  }

  /** The stored latch first: a crash in between leaves it closed in memory, which is the safe side. */
  async resume({ actor, reason }: Resume): Promise<Result<KillReceipt, Refusal>> {
    if (reason.trim() === '')
      return refused(refusal('invalid_request', { field: 'reason', why: 'a resume needs a reason' }));
    const lifted = await this.latch.lift({
      actor,
      reason,
      at: this.clock.now(),
      accountIds: [...this.traders.keys()],
      epoch: this.leadership.current()?.epoch ?? 0,
    });
    if (!lifted.ok) return lifted;
    const killId = this.run?.latch.killId ?? '';
    this.liftedKills = [...this.liftedKills, killId].slice(-LIFTED_KEPT);
    this.logger.critical('kill_switch_lifted', { actor, reason });
    return ok({ killId, service: 'execution', gateShutNs: 0n, cancelRequested: [], inDoubt: [], durable: true });
  }

  /** Orders that ended since a kill began; a journal that does not answer costs the list, not the kill. */
  private async endedSince(at: TimeNs): Promise<readonly Order[]> {
    try {
      const newest = await this.journal.orders({ status: 'final', limit: LIMIT_MAX });
      return newest.filter(({ updatedAt, accountId }) => updatedAt >= at && this.traders.has(accountId));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('kill_list_incomplete', { reason: error.message });
      return [];
    }
  }

  private newRun(latch: KillLatch, ended: readonly Order[] = []): KillRun {
    const { clock, logger } = this;
    const epoch = (): number => this.leadership.current()?.epoch ?? 0;
    return new KillRun(latch, this.accounts, { clock, logger, epoch }, ended);
  }

  private tick(): void {
    this.latch.keep();
    if (!this.gate.killed || this.run === undefined) return;
    if (this.latch.stored) this.run.confirmed();
    this.run.tick();
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
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
      .slice(0, filter.limit);
  }

  async order({ clientOrderId: text }: OrderRequestById): Promise<Result<Order, Refusal>> {
    const id = text as ClientOrderId;
    const inMemory = this.accounts.map((trader) => trader.order(id)).find((order) => order !== undefined);
    const order = inMemory ?? (await this.journal.order(id));
    return order === undefined ? refused(refusal('order_unknown', { order: text })) : ok(order);
  }

  async events({
    accountId: account,
    fromSequence,
    limit,
  }: AccountEventsRequest): Promise<Result<AccountEventsPage, Refusal>> {
    const trader = this.traders.get(account as AccountId);
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
    // Only compared and looked up, so a malformed id is one that nobody has.
    ...(request.accountId === '' ? {} : { accountId: request.accountId as AccountId }),
    ...(venue === '' ? {} : { venue }),
    ...(request.strategyId === '' ? {} : { strategyId: request.strategyId as StrategyId }),
    ...(request.instrumentId === '' ? {} : { instrumentId: request.instrumentId as InstrumentId }),
  });
}
