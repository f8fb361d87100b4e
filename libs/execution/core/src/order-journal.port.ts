import type {
  AccountId,
  AccountKind,
  Amount,
  ClientOrderId,
  Fill,
  FillId,
  FundingPayment,
  InstrumentId,
  Order,
  OrderIntent,
  OrderRequestId,
  StrategyId,
  TimeNs,
  Venue,
} from '@argosy/domain';
import type { BackstopDay } from './daily-loss-backstop.js';

/** Everything that must be durable before a byte leaves (I-06). */
export interface IntentRecord {
  readonly clientOrderId: ClientOrderId;
  readonly intent: OrderIntent;
  readonly nonce: bigint;
  /** Public identity of the key that will sign, never the key. */
  readonly signer: string;
  readonly epoch: number;
  readonly expiresAt: TimeNs;
  readonly traceparent: string;
}

/** An event as it will be published: bytes, so that the journal knows no wire. */
export interface JournalEvent {
  readonly sequence: bigint;
  readonly eventId: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly traceparent: string;
}

/** All or nothing, in one transaction, if `epoch` is still the account's (I-04, I-44). */
export interface JournalBatch {
  readonly accountId: AccountId;
  readonly epoch: number;
  readonly intents: readonly IntentRecord[];
  /** Newest state per order. */
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
  readonly events: readonly JournalEvent[];
}

export interface JournalAccount {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly kind: AccountKind;
}

/** A venue counts nonces by signer, the fleet everything else by account. */
export interface SigningAccount {
  readonly accountId: AccountId;
  readonly signer: string;
}

/** The request behind an order, as far as settling a doubt about it needs. */
export interface RequestMark {
  readonly expiresAt: TimeNs;
  readonly nonce: bigint;
  /** Whose nonce it is: only the same key can burn it. */
  readonly signer: string;
}

/** What is in the air at this moment: small, and read again by whoever takes over. */
export interface JournalPresent {
  readonly openOrders: readonly Order[];
  /** The request of each open order that we sent ourselves. */
  readonly requestMarks: ReadonlyMap<ClientOrderId, RequestMark>;
  readonly lastSequence: bigint;
  /** Of the signer, over all intents. */
  readonly lastNonce: bigint;
  /** Venue time of the newest fill, and of the newest funding payment. */
  readonly lastFillAt: TimeNs | undefined;
  readonly lastFundingAt: TimeNs | undefined;
  /** Where our books begin; undefined before the very first reconciliation of this account. */
  readonly anchoredAt: TimeNs | undefined;
  /** Everything up to here has been published at least once. */
  readonly publishedSequence: bigint;
}

/** What is known of the past: large, loaded once and kept up with the events. */
export interface JournalPast {
  /** Recent requests and the orders they became, so that a repeat gets the first answer. */
  readonly requests: ReadonlyMap<OrderRequestId, ClientOrderId>;
  /** Opening quantities plus Σ fills, per instrument. */
  readonly positions: ReadonlyMap<InstrumentId, Amount>;
  /** The newest fills, oldest first, so that a sweep or a snapshot repeats none of them as news. */
  readonly recentFills: ReadonlyArray<{ readonly fillId: FillId; readonly venueTimeNs: TimeNs }>;
  /** Fills at or before this venue time are booked, or belong to the opening position: never news. */
  readonly fillsFloor: TimeNs;
  readonly recentFundings: ReadonlySet<string>;
}

/** What a process needs to go on where the last leader stopped. */
export type JournalState = JournalPresent & JournalPast;

/** Where our own books of an account begin. */
export interface JournalAnchor {
  readonly accountId: AccountId;
  readonly epoch: number;
  /** Fills at or before this venue time belong to the opening position. */
  readonly at: TimeNs;
  readonly positions: ReadonlyMap<InstrumentId, Amount>;
}

export interface OrderFilter {
  readonly status: 'open' | 'final' | 'any';
  readonly accountId?: AccountId;
  readonly venue?: Venue;
  readonly strategyId?: StrategyId;
  readonly instrumentId?: InstrumentId;
  /** 1…1000, newest first. */
  readonly limit: number;
}

export interface KillLatch {
  readonly killId: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: TimeNs;
}

/** Who lifts a kill, and under which leadership. */
export interface KillLift {
  readonly actor: string;
  readonly reason: string;
  readonly at: TimeNs;
  readonly accountIds: readonly AccountId[];
  readonly epoch: number;
}

/**
 * The durable record of one execution service. Faults: STORE_UNAVAILABLE (outcome unknown: retry the same batch, it is
 * idempotent by sequence), STALE_EPOCH (another leader: stop).
 */
export abstract class OrderJournal {
  /**
   * Makes `epoch` the account's, from which moment nothing of an earlier one is written; creates the account on first
   * sight. STALE_EPOCH when the account has had this epoch or a later one.
   */
  abstract claimEpoch(account: JournalAccount, epoch: number, at: TimeNs): Promise<void>;
  /** The highest epoch that ever claimed the account; 0 for one nobody has led yet. */
  abstract epoch(accountId: AccountId): Promise<number>;
  /** Everything, of an account that was led at least once. */
  abstract load(account: SigningAccount): Promise<JournalState>;
  /** The part of `load` that is read again at a takeover. */
  abstract present(account: SigningAccount): Promise<JournalPresent>;
  /** Also REQUEST_REPEATED, as a `RequestsPlacedBefore`: the journal knows some of the requests as other orders. */
  abstract write(batch: JournalBatch): Promise<void>;
  /** Marks the first reconciliation: what the venue held before us is the opening position. */
  abstract anchor(anchor: JournalAnchor): Promise<void>;
  abstract events(accountId: AccountId, from: bigint, limit: number): Promise<readonly JournalEvent[]>;
  abstract markPublished(accountId: AccountId, sequence: bigint): Promise<void>;
  abstract orders(filter: OrderFilter): Promise<readonly Order[]>;
  abstract order(id: ClientOrderId): Promise<Order | undefined>;
  /** What the day of the account is measured from (RK-2); undefined before the first. */
  abstract lossDay(accountId: AccountId): Promise<BackstopDay | undefined>;
  abstract keepLossDay(accountId: AccountId, day: BackstopDay): Promise<void>;
  /** The latch as stored; undefined when not killed. */
  abstract killLatch(): Promise<KillLatch | undefined>;
  /** Idempotent: the first latch stays and is returned. */
  abstract latchKill(latch: KillLatch): Promise<KillLatch>;
  /** Lifts the latch if `by.epoch` is still that of the accounts: a deposed leader's word is not the fleet's. */
  abstract liftKill(by: KillLift): Promise<void>;
}
