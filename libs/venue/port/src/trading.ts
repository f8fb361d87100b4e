import type {
  AccountId,
  Amount,
  Approved,
  ClientOrderId,
  Fill,
  FundingPayment,
  Instrument,
  InstrumentId,
  OrderIntent,
  Price,
  Quantity,
  Side,
  TimeNs,
  Venue,
  VenueOrderId,
  VenuePosition,
} from '@argosy/domain';

/** An approved intent with everything that was made durable before sending. */
export interface Placement {
  readonly intent: Approved<OrderIntent>;
  readonly instrument: Instrument;
  readonly clientOrderId: ClientOrderId;
  /** Single-use at the venue, reserved durably with the intent (I-07). */
  readonly nonce: bigint;
  /** The venue must refuse the request after this (I-05). */
  readonly expiresAt: TimeNs;
}

export interface Cancellation {
  readonly instrument: Instrument;
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId?: VenueOrderId;
  readonly nonce: bigint;
  readonly expiresAt: TimeNs;
}

/** What the venue said of a placement. Silence is not here: it is a Fault OUTCOME_UNKNOWN. */
export type PlaceAnswer =
  | { readonly outcome: 'working'; readonly venueOrderId: VenueOrderId }
  /** Filled on arrival; the fills themselves come on the private stream and by sweep. */
  | {
      readonly outcome: 'filled';
      readonly venueOrderId: VenueOrderId;
      readonly quantity: Quantity;
      readonly averagePrice: Price;
    }
  | { readonly outcome: 'rejected'; readonly reason: string };

/** `unknown_order` is no proof of anything by itself: the order may have filled. The caller asks `orderStatus`. */
export type CancelAnswer =
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'unknown_order'; readonly reason: string }
  | { readonly outcome: 'rejected'; readonly reason: string };

export type VenueOrderStatus = 'working' | 'filled' | 'cancelled' | 'expired' | 'rejected';

/** One order as the venue reports it, by stream or by query. */
export interface VenueOrderReport {
  readonly clientOrderId?: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly limitPrice: Price;
  readonly quantity: Quantity;
  readonly remaining: Quantity;
  readonly status: VenueOrderStatus;
  /** The venue's own word for the status, e.g. `reduceOnlyCanceled`. */
  readonly reason: string;
  readonly reduceOnly: boolean;
  readonly venueTimeNs: TimeNs;
}

export interface VenueAccountState {
  /** Account value including unrealised profit, in the margin asset. */
  readonly equity: Amount;
  readonly cash: Amount;
  /** What moved, without any mark: cash as if every position were worth nothing. Comparable to the last unit. */
  readonly rawCash: Amount;
  readonly marginUsed: Amount;
  readonly positions: readonly VenuePosition[];
  readonly venueTimeNs: TimeNs;
}

export interface TradingHandlers {
  onOrder(report: VenueOrderReport): void;
  onFill(fill: Fill): void;
  onFunding(payment: FundingPayment): void;
  /** The private stream is up (again): reports may have been missed, so a sweep is due. */
  onConnected(): void;
  onDisconnected(reason: string): void;
  /** A message that cannot be understood: quarantined, never dropped (5.11). */
  onUnknown(description: string): void;
}

/** What execution needs from a venue for one trading account, and nothing a venue happens to offer. */
export abstract class TradingVenue {
  abstract readonly venue: Venue;
  abstract readonly accountId: AccountId;
  abstract instruments(): Promise<readonly Instrument[]>;
  abstract start(handlers: TradingHandlers): Promise<void>;
  abstract stop(): Promise<void>;
  abstract readonly connected: boolean;

  /**
   * Writes the request to the socket synchronously, before the first await: the egress checks in the same tick.
   * Answers are one per placement, in order. Faults: VENUE_UNAVAILABLE (nothing left), VENUE_RATE_LIMITED, OUTCOME_UNKNOWN.
   */
  abstract place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]>;
  /** As `place`: synchronous write, an answer each. */
  abstract cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]>;

  /** `undefined` when the venue does not know the order now; whether that is final is the caller's judgement. */
  abstract orderStatus(id: {
    readonly clientOrderId: ClientOrderId;
    readonly venueOrderId?: VenueOrderId;
  }): Promise<VenueOrderReport | undefined>;
  abstract openOrders(): Promise<readonly VenueOrderReport[]>;
  /** All fills with venue time ≥ `since`, oldest first, paged inside; duplicates across pages removed. */
  abstract fillsSince(since: TimeNs): Promise<readonly Fill[]>;
  abstract fundingSince(since: TimeNs): Promise<readonly FundingPayment[]>;
  abstract accountState(): Promise<VenueAccountState>;
  /** Venue clock minus ours in ms and its uncertainty, as last measured; undefined before the first measurement. */
  abstract clockOffset(): { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;
}
