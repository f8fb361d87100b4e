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
import type { AnswerTrouble, RequestKind, VenueFence } from './fence.js';

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

/** One leg of a batch whose own answer proves nothing, while others of it are answered (5.15). */
export interface DoubtfulLeg {
  readonly outcome: 'in_doubt';
  readonly reason: string;
}

/** What the venue said of a placement. Silence of a whole request is not here: it is a Fault OUTCOME_UNKNOWN. */
export type PlaceAnswer =
  | { readonly outcome: 'working'; readonly venueOrderId: VenueOrderId }
  /** Filled on arrival; the fills themselves come on the private stream and by sweep. */
  | {
      readonly outcome: 'filled';
      readonly venueOrderId: VenueOrderId;
      readonly quantity: Quantity;
      readonly averagePrice: Price;
    }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | DoubtfulLeg;

/** `unknown_order` is no proof of anything by itself: the order may have filled. The caller asks `orderStatus`. */
export type CancelAnswer =
  | { readonly outcome: 'cancelled' }
  | { readonly outcome: 'unknown_order'; readonly reason: string }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | DoubtfulLeg;

/** `burnt`: no order signed with it can land any more. `already_used`: an order or an earlier burn spent it, so look. */
export type BurnAnswer = 'burnt' | 'already_used';

export type DeadManAnswer =
  | { readonly outcome: 'armed' | 'disarmed' }
  | {
      readonly outcome: 'refused';
      readonly cause: 'volume_required' | 'day_limit' | 'too_soon' | 'not_offered' | 'other';
      readonly reason: string;
    };

/** One look at the venue's clock. It was `venueMs` there at some moment between the two of ours, or up to its age before. */
export interface VenueTimeSample {
  readonly sentMonotonicMs: number;
  readonly receivedMonotonicMs: number;
  /** UTC, ms. */
  readonly venueMs: number;
  /** How old the venue's time may have been when it was told, ms: 0 where it reads its clock for the answer. */
  readonly stampAgeMsMax: number;
}

/** How much of an earned limit is used, as the venue counts it. */
export interface RequestAllowance {
  readonly used: number;
  readonly allowed: number;
}

/** Something of the account or the connection that an answer brought to light, beside the fate of any order. */
export interface VenueTrouble {
  readonly kind: AnswerTrouble;
  readonly reason: string;
  /** What had been asked, where that is known. */
  readonly request?: RequestKind;
  /** Of a 429: the venue's own word for when to come back. */
  readonly retryAfterMs?: number;
}

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

/** Money that somebody paid into the account (positive) or took out of it, in the margin asset. */
export interface Transfer {
  /** Identifies it for ever. */
  readonly transferId: string;
  readonly amount: Amount;
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
  /** A refused key, a clock that is off, a rate limit met: the account's business rather than one order's. */
  onTrouble?(trouble: VenueTrouble): void;
}

/** What execution needs from a venue for one trading account, and nothing a venue happens to offer. */
export abstract class TradingVenue {
  abstract readonly venue: Venue;
  abstract readonly accountId: AccountId;
  /** What this venue offers against orders that land too late or twice, and what it limits. */
  abstract readonly fence: VenueFence;
  abstract instruments(): Promise<readonly Instrument[]>;
  abstract start(handlers: TradingHandlers): Promise<void>;
  abstract stop(): Promise<void>;
  abstract readonly connected: boolean;

  /**
   * Writes the request to the socket synchronously, before the first await: the egress checks in the same tick.
   * Answers are one per placement, in order. A batch is signed with the nonce of its first placement: only that one can be
   * burnt, for all of them. Faults: VENUE_UNAVAILABLE (nothing left), VENUE_RATE_LIMITED, OUTCOME_UNKNOWN.
   */
  abstract place(placements: readonly Placement[]): Promise<readonly PlaceAnswer[]>;
  /**
   * As `place`: synchronous write, an answer each, in as few requests as the venue's batches allow. A list that needs
   * several resolves with `in_doubt` for the legs of a request that was not answered, and rejects only if none was.
   */
  abstract cancel(cancellations: readonly Cancellation[]): Promise<readonly CancelAnswer[]>;

  /**
   * Spends a nonce on nothing. Needs the signer of the order it is meant for. Faults: as `place`, of which OUTCOME_UNKNOWN
   * and VENUE_RATE_LIMITED leave the nonce as it may be; VENUE_REFUSED where the fence has no burn.
   */
  abstract burnNonce(nonce: bigint): Promise<BurnAnswer>;
  /**
   * Has the venue cancel everything at a moment of its own clock, or, without one, no more. A refusal is an answer: the
   * switch is then absent. Faults: as `place`; after OUTCOME_UNKNOWN the switch stands at either moment.
   */
  abstract armDeadMan(atVenueMs: number | undefined, nonce: bigint): Promise<DeadManAnswer>;
  /** One look at the venue's clock. Faults: VENUE_UNAVAILABLE, VENUE_RATE_LIMITED, VENUE_PROTOCOL. */
  abstract serverTime(): Promise<VenueTimeSample>;
  /** Undefined where nothing is earned. Faults: as `serverTime`. */
  abstract requestAllowance(): Promise<RequestAllowance | undefined>;

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
  /** As `fillsSince`. Undefined where the venue does not tell, and nothing can be paid in or out unseen. */
  transfersSince(_since: TimeNs): Promise<readonly Transfer[] | undefined> {
    return Promise.resolve(undefined);
  }
}
