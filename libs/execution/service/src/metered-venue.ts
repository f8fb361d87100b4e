import {
  type AccountId,
  type Clock,
  Fault,
  type Fill,
  type FundingPayment,
  type Instrument,
  type Refusal,
  refusal,
  type TimeNs,
  type Venue,
} from '@argosy/domain';
import { RateBudget, type RateLane, type RateTicket } from '@argosy/execution-core';
import {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  type PlaceAnswer,
  type Placement,
  type RequestAllowance,
  type RequestKind,
  type TradingHandlers,
  TradingVenue,
  type Transfer,
  type VenueAccountState,
  type VenueFence,
  type VenueOrderReport,
  type VenueRateLimits,
  type VenueTimeSample,
  type VenueTrouble,
} from '@argosy/venue-port';

/** Rows that a page of fills or payments is set aside for; the venue counts what it sends. */
const HISTORY_ROWS = 100;

/**
 * A venue within its rate limits (EX-6): no request leaves without room for it, and cancels have a lane of their own. What
 * finds no room is a Fault VENUE_RATE_LIMITED of which nothing left. Whoever places or cancels asks for room first.
 */
export class MeteredVenue extends TradingVenue {
  private readonly budget: RateBudget;

  /** `factor`: how many times its documented limits this venue grants us; 1 unless its operator says otherwise. */
  constructor(
    private readonly inner: TradingVenue,
    private readonly clock: Clock,
    factor: number,
  ) {
    super();
    this.budget = new RateBudget(scaled(inner.fence.rateLimits, factor));
  }

  override get venue(): Venue {
    return this.inner.venue;
  }
  override get accountId(): AccountId {
    return this.inner.accountId;
  }
  override get fence(): VenueFence {
    return this.inner.fence;
  }
  override get connected(): boolean {
    return this.inner.connected;
  }

  /** The normal lane rests, because the venue said "too much". */
  get isPaused(): boolean {
    return this.budget.isPaused(this.clock.monotonicMs());
  }

  /** Sets room for one order aside, before its intent is made durable; it leaves without asking again. */
  orderRefusal(): Refusal | undefined {
    const decision = this.admit('order', 'normal', 1);
    if (decision.admitted) return undefined;
    const waitMs = Math.ceil(decision.retryAtMs - this.clock.monotonicMs());
    return refusal('venue_rate_limited', { limit: decision.limit, again_in_ms: String(waitMs) });
  }

  override start(handlers: TradingHandlers): Promise<void> {
    return this.inner.start({
      onOrder: (report) => {
        handlers.onOrder(report);
      },
      onFill: (fill) => {
        handlers.onFill(fill);
      },
      onFunding: (payment) => {
        handlers.onFunding(payment);
      },
      onConnected: () => {
        handlers.onConnected();
      },
      onDisconnected: (reason) => {
        handlers.onDisconnected(reason);
      },
      onUnknown: (description) => {
        handlers.onUnknown(description);
      },
      onTrouble: (trouble) => {
        this.heed(trouble);
        handlers.onTrouble?.(trouble);
      },
    });
  }

  override stop(): Promise<void> {
    return this.inner.stop();
  }

  override place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]> {
    return this.inner.place(placements);
  }

  /** Sets room aside for as many of so many cancels as may leave now. */
  roomForCancels(count: number): number {
    const sizes = this.budget.admitCancels(count, this.clock.monotonicMs());
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Those for which room was set aside. */
  override cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    return this.inner.cancel(cancellations);
  }

  override async burnNonce(nonce: bigint): Promise<BurnAnswer> {
    this.take('command', 'cancel', 1);
    return this.inner.burnNonce(nonce);
  }
  override async armDeadMan(atVenueMs: number | undefined, nonce: bigint): Promise<DeadManAnswer> {
    this.take('command', 'cancel', 1);
    return this.inner.armDeadMan(atVenueMs, nonce);
  }
  override async serverTime(): Promise<VenueTimeSample> {
    this.take('read_light', 'normal', 1);
    return this.inner.serverTime();
  }
  override async requestAllowance(): Promise<RequestAllowance | undefined> {
    this.take('read', 'normal', 1);
    const allowance = await this.inner.requestAllowance();
    this.budget.observe(allowance);
    return allowance;
  }
  override async instruments(): Promise<readonly Instrument[]> {
    this.take('read', 'normal', 1);
    return this.inner.instruments();
  }
  /** What settles a doubt must not wait for room behind what is only looked at. */
  override async orderStatus(id: Parameters<TradingVenue['orderStatus']>[0]): Promise<VenueOrderReport | undefined> {
    this.take('read_light', 'cancel', 1);
    return this.inner.orderStatus(id);
  }
  /** @param lane `cancel` where safety waits for it: a takeover, a kill. */
  override async openOrders(lane: RateLane = 'normal'): Promise<readonly VenueOrderReport[]> {
    this.take('read', lane, 1);
    return this.inner.openOrders();
  }
  override async fillsSince(since: TimeNs, lane: RateLane = 'normal'): Promise<readonly Fill[]> {
    return this.history(lane, () => this.inner.fillsSince(since));
  }
  override async fundingSince(since: TimeNs, lane: RateLane = 'normal'): Promise<readonly FundingPayment[]> {
    return this.history(lane, () => this.inner.fundingSince(since));
  }
  override async transfersSince(since: TimeNs, lane: RateLane = 'normal'): Promise<readonly Transfer[] | undefined> {
    return this.history(lane, () => this.inner.transfersSince(since));
  }
  override async accountState(lane: RateLane = 'normal'): Promise<VenueAccountState> {
    this.take('read_light', lane, 1);
    return this.inner.accountState();
  }

  /** Set aside for a full page, and counted as what came. */
  private async history<R extends readonly unknown[] | undefined>(lane: RateLane, ask: () => Promise<R>): Promise<R> {
    const ticket = this.take('read_history', lane, HISTORY_ROWS);
    const rows = await ask();
    this.budget.correct(ticket, rows?.length ?? 0);
    return rows;
  }

  private heed({ kind, request, retryAfterMs }: VenueTrouble): void {
    const lane: RateLane = request === 'cancel' ? 'cancel' : 'normal';
    if (kind === 'rate_limited') this.budget.limited(this.clock.monotonicMs(), retryAfterMs, lane);
    if (kind === 'address_limited') this.budget.addressLimited(lane);
    if (kind === 'expired') this.budget.expired(1);
  }

  private admit(kind: RequestKind, lane: RateLane, items: number): ReturnType<RateBudget['admit']> {
    return this.budget.admit({ kind, lane, items }, this.clock.monotonicMs());
  }

  private take(kind: RequestKind, lane: RateLane, items: number): RateTicket {
    const decision = this.admit(kind, lane, items);
    if (decision.admitted) return decision.ticket;
    throw new Fault('VENUE_RATE_LIMITED', `no room for a ${kind} in ${decision.limit}`);
  }
}

const scaled = (limits: VenueRateLimits, factor: number): VenueRateLimits => ({
  ...limits,
  windows: limits.windows.map((window) => ({ ...window, limit: window.limit * factor })),
});
