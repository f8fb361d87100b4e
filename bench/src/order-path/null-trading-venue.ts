import {
  type AccountId,
  type ClientOrderId,
  type Clock,
  type Fill,
  type FundingPayment,
  type Instrument,
  parseAmount,
  type Venue,
  venueOrderId,
  ZERO_AMOUNT,
  ZERO_QUANTITY,
} from '@argosy/domain';
import {
  type BurnAnswer,
  type CancelAnswer,
  type Cancellation,
  type DeadManAnswer,
  NO_RATE_LIMITS,
  type PlaceAnswer,
  type Placement,
  type TradingHandlers,
  TradingVenue,
  type VenueAccountState,
  type VenueFence,
  type VenueOrderReport,
  type VenueTimeSample,
} from '@argosy/venue-port';

const EQUITY = parseAmount('1000000');
/** Orders left working; older ones are cancelled by the venue, so that the account stays as busy as a market maker's. */
const WORKING_MAX = 8;

/**
 * The fastest that any venue answers, ms. An answer in the same turn, which no wire gives, would have execution book it
 * before its own answer has left.
 */
const ROUND_TRIP_MS = 1;

/** A venue without a wire: it takes every order, fills none and cancels what has become old. */
export class NullTradingVenue extends TradingVenue {
  override readonly venue: Venue = 'hyperliquid';
  override readonly connected = true;
  override readonly fence: VenueFence = {
    requestExpiry: 'per_request',
    expiryMsMin: 0,
    nonceBurn: true,
    deadMan: undefined,
    orderIdentity: 'not_checked',
    visibilityLagMs: 0,
    fillIdentity: [],
    rateLimits: NO_RATE_LIMITS,
  };
  private handlers: TradingHandlers | undefined;
  private readonly working = new Map<ClientOrderId, VenueOrderReport>();
  private orders = 0;

  constructor(
    override readonly accountId: AccountId,
    private readonly instrument: Instrument,
    private readonly clock: Clock,
  ) {
    super();
  }

  override instruments(): Promise<readonly Instrument[]> {
    return Promise.resolve([this.instrument]);
  }

  override start(handlers: TradingHandlers): Promise<void> {
    this.handlers = handlers;
    handlers.onConnected();
    return Promise.resolve();
  }

  override stop(): Promise<void> {
    this.handlers = undefined;
    return Promise.resolve();
  }

  override place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]> {
    return new Promise((resolve) => {
      setTimeout(() => {
        resolve(placements.map((placement) => this.take(placement)));
        while (this.working.size > WORKING_MAX) this.cancelOldest();
      }, ROUND_TRIP_MS);
    });
  }

  override cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]> {
    return Promise.resolve(
      cancellations.map(({ clientOrderId }): CancelAnswer =>
        this.working.delete(clientOrderId) ? { outcome: 'cancelled' } : { outcome: 'unknown_order', reason: 'gone' },
      ),
    );
  }

  override burnNonce(): Promise<BurnAnswer> {
    return Promise.resolve('burnt');
  }

  override armDeadMan(): Promise<DeadManAnswer> {
    return Promise.resolve({ outcome: 'refused', cause: 'not_offered', reason: 'nothing here falls silent' });
  }

  override serverTime(): Promise<VenueTimeSample> {
    const nowMs = this.clock.monotonicMs();
    const venueMs = Number(this.clock.now() / 1_000n) / 1_000;
    return Promise.resolve({ sentMonotonicMs: nowMs, receivedMonotonicMs: nowMs, venueMs, stampAgeMsMax: 0 });
  }

  override requestAllowance(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override orderStatus({ clientOrderId }: { readonly clientOrderId: ClientOrderId }) {
    return Promise.resolve(this.working.get(clientOrderId));
  }

  override openOrders(): Promise<readonly VenueOrderReport[]> {
    return Promise.resolve([...this.working.values()]);
  }

  override fillsSince(): Promise<readonly Fill[]> {
    return Promise.resolve([]);
  }

  override fundingSince(): Promise<readonly FundingPayment[]> {
    return Promise.resolve([]);
  }

  override accountState(): Promise<VenueAccountState> {
    return Promise.resolve({
      equity: EQUITY,
      cash: EQUITY,
      rawCash: EQUITY,
      marginUsed: ZERO_AMOUNT,
      positions: [],
      venueTimeNs: this.clock.now(),
    });
  }

  private take({ intent, clientOrderId }: Placement): PlaceAnswer {
    this.orders += 1;
    const id = venueOrderId(String(this.orders));
    this.working.set(clientOrderId, {
      clientOrderId,
      venueOrderId: id,
      instrumentId: intent.instrumentId,
      side: intent.side,
      limitPrice: intent.limitPrice,
      quantity: intent.quantity,
      remaining: intent.quantity,
      status: 'working',
      reason: '',
      reduceOnly: false,
      venueTimeNs: this.clock.now(),
    });
    return { outcome: 'working', venueOrderId: id };
  }

  private cancelOldest(): void {
    const [oldest] = this.working.values();
    if (oldest?.clientOrderId === undefined) return;
    this.working.delete(oldest.clientOrderId);
    const report = { ...oldest, status: 'cancelled' as const, remaining: ZERO_QUANTITY, reason: 'old' };
    // After the answer to the placement, as a venue's stream would say it.
    setImmediate(() => this.handlers?.onOrder({ ...report, venueTimeNs: this.clock.now() }));
  }
}
